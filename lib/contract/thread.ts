import { z } from 'zod';
import { accessLevels } from '../domain/access-level.ts';
import { AccessRequests } from './access-request.ts';
import { CandidateCard } from './candidate.ts';
import { ActionKey, CandidateId, MailboxId, MessageId, PersonId, ThreadId } from './ids.ts';
import { ImportRow } from './import.ts';
import { MailboxHealth, MailboxKind } from './mailbox.ts';
import { ThreadRef } from './page.ts';
import { PersonRef } from './person.ts';
import { Outgoing } from './send.ts';
import { SharePause } from './withheld.ts';

export const Stance = z.enum(['default', 'private', 'shared']);
export type Stance = z.infer<typeof Stance>;

/** One person who can read at least one message of the thread, and why, in words. */
export const Reader = z.object({
  person: PersonRef,
  /** The right that opens most of the messages to them. */
  right: z.enum(['copy', 'participant', 'grant', 'team', 'override']),
  /** "was on Cc", "hiring team of Backend": begins in lower case, no full stop. */
  because: z.string(),
  messageCount: z.int().nonnegative(),
});
export type Reader = z.infer<typeof Reader>;

/** Somebody outside the company on the open thread. */
export const OutsideParticipant = z.object({
  address: z.string(),
  name: z.string().optional(),
  isSender: z.boolean(),
  candidateId: CandidateId.optional(),
});
export type OutsideParticipant = z.infer<typeof OutsideParticipant>;

const theirMailbox = { mailboxId: MailboxId, address: z.string(), provider: MailboxKind };
/** How the person's own mailbox stands towards the account the page shows. */
export const MailboxStanding = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('connected'),
    ...theirMailbox,
    health: MailboxHealth,
    access: z.enum(accessLevels),
  }),
  z.object({ state: z.literal('needs-reconnect'), ...theirMailbox }),
  z.object({ state: z.literal('paused'), ...theirMailbox }),
  z.object({ state: z.literal('not-connected') }),
  z.object({ state: z.literal('other-account'), pageAddress: z.string(), connected: z.array(z.string()) }),
]);
export type MailboxStanding = z.infer<typeof MailboxStanding>;

/** Somebody opened in Candor what is not in a mailbox of theirs. */
export const Receipt = z.object({
  person: PersonRef,
  /** The right they opened it by, as in Reader. */
  because: z.string(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  count: z.int().positive(),
});
export type Receipt = z.infer<typeof Receipt>;

/**
 * The company's override was used on the thread. `endsAt`: when it opens it no more, if it is not used again; absent while the
 * company's switch is off, for then it opens nothing.
 */
export const OverrideReceipt = z.object({
  person: PersonRef,
  usedAt: z.iso.datetime(),
  endsAt: z.iso.datetime().optional(),
  reason: z.string(),
});
export type OverrideReceipt = z.infer<typeof OverrideReceipt>;

export const KeptThread = z.object({
  state: z.literal('kept'),
  threadId: ThreadId,
  /** Messages of the thread this person may read, and how many more are kept that they may not. */
  messageCount: z.int().nonnegative(),
  hiddenMessageCount: z.int().nonnegative(),
  logged: z.object({ by: PersonRef, at: z.iso.datetime() }).optional(),
  isLabelled: z.boolean(),
  /** This person's own stance; absent when no mailbox of theirs holds a copy. */
  stance: Stance.optional(),
  /** Colleagues other than this person whose stance is private. */
  privateTo: z.array(PersonRef),
  readers: z.array(Reader),
  /** Colleagues this person lets read it, whatever else they may. */
  grants: z.array(z.object({ person: PersonRef, endsAt: z.iso.datetime().optional() })),
  hiddenFromCount: z.int().nonnegative(),
  /** Why, of whom as far as this person may know it; absent where it is hidden from nobody. */
  hiddenBecause: z.string().optional(),
  /** Messages of this person's that what they share or grant does not open. */
  leftOutCount: z.int().nonnegative(),
  /** This person's share waits for their answer on new mail. */
  pause: SharePause.optional(),
  /** Who opened what a mailbox of this person's holds of it, last first; absent when none holds any. */
  receipts: z.array(Receipt).optional(),
  /** Every use of the override on it, newest first; absent as above. */
  overrides: z.array(OverrideReceipt).optional(),
  /**
   * Messages that were deleted in every mailbox that held them, and when the first of them goes off the record.
   * `canKeep`: a mailbox of this person's held some of the thread, so they can say that it stays.
   */
  goes: z.object({ messageCount: z.int().positive(), at: z.iso.datetime(), canKeep: z.boolean() }).optional(),
  /** Why it is kept: whole sentences, one a rule. */
  keptBecause: z.array(z.string()),
});
export const UnkeptThread = z.object({
  state: z.literal('not-kept'),
  isLabelled: z.boolean(),
  /** Why it is not kept and what would change that: whole sentences. */
  notKeptBecause: z.array(z.string()),
});
/** The mailbox could not be asked (not connected, other account), so nothing is known of the thread. */
export const UnknownThread = z.object({ state: z.literal('unknown') });
export const ThreadState = z.discriminatedUnion('state', [KeptThread, UnkeptThread, UnknownThread]);
export type ThreadState = z.infer<typeof ThreadState>;
export type KeptThread = z.infer<typeof KeptThread>;

export const CouldReadRequest = z.object({ threadId: ThreadId, personId: PersonId });
export type CouldReadRequest = z.infer<typeof CouldReadRequest>;
/** What a colleague reads of the messages that this person reads, and why. */
export const CouldRead = z.object({
  threadId: ThreadId,
  personId: PersonId,
  readCount: z.int().nonnegative(),
  totalCount: z.int().positive(),
  said: z.string(),
});
export type CouldRead = z.infer<typeof CouldRead>;

/** A thread that a colleague lets this person read. */
export const GrantedThread = z.object({
  threadId: ThreadId,
  /** Of the newest message they read. */
  subject: z.string(),
  lastAt: z.iso.datetime(),
  by: PersonRef,
  grantedAt: z.iso.datetime(),
  endsAt: z.iso.datetime().optional(),
});
export type GrantedThread = z.infer<typeof GrantedThread>;

/** One of the threads that a mail thread was split into here. What is decided about one does not hold for the others. */
export const ThreadPart = z.object({
  thread: KeptThread,
  /** Those it is filed on whom this person may open. */
  candidateIds: z.array(CandidateId),
});
export type ThreadPart = z.infer<typeof ThreadPart>;

export const HistoryThread = z.object({
  threadId: ThreadId,
  subject: z.string(),
  /** Display name of the newest readable message's sender. */
  from: z.string(),
  lastAt: z.iso.datetime(),
  messageCount: z.int().positive(),
  hasAttachments: z.boolean(),
  isPrivate: z.boolean(),
  isOpen: z.boolean(),
});
export type HistoryThread = z.infer<typeof HistoryThread>;

/** The whole team's threads with the candidates on the open thread, newest first, at most 200. */
export const History = z.object({
  threads: z.array(HistoryThread),
  /** Threads of which the person may read nothing; 0 where the company tells nothing of them. */
  hiddenCount: z.int().nonnegative(),
  /** Colleagues on those, where the company tells who is in contact; by name. */
  contacts: z.array(PersonRef),
  /** This person may open the hidden ones by the company's override. */
  canOverride: z.boolean().optional(),
});
export type History = z.infer<typeof History>;

/** All the panel shows of one open thread. */
export const ThreadView = z.object({
  ref: ThreadRef,
  mailbox: MailboxStanding,
  labelName: z.string(),
  /** The company lets people make a candidate of somebody on a thread. */
  mayCreateCandidates: z.boolean(),
  participants: z.array(OutsideParticipant),
  candidates: z.array(CandidateCard),
  thread: ThreadState,
  /** Only where the mail thread was split: `thread` first, then the others by their oldest message. */
  parts: z.array(ThreadPart).min(2).optional(),
  history: History,
  /** With the candidates here: what this person asked of colleagues, and what colleagues ask of them. */
  accessRequests: AccessRequests,
  /** This person's own: the import of old mail under way in this mailbox, and the newest "Sync e-mails" for each candidate here. */
  imports: z.array(ImportRow),
  /** The person's primary mailbox, which their replies go out by; absent while nothing can be sent by it. */
  sendsFrom: z.string().optional(),
  /** This person's replies here, oldest first. */
  outgoing: z.array(Outgoing),
  /** Acts of this person on this thread that can still be undone, newest first. */
  undoable: z.array(
    z.object({
      key: ActionKey,
      kind: z.enum(['log', 'label', 'stance', 'grant', 'remove', 'move', 'split']),
      said: z.string(),
      undoUntil: z.iso.datetime(),
    }),
  ),
});
export type ThreadView = z.infer<typeof ThreadView>;

export const EvidenceRequest = z.object({ threadId: ThreadId });
/** Why a thread is as it is and where, as far as one person may read it. */
export const ThreadEvidence = z.object({
  threadId: ThreadId,
  /** Oldest first. */
  messages: z.array(
    z.object({
      messageId: MessageId,
      /** Which of the threads that were joined it is on. */
      partId: ThreadId,
      subject: z.string(),
      from: z.string(),
      sentAt: z.iso.datetime(),
      /** "answers “Interview” of 3 May 2026": begins in lower case, no full stop. */
      because: z.string(),
      /** Whether this person may split it off or move it. */
      canMove: z.boolean(),
    }),
  ),
  filed: z.array(
    z.object({ partId: ThreadId, candidateId: CandidateId, name: z.string(), because: z.string() }),
  ),
});
export type ThreadEvidence = z.infer<typeof ThreadEvidence>;

export const DeleteInMailboxRequest = z.object({ messageId: MessageId });
/** It lies in the trash of the person's mailbox. `erasedAt`: when it leaves the record too; absent when it stays. */
export const DeletedInMailbox = z.object({ erasedAt: z.iso.datetime().optional() });
export type DeletedInMailbox = z.infer<typeof DeletedInMailbox>;

export const ReadThreadRequest = z.object({ threadId: ThreadId });
export const ThreadMessage = z.object({
  messageId: MessageId,
  subject: z.string(),
  from: z.object({ address: z.string(), name: z.string().optional() }).optional(),
  to: z.array(z.object({ address: z.string(), name: z.string().optional() })),
  cc: z.array(z.object({ address: z.string(), name: z.string().optional() })),
  sentAt: z.iso.datetime(),
  /** Plain text, what the sender says now; their signature and what they quote stand apart, to be folded. */
  text: z.string().optional(),
  signature: z.string().optional(),
  quoted: z.string().optional(),
  /** As the sender wrote it: hostile until cleaned by the view that shows it. */
  html: z.string().optional(),
  /** The message was too large to keep whole; only its headers are here. */
  isHeadersOnly: z.boolean(),
  /** Some of the message could not be read; what could is here. */
  isPartlyUnread: z.boolean(),
  /** `startsAt`: ISO 8601, as exact as the invitation is: a moment with its zone, a time without one, or a day. */
  invitation: z
    .object({
      kind: z.enum(['invitation', 'answer', 'cancellation']),
      summary: z.string().optional(),
      startsAt: z.string().optional(),
    })
    .optional(),
  attachments: z.array(
    z.object({
      name: z.string(),
      sizeBytes: z.int().nonnegative(),
      mediaType: z.string(),
      /** What its bytes are, where that contradicts what the sender says. */
      sniffedType: z.string().optional(),
    }),
  ),
  canReadBecause: z.string(),
  /** A mailbox of this person's holds it, and the company lets them delete it there from here. */
  canDeleteInMailbox: z.boolean(),
});
export type ThreadMessage = z.infer<typeof ThreadMessage>;
export const ReadThread = z.object({
  threadId: ThreadId,
  subject: z.string(),
  messages: z.array(ThreadMessage),
  hiddenMessageCount: z.int().nonnegative(),
  /** That this person opened it is told to the owners of some of it. */
  leavesReceipt: z.boolean(),
});
export type ReadThread = z.infer<typeof ReadThread>;
