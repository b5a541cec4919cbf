import type { PersonId } from '../../../lib/contract/ids.ts';

/** Who waits for news in this process. The database wakes it (LISTEN candor_news). */
export type NewsBoard = {
  /** Resolves when there may be news for the person, or when the signal aborts. */
  readonly next: (personId: PersonId, signal: AbortSignal) => Promise<void>;
  readonly announce: (personId: PersonId) => void;
};

export const createNewsBoard = (): NewsBoard => {
  const waiting = new Map<PersonId, Set<() => void>>();
  return {
    next: (personId, signal) =>
      new Promise((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done);
          const others = waiting.get(personId);
          others?.delete(done);
          if (others?.size === 0) waiting.delete(personId);
          resolve();
        };
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', done, { once: true });
        const others = waiting.get(personId) ?? new Set();
        others.add(done);
        waiting.set(personId, others);
      }),
    announce: (personId) => {
      for (const wake of [...(waiting.get(personId) ?? [])]) wake();
    },
  };
};
