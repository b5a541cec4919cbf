import { z } from 'zod';
import { auditGroups } from '../domain/audit.ts';

const Seq = z.int().nonnegative();

export const AuditRequest = z.object({
  group: z.enum(auditGroups).optional(),
  /** Rows before this one; absent: from the newest. */
  beforeSeq: Seq.optional(),
});
export type AuditRequest = z.infer<typeof AuditRequest>;

export const AuditEntry = z.object({
  seq: Seq,
  at: z.iso.datetime(),
  /** One whole sentence, with who did it. */
  said: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z.object({
  /** Newest first. */
  entries: z.array(AuditEntry),
  /** Older ones follow before this row. */
  nextBeforeSeq: Seq.optional(),
});
export type AuditPage = z.infer<typeof AuditPage>;

export const AuditCheck = z.object({
  rowCount: z.int().nonnegative(),
  /** The hash of the last row, to be kept elsewhere; absent where there is none. */
  head: z.string().optional(),
  /** The first link that does not hold, in one whole sentence. */
  broken: z.string().optional(),
});
export type AuditCheck = z.infer<typeof AuditCheck>;

/** One portion of the rows, oldest first. `upToSeq`: as the first portion told, so that the last one ends. */
export const AuditExportRequest = z.object({ afterSeq: Seq, upToSeq: Seq.optional() });
export type AuditExportRequest = z.infer<typeof AuditExportRequest>;
export const AuditExport = z.object({
  /** One row of JSON a line. */
  lines: z.string(),
  lastSeq: Seq,
  upToSeq: Seq,
});
export type AuditExport = z.infer<typeof AuditExport>;
