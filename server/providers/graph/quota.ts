/* What Graph lets one application do in one mailbox. */
import type { Clock } from '../../base/clock.ts';
import { type MailboxQuota, mailboxQuota } from '../mailbox-quota.ts';

export const graphQuota = (clock: Clock, requests = requestsPerWindow): MailboxQuota =>
  mailboxQuota(clock, { units: requests, windowMs, reservedForPerson, mostInFlight });

/** Source: Microsoft Graph "Throttling limits", Outlook service, per application and mailbox, read 2026-11. */
const requestsPerWindow = 10_000;
const windowMs = 600_000;
export const mostInFlight = 4;
/** A thread opened and labelled takes about six requests: a click every three seconds fits. */
const reservedForPerson = 1_200;
