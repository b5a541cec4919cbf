/* What an import of old mail would keep, shown before anything of it is stored. */
import { z } from 'zod';
import { CandidateId, MailboxId } from './ids.ts';
import { OldMailWindow } from './import.ts';
import { Reader } from './thread.ts';

/** `position`: opaque, from the page before; absent begins. */
export const ImportPreviewRequest = z.object({
  mailboxId: MailboxId,
  window: OldMailWindow,
  position: z.string().max(20_000).optional(),
});
export type ImportPreviewRequest = z.infer<typeof ImportPreviewRequest>;

export const PreviewThread = z.object({
  providerThreadId: z.string(),
  subject: z.string(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** Messages of it that would be kept. */
  messageCount: z.int().positive(),
  /** Those of the candidates on it whom this person may open. */
  candidates: z.array(z.object({ candidateId: CandidateId, name: z.string() })),
  /** Others on it from outside, by name or address. */
  others: z.array(z.string()),
  /** Why it would be kept: whole sentences. */
  because: z.array(z.string()),
  /** Who would read it, this person first; those who read what is on record of it already may be more. */
  readers: z.array(Reader),
  isOnRecord: z.boolean(),
  /** What leaving it out goes by: keyed hashes of its messages, in hex. */
  hashes: z.array(z.string()),
});
export type PreviewThread = z.infer<typeof PreviewThread>;

/** `next`: absent when all was looked at. A thread may come on more than one page. */
export const ImportPreviewPage = z.object({
  threads: z.array(PreviewThread),
  lookedThreads: z.int().nonnegative(),
  next: z.string().optional(),
});
export type ImportPreviewPage = z.infer<typeof ImportPreviewPage>;
