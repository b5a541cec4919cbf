/*
 * Takes what an act brought onto the record away again, when its person undoes it. What was there before, came by another
 * way since, or stands by another act stays; what only answers mail that is gone goes with it, for no rule keeps it any more.
 */
import { sql } from 'kysely';
import type { ActionKey, CompanyId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import { requireNoHold, requireNotOnHold } from '../erasure/on-hold.ts';
import { copyHash } from '../ingest/copy-hash.ts';
import { lockThreadRows, lockThreads } from '../ingest/join-threads.ts';
import { noteRemovals } from '../ingest/removals.ts';
import { removeEmptyThreads, removeWithoutCopy } from '../ingest/remove-unheld.ts';
import { sealAsFiled } from '../ingest/seal-as-filed.ts';
import type { Services } from '../services.ts';
import type { Brought } from './undo-facts.ts';

/** Runs as the company, in the transaction that marks the act as undone. Throws: legal-hold. */
export const takeAway = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  key: ActionKey,
  brought: Brought,
): Promise<void> => {
  const { companyId } = actor;
  await lockThreads(tx, companyId);
  await requireNoHold(tx, await readThreadsBrought(tx, brought));
  await requireNotOnHold(tx, brought.createdCandidateIds);
  await noteRemovals(
    services,
    tx,
    actor,
    brought.liftedHashes.map((hex) => Buffer.from(hex, 'hex')),
  );
  const messageIds = await removeCopies(services, tx, companyId, brought);
  const threadIds = await readThreadsOf(tx, messageIds, brought);
  await removeWithoutCopy(tx, messageIds);
  for (const filed of brought.filed) await refile(tx, companyId, key, filed);
  const touched = [...new Set([...threadIds, ...(await removeUnusedCandidates(tx, brought))])];
  await removeUngrounded(tx, touched);
  await removeEmptyThreads(tx, touched);
  await sealAsFiled(services, tx, companyId, touched);
};

/** Threads that lose copies or a filing by it. */
const readThreadsBrought = async (tx: Tx, { copyIds, filed }: Brought): Promise<readonly ThreadId[]> => {
  const rows = await tx
    .selectFrom('candor.message_copy')
    .select('thread_id')
    .distinct()
    .where('id', '=', anyOf(copyIds))
    .execute();
  return [...new Set([...rows.map((row) => row.thread_id), ...filed.map(({ threadId }) => threadId)])];
};

const readThreadsOf = async (
  tx: Tx,
  messageIds: readonly MessageId[],
  brought: Brought,
): Promise<readonly ThreadId[]> => {
  const rows = await tx
    .selectFrom('candor.message')
    .select('thread_id')
    .distinct()
    .where('id', '=', anyOf(messageIds))
    .execute();
  return [...new Set([...rows.map((row) => row.thread_id), ...brought.filed.map((filed) => filed.threadId)])];
};

/** Gives back the messages they were copies of. */
const removeCopies = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  { copyIds }: Brought,
): Promise<readonly MessageId[]> => {
  const removed = await tx
    .deleteFrom('candor.message_copy')
    .where('id', '=', anyOf(copyIds))
    .returning(['message_id', 'mailbox_id', 'provider_message_id'])
    .execute();
  for (const { mailbox_id: mailboxId, provider_message_id: providerMessageId } of removed) {
    await tx
      .deleteFrom('candor.decision')
      .where('mailbox_id', '=', mailboxId)
      .where('copy_hash', '=', copyHash(services, { companyId, mailboxId }, providerMessageId))
      .execute();
  }
  return [...new Set(removed.map((row) => row.message_id))];
};

/** What else files the thread on the candidate: another act that stands, or the candidate's address on mail that stays. */
const refile = async (
  tx: Tx,
  companyId: CompanyId,
  key: ActionKey,
  { threadId, candidateId, before }: Brought['filed'][number],
): Promise<void> => {
  const isHere = { brought: { filed: [{ threadId, candidateId }] } };
  const standing = await tx
    .selectFrom('candor.action')
    .select(['kind', 'person_id', 'done_at'])
    .where('company_id', '=', companyId)
    .where('key', '<>', key)
    .where('undone_at', 'is', null)
    .where(sql<boolean>`undo_facts @> ${JSON.stringify(isHere)}::jsonb`)
    // A log says more than a label.
    .orderBy('kind', 'desc')
    .orderBy('done_at')
    .executeTakeFirst();
  const hasAddress = await tx
    .selectFrom('candor.participant')
    .innerJoin(
      'candor.candidate_address',
      'candor.candidate_address.address_hash',
      'candor.participant.address_hash',
    )
    .select('candor.participant.message_id')
    .where('candor.participant.thread_id', '=', threadId)
    .where('candor.candidate_address.candidate_id', '=', candidateId)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('candor.unfiled')
            .select('candor.unfiled.thread_id')
            .where('candor.unfiled.thread_id', '=', threadId)
            .where('candor.unfiled.candidate_id', '=', candidateId),
        ),
      ),
    )
    .executeTakeFirst();
  const because =
    standing !== undefined
      ? standing.kind === 'label'
        ? 'label'
        : 'logged'
      : hasAddress !== undefined
        ? 'candidate-address'
        : before === 'asked' || before === 'moved'
          ? before
          : undefined;
  if (because === undefined) {
    await tx
      .deleteFrom('candor.thread_candidate')
      .where('thread_id', '=', threadId)
      .where('candidate_id', '=', candidateId)
      .execute();
    return;
  }
  await tx
    .updateTable('candor.thread_candidate')
    .set({
      because,
      filed_by: standing?.person_id ?? null,
      ...(standing === undefined ? {} : { filed_at: standing.done_at }),
    })
    .where('thread_id', '=', threadId)
    .where('candidate_id', '=', candidateId)
    .execute();
};

/**
 * Mail that only answers what is gone, or only names a candidate who is gone. An act or a candidate's address holds a thread
 * with all its parts: what was set apart answers the rest.
 */
const removeUngrounded = async (tx: Tx, threadIds: readonly ThreadId[]): Promise<void> => {
  await lockThreadRows(tx, threadIds);
  await tx
    .deleteFrom('candor.message')
    .where('thread_id', '=', anyOf(threadIds))
    .where(
      sql<boolean>`not exists (
        select from candor.message m
        join candor.thread part on part.id = m.thread_id
        join candor.thread its on its.root_id = part.root_id
        left join candor.thread_candidate f on f.thread_id = m.thread_id
        where its.id = candor.message.thread_id and (
          m.kept_by && '{label,logged,asked}' or f.because <> 'candidate-address'
          or (f.because = 'candidate-address' and m.kept_by && '{candidate-address,verified-address}')))`,
    )
    .execute();
};

/** Candidates the act made that nobody did anything else with. Gives back the threads their addresses had filed on them. */
const removeUnusedCandidates = async (
  tx: Tx,
  { createdCandidateIds }: Brought,
): Promise<readonly ThreadId[]> => {
  const unused = await tx
    .selectFrom('candor.candidate')
    .select('id')
    .where('id', '=', anyOf(createdCandidateIds))
    .where(
      sql<boolean>`not exists (
        select from candor.thread_candidate f
        where f.candidate_id = candor.candidate.id and f.because <> 'candidate-address')`,
    )
    .where(
      sql<boolean>`not exists (
        select from candor.application a where a.candidate_id = candor.candidate.id)`,
    )
    .execute();
  const ids = unused.map((row) => row.id);
  const filed = await tx
    .deleteFrom('candor.thread_candidate')
    .where('candidate_id', '=', anyOf(ids))
    .returning('thread_id')
    .execute();
  await tx.deleteFrom('candor.candidate').where('id', '=', anyOf(ids)).execute();
  return filed.map((row) => row.thread_id);
};
