import type { Clock } from '../../server/base/clock.ts';

/** Time that stands still until a test moves it: who sleeps wakes when enough has passed. */
export type HeldClock = Clock & {
  readonly pass: (ms: number) => void;
  /** How long each of those who sleep now still will, ms. */
  readonly asleepMs: () => readonly number[];
};

export const heldClock = (startsAt: number): HeldClock => {
  let now = startsAt;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        const stop = () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        };
        signal.addEventListener('abort', stop, { once: true });
      }),
    pass: (ms) => {
      now += ms;
      for (const sleeper of sleepers)
        if (sleeper.until <= now) {
          sleepers.delete(sleeper);
          sleeper.wake();
        }
    },
    asleepMs: () => [...sleepers].map(({ until }) => until - now),
  };
};
