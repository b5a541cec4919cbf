import { z } from 'zod';
import { importWindows } from '../domain/import-window.ts';
import { FailureReason } from './failure.ts';
import { CandidateId, ImportId, MailboxId } from './ids.ts';

export const ImportWindow = z.enum(importWindows);
export const OldMailWindow = ImportWindow.exclude(['none', 'from-now']);

export type OldMailWindow = z.infer<typeof OldMailWindow>;

/** estimated: counted, and waits for the person's word. cancelling: what it brought is being taken back. */
export const ImportState = z.enum([
  'estimating',
  'estimated',
  'running',
  'paused',
  'cancelling',
  'done',
  'cancelled',
  'failed',
]);
export type ImportState = z.infer<typeof ImportState>;

/** Why messages were left where they are: a rule of `interest`, or that one could not be read. */
export const LeftCounts = z.record(z.string(), z.int().positive());
export type LeftCounts = z.infer<typeof LeftCounts>;

/** One search through one mailbox for old mail, as its person sees it. Counts only. */
export const ImportRow = z.object({
  importId: ImportId,
  mailboxId: MailboxId,
  /** window: old mail of the mailbox. new-address: a candidate got an address. asked: one candidate, by hand. */
  reason: z.enum(['window', 'new-address', 'asked']),
  candidateId: CandidateId.optional(),
  window: OldMailWindow.optional(),
  state: ImportState,
  /** What the search finds in the mailbox. */
  foundMessages: z.int().nonnegative(),
  foundThreads: z.int().nonnegative(),
  estimate: z.object({ sizeBytes: z.int().nonnegative(), durationMs: z.int().nonnegative() }).optional(),
  lookedThreads: z.int().nonnegative(),
  /** Messages it brought onto the record, and their threads. */
  keptMessages: z.int().nonnegative(),
  keptThreads: z.int().nonnegative(),
  leftCounts: LeftCounts,
  percent: z.int().min(0).max(100),
  messagesPerMinute: z.int().positive().optional(),
  leftMs: z.int().nonnegative().optional(),
  failedFor: FailureReason.or(z.literal('bug')).optional(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
});
export type ImportRow = z.infer<typeof ImportRow>;

/** How one mailbox stands towards its old mail. */
export const MailboxImports = z.object({
  /** What its person chose last. */
  window: ImportWindow,
  companyMaximum: ImportWindow,
  /** The newest import of old mail, whatever became of it. */
  latest: ImportRow.optional(),
  /** Searches under way for one candidate. */
  searches: z.array(ImportRow),
});
export type MailboxImports = z.infer<typeof MailboxImports>;

/** `leaveOut`: what the preview told of conversations that are not to be kept. */
export const ImportChoice = z.object({
  mailboxId: MailboxId,
  window: ImportWindow,
  leaveOut: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(10_000)
    .optional(),
});
export type ImportChoice = z.infer<typeof ImportChoice>;
export const ImportSteer = z.object({
  importId: ImportId,
  how: z.enum(['start', 'pause', 'resume', 'cancel']),
});
export type ImportSteer = z.infer<typeof ImportSteer>;
export const SyncCandidate = z.object({ mailboxId: MailboxId, candidateId: CandidateId });
export type SyncCandidate = z.infer<typeof SyncCandidate>;
