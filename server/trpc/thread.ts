import { ThreadRef } from '../../lib/contract/page.ts';
import {
  ActionOutcome,
  LabelAction,
  LogAction,
  ReadThread,
  ReadThreadRequest,
  StanceAction,
  StancePreview,
  StancePreviewRequest,
  ThreadView,
  UndoAction,
} from '../../lib/contract/thread.ts';
import { labelThread } from '../services/label-thread.ts';
import { logThread } from '../services/log-thread.ts';
import { previewStance } from '../services/stance-preview.ts';
import { setStance } from '../services/stances.ts';
import { readThread } from '../services/thread-reading.ts';
import { viewThread } from '../services/thread-view.ts';
import { undoAction } from '../services/undo.ts';
import { personProcedure, router } from './init.ts';

export const threadRouter = router({
  view: personProcedure
    .input(ThreadRef)
    .output(ThreadView)
    .query(({ ctx, input }) => viewThread(ctx.services, ctx.actor, input, ctx.signal)),
  read: personProcedure
    .input(ReadThreadRequest)
    .output(ReadThread)
    .query(({ ctx, input }) => readThread(ctx.services, ctx.actor, input.threadId)),
  previewStance: personProcedure
    .input(StancePreviewRequest)
    .output(StancePreview)
    .query(({ ctx, input }) => previewStance(ctx.services, ctx.actor, input.threadId, input.stance)),
  log: personProcedure
    .input(LogAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => logThread(ctx.services, ctx.actor, input, ctx.signal)),
  label: personProcedure
    .input(LabelAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => labelThread(ctx.services, ctx.actor, input, ctx.signal)),
  setStance: personProcedure
    .input(StanceAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => setStance(ctx.services, ctx.actor, input)),
  undo: personProcedure
    .input(UndoAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => undoAction(ctx.services, ctx.actor, input, ctx.signal)),
});
