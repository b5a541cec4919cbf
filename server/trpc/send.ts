import { ReplyAction, SettledReply, SettleReply } from '../../lib/contract/send.ts';
import { ActionOutcome } from '../../lib/contract/thread-action.ts';
import { sendReply, settleReply } from '../services/sending/reply.ts';
import { personProcedure, router } from './init.ts';

export const sendRouter = router({
  reply: personProcedure
    .input(ReplyAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => sendReply(ctx.services, ctx.actor, input)),
  settle: personProcedure
    .input(SettleReply)
    .output(SettledReply)
    .mutation(({ ctx, input }) => settleReply(ctx.services, ctx.actor, input)),
});
