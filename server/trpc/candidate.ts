import {
  AddAddress,
  CandidateCard,
  CandidateSearch,
  CandidateSearchAnswer,
  VouchAddress,
} from '../../lib/contract/candidate.ts';
import { SavedFile } from '../../lib/contract/erasure.ts';
import { ExportRequest } from '../../lib/contract/export.ts';
import { KeepCandidate } from '../../lib/contract/retention.ts';
import { exportCandidate } from '../services/export/export-candidate.ts';
import { addAddress } from '../services/people/add-address.ts';
import { searchCandidates } from '../services/people/candidates.ts';
import { keepCandidate } from '../services/people/retention.ts';
import { vouchAddress } from '../services/people/vouch.ts';
import { personProcedure, router } from './init.ts';

export const candidateRouter = router({
  search: personProcedure
    .input(CandidateSearch)
    .output(CandidateSearchAnswer)
    .query(({ ctx, input }) => searchCandidates(ctx.services, ctx.actor, input.text)),
  addAddress: personProcedure
    .input(AddAddress)
    .output(CandidateCard)
    .mutation(({ ctx, input }) => addAddress(ctx.services, ctx.actor, input)),
  keep: personProcedure
    .input(KeepCandidate)
    .output(CandidateCard)
    .mutation(({ ctx, input }) => keepCandidate(ctx.services, ctx.actor, input.candidateId)),
  export: personProcedure
    .input(ExportRequest)
    .output(SavedFile)
    .mutation(({ ctx, input }) => exportCandidate(ctx.services, ctx.actor, input)),
  vouchAddress: personProcedure
    .input(VouchAddress)
    .output(CandidateCard)
    .mutation(({ ctx, input }) => vouchAddress(ctx.services, ctx.actor, input)),
});
