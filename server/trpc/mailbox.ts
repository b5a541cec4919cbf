import { z } from 'zod';
import { ConnectStart, ConnectStarted, MailboxRequest, MailboxRow } from '../../lib/contract/mailbox.ts';
import { disconnectMailbox, listMailboxes, startConnect } from '../services/mailboxes/mailboxes.ts';
import { personProcedure, router } from './init.ts';

export const mailboxRouter = router({
  list: personProcedure
    .input(z.void())
    .output(z.array(MailboxRow))
    .query(({ ctx }) => listMailboxes(ctx.services, ctx.actor)),
  startConnect: personProcedure
    .input(ConnectStart)
    .output(ConnectStarted)
    .mutation(({ ctx, input }) => startConnect(ctx.services, ctx.actor, input.provider)),
  disconnect: personProcedure
    .input(MailboxRequest)
    .output(z.array(MailboxRow))
    .mutation(({ ctx, input }) => disconnectMailbox(ctx.services, ctx.actor, input.mailboxId)),
});
