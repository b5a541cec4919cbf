import { z } from 'zod';
import { CandidateCard } from './candidate.ts';
import { ActionKey, CandidateId, MailboxId, MessageId, ThreadId } from './ids.ts';
import { ImportRow } from './import.ts';
import { MailboxHealth, MailboxKind } from './mailbox.ts';
import { ThreadRef } from './page.ts';
import { PersonRef } from './person.ts';

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
  z.object({ state: z.literal('connected'), ...theirMailbox, health: MailboxHealth }),
  z.object({ state: z.literal('needs-reconnect'), ...theirMailbox }),
  z.object({ state: z.literal('paused'), ...theirMailbox }),
  z.object({ state: z.literal('not-connected') }),
  z.object({ state: z.literal('other-account'), pageAddress: z.string(), connected: z.array(z.string()) }),
]);
export type MailboxStanding = z.infer<typeof MailboxStanding>;

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
  hiddenFromCount: z.int().nonnegative(),
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

/** The whole team's threads with the candidates on the open thread, newest first, at most 200. Hidden ones are a number and nothing more. */
export const History = z.object({
  threads: z.array(HistoryThread),
  hiddenCount: z.int().nonnegative(),
});
export type History = z.infer<typeof History>;

/** All the panel shows of one open thread. */
export const ThreadView = z.object({
  ref: ThreadRef,
  mailbox: MailboxStanding,
  labelName: z.string(),
  participants: z.array(OutsideParticipant),
  candidates: z.array(CandidateCard),
  thread: ThreadState,
  history: History,
  /** This person's own: the import of old mail under way in this mailbox, and the newest "Sync e-mails" for each candidate here. */
  imports: z.array(ImportRow),
  /** Acts of this person on this thread that can still be undone, newest first. */
  undoable: z.array(
    z.object({
      key: ActionKey,
      kind: z.enum(['log', 'label', 'stance', 'remove']),
      said: z.string(),
      undoUntil: z.iso.datetime(),
    }),
  ),
});
export type ThreadView = z.infer<typeof ThreadView>;

/** Whom to file a thread on: somebody known, or somebody to be created from a participant. */
export const FileOn = z.union([
  z.object({ candidateId: CandidateId }),
  z.object({
    create: z.object({ name: z.string().trim().min(1).max(200), address: z.string().min(3).max(320) }),
  }),
]);
export type FileOn = z.infer<typeof FileOn>;

const act = { key: ActionKey, ref: ThreadRef };
export const LogAction = z.object({ kind: z.literal('log'), ...act, fileOn: z.array(FileOn).max(50) });
export const LabelAction = z.object({
  kind: z.literal('label'),
  ...act,
  on: z.boolean(),
  fileOn: z.array(FileOn).max(50),
});
export const StanceAction = z.object({
  kind: z.literal('stance'),
  ...act,
  threadId: ThreadId,
  stance: Stance,
});
/** Takes the person’s own copies of the thread off the record; the mail stays in their mailbox. */
export const RemoveAction = z.object({ kind: z.literal('remove'), ...act });
export const UndoAction = z.object({ kind: z.literal('undo'), ...act, of: ActionKey });
export type LogAction = z.infer<typeof LogAction>;
export type LabelAction = z.infer<typeof LabelAction>;
export type StanceAction = z.infer<typeof StanceAction>;
export type RemoveAction = z.infer<typeof RemoveAction>;
export type UndoAction = z.infer<typeof UndoAction>;
/** What a person does to a thread. Kept in the outbox until the server has it; done once by its key. */
export const ThreadAction = z.discriminatedUnion('kind', [
  LogAction,
  LabelAction,
  StanceAction,
  RemoveAction,
  UndoAction,
]);
export type ThreadAction = z.infer<typeof ThreadAction>;

export const ActionOutcome = z.object({
  key: ActionKey,
  /** What was done, as one sentence for the person. */
  said: z.string(),
  undoUntil: z.iso.datetime().optional(),
});
export type ActionOutcome = z.infer<typeof ActionOutcome>;

export const StancePreviewRequest = z.object({ threadId: ThreadId, stance: Stance });
const readerChange = z.object({
  person: PersonRef,
  /** Messages they gain or lose sight of. */
  messageCount: z.int().positive(),
  /** Messages they go on reading all the same (they received them, say). */
  keepsCount: z.int().nonnegative(),
  because: z.string(),
});
export const StancePreview = z.object({
  threadId: ThreadId,
  stance: Stance,
  gains: z.array(readerChange),
  loses: z.array(readerChange),
  /** "Tom and 3 others will no longer see 4 messages. Ana keeps 2 that she received." */
  said: z.string(),
});
export type StancePreview = z.infer<typeof StancePreview>;

export const KeepDeletedRequest = z.object({ threadId: ThreadId });
export const KeptDeleted = z.object({ keptCount: z.int().nonnegative() });
export type KeptDeleted = z.infer<typeof KeptDeleted>;

export const ReadThreadRequest = z.object({ threadId: ThreadId });
export const ThreadMessage = z.object({
  messageId: MessageId,
  subject: z.string(),
  from: z.object({ address: z.string(), name: z.string().optional() }).optional(),
  to: z.array(z.object({ address: z.string(), name: z.string().optional() })),
  cc: z.array(z.object({ address: z.string(), name: z.string().optional() })),
  sentAt: z.iso.datetime(),
  text: z.string().optional(),
  /** As the sender wrote it: hostile until cleaned by the view that shows it. */
  html: z.string().optional(),
  /** The message was too large to keep whole; only its headers are here. */
  isHeadersOnly: z.boolean(),
  attachments: z.array(
    z.object({ name: z.string(), sizeBytes: z.int().nonnegative(), mediaType: z.string() }),
  ),
  canReadBecause: z.string(),
});
export type ThreadMessage = z.infer<typeof ThreadMessage>;
export const ReadThread = z.object({
  threadId: ThreadId,
  subject: z.string(),
  messages: z.array(ThreadMessage),
  hiddenMessageCount: z.int().nonnegative(),
});
export type ReadThread = z.infer<typeof ReadThread>;
