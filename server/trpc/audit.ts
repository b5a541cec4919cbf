import { z } from 'zod';
import {
  AuditCheck,
  AuditExport,
  AuditExportRequest,
  AuditPage,
  AuditRequest,
} from '../../lib/contract/audit.ts';
import { exportAudit } from '../services/audit/export-audit.ts';
import { checkAudit, listAudit } from '../services/audit/read-audit.ts';
import { adminProcedure, router } from './init.ts';

export const auditRouter = router({
  list: adminProcedure
    .input(AuditRequest)
    .output(AuditPage)
    .query(({ ctx, input }) => listAudit(ctx.services, ctx.actor, input)),
  check: adminProcedure
    .input(z.void())
    .output(AuditCheck)
    .query(({ ctx }) => checkAudit(ctx.services, ctx.actor)),
  export: adminProcedure
    .input(AuditExportRequest)
    .output(AuditExport)
    .mutation(({ ctx, input }) => exportAudit(ctx.services, ctx.actor, input)),
});
