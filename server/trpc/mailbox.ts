import { z } from 'zod';
import {
  ConnectStart,
  ConnectStarted,
  MailboxRequest,
  MailboxRow,
  TroubledMailbox,
} from '../../lib/contract/mailbox.ts';
import { listTroubled } from '../services/mailboxes/health.ts';
import { disconnectMailbox, listMailboxes, startConnect } from '../services/mailboxes/mailboxes.ts';
import { adminProcedure, personProcedure, router } from './init.ts';

export const mailboxRouter = router({
  list: personProcedure
    .input(z.void())
    .output(z.array(MailboxRow))
    .query(({ ctx }) => listMailboxes(ctx.services, ctx.actor)),
  troubled: adminProcedure
    .input(z.void())
    .output(z.array(TroubledMailbox))
    .query(({ ctx }) => listTroubled(ctx.services, ctx.actor)),
  startConnect: personProcedure
    .input(ConnectStart)
    .output(ConnectStarted)
    .mutation(({ ctx, input }) => startConnect(ctx.services, ctx.actor, input.provider)),
  disconnect: personProcedure
    .input(MailboxRequest)
    .output(z.array(MailboxRow))
    .mutation(({ ctx, input }) => disconnectMailbox(ctx.services, ctx.actor, input.mailboxId)),
});
