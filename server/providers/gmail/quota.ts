/* What Google lets one mailbox spend, and what each call costs. */
import type { Clock } from '../../base/clock.ts';
import { type MailboxQuota, mailboxQuota } from '../mailbox-quota.ts';

export type GmailQuota = MailboxQuota;

export const gmailQuota = (clock: Clock, limit = unitsPerMinute): GmailQuota =>
  mailboxQuota(clock, { units: limit, windowMs: minuteMs, reservedForPerson, mostInFlight });

/** Source: Gmail API usage limits per user for projects created from 2026-05-01, read 2026-11. */
const unitsPerMinute = 6_000;
/** A thread opened and labelled costs about 60 units: a click every three seconds fits. */
const reservedForPerson = 1_200;
/** More at once meets Gmail's limit on concurrent requests of one user, which no Retry-After explains. */
const mostInFlight = 4;
const minuteMs = 60_000;

/** Units of one call. Source: as above, "per-method quota usage". */
export const methodUnits = {
  'users.getProfile': 1,
  'users.history.list': 2,
  'users.labels.create': 5,
  'users.labels.list': 1,
  'users.messages.get': 20,
  'users.messages.list': 5,
  'users.messages.send': 100,
  'users.messages.trash': 5,
  'users.threads.get': 40,
  'users.stop': 50,
  'users.threads.modify': 10,
  'users.watch': 100,
} as const;
export type GmailMethod = keyof typeof methodUnits;
