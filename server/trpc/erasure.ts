import { z } from 'zod';
import { CandidateCard } from '../../lib/contract/candidate.ts';
import {
  CandidateRequest,
  EraseCandidate,
  ErasureCounts,
  ErasureRequest,
  ErasureRow,
  ErasureSearch,
  SavedFiles,
  SetHold,
} from '../../lib/contract/erasure.ts';
import {
  eraseOnRequest,
  listErasures,
  previewErasure,
  readCertificate,
} from '../services/erasure/erasures.ts';
import { liftHold, setHold } from '../services/erasure/legal-hold.ts';
import { adminProcedure, router } from './init.ts';

export const erasureRouter = router({
  preview: adminProcedure
    .input(CandidateRequest)
    .output(ErasureCounts)
    .query(({ ctx, input }) => previewErasure(ctx.services, ctx.actor, input.candidateId)),
  erase: adminProcedure
    .input(EraseCandidate)
    .output(ErasureRow)
    .mutation(({ ctx, input }) => eraseOnRequest(ctx.services, ctx.actor, input)),
  list: adminProcedure
    .input(ErasureSearch)
    .output(z.array(ErasureRow))
    .query(({ ctx, input }) => listErasures(ctx.services, ctx.actor, input)),
  certificate: adminProcedure
    .input(ErasureRequest)
    .output(SavedFiles)
    .query(({ ctx, input }) => readCertificate(ctx.services, ctx.actor, input.erasureId)),
  setHold: adminProcedure
    .input(SetHold)
    .output(CandidateCard)
    .mutation(({ ctx, input }) => setHold(ctx.services, ctx.actor, input)),
  liftHold: adminProcedure
    .input(CandidateRequest)
    .output(CandidateCard)
    .mutation(({ ctx, input }) => liftHold(ctx.services, ctx.actor, input.candidateId)),
});
