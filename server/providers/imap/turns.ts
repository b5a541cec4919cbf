/* Who may use a connection next: one at a time, a person before what runs in the background. */
import type { Priority } from '../provider.ts';

export type Turns = {
  /** Runs the work alone. One that stops waiting loses its place; one at work keeps its turn until it ends. */
  readonly take: <T>(priority: Priority, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;
};

export const takeTurns = (): Turns => {
  const waiting: Readonly<Record<Priority, (() => void)[]>> = { person: [], background: [] };
  let isTaken = false;

  const myTurn = (priority: Priority, signal: AbortSignal): Promise<void> => {
    if (!isTaken) {
      isTaken = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const line = waiting[priority];
      const leave = () => {
        line.splice(line.indexOf(begin), 1);
        reject(signal.reason);
      };
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      line.push(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  };
  const next = () => {
    const begin = waiting.person.shift() ?? waiting.background.shift();
    if (begin === undefined) isTaken = false;
    else begin();
  };

  return {
    take: async (priority, signal, work) => {
      signal.throwIfAborted();
      await myTurn(priority, signal);
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
};
