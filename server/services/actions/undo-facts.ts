/* What undoing an act takes, kept with the act: ids and times, and nothing anybody wrote. */
import { z } from 'zod';
import { CandidateId, MailboxId, MessageId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import { Stance } from '../../../lib/contract/thread.ts';
import { Withholding } from './withholding.ts';

const FiledBecause = z.enum(['logged', 'label', 'candidate-address', 'asked', 'moved']);

/** What one act brought onto the record, so that undoing it takes away just that. */
export const Brought = z.object({
  messageIds: z.array(MessageId),
  copyIds: z.array(z.uuid()),
  /** `before`: why the thread was filed on the candidate already; absent when the act filed it. */
  filed: z.array(z.object({ threadId: ThreadId, candidateId: CandidateId, before: FiledBecause.optional() })),
  createdCandidateIds: z.array(CandidateId),
  /** Removals by hand that the act lifted; keyed, in hex. */
  liftedHashes: z.array(z.string()).default([]),
});
export type Brought = z.infer<typeof Brought>;

const filing = z.object({ threadId: ThreadId, candidateId: CandidateId });
/** What filing threads on other candidates changed. */
export const Refiled = z.object({
  filed: z.array(filing),
  /** As they stood. */
  takenOff: z.array(
    filing.extend({ because: FiledBecause, filedBy: PersonId.optional(), filedAt: z.number() }),
  ),
  /** Noted as not to be filed there again. */
  keptOff: z.array(filing),
});
export type Refiled = z.infer<typeof Refiled>;

/** What undoing takes: ids only. */
export const UndoFacts = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), brought: Brought }),
  z.object({ kind: z.literal('label'), wasOn: z.boolean(), brought: Brought }),
  z.object({
    kind: z.literal('stance'),
    before: z.array(z.object({ threadId: ThreadId, stance: Stance.optional() })),
    /** When one act set all of them: those alone go back that were not decided anew since. */
    ofAllAt: z.number().optional(),
    /** Absent on acts from before anything was withheld. */
    withholding: Withholding.optional(),
  }),
  z.object({
    kind: z.literal('grant'),
    granteeId: PersonId,
    /** As the owner's grants to them stood; without `grantedAt` there was none. */
    before: z.array(
      z.object({ threadId: ThreadId, grantedAt: z.number().optional(), endsAt: z.number().optional() }),
    ),
    withholding: Withholding.optional(),
  }),
  z.object({
    kind: z.literal('remove'),
    /** The rows as they were, to be put back; the provider's ids mean something in their mailbox only. */
    copies: z.array(
      z.object({
        copyId: z.uuid(),
        messageId: MessageId,
        threadId: ThreadId,
        mailboxId: MailboxId,
        providerMessageId: z.string(),
        providerThreadId: z.string(),
        isLabelled: z.boolean(),
        receivedAt: z.number(),
        goneAt: z.number().optional(),
        keptBy: z.string().optional(),
      }),
    ),
    /** Keyed, in hex. */
    idHashes: z.array(z.string()),
  }),
  z.object({ kind: z.literal('move'), refiled: Refiled }),
  z.object({
    kind: z.literal('split'),
    /** The thread that was split, and those that stood under it and stand under another root since. */
    rootId: ThreadId,
    reRooted: z.array(ThreadId),
    splitAt: z.number(),
    undoneJoinIds: z.array(z.uuid()),
    refiled: Refiled,
  }),
]);
export type UndoFacts = z.infer<typeof UndoFacts>;
