import { setTimeout as wait } from 'node:timers/promises';

/** Time as the server sees it, so that tests own it. */
export type Clock = {
  /** Epoch ms. */
  readonly now: () => number;
  /** Resolves after `ms`, or rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal });
  },
};
