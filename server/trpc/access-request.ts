import { z } from 'zod';
import {
  AccessRequestAt,
  AccessRequests,
  AnswerAccess,
  AskAccess,
  AskableThread,
} from '../../lib/contract/access-request.ts';
import { answerAccess, listAccessRequests, readAskable } from '../services/access-requests/answer.ts';
import { askAccess, withdrawAsk } from '../services/access-requests/ask.ts';
import { personProcedure, router } from './init.ts';

export const accessRequestRouter = router({
  list: personProcedure
    .input(z.void())
    .output(AccessRequests)
    .query(({ ctx }) => listAccessRequests(ctx.services, ctx.actor)),
  ask: personProcedure
    .input(AskAccess)
    .output(AccessRequests)
    .mutation(async ({ ctx, input }) => {
      await askAccess(ctx.services, ctx.actor, input);
      return listAccessRequests(ctx.services, ctx.actor);
    }),
  withdraw: personProcedure
    .input(AccessRequestAt)
    .output(AccessRequests)
    .mutation(async ({ ctx, input }) => {
      await withdrawAsk(ctx.services, ctx.actor, input.id);
      return listAccessRequests(ctx.services, ctx.actor);
    }),
  threads: personProcedure
    .input(AccessRequestAt)
    .output(z.array(AskableThread))
    .query(async ({ ctx, input }) => [...(await readAskable(ctx.services, ctx.actor, input.id))]),
  answer: personProcedure
    .input(AnswerAccess)
    .output(AccessRequests)
    .mutation(async ({ ctx, input }) => {
      await answerAccess(ctx.services, ctx.actor, input);
      return listAccessRequests(ctx.services, ctx.actor);
    }),
});
