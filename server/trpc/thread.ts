import { z } from 'zod';
import { ThreadRef } from '../../lib/contract/page.ts';
import {
  StanceAll,
  StanceAllPreview,
  StanceAllPreviewRequest,
  StanceAllUndo,
} from '../../lib/contract/stance-all.ts';
import {
  CouldRead,
  CouldReadRequest,
  DeletedInMailbox,
  DeleteInMailboxRequest,
  EvidenceRequest,
  GrantedThread,
  ReadThread,
  ReadThreadRequest,
  ThreadEvidence,
  ThreadView,
} from '../../lib/contract/thread.ts';
import {
  ActionOutcome,
  FilingPreview,
  FilingPreviewRequest,
  GrantAction,
  GrantPreview,
  GrantPreviewRequest,
  KeepAction,
  LabelAction,
  LogAction,
  MoveAction,
  RemoveAction,
  SplitAction,
  StanceAction,
  StancePreview,
  StancePreviewRequest,
  UndoAction,
} from '../../lib/contract/thread-action.ts';
import { LeavableMessage, LeavableRequest, PausedShare } from '../../lib/contract/withheld.ts';
import { setGrant } from '../services/actions/grants.ts';
import { keepDeleted } from '../services/actions/keep-deleted.ts';
import { labelThread } from '../services/actions/label-thread.ts';
import { logThread } from '../services/actions/log-thread.ts';
import { moveThread } from '../services/actions/move-thread.ts';
import { removeThread } from '../services/actions/remove-thread.ts';
import { splitThread } from '../services/actions/split-thread.ts';
import { previewStanceAll, setStanceAll } from '../services/actions/stance-all.ts';
import { setStance } from '../services/actions/stances.ts';
import { undoAction } from '../services/actions/undo.ts';
import { couldRead } from '../services/threads/could-read.ts';
import { deleteInMailbox } from '../services/threads/delete-in-mailbox.ts';
import { readEvidence } from '../services/threads/evidence.ts';
import { previewFiling } from '../services/threads/filing-preview.ts';
import { previewGrant, readGranted } from '../services/threads/granted.ts';
import { previewStance } from '../services/threads/stance-preview.ts';
import { readThread } from '../services/threads/thread-reading.ts';
import { viewThread } from '../services/threads/thread-view.ts';
import { readLeavable, readPausedShares } from '../services/threads/withheld.ts';
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
    .query(({ ctx, input }) => previewStance(ctx.services, ctx.actor, input)),
  evidence: personProcedure
    .input(EvidenceRequest)
    .output(ThreadEvidence)
    .query(({ ctx, input }) => readEvidence(ctx.services, ctx.actor, input.threadId)),
  previewFiling: personProcedure
    .input(FilingPreviewRequest)
    .output(FilingPreview)
    .query(({ ctx, input }) => previewFiling(ctx.services, ctx.actor, input)),
  deleteInMailbox: personProcedure
    .input(DeleteInMailboxRequest)
    .output(DeletedInMailbox)
    .mutation(({ ctx, input }) => deleteInMailbox(ctx.services, ctx.actor, input.messageId, ctx.signal)),
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
  setGrant: personProcedure
    .input(GrantAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => setGrant(ctx.services, ctx.actor, input)),
  previewGrant: personProcedure
    .input(GrantPreviewRequest)
    .output(GrantPreview)
    .query(({ ctx, input }) => previewGrant(ctx.services, ctx.actor, input)),
  couldRead: personProcedure
    .input(CouldReadRequest)
    .output(CouldRead)
    .query(({ ctx, input }) => couldRead(ctx.services, ctx.actor, input)),
  granted: personProcedure
    .input(z.void())
    .output(z.array(GrantedThread))
    .query(async ({ ctx }) => [...(await readGranted(ctx.services, ctx.actor))]),
  previewStanceAll: personProcedure
    .input(StanceAllPreviewRequest)
    .output(StanceAllPreview)
    .query(({ ctx, input }) => previewStanceAll(ctx.services, ctx.actor, input)),
  setStanceAll: personProcedure
    .input(StanceAll)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => setStanceAll(ctx.services, ctx.actor, input)),
  undoStanceAll: personProcedure
    .input(StanceAllUndo)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => undoAction(ctx.services, ctx.actor, input, ctx.signal)),
  leavable: personProcedure
    .input(LeavableRequest)
    .output(z.array(LeavableMessage))
    .query(async ({ ctx, input }) => [...(await readLeavable(ctx.services, ctx.actor, input.threadId))]),
  paused: personProcedure
    .input(z.void())
    .output(z.array(PausedShare))
    .query(async ({ ctx }) => [...(await readPausedShares(ctx.services, ctx.actor))]),
  remove: personProcedure
    .input(RemoveAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => removeThread(ctx.services, ctx.actor, input)),
  move: personProcedure
    .input(MoveAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => moveThread(ctx.services, ctx.actor, input)),
  split: personProcedure
    .input(SplitAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => splitThread(ctx.services, ctx.actor, input)),
  keep: personProcedure
    .input(KeepAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => keepDeleted(ctx.services, ctx.actor, input)),
  undo: personProcedure
    .input(UndoAction)
    .output(ActionOutcome)
    .mutation(({ ctx, input }) => undoAction(ctx.services, ctx.actor, input, ctx.signal)),
});
