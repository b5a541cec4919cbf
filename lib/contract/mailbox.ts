import { z } from 'zod';
import { healthReasons, healthStates } from '../domain/mailbox-health.ts';
import { FailureReason } from './failure.ts';
import { MailboxId, PersonId } from './ids.ts';

export const MailboxState = z.enum(['connected', 'needs-reconnect', 'paused', 'off']);
export type MailboxState = z.infer<typeof MailboxState>;

/** How the mailbox is doing, by lib/domain/mailbox-health.ts. */
export const MailboxHealth = z.object({
  state: z.enum(healthStates),
  because: z.enum(healthReasons).optional(),
  since: z.iso.datetime(),
});
export type MailboxHealth = z.infer<typeof MailboxHealth>;

export const MailboxRow = z.object({
  mailboxId: MailboxId,
  address: z.string(),
  provider: z.enum(['gmail', 'graph', 'imap']),
  state: MailboxState,
  health: MailboxHealth,
  isPrimary: z.boolean(),
  lastPulledAt: z.iso.datetime().optional(),
  lastFailure: z.object({ reason: FailureReason, at: z.iso.datetime() }).optional(),
  keptCount: z.int().nonnegative(),
});
export type MailboxRow = z.infer<typeof MailboxRow>;

/** Where to send the person for the provider's consent page. */
export const ConnectStart = z.object({ provider: z.enum(['gmail', 'graph']) });
export const ConnectStarted = z.object({ url: z.url() });
export const MailboxRequest = z.object({ mailboxId: MailboxId });

/** A mailbox that is behind or needs its owner, as an admin is told of it: whose it is and why, nothing of what is in it. */
export const TroubledMailbox = z.object({
  mailboxId: MailboxId,
  address: z.string(),
  personId: PersonId,
  personName: z.string(),
  health: MailboxHealth,
});
export type TroubledMailbox = z.infer<typeof TroubledMailbox>;
