import { z } from 'zod';
import { ColleagueRequest, EndAccess, LeavingPreview, ListedColleague } from '../../lib/contract/leaving.ts';
import { Colleague, Invite, Invited } from '../../lib/contract/person.ts';
import { letBackIn, listColleagues } from '../services/people/colleagues.ts';
import { endAccess, previewLeaving } from '../services/people/leaving.ts';
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
  list: adminProcedure
    .input(z.void())
    .output(z.array(ListedColleague))
    .query(({ ctx }) => listColleagues(ctx.services, ctx.actor)),
  previewLeaving: adminProcedure
    .input(ColleagueRequest)
    .output(LeavingPreview)
    .query(({ ctx, input }) => previewLeaving(ctx.services, ctx.actor, input.personId)),
  endAccess: adminProcedure
    .input(EndAccess)
    .output(z.array(ListedColleague))
    .mutation(({ ctx, input }) => endAccess(ctx.services, ctx.actor, ctx.endSessions, input)),
  letBackIn: adminProcedure
    .input(ColleagueRequest)
    .output(z.array(ListedColleague))
    .mutation(({ ctx, input }) => letBackIn(ctx.services, ctx.actor, input.personId)),
});
