import { z } from 'zod';
import { isReason } from '../domain/override.ts';
import { CandidateId } from './ids.ts';

/** `canChange`: this person is the company's owner. */
export const OverrideSetting = z.object({ isAllowed: z.boolean(), canChange: z.boolean() });
export type OverrideSetting = z.infer<typeof OverrideSetting>;
export const SetOverrideAllowed = z.object({ isAllowed: z.boolean() });
export type SetOverrideAllowed = z.infer<typeof SetOverrideAllowed>;

/** Opens every thread with these candidates of which the person may read nothing. Its owners read the reason. */
export const UseOverride = z.object({
  candidateIds: z.array(CandidateId).min(1).max(20),
  reason: z.string().trim().max(1_000).refine(isReason),
});
export type UseOverride = z.infer<typeof UseOverride>;
export const OverrideUsed = z.object({ threadCount: z.int().positive(), endsAt: z.iso.datetime() });
export type OverrideUsed = z.infer<typeof OverrideUsed>;
