import {
  ImportChoice,
  ImportRow,
  ImportSteer,
  MailboxImports,
  SyncCandidate,
} from '../../lib/contract/import.ts';
import { ImportPreviewPage, ImportPreviewRequest } from '../../lib/contract/import-preview.ts';
import { chooseImport, steerImport, syncCandidate } from '../services/import/imports.ts';
import { previewImport } from '../services/import/preview.ts';
import { personProcedure, router } from './init.ts';

export const importRouter = router({
  preview: personProcedure
    .input(ImportPreviewRequest)
    .output(ImportPreviewPage)
    .query(({ ctx, input }) => previewImport(ctx.services, ctx.actor, input, ctx.signal)),
  choose: personProcedure
    .input(ImportChoice)
    .output(MailboxImports)
    .mutation(({ ctx, input }) => chooseImport(ctx.services, ctx.actor, input)),
  steer: personProcedure
    .input(ImportSteer)
    .output(MailboxImports)
    .mutation(({ ctx, input }) => steerImport(ctx.services, ctx.actor, input)),
  syncCandidate: personProcedure
    .input(SyncCandidate)
    .output(ImportRow)
    .mutation(({ ctx, input }) => syncCandidate(ctx.services, ctx.actor, input)),
});
