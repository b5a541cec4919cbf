/* One colleague asks another to let them read conversations with a candidate, and what the other answers. */
import { z } from 'zod';
import { CandidateId, PersonId, ThreadId } from './ids.ts';
import { PersonRef } from './person.ts';

export const AccessRequestId = z.uuid().brand<'AccessRequestId'>();
export type AccessRequestId = z.infer<typeof AccessRequestId>;

/** `id` is made by the client, so that a repeated request is one. */
export const AskAccess = z.object({
  id: AccessRequestId,
  candidateId: CandidateId,
  ownerId: PersonId,
  reason: z.string().trim().max(500).optional(),
});
export type AskAccess = z.infer<typeof AskAccess>;
export const AccessRequestAt = z.object({ id: AccessRequestId });

/** This person's own request, as long as there is something to tell of it. */
export const AskedAccess = z.object({
  id: AccessRequestId,
  candidate: z.object({ candidateId: CandidateId, name: z.string() }),
  owner: PersonRef,
  state: z.enum(['waiting', 'granted', 'refused']),
  at: z.iso.datetime(),
});
export type AskedAccess = z.infer<typeof AskedAccess>;

/** What a colleague asks of this person. */
export const AccessAsk = z.object({
  id: AccessRequestId,
  candidate: z.object({ candidateId: CandidateId, name: z.string() }),
  asker: PersonRef,
  reason: z.string().optional(),
  at: z.iso.datetime(),
});
export type AccessAsk = z.infer<typeof AccessAsk>;

/** Both oldest first. */
export const AccessRequests = z.object({ mine: z.array(AskedAccess), toMe: z.array(AccessAsk) });
export type AccessRequests = z.infer<typeof AccessRequests>;

/** A thread with the candidate that mailboxes of this person's hold. */
export const AskableThread = z.object({
  threadId: ThreadId,
  /** Of its newest message. */
  subject: z.string(),
  lastAt: z.iso.datetime(),
  messageCount: z.int().positive(),
  /** The asker reads all of it already. */
  isRead: z.boolean(),
});
export type AskableThread = z.infer<typeof AskableThread>;

/** `all`: the threads with the candidate that there are now, none that begins later. */
export const AnswerAccess = z.discriminatedUnion('how', [
  z.object({ id: AccessRequestId, how: z.literal('refuse') }),
  z.object({
    id: AccessRequestId,
    how: z.literal('threads'),
    threadIds: z.array(ThreadId).min(1).max(200),
    endsAt: z.iso.datetime().optional(),
  }),
  z.object({
    id: AccessRequestId,
    how: z.literal('all'),
    endsAt: z.iso.datetime().optional(),
  }),
]);
export type AnswerAccess = z.infer<typeof AnswerAccess>;
