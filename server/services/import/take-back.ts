/*
 * Takes back what an import brought, some copies at a time: those copies, messages that no other mailbox holds, and threads
 * that are empty then. What came by itself, was filed by hand, stands under a legal hold, or would be kept by the ordinary
 * looks stays.
 */
import { sql } from 'kysely';
import type { MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { copyHash } from '../ingest/copy-hash.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import { removeEmptyThreads, removeWithoutCopy } from '../ingest/remove-unheld.ts';
import { sealAsFiled } from '../ingest/seal-as-filed.ts';
import type { Services } from '../services.ts';
import { commitStep, type ImportWork } from './import-work.ts';

const copiesAtOnce = 200;

/** Runs as the company, in a transaction of its own. False once nothing is left to take back. Throws ImportStopped. */
export const takeBackSome = async (services: Services, tx: Tx, work: ImportWork): Promise<boolean> => {
  await commitStep(services, tx, work, {});
  await lockThreads(tx, work.companyId);
  await keepWhatStands(tx, work);
  const removed = await tx
    .deleteFrom('candor.message_copy')
    .where('id', 'in', (select) =>
      select
        .selectFrom('candor.message_copy')
        .select('candor.message_copy.id')
        .where('import_id', '=', work.importId)
        .orderBy('id')
        .limit(copiesAtOnce),
    )
    .returning(['message_id', 'thread_id', 'provider_message_id'])
    .execute();
  if (removed.length === 0) return false;
  await tx
    .deleteFrom('candor.decision')
    .where('mailbox_id', '=', work.mailboxId)
    .where('copy_hash', '=', anyOf(removed.map((row) => copyHash(services, work, row.provider_message_id))))
    .execute();
  const messageIds = [...new Set(removed.map((row) => row.message_id))];
  const threadIds = [...new Set(removed.map((row) => row.thread_id))];
  await removeWithoutCopy(tx, messageIds);
  await forgetBcc(tx, work, messageIds);
  await unfile(tx, threadIds);
  await removeEmptyThreads(tx, threadIds);
  await sealAsFiled(services, tx, work.companyId, threadIds);
  return true;
};

/** A copy that stands by more than the import is the import's no longer. */
const keepWhatStands = async (tx: Tx, work: ImportWork): Promise<void> => {
  await tx
    .updateTable('candor.message_copy')
    .set({ import_id: null })
    .where('import_id', '=', work.importId)
    .where(
      sql<boolean>`(
        received_at >= ${work.syncFrom}
        or exists (
          select from candor.message m
          where m.id = candor.message_copy.message_id and m.sent_at >= ${work.syncFrom})
        or exists (
          select from candor.thread_candidate f
          where f.thread_id = candor.message_copy.thread_id and f.because in ('logged', 'label'))
        or exists (
          select from candor.thread_candidate f join candor.legal_hold h on h.candidate_id = f.candidate_id
          where f.thread_id = candor.message_copy.thread_id))`,
    )
    .execute();
};

/** Of a message that another mailbox holds, the blind copies that only this person's copies told of. */
const forgetBcc = async (tx: Tx, work: ImportWork, messageIds: readonly MessageId[]): Promise<void> => {
  await tx
    .deleteFrom('candor.participant')
    .where('message_id', '=', anyOf(messageIds))
    .where('bcc_known_by', '=', work.personId)
    .where(
      sql<boolean>`not exists (
        select from candor.message_copy c
        where c.message_id = candor.participant.message_id and c.person_id = ${work.personId})`,
    )
    .execute();
};

/** A candidate whose address stands on nothing that is left of the thread. */
const unfile = async (tx: Tx, threadIds: readonly ThreadId[]): Promise<void> => {
  await tx
    .deleteFrom('candor.thread_candidate')
    .where('thread_id', '=', anyOf(threadIds))
    .where('because', '=', 'candidate-address')
    .where(
      sql<boolean>`not exists (
        select from candor.participant p
        join candor.candidate_address a on a.address_hash = p.address_hash and a.company_id = p.company_id
        where p.thread_id = candor.thread_candidate.thread_id
          and a.candidate_id = candor.thread_candidate.candidate_id)`,
    )
    .execute();
};
