/* What a person does to a thread, and what became of it; and what it would do, told before. */
import { z } from 'zod';
import { ActionKey, CandidateId, MessageId, PersonId, ThreadId } from './ids.ts';
import { ThreadRef } from './page.ts';
import { PersonRef } from './person.ts';
import { ReplyAction } from './send.ts';

import { Stance } from './thread.ts';

/** Whom to file a thread on: somebody known, or somebody to be created from a participant. */
export const FileOn = z.union([
  z.object({ candidateId: CandidateId }),
  z.object({
    create: z.object({ name: z.string().trim().min(1).max(200), address: z.string().min(3).max(320) }),
  }),
]);
export type FileOn = z.infer<typeof FileOn>;

const act = { key: ActionKey, ref: ThreadRef };
/** Messages of this person's that neither their share nor their grants open, and no others; absent: as it was. A share without it opens all. */
const leaveOut = z.array(MessageId).max(1000).optional();
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
  leaveOut,
  /** With `shared`: the share stays as it stands, without the mail that made it stand still and what comes from now on. */
  holdsBack: z.boolean().optional(),
});
/** Lets one colleague read the thread, until a time or until it is stopped; or stops that. */
export const GrantAction = z.object({
  kind: z.literal('grant'),
  ...act,
  threadId: ThreadId,
  granteeId: PersonId,
  on: z.boolean(),
  endsAt: z.iso.datetime().optional(),
  leaveOut,
});
/** Takes the person’s own copies of the thread off the record; the mail stays in their mailbox. */
export const RemoveAction = z.object({ kind: z.literal('remove'), ...act });
const candidateIds = z.array(CandidateId).max(50);
/** Files the thread on these candidates instead of those it is on. */
export const MoveAction = z.object({
  kind: z.literal('move'),
  ...act,
  threadId: ThreadId,
  candidateIds: candidateIds.min(1),
});
/** Makes a thread of its own of these messages; without candidates it stays filed as it was. */
export const SplitAction = z.object({
  kind: z.literal('split'),
  ...act,
  threadId: ThreadId,
  messageIds: z.array(MessageId).min(1).max(1000),
  candidateIds,
});
/** What was deleted in every mailbox that held it stays on record all the same. */
export const KeepAction = z.object({ kind: z.literal('keep'), ...act, threadId: ThreadId });
export const UndoAction = z.object({ kind: z.literal('undo'), ...act, of: ActionKey });
export type LogAction = z.infer<typeof LogAction>;
export type LabelAction = z.infer<typeof LabelAction>;
export type StanceAction = z.infer<typeof StanceAction>;
export type GrantAction = z.infer<typeof GrantAction>;
export type RemoveAction = z.infer<typeof RemoveAction>;
export type MoveAction = z.infer<typeof MoveAction>;
export type SplitAction = z.infer<typeof SplitAction>;
export type KeepAction = z.infer<typeof KeepAction>;
export type UndoAction = z.infer<typeof UndoAction>;
/** What a person does to a thread. Kept in the outbox until the server has it; done once by its key. */
export const ThreadAction = z.discriminatedUnion('kind', [
  LogAction,
  LabelAction,
  StanceAction,
  GrantAction,
  RemoveAction,
  MoveAction,
  SplitAction,
  KeepAction,
  ReplyAction,
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

export const StancePreviewRequest = z.object({ threadId: ThreadId, stance: Stance, leaveOut });
export type StancePreviewRequest = z.infer<typeof StancePreviewRequest>;
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

export const GrantPreviewRequest = z.object({ threadId: ThreadId, granteeId: PersonId, leaveOut });
export type GrantPreviewRequest = z.infer<typeof GrantPreviewRequest>;
export const GrantPreview = z.object({
  threadId: ThreadId,
  granteeId: PersonId,
  gains: z.array(readerChange),
  said: z.string(),
});
export type GrantPreview = z.infer<typeof GrantPreview>;

/** As a move has it, or with messages as a split has it. */
export const FilingPreviewRequest = z.object({
  threadId: ThreadId,
  messageIds: z.array(MessageId).min(1).max(1000).optional(),
  candidateIds,
});
export type FilingPreviewRequest = z.infer<typeof FilingPreviewRequest>;
export const FilingPreview = z.object({
  threadId: ThreadId,
  gains: z.array(readerChange),
  loses: z.array(readerChange),
  /** Who gains is said first, and each by name. */
  said: z.string(),
});
export type FilingPreview = z.infer<typeof FilingPreview>;
