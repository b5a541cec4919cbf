import type { Clock } from '../../server/base/clock.ts';

/** Time a test moves: whoever sleeps wakes when as much has passed, and not before. */
export type SteppedClock = Clock & {
  readonly pass: (ms: number) => void;
  /** Resolves once so many sleep at the same time. */
  readonly sleeping: (count: number) => Promise<void>;
};

export const steppedClock = (startsAt: number): SteppedClock => {
  let now = startsAt;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const watchers = new Set<() => void>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const leave = () => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', stop);
        };
        const stop = () => {
          leave();
          reject(signal.reason);
        };
        const sleeper = {
          until: now + ms,
          wake: () => {
            leave();
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener('abort', stop, { once: true });
        for (const look of [...watchers]) look();
      }),
    pass: (ms) => {
      now += ms;
      for (const { until, wake } of [...sleepers]) if (until <= now) wake();
    },
    sleeping: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (sleepers.size < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
};
