import { z } from 'zod';
import {
  OverrideSetting,
  OverrideUsed,
  SetOverrideAllowed,
  UseOverride,
} from '../../lib/contract/override.ts';
import { openByOverride } from '../services/override/open-by-override.ts';
import { readOverrideSetting, setOverrideAllowed } from '../services/override/override-setting.ts';
import { adminProcedure, personProcedure, router } from './init.ts';

/** For every colleague, so that who may not leaves the attempt in the audit. */
export const overrideRouter = router({
  setting: adminProcedure
    .input(z.void())
    .output(OverrideSetting)
    .query(({ ctx }) => readOverrideSetting(ctx.services, ctx.actor)),
  setAllowed: personProcedure
    .input(SetOverrideAllowed)
    .output(OverrideSetting)
    .mutation(({ ctx, input }) => setOverrideAllowed(ctx.services, ctx.actor, input.isAllowed)),
  use: personProcedure
    .input(UseOverride)
    .output(OverrideUsed)
    .mutation(({ ctx, input }) => openByOverride(ctx.services, ctx.actor, input)),
});
