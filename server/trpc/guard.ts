import { z } from 'zod';
import {
  BlockRequest,
  DismissHeld,
  Guards,
  Held,
  RawMail,
  SharedAddressRequest,
  UnblockRequest,
  UnreadableMessage,
  UnreadableRequest,
} from '../../lib/contract/guard.ts';
import { block, readGuards, setSharedAddress, unblock } from '../services/guards/guard-lists.ts';
import { dismissHeld, readHeld } from '../services/guards/held.ts';
import { readRaw, retryUnreadable } from '../services/guards/unreadable.ts';
import { adminProcedure, personProcedure, router } from './init.ts';

export const guardRouter = router({
  lists: personProcedure
    .input(z.void())
    .output(Guards)
    .query(({ ctx }) => readGuards(ctx.services, ctx.actor)),
  block: personProcedure
    .input(BlockRequest)
    .output(Guards)
    .mutation(({ ctx, input }) => block(ctx.services, ctx.actor, input)),
  unblock: personProcedure
    .input(UnblockRequest)
    .output(Guards)
    .mutation(({ ctx, input }) => unblock(ctx.services, ctx.actor, input.id)),
  setShared: adminProcedure
    .input(SharedAddressRequest)
    .output(Guards)
    .mutation(({ ctx, input }) => setSharedAddress(ctx.services, ctx.actor, input)),
  held: personProcedure
    .input(z.void())
    .output(Held)
    .query(({ ctx }) => readHeld(ctx.services, ctx.actor, ctx.signal)),
  readRaw: personProcedure
    .input(UnreadableRequest)
    .output(RawMail)
    .query(({ ctx, input }) => readRaw(ctx.services, ctx.actor, input, ctx.signal)),
  retryUnreadable: personProcedure
    .input(UnreadableRequest)
    .output(z.array(UnreadableMessage))
    .mutation(({ ctx, input }) => retryUnreadable(ctx.services, ctx.actor, input, ctx.signal)),
  dismissHeld: personProcedure
    .input(DismissHeld)
    .output(Held)
    .mutation(({ ctx, input }) => dismissHeld(ctx.services, ctx.actor, input, ctx.signal)),
});
