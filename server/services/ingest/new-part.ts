/*
 * Makes a part of its own of some messages of a thread, under the same root, with all that was decided on the thread: stances,
 * grants, filings, and what it is kept apart from. Nobody gains sight so, and only who used an override loses it.
 */
import { sql } from 'kysely';
import { type MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { lockThreadsOf } from './join-threads.ts';

/** Runs as the company, under lockThreads. */
export const moveToNewPart = async (
  services: Services,
  tx: Tx,
  fromId: ThreadId,
  messageIds: readonly MessageId[],
  newId = ThreadId.parse(crypto.randomUUID()),
): Promise<ThreadId> => {
  await sql`
    insert into candor.thread (id, company_id, root_id, created_at)
    select ${newId}, company_id, root_id, ${services.clock.now()} from candor.thread where id = ${fromId}`.execute(
    tx,
  );
  await copyDecisions(tx, fromId, newId);
  await lockThreadsOf(tx, messageIds);
  const moved = await tx
    .updateTable('candor.message')
    .set({ thread_id: newId })
    .where('thread_id', '=', fromId)
    .where('id', '=', anyOf(messageIds))
    .returning(['id', 'message_id_hash'])
    .execute();
  const movedIds = moved.map(({ id }) => id);
  await copyReceipts(tx, fromId, newId, movedIds);
  for (const table of ['candor.message_copy', 'candor.participant', 'candor.attachment'] as const)
    await tx.updateTable(table).set({ thread_id: newId }).where('message_id', '=', anyOf(movedIds)).execute();
  await tx
    .updateTable('candor.mention')
    .set({ thread_id: newId })
    .where('thread_id', '=', fromId)
    .where('id_hash', '=', anyOf(moved.map((row) => row.message_id_hash)))
    .execute();
  return newId;
};

/** Whose opening of what was moved is known to its owners stays known to them. */
const copyReceipts = async (
  tx: Tx,
  fromId: ThreadId,
  newId: ThreadId,
  movedIds: readonly MessageId[],
): Promise<void> => {
  await sql`
    insert into candor.receipt (company_id, thread_id, person_id, by_right, message_ids, because, first_at, last_at, opened_count)
    select company_id, ${newId}, person_id, by_right,
      array(select unnest(message_ids) intersect select unnest(${movedIds}::uuid[])), because, first_at, last_at, opened_count
    from candor.receipt where thread_id = ${fromId} and message_ids && ${movedIds}::uuid[]`.execute(tx);
};

const copyDecisions = async (tx: Tx, fromId: ThreadId, newId: ThreadId): Promise<void> => {
  await sql`
    insert into candor.stance (company_id, thread_id, person_id, stance, set_at)
    select company_id, ${newId}, person_id, stance, set_at from candor.stance where thread_id = ${fromId}`.execute(
    tx,
  );
  await sql`
    insert into candor.share_pause (company_id, thread_id, person_id, message_id, cause, address_hash, paused_at, settled_at)
    select company_id, ${newId}, person_id, message_id, cause, address_hash, paused_at, settled_at
    from candor.share_pause where thread_id = ${fromId}`.execute(tx);
  await sql`
    insert into candor."grant" (company_id, thread_id, owner_id, grantee_id, granted_at, ends_at)
    select company_id, ${newId}, owner_id, grantee_id, granted_at, ends_at
    from candor."grant" where thread_id = ${fromId}`.execute(tx);
  await sql`
    insert into candor.thread_candidate (company_id, thread_id, candidate_id, because, filed_by, filed_at)
    select company_id, ${newId}, candidate_id, because, filed_by, filed_at
    from candor.thread_candidate where thread_id = ${fromId}`.execute(tx);
  await sql`
    insert into candor.unfiled (company_id, thread_id, candidate_id, unfiled_by, unfiled_at)
    select company_id, ${newId}, candidate_id, unfiled_by, unfiled_at
    from candor.unfiled where thread_id = ${fromId}`.execute(tx);
  await sql`
    insert into candor.thread_apart (company_id, thread_id, other_id, split_by, split_at)
    select company_id, ${newId}, case when thread_id = ${fromId} then other_id else thread_id end, split_by, split_at
    from candor.thread_apart where ${fromId} in (thread_id, other_id)`.execute(tx);
};
