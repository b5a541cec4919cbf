import { z } from 'zod';
import { Colleague, ColleagueRequest, EndAccess, LeavingPreview } from '../../lib/contract/leaving.ts';
import { Invite, Invited } from '../../lib/contract/person.ts';
import { letBackIn, listColleagues } from '../services/people/colleagues.ts';
import { endAccess, previewLeaving } from '../services/people/leaving.ts';
import { invite } from '../services/people/people.ts';
import { adminProcedure, router } from './init.ts';

export const peopleRouter = router({
  invite: adminProcedure
    .input(Invite)
    .output(Invited)
    .mutation(({ ctx, input }) => invite(ctx.services, ctx.actor, input)),
  list: adminProcedure
    .input(z.void())
    .output(z.array(Colleague))
    .query(({ ctx }) => listColleagues(ctx.services, ctx.actor)),
  previewLeaving: adminProcedure
    .input(ColleagueRequest)
    .output(LeavingPreview)
    .query(({ ctx, input }) => previewLeaving(ctx.services, ctx.actor, input.personId)),
  endAccess: adminProcedure
    .input(EndAccess)
    .output(z.array(Colleague))
    .mutation(({ ctx, input }) => endAccess(ctx.services, ctx.actor, ctx.endSessions, input)),
  letBackIn: adminProcedure
    .input(ColleagueRequest)
    .output(z.array(Colleague))
    .mutation(({ ctx, input }) => letBackIn(ctx.services, ctx.actor, input.personId)),
});
