import type { Clock } from '../../server/base/clock.ts';

/** Time a test owns: sleeping moves it on at once. */
export type FakeClock = Clock & { readonly pass: (ms: number) => void; readonly slept: readonly number[] };

export const fakeClock = (startsAt: number): FakeClock => {
  let now = startsAt;
  const slept: number[] = [];
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
    pass: (ms) => {
      now += ms;
    },
    slept,
  };
};
