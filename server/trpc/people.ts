import { z } from 'zod';
import { Colleague, Invite, Invited } from '../../lib/contract/person.ts';
import { invite, readActiveColleagues } from '../services/people/people.ts';
import { adminProcedure, personProcedure, router } from './init.ts';

export const peopleRouter = router({
  colleagues: personProcedure
    .input(z.void())
    .output(z.array(Colleague))
    .query(async ({ ctx }) => [...(await readActiveColleagues(ctx.services, ctx.actor))]),
  invite: adminProcedure
    .input(Invite)
    .output(Invited)
    .mutation(({ ctx, input }) => invite(ctx.services, ctx.actor, input)),
});
