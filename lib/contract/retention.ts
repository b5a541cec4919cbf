/* How long candidates stay on record, by the stage they stand in. */
import { z } from 'zod';
import { foldStage } from '../domain/retention.ts';
import { CandidateId } from './ids.ts';

export const RetentionRules = z
  .array(z.object({ stage: z.string().trim().min(1).max(100), months: z.int().min(1).max(120) }))
  .max(20)
  .refine((rules) => new Set(rules.map(({ stage }) => foldStage(stage))).size === rules.length);

/** A stage that no rule names keeps its candidates for good. */
export const RetentionPolicy = z.object({ rules: RetentionRules });
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

/** `stages`: those that candidates stand in now. */
export const RetentionSettings = RetentionPolicy.extend({ stages: z.array(z.string()) });
export type RetentionSettings = z.infer<typeof RetentionSettings>;

export const KeepCandidate = z.object({ candidateId: CandidateId });
export type KeepCandidate = z.infer<typeof KeepCandidate>;
