/*
 * Finds the thread a message belongs to by the ids it carries, and records every id it mentions, so that arrival order does
 * not matter. Two threads found to be one are joined by their root; each keeps its own candidates, stances and grants.
 */

import { sql } from 'kysely';
import { type CompanyId, type MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import type { NormalisedMessageId } from '../../../lib/domain/message-id.ts';
import { planJoin, threadingIds } from '../../../lib/domain/thread.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';

/** Until the transaction ends: two that meet the same message or unknown id at once would each make a row for it. */
export const lockThreads = async (tx: Tx, companyId: CompanyId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`thread:${companyId}`}, 0))`.execute(tx);
};

/**
 * The thread the message belongs to, made when no id leads to one. Of threads that are joined it is the one of the nearest
 * message it answers, so that what is decided there goes on to hold. `ownId` is the message's id,
 * real or synthetic.
 */
export const joinThread = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  message: {
    readonly messageId: MessageId;
    readonly ownId: NormalisedMessageId;
    readonly headers: MessageHeaders;
  },
): Promise<ThreadId> => {
  const ids = {
    messageId: message.ownId,
    inReplyTo: message.headers.inReplyTo,
    references: message.headers.references,
  };
  const hashes = new Map(threadingIds(ids).map((id) => [id, services.sealing.messageIdHash(companyId, id)]));
  const roots = await tx
    .selectFrom('candor.mention')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.mention.thread_id')
    .innerJoin('candor.thread as root', 'root.id', 'candor.thread.root_id')
    .select([
      'candor.mention.id_hash',
      'candor.mention.thread_id as own_thread_id',
      'root.id',
      'root.created_at',
    ])
    .where('candor.mention.company_id', '=', companyId)
    .where('candor.mention.id_hash', '=', anyOf([...hashes.values()]))
    .execute();
  const rootByHash = new Map(
    roots.map((row) => [row.id_hash.toString('hex'), { threadId: row.id, createdAt: row.created_at }]),
  );
  const plan = planJoin(ids, (id) => rootByHash.get(hashes.get(id)?.toString('hex') ?? ''));

  const now = services.clock.now();
  const rootId = plan.threadId ?? ThreadId.parse(crypto.randomUUID());
  if (plan.threadId === undefined) {
    await tx
      .insertInto('candor.thread')
      .values({ id: rootId, company_id: companyId, root_id: rootId, created_at: now })
      .execute();
  }
  if (plan.absorbed.length > 0) {
    await tx
      .updateTable('candor.thread')
      .set({ root_id: rootId })
      .where('root_id', 'in', [...plan.absorbed])
      .execute();
    await tx
      .insertInto('candor.thread_join')
      .values(
        plan.absorbed.map((each) => ({
          company_id: companyId,
          thread_id: each,
          into_id: rootId,
          because_message_id: message.messageId,
          joined_at: now,
        })),
      )
      .execute();
  }
  const ownThreads = new Map(roots.map((row) => [row.id_hash.toString('hex'), row.own_thread_id]));
  const nearest = [...ids.inReplyTo, ...ids.references.toReversed(), ids.messageId].flatMap(
    (id) => ownThreads.get(hashes.get(id)?.toString('hex') ?? '') ?? [],
  )[0];
  const threadId = nearest ?? rootId;
  const fresh = plan.idsToRecord.flatMap((id) => hashes.get(id) ?? []);
  if (fresh.length > 0) {
    await tx
      .insertInto('candor.mention')
      .values(fresh.map((hash) => ({ company_id: companyId, id_hash: hash, thread_id: threadId })))
      .execute();
  }
  return threadId;
};
