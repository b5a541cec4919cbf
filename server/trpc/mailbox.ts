import { z } from 'zod';
import {
  ConnectServer,
  ConnectStart,
  ConnectStarted,
  MailboxWay,
  ServerConnected,
  WayRequest,
} from '../../lib/contract/connecting.ts';
import {
  CheckRequest,
  ErasePreview,
  MailboxChange,
  MailboxRequest,
  MailboxRow,
  TroubledMailbox,
} from '../../lib/contract/mailbox.ts';
import { askForCheck } from '../services/mailboxes/completeness-asked.ts';
import { startConnect } from '../services/mailboxes/connect.ts';
import { connectServer } from '../services/mailboxes/connect-server.ts';
import { previewErase } from '../services/mailboxes/erase-mailbox.ts';
import { findWay } from '../services/mailboxes/find-way.ts';
import { listTroubled } from '../services/mailboxes/health.ts';
import { listMailboxes } from '../services/mailboxes/mailboxes.ts';
import { changeMailbox } from '../services/mailboxes/switches.ts';
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
  findWay: personProcedure
    .input(WayRequest)
    .output(MailboxWay)
    .query(({ ctx, input }) => findWay(ctx.services, ctx.actor, input, ctx.signal)),
  startConnect: personProcedure
    .input(ConnectStart)
    .output(ConnectStarted)
    .mutation(({ ctx, input }) => startConnect(ctx.services, ctx.actor, input)),
  connectServer: personProcedure
    .input(ConnectServer)
    .output(ServerConnected)
    .mutation(({ ctx, input }) => connectServer(ctx.services, ctx.actor, input, ctx.signal)),
  change: personProcedure
    .input(MailboxChange)
    .output(z.array(MailboxRow))
    .mutation(({ ctx, input }) => changeMailbox(ctx.services, ctx.actor, input)),
  check: personProcedure
    .input(CheckRequest)
    .output(z.array(MailboxRow))
    .mutation(({ ctx, input }) => askForCheck(ctx.services, ctx.actor, input)),
  previewErase: personProcedure
    .input(MailboxRequest)
    .output(ErasePreview)
    .query(({ ctx, input }) => previewErase(ctx.services, ctx.actor, input.mailboxId)),
});
