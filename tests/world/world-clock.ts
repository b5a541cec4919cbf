/* Time a test of the whole server owns: the machine's, moved on at will. What waits for less than an hour waits no time at all. */
import type { Clock } from '../../server/base/clock.ts';

export type WorldClock = Clock & {
  readonly pass: (ms: number) => void;
  /** Waits that were asked for and taken as over, in ms. */
  readonly slept: readonly number[];
};

/** The timetable's own wait is not hurried: a test decides when mailboxes are looked at. */
export const longWaitMs = 3_600_000;

export const worldClock = (): WorldClock => {
  let ahead = 0;
  const slept: number[] = [];
  return {
    now: () => Date.now() + ahead,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      if (ms >= longWaitMs) return untilAborted(signal);
      slept.push(ms);
      ahead += ms;
    },
    pass: (ms) => {
      ahead += ms;
    },
    slept,
  };
};

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
