import { z } from 'zod';
import { CandidateId, JobId } from './ids.ts';
import { PersonRef } from './person.ts';

export const CandidateCard = z.object({
  candidateId: CandidateId,
  name: z.string(),
  addresses: z.array(z.string()),
  jobs: z.array(
    z.object({ jobId: JobId, title: z.string(), stage: z.string(), stageSince: z.iso.datetime() }),
  ),
  owner: PersonRef.optional(),
});
export type CandidateCard = z.infer<typeof CandidateCard>;

export const AddAddress = z.object({ candidateId: CandidateId, address: z.string().min(3).max(320) });
export type AddAddress = z.infer<typeof AddAddress>;

export const CandidateSearch = z.object({ text: z.string().max(200) });
/** At most 20, best match first. */
export const CandidateSearchAnswer = z.array(CandidateCard);
