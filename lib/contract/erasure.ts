/* Erasing a candidate because somebody asked for it, the certificate of that, and the legal hold that stops it. */
import { z } from 'zod';
import { CandidateId } from './ids.ts';
import { PersonRef } from './person.ts';

export const ErasureId = z.uuid().brand<'ErasureId'>();
export type ErasureId = z.infer<typeof ErasureId>;

/** On whose wish. `representative`: somebody who acts for the candidate. `company`: its own decision. */
export const AskedBy = z.enum(['candidate', 'representative', 'authority', 'company']);
export type AskedBy = z.infer<typeof AskedBy>;

const Count = z.int().nonnegative();
/** What goes; conversations and messages are those filed on nobody else. */
export const ErasureCounts = z.object({
  messages: Count,
  attachments: Count,
  conversations: Count,
  drafts: Count,
  addresses: Count,
  jobs: Count,
  /** Conversations that are filed on somebody else too: they stay. */
  sharedConversations: Count,
});
export type ErasureCounts = z.infer<typeof ErasureCounts>;

export const CandidateRequest = z.object({ candidateId: CandidateId });
export const EraseCandidate = z.object({ candidateId: CandidateId, askedBy: AskedBy });
export type EraseCandidate = z.infer<typeof EraseCandidate>;

/** A line of the list of erasures. Without a name it was a former colleague, or nobody: the company's time was over. */
export const ErasureRow = z.object({
  erasureId: ErasureId,
  at: z.iso.datetime(),
  because: z.enum(['erased', 'retired']),
  askedBy: AskedBy.optional(),
  by: PersonRef.optional(),
  counts: ErasureCounts,
});
export type ErasureRow = z.infer<typeof ErasureRow>;

/** Newest first. With an address: those alone in which somebody with that address was erased. */
export const ErasureSearch = z.object({ address: z.string().max(320).optional() });
export type ErasureSearch = z.infer<typeof ErasureSearch>;
export const ErasureRequest = z.object({ erasureId: ErasureId });

/** For a person to save. */
export const SavedFile = z.object({ name: z.string(), mediaType: z.string(), text: z.string() });
export type SavedFile = z.infer<typeof SavedFile>;
export const SavedFiles = z.array(SavedFile);

/** Said of a candidate whose mail must stay as it is. */
export const LegalHold = z.object({
  reason: z.string(),
  at: z.iso.datetime(),
  /** Without a name it was a former colleague. */
  by: PersonRef.optional(),
});
export type LegalHold = z.infer<typeof LegalHold>;

export const SetHold = z.object({ candidateId: CandidateId, reason: z.string().trim().min(3).max(500) });
export type SetHold = z.infer<typeof SetHold>;
