/* What is never kept, and what waits for an answer. */
import { z } from 'zod';
import { CandidateCard } from './candidate.ts';
import { FailureReason } from './failure.ts';
import { MailboxId } from './ids.ts';
import { ThreadRef } from './page.ts';

/** An address, or "@domain" for a domain and all below it. */
export const BlockEntry = z.object({ id: z.uuid(), entry: z.string() });
export type BlockEntry = z.infer<typeof BlockEntry>;

/** Each list in the order of its entries. The company's lists are seen by everybody, and changed by admins alone. */
export const Guards = z.object({
  mine: z.array(BlockEntry),
  company: z.array(BlockEntry),
  /** Boxes and lists that several people read: mail with one among its recipients is held. */
  sharedAddresses: z.array(z.string()),
});
export type Guards = z.infer<typeof Guards>;

const typed = z.string().trim().min(1).max(320);
export const BlockRequest = z.object({ whose: z.enum(['mine', 'company']), entry: typed });
export const UnblockRequest = z.object({ id: z.uuid() });
export const SharedAddressRequest = z.object({ address: typed, on: z.boolean() });

/** One change of the lists, as a view asks for it. */
export const GuardChange = z.discriminatedUnion('change', [
  z.object({ change: z.literal('block'), ...BlockRequest.shape }),
  z.object({ change: z.literal('unblock'), ...UnblockRequest.shape }),
  z.object({ change: z.literal('share'), ...SharedAddressRequest.shape }),
]);
export type GuardChange = z.infer<typeof GuardChange>;

/** A thread in the person's own mailbox that Candor asks about, as the mailbox tells it now. Nothing of it is stored. */
export const HeldThread = z.object({
  mailboxId: MailboxId,
  ref: ThreadRef,
  subject: z.string(),
  from: z.string(),
  sentAt: z.iso.datetime(),
  messageCount: z.int().positive(),
  /** Why it is asked about: whole sentences. */
  because: z.string(),
  /** Whose record it would stand on. */
  candidates: z.array(CandidateCard),
});
export type HeldThread = z.infer<typeof HeldThread>;

/** A message in the person's own mailbox that could not be read or stored. */
export const UnreadableMessage = z.object({
  mailboxId: MailboxId,
  address: z.string(),
  providerMessageId: z.string(),
  since: z.iso.datetime(),
});
export type UnreadableMessage = z.infer<typeof UnreadableMessage>;
export const UnreadableRequest = UnreadableMessage.pick({ mailboxId: true, providerMessageId: true });
export type UnreadableRequest = z.infer<typeof UnreadableRequest>;
/** A message's bytes, for its owner to keep as a file. */
export const RawMail = z.object({ base64: z.base64() });
export type RawMail = z.infer<typeof RawMail>;

/** Newest first, at most 50 threads. `unread`: mailboxes that could not be asked, with how many messages wait there. */
export const Held = z.object({
  threads: z.array(HeldThread),
  unreadable: z.array(UnreadableMessage),
  unread: z.array(z.object({ address: z.string(), messageCount: z.int().positive(), reason: FailureReason })),
});
export type Held = z.infer<typeof Held>;

/** "Don't keep it". To keep it, the thread is logged. */
export const DismissHeld = z.object({
  mailboxId: MailboxId,
  providerThreadId: ThreadRef.shape.providerThreadId,
});
export type DismissHeld = z.infer<typeof DismissHeld>;
