/* What the whole team has said to some candidates, as one person may see it. */
import type { CandidateId, ThreadId } from '../../../lib/contract/ids.ts';
import type { History, HistoryThread } from '../../../lib/contract/thread.ts';
import { decideOverride } from '../../../lib/domain/override.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type ReadableMessage, readMessages } from '../access.ts';
import type { Actor } from '../actor.ts';
import { openHead } from '../ingest/mail-content.ts';
import { readOverrideAllowed } from '../override/override-setting.ts';
import type { Services } from '../services.ts';
import { filedRoots, readHidden } from './hidden.ts';

const historyLimit = 200;

export const noHistory: History = { threads: [], hiddenCount: 0, contacts: [] };

/** Newest first. */
export const readHistory = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  candidateIds: readonly CandidateId[],
  openRootId: ThreadId | undefined,
): Promise<History> => {
  if (candidateIds.length === 0) return noHistory;
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
  const hidden = await readHidden(services, tx, actor, candidateIds);
  const { isAllowed } = hidden.hiddenCount === 0 ? { isAllowed: false } : await readOverrideAllowed(tx);
  return {
    threads: told,
    ...hidden,
    ...(decideOverride(actor.role, isAllowed).allowed ? { canOverride: true } : {}),
  };
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
