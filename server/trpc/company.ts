import { z } from 'zod';
import { ConnectPolicy } from '../../lib/contract/connecting.ts';
import { readConnectPolicy, setConnectPolicy } from '../services/mailboxes/connect-policy.ts';
import { adminProcedure, personProcedure, router } from './init.ts';

export const companyRouter = router({
  connectPolicy: personProcedure
    .input(z.void())
    .output(ConnectPolicy)
    .query(({ ctx }) => readConnectPolicy(ctx.services, ctx.actor)),
  setConnectPolicy: adminProcedure
    .input(ConnectPolicy)
    .output(ConnectPolicy)
    .mutation(({ ctx, input }) => setConnectPolicy(ctx.services, ctx.actor, input)),
});
