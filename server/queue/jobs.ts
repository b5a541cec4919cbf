/* Every kind of job, with its payload: ids only, for a job's row stands in the database as it is. */
import { z } from 'zod';
import { ActionKey, CompanyId, MailboxId } from '../../lib/contract/ids.ts';

/** Brings in what changed in one mailbox since its cursor. */
export const MailboxPull = z.object({
  kind: z.literal('mailbox.pull'),
  companyId: CompanyId,
  mailboxId: MailboxId,
});
/** Sees to it that the mailbox's provider tells us of changes. */
export const MailboxWatch = z.object({
  kind: z.literal('mailbox.watch'),
  companyId: CompanyId,
  mailboxId: MailboxId,
});
/** Goes on with the imports of one mailbox, one after another. */
export const MailboxImport = z.object({
  kind: z.literal('mailbox.import'),
  companyId: CompanyId,
  mailboxId: MailboxId,
});
/** Counts what one mailbox holds by policy and is not on record, or brings it in, as was asked for. */
export const MailboxCheck = z.object({
  kind: z.literal('mailbox.check'),
  companyId: CompanyId,
  mailboxId: MailboxId,
});
/** Erases what a mailbox brought, once its person asked for that. */
export const MailboxErase = z.object({
  kind: z.literal('mailbox.erase'),
  companyId: CompanyId,
  mailboxId: MailboxId,
});
/** Tells people by mail of one mailbox that needs them. */
export const MailboxTell = z.object({
  kind: z.literal('mailbox.tell'),
  companyId: CompanyId,
  mailboxId: MailboxId,
});
/** Sends one message that a person wrote. */
export const MessageSend = z.object({
  kind: z.literal('message.send'),
  companyId: CompanyId,
  outgoingId: ActionKey,
});
/** Takes off the record what is due to go. */
export const Erase = z.object({ kind: z.literal('erase') });
/** Tells which candidates' time on record is over, and erases those who were told a week ago. Once a day for each company. */
export const Retire = z.object({ kind: z.literal('retire') });
/** Puts into effect what admins decided on visibility and is due. */
export const ApplyVisibility = z.object({ kind: z.literal('visibility') });
/** Makes mail searchable that was stored before it was. */
export const IndexOldMail = z.object({ kind: z.literal('index') });
/** Enqueues a pull for each connected mailbox, a watch and a count where one is due, what imports are to go on, what waits to be sent, and whom to tell of trouble. */
export const Poll = z.object({ kind: z.literal('poll') });

export const Job = z.discriminatedUnion('kind', [
  MailboxPull,
  MailboxWatch,
  MailboxImport,
  MailboxCheck,
  MailboxErase,
  MailboxTell,
  MessageSend,
  Erase,
  Retire,
  ApplyVisibility,
  IndexOldMail,
  Poll,
]);
export type Job = z.infer<typeof Job>;
export type JobKind = Job['kind'];

/** Jobs with the same key never run at the same time, and one that waits stands for those enqueued after it. */
export const keyOf = (job: Job): string => {
  if ('mailboxId' in job) return job.mailboxId;
  return 'outgoingId' in job ? job.outgoingId : job.kind;
};

/** Attempts after a bug, with growing waits; a busy provider costs none. */
export const attemptsOf: Readonly<Record<JobKind, number>> = {
  'mailbox.pull': 3,
  'mailbox.watch': 3,
  'mailbox.import': 3,
  'mailbox.check': 3,
  'mailbox.erase': 10,
  'mailbox.tell': 3,
  'message.send': 3,
  erase: 3,
  retire: 3,
  visibility: 3,
  index: 10,
  poll: 1,
};

/** Why a job was given up after its last attempt: a bug, or it ran too long (or its process died under it). */
export type BuriedBecause = 'fault' | 'time-out';

export type Enqueue = (job: Job, options?: { readonly afterMs?: number }) => Promise<void>;
