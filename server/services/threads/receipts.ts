/* Who opened messages of others, by which right: written as they are opened, shown to those who hold the messages. */
import { sql } from 'kysely';
import type { MessageId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { Receipt } from '../../../lib/contract/thread.ts';
import { explainRight } from '../../../lib/domain/explain.ts';
import { decideReadable, type Right, rightOfReceipt, type Viewer } from '../../../lib/domain/readable.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';
import type { ThreadFacts } from './readers.ts';

/**
 * In the transaction that gives the messages out, so that none is given without. Returns whether any of them left a receipt:
 * what the actor holds or got by Bcc does not.
 */
export const leaveReceipts = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  viewer: Viewer<PersonId>,
  threads: readonly ThreadFacts[],
  nameOf: (personId: PersonId) => string,
): Promise<boolean> => {
  const now = services.clock.now();
  const rows = threads.flatMap((thread) =>
    [...openedBy(viewer, thread)].map(([by_right, { right, messageIds }]) => ({
      company_id: actor.companyId,
      thread_id: thread.threadId,
      person_id: actor.personId,
      by_right,
      message_ids: [...messageIds],
      because: explainRight(right, nameOf),
      first_at: now,
      last_at: now,
      opened_count: 1,
    })),
  );
  if (rows.length === 0) return false;
  await tx
    .insertInto('candor.receipt')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['thread_id', 'person_id', 'by_right']).doUpdateSet({
        message_ids: sql`array(select unnest(receipt.message_ids) union select unnest(excluded.message_ids))`,
        because: sql`excluded.because`,
        last_at: sql`excluded.last_at`,
        opened_count: sql`receipt.opened_count + 1`,
      }),
    )
    .execute();
  return true;
};

/** Of all who opened what the actor holds of these threads, last first. */
export const readReceipts = async (
  tx: PersonTx,
  actor: Actor,
  threadIds: readonly ThreadId[],
): Promise<Receipt[]> => {
  const rows = await tx
    .selectFrom('candor.receipt')
    .innerJoin('candor.person', 'candor.person.id', 'candor.receipt.person_id')
    .select((select) => [
      'candor.person.id',
      'candor.person.name',
      'because',
      select.fn.min<number>('first_at').as('firstAt'),
      select.fn.max<number>('last_at').as('lastAt'),
      // Threads that were joined are opened at one time, so their counts do not add up.
      select.fn.max<number>('opened_count').as('count'),
    ])
    .where('thread_id', 'in', threadIds)
    .where('person_id', '<>', actor.personId)
    .groupBy(['candor.person.id', 'candor.person.name', 'because'])
    .orderBy('lastAt', 'desc')
    .orderBy('candor.person.name')
    .execute();
  return rows.map((row) => ({
    person: { personId: row.id, name: row.name, isYou: false },
    because: row.because,
    firstAt: new Date(row.firstAt).toISOString(),
    lastAt: new Date(row.lastAt).toISOString(),
    count: row.count,
  }));
};

type Opened = { readonly right: Right<PersonId>; readonly messageIds: MessageId[] };

const openedBy = (
  viewer: Viewer<PersonId>,
  { world, messages }: ThreadFacts,
): ReadonlyMap<Exclude<Right['right'], 'copy'>, Opened> => {
  const opened = new Map<Exclude<Right['right'], 'copy'>, Opened>();
  for (const message of messages) {
    const decided = decideReadable(viewer, message, world);
    const right = decided.readable ? rightOfReceipt(decided.because) : undefined;
    if (right === undefined) continue;
    const known = opened.get(right.right);
    if (known === undefined) opened.set(right.right, { right, messageIds: [message.messageId] });
    else known.messageIds.push(message.messageId);
  }
  return opened;
};
