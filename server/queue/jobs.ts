/* Every kind of job, with its payload: ids only, for a job's row stands in the database as it is. */
import { z } from 'zod';
import { CompanyId, MailboxId } from '../../lib/contract/ids.ts';

/** Brings in what changed in one mailbox since its cursor. */
export const MailboxPull = z.object({
  kind: z.literal('mailbox.pull'),
  companyId: CompanyId,
  mailboxId: MailboxId,
});
/** Takes off the record what is due to go. */
export const Erase = z.object({ kind: z.literal('erase') });
/** Enqueues a pull for each connected mailbox. */
export const Poll = z.object({ kind: z.literal('poll') });

export const Job = z.discriminatedUnion('kind', [MailboxPull, Poll, Erase]);
export type Job = z.infer<typeof Job>;
export type JobKind = Job['kind'];

/** Jobs with the same key never run at the same time, and one that waits stands for those enqueued after it. */
export const keyOf = (job: Job): string => (job.kind === 'mailbox.pull' ? job.mailboxId : job.kind);

/** Attempts after a bug, with growing waits; a busy provider costs none. */
export const attemptsOf: Readonly<Record<JobKind, number>> = { 'mailbox.pull': 3, poll: 1, erase: 3 };

export type Enqueue = (job: Job, options?: { readonly afterMs?: number }) => Promise<void>;
