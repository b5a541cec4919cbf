/* What the whole team has said to some candidates, as one person may see it: hidden threads are a number and nothing more. */
import { sql } from 'kysely';
import type { CandidateId, ThreadId } from '../../../lib/contract/ids.ts';
import type { History, HistoryThread } from '../../../lib/contract/thread.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type ReadableMessage, readMessages } from '../access.ts';
import type { Actor } from '../actor.ts';
import { openHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';

const historyLimit = 200;

/** Newest first. */
export const readHistory = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  candidateIds: readonly CandidateId[],
  openRootId: ThreadId | undefined,
): Promise<History> => {
  if (candidateIds.length === 0) return { threads: [], hiddenCount: 0 };
  const threads = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select((select) => [
      'candor.thread.root_id as rootId',
      select.fn.countAll<number>().as('messageCount'),
      select.fn.max('candor.message.sent_at').as('lastAt'),
      select.fn.sum<number>('candor.message.attachment_count').as('attachments'),
    ])
    .where('candor.thread.root_id', 'in', filedRoots(candidateIds))
    .groupBy('candor.thread.root_id')
    .orderBy('lastAt', 'desc')
    .limit(historyLimit)
    .execute();
  const rootIds = threads.map((row) => row.rootId);
  const newest = await readNewest(tx, rootIds);
  const privates = await readPrivateRoots(tx, rootIds);

  const told: HistoryThread[] = [];
  for (const thread of threads) {
    const message = newest.get(thread.rootId);
    if (message === undefined) continue;
    const head = await openHead(services, tx, message);
    const from = head.participants.find((each) => each.role === 'from');
    told.push({
      threadId: thread.rootId,
      subject: head.subject,
      from: from?.name ?? from?.address ?? 'unknown sender',
      lastAt: new Date(thread.lastAt).toISOString(),
      messageCount: thread.messageCount,
      hasAttachments: thread.attachments > 0,
      isPrivate: privates.has(thread.rootId),
      isOpen: thread.rootId === openRootId,
    });
  }
  return { threads: told, hiddenCount: await countHidden(services, actor, candidateIds, tx) };
};

const readNewest = async (
  tx: PersonTx,
  rootIds: readonly ThreadId[],
): Promise<ReadonlyMap<ThreadId, ReadableMessage>> => {
  if (rootIds.length === 0) return new Map();
  const newest = tx
    .selectFrom('candor.message as newest')
    .innerJoin('candor.thread as its', 'its.id', 'newest.thread_id')
    .distinctOn('its.root_id')
    .select('newest.id')
    .where('its.root_id', 'in', rootIds)
    .orderBy('its.root_id')
    .orderBy('newest.sent_at', 'desc');
  const messages = await readMessages(tx, (where) => where('candor.message.id', 'in', newest));
  return new Map(messages.map((message) => [message.rootId, message]));
};

const readPrivateRoots = async (
  tx: PersonTx,
  rootIds: readonly ThreadId[],
): Promise<ReadonlySet<ThreadId>> => {
  if (rootIds.length === 0) return new Set();
  const rows = await tx
    .selectFrom('candor.stance')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.stance.thread_id')
    .select('candor.thread.root_id')
    .distinct()
    .where('candor.thread.root_id', 'in', rootIds)
    .where('candor.stance.stance', '=', 'private')
    .execute();
  return new Set(rows.map((row) => row.root_id));
};

/** Threads with these candidates of which the actor may read no message. Counted as the company; only the number comes out. */
export const countHidden = async (
  services: Services,
  actor: Actor,
  candidateIds: readonly CandidateId[],
  tx: PersonTx,
): Promise<number> => {
  const visible = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select((select) => select.fn.count<number>('candor.thread.root_id').distinct().as('roots'))
    .where('candor.thread.root_id', 'in', filedRoots(candidateIds))
    .executeTakeFirstOrThrow();
  const all = await services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    (company) =>
      company
        .selectFrom('candor.message')
        .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
        .select((select) => select.fn.count<number>('candor.thread.root_id').distinct().as('roots'))
        .where('candor.thread.root_id', 'in', filedRoots(candidateIds))
        .where('candor.message.removed_at', 'is', null)
        .executeTakeFirstOrThrow(),
  );
  return Math.max(0, all.roots - visible.roots);
};

/** Root threads filed on any of the candidates, as far as the transaction may see. */
export const filedRoots = (candidateIds: readonly CandidateId[]) =>
  sql<ThreadId>`(select t.root_id from candor.thread_candidate f join candor.thread t on t.id = f.thread_id where f.candidate_id in (${sql.join(candidateIds)}))`;
