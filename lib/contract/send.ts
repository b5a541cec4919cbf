/* A reply a person writes beside a thread, and what became of it. */
import { z } from 'zod';
import { FailureReason } from './failure.ts';
import { ActionKey, MessageId, ThreadId } from './ids.ts';
import { ThreadRef } from './page.ts';

/** Goes out by the person's primary mailbox. Its key is what it is sent once by. */
export const ReplyAction = z.object({
  kind: z.literal('reply'),
  key: ActionKey,
  ref: ThreadRef,
  threadId: ThreadId,
  /** The message it answers. */
  messageId: MessageId,
  /** Of people on the thread. */
  to: z.array(z.string().min(3).max(320)).min(1).max(50),
  text: z.string().trim().min(1).max(100_000),
});
export type ReplyAction = z.infer<typeof ReplyAction>;

/** A reply of this person's on the open thread, as long as there is something to tell of it. */
export const Outgoing = z.object({
  key: ActionKey,
  /** `waits-for-mailbox`: the mailbox it goes by is to be reconnected, or is paused. */
  state: z.enum(['sending', 'waits-for-provider', 'waits-for-mailbox', 'sent', 'failed']),
  at: z.iso.datetime(),
  /** With `sent`: why not everybody has it. */
  failedFor: FailureReason.or(z.literal('bug')).optional(),
});
export type Outgoing = z.infer<typeof Outgoing>;

/** What its person decides on a reply that failed: `retry` sends it, whatever became of the earlier attempt. */
export const SettleReply = z.object({ key: ActionKey, how: z.enum(['retry', 'drop']) });
export type SettleReply = z.infer<typeof SettleReply>;
export const SettledReply = z.object({ key: ActionKey });
