import {
  AddAddress,
  CandidateCard,
  CandidateSearch,
  CandidateSearchAnswer,
} from '../../lib/contract/candidate.ts';
import { addAddress } from '../services/people/add-address.ts';
import { searchCandidates } from '../services/people/candidates.ts';
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
});
