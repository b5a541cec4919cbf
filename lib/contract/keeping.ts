/* What mail the company keeps by itself, and whether mail may make a candidate. */
import { z } from 'zod';
import { matchRules } from '../domain/matching.ts';

/** Each is a set of rules that must all hold; any one of them keeps a message. */
export const Alternatives = z.array(z.array(z.enum(matchRules)).min(1).max(matchRules.length)).max(8);

export const KeepPolicy = z.object({
  matching: Alternatives,
  /** People may make a candidate of somebody on a thread, by a click of theirs. */
  mayCreateCandidates: z.boolean(),
});
export type KeepPolicy = z.infer<typeof KeepPolicy>;
