import { z } from 'zod';

/** Where a thread stands open: enough to find it again in the person's own mailbox, and nothing of what it says. */
export const ThreadRef = z.object({
  /** Address of the account the mail page shows, as the page tells it. */
  mailboxAddress: z.string().min(3).max(320),
  /** The provider's id of the thread; for Gmail 16 hex digits ("legacy" id). */
  providerThreadId: z.string().regex(/^[0-9a-zA-Z_-]{1,512}$/),
});
export type ThreadRef = z.infer<typeof ThreadRef>;

/** What a mail page reader tells of the thread in view. */
export const OpenThread = ThreadRef.extend({
  page: z.enum(['gmail']),
});
export type OpenThread = z.infer<typeof OpenThread>;

/** What a reader could not find on the page. Names facts, holds nothing a person wrote. */
export const ReaderTrouble = z.object({
  page: z.enum(['gmail']),
  missing: z.enum(['sdk', 'account', 'thread-id', 'sidebar']),
});
export type ReaderTrouble = z.infer<typeof ReaderTrouble>;
