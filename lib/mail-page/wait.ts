/** What `promise` gives, or undefined when it rejects, is still pending after `waitMs`, or the signal aborts. */
export const within = <T>(promise: Promise<T>, waitMs: number, signal: AbortSignal): Promise<T | undefined> =>
  new Promise((resolve) => {
    const settle = (value?: T): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(value);
    };
    const giveUp = (): void => settle();
    const timer = setTimeout(giveUp, waitMs);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    promise.then(settle, giveUp);
  });

/** Resolves after `waitMs`, or as soon as the signal aborts. */
export const pause = async (waitMs: number, signal: AbortSignal): Promise<void> => {
  await within(new Promise<never>(() => {}), waitMs, signal);
};
