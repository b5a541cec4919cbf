import { z } from 'zod';
import { Me } from '../../lib/contract/person.ts';
import { readMe } from '../services/people/people.ts';
import { personProcedure, router } from './init.ts';

export const sessionRouter = router({
  me: personProcedure
    .input(z.void())
    .output(Me)
    .query(({ ctx }) => readMe(ctx.services, ctx.actor)),
  signOut: personProcedure
    .input(z.void())
    .output(z.void())
    .mutation(({ ctx }) => ctx.signOut()),
});
