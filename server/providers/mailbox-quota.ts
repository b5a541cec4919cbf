/*
 * One mailbox's share of a provider's quota. Background work leaves a part of it to the person's own clicks, so that a long
 * import never makes a click wait. Shared by every provider value of the same mailbox.
 */
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { Priority, Spending } from './provider.ts';

export type MailboxQuota = {
  /** Throws: provider-busy with the wait, before the provider would say so. */
  readonly spend: (units: number, priority: Priority) => void;
  /** What went within the window that ends now. */
  readonly spending: () => Spending;
  /** Runs in turn with others of the mailbox; `places`: how many calls of it the provider counts. Rejects with the signal's reason when it is aborted while waiting. */
  readonly inTurn: <T>(run: () => Promise<T>, signal: AbortSignal, places?: number) => Promise<T>;
};

export type QuotaLimits = {
  /** Units of one window. */
  readonly units: number;
  readonly windowMs: number;
  readonly reservedForPerson: number;
  /** Calls under way at once. */
  readonly mostInFlight: number;
};

export const mailboxQuota = (clock: Clock, limits: QuotaLimits): MailboxQuota => {
  let spent: { readonly at: number; readonly units: number }[] = [];
  let inFlight = 0;
  const waiting: { readonly places: number; readonly go: () => void }[] = [];

  /** Strictly first come, first served: who needs many places is never overtaken for ever. */
  const admit = () => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (inFlight + next.places > limits.mostInFlight) return;
      waiting.shift();
      inFlight += next.places;
      next.go();
    }
  };

  const reservedUnits = Math.min(limits.reservedForPerson, limits.units / 5);
  const forgetOld = (now: number) => {
    spent = spent.filter(({ at }) => at > now - limits.windowMs);
  };

  return {
    spending: () => {
      forgetOld(clock.now());
      return {
        spentUnits: spent.reduce((sum, one) => sum + one.units, 0),
        limitUnits: limits.units,
        reservedUnits: Math.floor(reservedUnits),
        windowMs: limits.windowMs,
      };
    },
    spend: (units, priority) => {
      const now = clock.now();
      forgetOld(now);
      const room = priority === 'person' ? limits.units : limits.units - reservedUnits;
      let over = spent.reduce((sum, one) => sum + one.units, units) - room;
      if (over > 0) {
        const freeing = spent.find((one) => {
          over -= one.units;
          return over <= 0;
        });
        const retryAfterMs = (freeing?.at ?? now) + limits.windowMs - now;
        throw new Failure('provider-busy', `This mailbox spent its ${room} units of the time`, {
          retryAfterMs,
        });
      }
      spent.push({ at: now, units });
    },
    inTurn: async (run, signal, places = 1) => {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const entry = {
          places,
          go: () => {
            signal.removeEventListener('abort', stop);
            resolve();
          },
        };
        const stop = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason);
          admit();
        };
        waiting.push(entry);
        signal.addEventListener('abort', stop, { once: true });
        admit();
      });
      try {
        return await run();
      } finally {
        inFlight -= places;
        admit();
      }
    },
  };
};
