/* A reply that waits to be sent, in a company of tests/build/a-syncing-company.ts, and what became of it. */
import type { ActionKey, CompanyId, MessageId, ThreadId } from '../../lib/contract/ids.ts';
import { sendReply } from '../../server/services/sending/reply.ts';
import { letter } from '../provider/letter.ts';
import { newKey } from '../world/acts.ts';
import { ana, type SyncingCompany } from './a-syncing-company.ts';

const jane = 'jane@mailbox.test';

export type WaitingReply = { readonly companyId: CompanyId; readonly outgoingId: ActionKey };

/** `at`: when the message it answers came, epoch ms. */
export const aWaitingReply = async (company: SyncingCompany, at: number): Promise<WaitingReply> => {
  const { lab, services, mailbox } = company;
  lab.deliver(ana, letter({ from: jane, to: ana, id: `${newKey()}@mailbox.test`, subject: 'When' }), { at });
  await company.pull();
  const { companyId, personId } = mailbox;
  const person = { kind: 'person', companyId, personId } as const;
  const newest = await services.db.transaction(person, (tx) =>
    tx
      .selectFrom('candor.message')
      .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
      .select(['candor.message.id', 'candor.thread.root_id'])
      .orderBy('candor.message.created_at', 'desc')
      .executeTakeFirstOrThrow(),
  );
  const actor = { personId, companyId, name: 'Ana', address: ana, role: 'hiring-manager' } as const;
  const key = newKey();
  await sendReply(services, actor, {
    kind: 'reply',
    key,
    ref: { mailboxAddress: ana, providerThreadId: 'any' },
    threadId: newest.root_id as ThreadId,
    messageId: newest.id as MessageId,
    to: [jane],
    text: 'On Tuesday',
  });
  return { companyId, outgoingId: key };
};

export const stateOf = ({ services }: SyncingCompany, { companyId, outgoingId }: WaitingReply) =>
  services.db.transaction({ kind: 'company', companyId }, (tx) =>
    tx
      .selectFrom('candor.outgoing')
      .select(['state', 'failure_reason'])
      .where('id', '=', outgoingId)
      .executeTakeFirstOrThrow(),
  );

/** How often it lies in Sent at the lab. */
export const timesSent = ({ lab }: SyncingCompany, { outgoingId }: WaitingReply): number =>
  lab
    .mailbox(ana)
    .messages()
    .filter(({ labelIds, raw }) => labelIds.has('SENT') && raw.includes(outgoingId)).length;
