/* What each call costs, and how much one person may spend in a minute. */
import { ApiRefusal } from './errors.ts';

/** Source: Gmail API usage limits for projects created from 2026-05-01, "per-method quota usage", read 2026-11. */
export const methodUnits: Readonly<Record<string, number>> = {
  'users.getProfile': 1,
  'users.history.list': 2,
  'users.labels.create': 5,
  'users.labels.delete': 5,
  'users.labels.get': 1,
  'users.labels.list': 1,
  'users.labels.patch': 5,
  'users.messages.attachments.get': 20,
  'users.messages.batchModify': 50,
  'users.messages.delete': 10,
  'users.messages.get': 20,
  'users.messages.import': 25,
  'users.messages.insert': 25,
  'users.messages.list': 5,
  'users.messages.modify': 5,
  'users.messages.send': 100,
  'users.messages.trash': 5,
  'users.messages.untrash': 5,
  'users.stop': 50,
  'users.threads.get': 40,
  'users.threads.list': 10,
  'users.threads.modify': 10,
  'users.watch': 100,
};

/** Source: as above. */
export const unitsPerUserPerMinute = 6_000;
export const longestBatch = 1_000;

const minuteMs = 60_000;

export type UnitMeter = { readonly spend: (account: string, apiMethod: string) => number };

/** Throws: 429 rateLimitExceeded with Retry-After once a person's minute is spent. A refused call costs nothing. */
export const unitMeter = (now: () => number, limit: number): UnitMeter => {
  const spentBy = new Map<string, { readonly at: number; readonly units: number }[]>();
  return {
    spend: (account, apiMethod) => {
      const units = methodUnits[apiMethod];
      if (units === undefined) throw new Error(`The lab has no price for ${apiMethod}.`);
      const recent = (spentBy.get(account) ?? []).filter((spent) => spent.at > now() - minuteMs);
      const total = recent.reduce((sum, spent) => sum + spent.units, 0);
      if (total + units > limit) {
        const oldest = recent[0]?.at ?? now();
        const waitSeconds = Math.max(1, Math.ceil((oldest + minuteMs - now()) / 1_000));
        throw new ApiRefusal(
          429,
          'rateLimitExceeded',
          'Quota exceeded for quota metric per minute per user.',
          {
            headers: { 'retry-after': String(waitSeconds) },
          },
        );
      }
      recent.push({ at: now(), units });
      spentBy.set(account, recent);
      return units;
    },
  };
};
