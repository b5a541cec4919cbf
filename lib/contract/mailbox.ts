import { z } from 'zod';
import { accessLevels } from '../domain/access-level.ts';
import { checkKinds, untoldReasons } from '../domain/completeness.ts';
import { healthReasons, healthStates } from '../domain/mailbox-health.ts';
import { FailureReason } from './failure.ts';
import { MailboxId, PersonId } from './ids.ts';
import { MailboxImports } from './import.ts';

export const MailboxState = z.enum(['connected', 'needs-reconnect', 'paused', 'off']);
export type MailboxState = z.infer<typeof MailboxState>;

/** How the mailbox is doing, by lib/domain/mailbox-health.ts. */
export const MailboxHealth = z.object({
  state: z.enum(healthStates),
  because: z.enum(healthReasons).optional(),
  since: z.iso.datetime(),
});
export type MailboxHealth = z.infer<typeof MailboxHealth>;
export const MailboxKind = z.enum(['gmail', 'graph', 'imap']);
export type MailboxKind = z.infer<typeof MailboxKind>;

/** What the mailbox holds by policy against what is on record, by lib/domain/completeness.ts. */
export const MailboxCompleteness = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('untold'),
    because: z.enum(untoldReasons),
    underWay: z.enum(checkKinds).optional(),
  }),
  z.object({
    state: z.literal('told'),
    storedCount: z.int().nonnegative(),
    missingCount: z.int().nonnegative(),
    missingSince: z.iso.datetime().optional(),
    isWhole: z.boolean(),
    countedAt: z.iso.datetime(),
    underWay: z.enum(checkKinds).optional(),
  }),
]);
export type MailboxCompleteness = z.infer<typeof MailboxCompleteness>;

/** What Candor spent of what the provider lets it do in this mailbox, in the window that ends now. */
export const QuotaShare = z.object({
  spentUnits: z.int().nonnegative(),
  limitUnits: z.int().positive(),
  /** Left alone by background work, for the person's own clicks. */
  reservedUnits: z.int().nonnegative(),
  windowMs: z.int().positive(),
});
export type QuotaShare = z.infer<typeof QuotaShare>;

export const MailboxRow = z.object({
  mailboxId: MailboxId,
  address: z.string(),
  provider: MailboxKind,
  state: MailboxState,
  health: MailboxHealth,
  access: z.enum(accessLevels),
  isPrimary: z.boolean(),
  lastPulledAt: z.iso.datetime().optional(),
  /** When the newest message that was kept came into the mailbox. */
  lastMessageAt: z.iso.datetime().optional(),
  lastFailure: z.object({ reason: FailureReason, at: z.iso.datetime() }).optional(),
  keptCount: z.int().nonnegative(),
  /** Turned off, and what it brought is being erased. */
  isErasing: z.boolean(),
  imports: MailboxImports.optional(),
  completeness: MailboxCompleteness,
  /** The provider tells of new mail by itself; otherwise Candor looks by the clock. */
  isTold: z.boolean(),
  /** The company has mailboxes looked at only so often. */
  lookEveryMinutes: z.int().positive().optional(),
  /** Folders its server lets be listed and not read, at the last look: nothing is kept of what is in them. */
  shutFolderCount: z.int().nonnegative(),
  /** Absent where the provider counts nothing, or nothing was asked of it since the server started. */
  quota: QuotaShare.optional(),
});
export type MailboxRow = z.infer<typeof MailboxRow>;

export const MailboxRequest = z.object({ mailboxId: MailboxId });
export const CheckRequest = z.object({ mailboxId: MailboxId, how: z.enum(checkKinds) });
export type CheckRequest = z.infer<typeof CheckRequest>;

/** A mailbox that is behind or needs its owner, as an admin is told of it: whose it is and why, nothing of what is in it. */
export const TroubledMailbox = z.object({
  mailboxId: MailboxId,
  address: z.string(),
  personId: PersonId,
  personName: z.string(),
  health: MailboxHealth,
});
export type TroubledMailbox = z.infer<typeof TroubledMailbox>;
/** Whether mail tells people of trouble with a mailbox; without an outgoing server only the panel and this page do. */
export const NoticeMail = z.object({ isOn: z.boolean(), from: z.string().optional() });
export type NoticeMail = z.infer<typeof NoticeMail>;

/** What turning a mailbox off does with what it brought: stays on the candidates' records, or goes. */
export const Brought = z.enum(['keep', 'erase']);
export type Brought = z.infer<typeof Brought>;

/** A switch of the person's own mailbox. */
export const MailboxChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pause'), mailboxId: MailboxId }),
  z.object({ kind: z.literal('resume'), mailboxId: MailboxId }),
  z.object({ kind: z.literal('make-primary'), mailboxId: MailboxId }),
  z.object({ kind: z.literal('turn-off'), mailboxId: MailboxId, brought: Brought }),
]);
export type MailboxChange = z.infer<typeof MailboxChange>;

/**
 * What erasing would take: copies this mailbox brought, and messages that no other mailbox holds. `onHoldCount`: messages that
 * stay, because a candidate they are filed on is under a legal hold.
 */
export const ErasePreview = z.object({
  keptCount: z.int().nonnegative(),
  erasedCount: z.int().nonnegative(),
  onHoldCount: z.int().nonnegative(),
});
export type ErasePreview = z.infer<typeof ErasePreview>;
