/* What an owner leaves out of a thread they share, and a share that stands still until they say what becomes of new mail. */
import { z } from 'zod';
import { MessageId, ThreadId } from './ids.ts';
import { ThreadRef } from './page.ts';

export const LeavableRequest = z.object({ threadId: ThreadId });
export const LeavableMessage = z.object({
  messageId: MessageId,
  subject: z.string(),
  from: z.string(),
  sentAt: z.iso.datetime(),
  isLeftOut: z.boolean(),
  /** It went past the candidates, where others of the thread did not. */
  isSideBranch: z.boolean(),
});
export type LeavableMessage = z.infer<typeof LeavableMessage>;

export const SharePause = z.object({
  at: z.iso.datetime(),
  /** Messages that wait for the owner's word. */
  messageCount: z.int().nonnegative(),
  /** Why it stands still: whole sentences. */
  said: z.string(),
});
export type SharePause = z.infer<typeof SharePause>;

export const PausedShare = z.object({
  threadId: ThreadId,
  /** In the mailbox of the owner's that holds its newest message. */
  ref: ThreadRef,
  subject: z.string(),
  pause: SharePause,
});
export type PausedShare = z.infer<typeof PausedShare>;
