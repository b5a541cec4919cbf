/**
 * What comes of each, in the order of the items, a few run side by side. The first that throws ends it: no other is begun, and
 * it is thrown once those under way have ended, so that nothing goes on behind whoever waited.
 */
export const sideBySide = async <One, Done>(
  items: readonly One[],
  atOnce: number,
  run: (one: One) => Promise<Done>,
): Promise<readonly Done[]> => {
  const done: Done[] = [];
  const left = items.entries();
  let thrown: { readonly value: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (const [nth, one] of left) {
      if (thrown !== undefined) return;
      try {
        done[nth] = await run(one);
      } catch (value) {
        thrown ??= { value };
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  if (thrown !== undefined) throw thrown.value;
  return done;
};
