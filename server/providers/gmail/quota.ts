/*
 * One mailbox's share of Google's quota. Background work leaves a part of each minute to the person's own clicks, so that a
 * long import never makes a click wait. Shared by every provider value of the same mailbox.
 */

import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { Priority } from '../provider.ts';

export type GmailQuota = {
  /** Throws: provider-busy with the wait, before Google would say so. */
  readonly spend: (units: number, priority: Priority) => void;
  /** Runs with at most four others of the mailbox, in turn. Rejects with the signal's reason when it is aborted while waiting. */
  readonly inTurn: <T>(run: () => Promise<T>, signal: AbortSignal) => Promise<T>;
};

/** Source: Gmail API usage limits per user for projects created from 2026-05-01, read 2026-11. */
const unitsPerMinute = 6_000;
/** A thread opened and labelled costs about 60 units: a click every three seconds fits. */
const reservedForPerson = 1_200;
/** More at once meets Gmail's limit on concurrent requests of one user, which no Retry-After explains. */
const mostInFlight = 4;
const minuteMs = 60_000;

export const gmailQuota = (clock: Clock, limit = unitsPerMinute): GmailQuota => {
  let spent: { readonly at: number; readonly units: number }[] = [];
  let inFlight = 0;
  const waiting: (() => void)[] = [];

  const leave = () => {
    inFlight -= 1;
    waiting.shift()?.();
  };

  return {
    spend: (units, priority) => {
      const now = clock.now();
      spent = spent.filter(({ at }) => at > now - minuteMs);
      const room = priority === 'person' ? limit : limit - Math.min(reservedForPerson, limit / 5);
      let over = spent.reduce((sum, one) => sum + one.units, units) - room;
      if (over > 0) {
        const freeing = spent.find((one) => {
          over -= one.units;
          return over <= 0;
        });
        const retryAfterMs = (freeing?.at ?? now) + minuteMs - now;
        throw new Failure('provider-busy', `This mailbox spent its ${room} units of the minute`, {
          retryAfterMs,
        });
      }
      spent.push({ at: now, units });
    },
    inTurn: async (run, signal) => {
      signal.throwIfAborted();
      while (inFlight >= mostInFlight)
        await new Promise<void>((resolve, reject) => {
          const go = () => {
            signal.removeEventListener('abort', stop);
            resolve();
          };
          const stop = () => {
            waiting.splice(waiting.indexOf(go), 1);
            reject(signal.reason);
          };
          waiting.push(go);
          signal.addEventListener('abort', stop, { once: true });
        });
      inFlight += 1;
      try {
        return await run();
      } finally {
        leave();
      }
    },
  };
};

/** Units of one call. Source: as above, "per-method quota usage". */
export const methodUnits = {
  'users.getProfile': 1,
  'users.history.list': 2,
  'users.labels.create': 5,
  'users.labels.list': 1,
  'users.messages.get': 20,
  'users.messages.list': 5,
  'users.threads.get': 40,
  'users.stop': 50,
  'users.threads.modify': 10,
  'users.watch': 100,
} as const;
export type GmailMethod = keyof typeof methodUnits;
