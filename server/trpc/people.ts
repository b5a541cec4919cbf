import { Invite, Invited } from '../../lib/contract/person.ts';
import { invite } from '../services/people/people.ts';
import { adminProcedure, router } from './init.ts';

export const peopleRouter = router({
  invite: adminProcedure
    .input(Invite)
    .output(Invited)
    .mutation(({ ctx, input }) => invite(ctx.services, ctx.actor, input)),
});
