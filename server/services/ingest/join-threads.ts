/*
 * Finds the threads messages belong to by the ids they carry, and records every id they mention, so that arrival order does
 * not matter. Two threads found to be one are joined by their root; each keeps its own candidates, stances and grants. Two
 * that a person split are not joined again.
 * Worked out in memory, message by message, from what is on record; then written at once.
 */

import { sql } from 'kysely';
import { type CompanyId, type MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import type { NormalisedMessageId } from '../../../lib/domain/message-id.ts';
import { nearestFirst, planJoin, type StandingThread, threadingIds } from '../../../lib/domain/thread.ts';
import { anyOf } from '../../db/any-of.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';

/** Until the transaction ends: two that meet the same message or unknown id at once would each make a row for it. */
export const lockThreads = async (tx: Tx, companyId: CompanyId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`thread:${companyId}`}, 0))`.execute(tx);
};

/**
 * The rows of threads, until the transaction ends. Whoever changes or deletes messages locks those they are on first: so does
 * the database where it writes who may read them (migration 0018), and the two would wait for each other.
 */
export const lockThreadRows = async (tx: Tx, threadIds: readonly ThreadId[]): Promise<void> => {
  await sql`
    select from candor.thread t where t.id = ${anyOf(threadIds)} order by t.id for no key update`.execute(tx);
};

/** The same of the threads these messages are on. */
export const lockThreadsOf = async (tx: Tx, messageIds: readonly MessageId[]): Promise<void> => {
  await sql`
    select from candor.thread t
    where t.id in (select m.thread_id from candor.message m where m.id = ${anyOf(messageIds)})
    order by t.id for no key update`.execute(tx);
};

/** A message that is not on record yet. `ownId` is its id, real or synthetic. */
export type JoiningMessage = {
  readonly messageId: MessageId;
  readonly ownId: NormalisedMessageId;
  readonly headers: MessageHeaders;
};

/**
 * The thread of each message, made when no id leads to one: the same threads as if the messages came one by one in this
 * order. Of threads that are joined it is the one of the nearest message it answers, so that what is decided there goes
 * on to hold.
 */
export const joinThreads = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  messages: readonly JoiningMessage[],
): Promise<ReadonlyMap<MessageId, ThreadId>> => {
  if (messages.length === 0) return new Map();
  const hashes = new Map<NormalisedMessageId, Buffer>();
  for (const message of messages)
    for (const id of threadingIds(toIds(message)))
      if (!hashes.has(id)) hashes.set(id, services.sealing.messageIdHash(companyId, id));
  const joining = await readStanding(tx, companyId, hashes, services.clock.now());
  const threadIds = new Map(messages.map((message) => [message.messageId, joining.join(message)]));
  await writeJoins(tx, companyId, joining.changes(), services.clock.now());
  return threadIds;
};

const toIds = ({ ownId, headers }: JoiningMessage) => ({
  messageId: ownId,
  inReplyTo: headers.inReplyTo,
  references: headers.references,
});

type Joined = {
  readonly threadId: ThreadId;
  readonly intoId: ThreadId;
  readonly because: MessageId;
};
type Changes = {
  readonly threads: readonly { readonly threadId: ThreadId; readonly rootId: ThreadId }[];
  /** Roots on record that are roots no more, and what stands in their place. */
  readonly absorbed: readonly { readonly rootId: ThreadId; readonly intoId: ThreadId }[];
  readonly joins: readonly Joined[];
  readonly mentions: readonly { readonly hash: Buffer; readonly threadId: ThreadId }[];
};

/** The threads the ids lead to, as they stand on record; joining goes on from there in memory. */
const readStanding = async (
  tx: Tx,
  companyId: CompanyId,
  hashes: ReadonlyMap<NormalisedMessageId, Buffer>,
  now: number,
) => {
  const rows = await tx
    .selectFrom('candor.mention')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.mention.thread_id')
    .innerJoin('candor.thread as root', 'root.id', 'candor.thread.root_id')
    .select([
      'candor.mention.id_hash',
      'candor.mention.thread_id',
      'root.id as root_id',
      'root.created_at as root_created_at',
    ])
    .where('candor.mention.company_id', '=', companyId)
    .where('candor.mention.id_hash', '=', anyOf([...hashes.values()]))
    .execute();
  const idByHash = new Map([...hashes].map(([id, hash]) => [hash.toString('hex'), id]));
  const threadOf = new Map<NormalisedMessageId, ThreadId>();
  const rootOf = new Map<ThreadId, ThreadId>();
  const createdAt = new Map<ThreadId, number>();
  for (const row of rows) {
    const id = idByHash.get(row.id_hash.toString('hex'));
    if (id !== undefined) threadOf.set(id, row.thread_id);
    rootOf.set(row.thread_id, row.root_id);
    createdAt.set(row.root_id, row.root_created_at);
  }
  const apart = await readApart(tx, companyId, [...new Set(rootOf.values())]);
  const into = new Map<ThreadId, ThreadId>();
  const made = new Set<ThreadId>();
  const joins: Joined[] = [];
  const mentions: { hash: Buffer; threadId: ThreadId }[] = [];

  const survivorOf = (rootId: ThreadId): ThreadId => {
    const next = into.get(rootId);
    return next === undefined ? rootId : survivorOf(next);
  };
  const standing = (id: NormalisedMessageId): StandingThread<ThreadId> | undefined => {
    const threadId = threadOf.get(id);
    if (threadId === undefined) return undefined;
    const rootId = survivorOf(rootOf.get(threadId) ?? threadId);
    return { threadId: rootId, createdAt: createdAt.get(rootId) ?? now };
  };

  const areKeptApart = (a: ThreadId, b: ThreadId): boolean =>
    apart.some(([one, other]) => {
      const [left, right] = [survivorOf(one), survivorOf(other)];
      return (left === a && right === b) || (left === b && right === a);
    });

  return {
    join: (message: JoiningMessage): ThreadId => {
      const plan = planJoin<ThreadId>(toIds(message), standing, areKeptApart);
      const rootId = plan.threadId ?? ThreadId.parse(crypto.randomUUID());
      if (plan.threadId === undefined) {
        made.add(rootId);
        createdAt.set(rootId, now);
      }
      for (const absorbed of plan.absorbed) {
        into.set(absorbed, rootId);
        joins.push({ threadId: absorbed, intoId: rootId, because: message.messageId });
      }
      const nearest = nearestFirst(toIds(message)).find((id) => threadOf.has(id));
      const threadId = (nearest === undefined ? undefined : threadOf.get(nearest)) ?? rootId;
      for (const id of plan.idsToRecord) {
        const hash = hashes.get(id);
        threadOf.set(id, threadId);
        if (hash !== undefined) mentions.push({ hash, threadId });
      }
      return threadId;
    },
    changes: (): Changes => ({
      threads: [...made].map((threadId) => ({ threadId, rootId: survivorOf(threadId) })),
      absorbed: [...into.keys()]
        .filter((rootId) => !made.has(rootId))
        .map((rootId) => ({ rootId, intoId: survivorOf(rootId) })),
      joins,
      mentions,
    }),
  };
};

/** Pairs of roots, one of them among the given, under which there are threads that a person split from each other. */
const readApart = async (
  tx: Tx,
  companyId: CompanyId,
  rootIds: readonly ThreadId[],
): Promise<readonly (readonly [ThreadId, ThreadId])[]> => {
  if (rootIds.length < 2) return [];
  const rows = await tx
    .selectFrom('candor.thread_apart')
    .innerJoin('candor.thread as one', 'one.id', 'candor.thread_apart.thread_id')
    .innerJoin('candor.thread as other', 'other.id', 'candor.thread_apart.other_id')
    .select(['one.root_id as one', 'other.root_id as other'])
    .where('candor.thread_apart.company_id', '=', companyId)
    .where('one.root_id', '=', anyOf(rootIds))
    .where('other.root_id', '=', anyOf(rootIds))
    .execute();
  return rows.map(({ one, other }) => [one, other]);
};

const writeJoins = async (tx: Tx, companyId: CompanyId, changes: Changes, now: number): Promise<void> => {
  for (const portion of inPortions(changes.threads, 4))
    await tx
      .insertInto('candor.thread')
      .values(
        portion.map(({ threadId, rootId }) => ({
          id: threadId,
          company_id: companyId,
          root_id: rootId,
          created_at: now,
        })),
      )
      .execute();
  if (changes.absorbed.length > 0)
    await sql`
      update candor.thread set root_id = survivor.into_id
      from unnest(
        ${changes.absorbed.map(({ rootId }) => rootId)}::uuid[],
        ${changes.absorbed.map(({ intoId }) => intoId)}::uuid[]) as survivor(root_id, into_id)
      where candor.thread.root_id = survivor.root_id`.execute(tx);
  for (const portion of inPortions(changes.joins, 5))
    await tx
      .insertInto('candor.thread_join')
      .values(
        portion.map(({ threadId, intoId, because }) => ({
          company_id: companyId,
          thread_id: threadId,
          into_id: intoId,
          because_message_id: because,
          joined_at: now,
        })),
      )
      .execute();
  for (const portion of inPortions(changes.mentions, 3))
    await tx
      .insertInto('candor.mention')
      .values(
        portion.map(({ hash, threadId }) => ({ company_id: companyId, id_hash: hash, thread_id: threadId })),
      )
      .execute();
};
