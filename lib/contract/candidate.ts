import { z } from 'zod';
import { LegalHold } from './erasure.ts';
import { CandidateId, JobId } from './ids.ts';
import { PersonRef } from './person.ts';

/** Who said it, when; without a name it was a former colleague. */
const Said = z.object({ by: PersonRef.optional(), at: z.iso.datetime() });
/** What was said of an address on a record: that it is the candidate's own, and that they agreed to be found by it. */
export const VouchedAddress = z.object({
  address: z.string(),
  verified: Said.optional(),
  consent: Said.optional(),
});
export type VouchedAddress = z.infer<typeof VouchedAddress>;

export const CandidateCard = z.object({
  candidateId: CandidateId,
  name: z.string(),
  addresses: z.array(z.string()),
  /** Those of the addresses that something was said of. */
  vouched: z.array(VouchedAddress).optional(),
  jobs: z.array(
    z.object({ jobId: JobId, title: z.string(), stage: z.string(), stageSince: z.iso.datetime() }),
  ),
  owner: PersonRef.optional(),
  /**
   * When they are erased, by the company's time for the stage they stand in. `isInGrace`: that time is over, and they go then
   * unless somebody says that they stay; `canKeep`: this person may.
   */
  retires: z.object({ at: z.iso.datetime(), isInGrace: z.boolean(), canKeep: z.boolean() }).optional(),
  /** While it stands, their mail stays as it is. */
  hold: LegalHold.optional(),
});
export type CandidateCard = z.infer<typeof CandidateCard>;

export const AddAddress = z.object({ candidateId: CandidateId, address: z.string().min(3).max(320) });
export type AddAddress = z.infer<typeof AddAddress>;

export const VouchAddress = z.object({
  candidateId: CandidateId,
  address: z.string().min(3).max(320),
  isVerified: z.boolean(),
  hasConsent: z.boolean(),
});
export type VouchAddress = z.infer<typeof VouchAddress>;

export const CandidateSearch = z.object({ text: z.string().max(200) });
/** At most 20, best match first. */
export const CandidateSearchAnswer = z.array(CandidateCard);
