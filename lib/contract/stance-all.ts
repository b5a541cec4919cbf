/* One stance on all of a person's own threads with a candidate, or with everybody of one job. */
import { z } from 'zod';
import { ActionKey, CandidateId, JobId } from './ids.ts';
import { PersonRef } from './person.ts';
import { Stance } from './thread.ts';

/** Threads that a mailbox of this person's holds, filed on the candidate, or on candidates of the job whom they may open. */
export const StanceScope = z.union([z.object({ candidateId: CandidateId }), z.object({ jobId: JobId })]);
export type StanceScope = z.infer<typeof StanceScope>;

export const StanceAllPreviewRequest = z.object({ scope: StanceScope, stance: Stance });
export type StanceAllPreviewRequest = z.infer<typeof StanceAllPreviewRequest>;

const sightChange = z.object({
  person: PersonRef,
  /** Threads of which they see more, or less, than before. */
  threadCount: z.int().positive(),
});
export const StanceAllPreview = z.object({
  /** Threads whose stance changes, and those that have it already. */
  threadCount: z.int().nonnegative(),
  sameCount: z.int().nonnegative(),
  gains: z.array(sightChange),
  loses: z.array(sightChange),
  said: z.string(),
});
export type StanceAllPreview = z.infer<typeof StanceAllPreview>;

export const StanceAll = z.object({ key: ActionKey, scope: StanceScope, stance: Stance });
export type StanceAll = z.infer<typeof StanceAll>;
export const StanceAllUndo = z.object({ key: ActionKey, of: ActionKey });
export type StanceAllUndo = z.infer<typeof StanceAllUndo>;
