import { z } from 'zod';
import {
  AuditCheck,
  AuditExport,
  AuditExportRequest,
  AuditPage,
  AuditRequest,
} from '../../lib/contract/audit.ts';
import { ReadThreadRequest } from '../../lib/contract/thread.ts';
import { checkReceipts } from '../services/audit/check-receipts.ts';
import { exportAudit } from '../services/audit/export-audit.ts';
import { checkAudit, listAudit } from '../services/audit/read-audit.ts';
import { adminProcedure, personProcedure, router } from './init.ts';

export const auditRouter = router({
  list: adminProcedure
    .input(AuditRequest)
    .output(AuditPage)
    .query(({ ctx, input }) => listAudit(ctx.services, ctx.actor, input)),
  check: adminProcedure
    .input(z.void())
    .output(AuditCheck)
    .query(({ ctx }) => checkAudit(ctx.services, ctx.actor)),
  /** For whoever holds some of the thread. */
  checkReceipts: personProcedure
    .input(ReadThreadRequest)
    .output(AuditCheck)
    .query(({ ctx, input }) => checkReceipts(ctx.services, ctx.actor, input.threadId)),
  export: adminProcedure
    .input(AuditExportRequest)
    .output(AuditExport)
    .mutation(({ ctx, input }) => exportAudit(ctx.services, ctx.actor, input)),
});
