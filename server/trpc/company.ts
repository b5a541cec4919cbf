import { z } from 'zod';
import { ConnectPolicy } from '../../lib/contract/connecting.ts';
import { DeletionPolicy } from '../../lib/contract/deletion.ts';
import { KeepPolicy } from '../../lib/contract/keeping.ts';
import { NoticeMail } from '../../lib/contract/mailbox.ts';
import { RetentionPolicy, RetentionSettings } from '../../lib/contract/retention.ts';
import {
  ChangeRequest,
  Visibility,
  VisibilityState,
  VisibilityTrial,
} from '../../lib/contract/visibility.ts';
import { readKeepPolicy, setKeepPolicy } from '../services/guards/keep-policy.ts';
import { readConnectPolicy, setConnectPolicy } from '../services/mailboxes/connect-policy.ts';
import { readDeletionPolicy, setDeletionPolicy } from '../services/mailboxes/deletion-policy.ts';
import { readNoticeMail } from '../services/mailboxes/tell-by-mail.ts';
import { readRetention, setRetention } from '../services/people/retention.ts';
import { proposeVisibility, steerVisibility } from '../services/visibility/changes.ts';
import { tryVisibility } from '../services/visibility/trial.ts';
import { readVisibilityState } from '../services/visibility/visibility.ts';
import { adminProcedure, personProcedure, router } from './init.ts';

export const companyRouter = router({
  noticeMail: adminProcedure
    .input(z.void())
    .output(NoticeMail)
    .query(({ ctx }) => readNoticeMail(ctx.services)),
  connectPolicy: personProcedure
    .input(z.void())
    .output(ConnectPolicy)
    .query(({ ctx }) => readConnectPolicy(ctx.services, ctx.actor)),
  setConnectPolicy: adminProcedure
    .input(ConnectPolicy)
    .output(ConnectPolicy)
    .mutation(({ ctx, input }) => setConnectPolicy(ctx.services, ctx.actor, input)),
  deletionPolicy: personProcedure
    .input(z.void())
    .output(DeletionPolicy)
    .query(({ ctx }) => readDeletionPolicy(ctx.services, ctx.actor)),
  setDeletionPolicy: adminProcedure
    .input(DeletionPolicy)
    .output(DeletionPolicy)
    .mutation(({ ctx, input }) => setDeletionPolicy(ctx.services, ctx.actor, input)),
  keepPolicy: personProcedure
    .input(z.void())
    .output(KeepPolicy)
    .query(({ ctx }) => readKeepPolicy(ctx.services, ctx.actor)),
  setKeepPolicy: adminProcedure
    .input(KeepPolicy)
    .output(KeepPolicy)
    .mutation(({ ctx, input }) => setKeepPolicy(ctx.services, ctx.actor, input)),
  retention: personProcedure
    .input(z.void())
    .output(RetentionSettings)
    .query(({ ctx }) => readRetention(ctx.services, ctx.actor)),
  setRetention: adminProcedure
    .input(RetentionPolicy)
    .output(RetentionSettings)
    .mutation(({ ctx, input }) => setRetention(ctx.services, ctx.actor, input)),
  visibility: adminProcedure
    .input(z.void())
    .output(VisibilityState)
    .query(({ ctx }) => readVisibilityState(ctx.services, ctx.actor)),
  tryVisibility: adminProcedure
    .input(Visibility)
    .output(VisibilityTrial)
    .query(({ ctx, input }) => tryVisibility(ctx.services, ctx.actor, input)),
  proposeVisibility: adminProcedure
    .input(Visibility)
    .output(VisibilityState)
    .mutation(({ ctx, input }) => proposeVisibility(ctx.services, ctx.actor, input)),
  steerVisibility: adminProcedure
    .input(ChangeRequest)
    .output(VisibilityState)
    .mutation(({ ctx, input }) => steerVisibility(ctx.services, ctx.actor, input)),
});
