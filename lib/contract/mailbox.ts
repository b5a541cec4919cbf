import { z } from 'zod';
import { FailureReason } from './failure.ts';
import { MailboxId } from './ids.ts';
import { MailboxImports } from './import.ts';

export const MailboxState = z.enum(['connected', 'needs-reconnect', 'paused', 'off']);
export type MailboxState = z.infer<typeof MailboxState>;

export const MailboxRow = z.object({
  mailboxId: MailboxId,
  address: z.string(),
  provider: z.enum(['gmail', 'graph', 'imap']),
  state: MailboxState,
  isPrimary: z.boolean(),
  lastPulledAt: z.iso.datetime().optional(),
  lastFailure: z.object({ reason: FailureReason, at: z.iso.datetime() }).optional(),
  keptCount: z.int().nonnegative(),
  imports: MailboxImports.optional(),
});
export type MailboxRow = z.infer<typeof MailboxRow>;

/** Where to send the person for the provider's consent page. */
export const ConnectStart = z.object({ provider: z.enum(['gmail', 'graph']) });
export const ConnectStarted = z.object({ url: z.url() });
export const MailboxRequest = z.object({ mailboxId: MailboxId });
