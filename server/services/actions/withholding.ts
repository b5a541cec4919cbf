/* What an owner keeps back of what they share or grant of a thread, and the share that stands still until they decide. */
import { sql } from 'kysely';
import { z } from 'zod';
import { MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import type { ManagedThread } from '../access.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';

/** As it stood, for undoing. */
export const Withholding = z.object({
  withheld: z.array(
    z.object({ messageId: MessageId, because: z.enum(['left-out', 'paused']), at: z.number() }),
  ),
  pauses: z.array(
    z.object({
      threadId: ThreadId,
      messageId: MessageId.optional(),
      cause: z.enum(['newcomer', 'subject']),
      /** In hex. */
      addressHash: z.string().optional(),
      pausedAt: z.number(),
      settledAt: z.number().optional(),
    }),
  ),
});
export type Withholding = z.infer<typeof Withholding>;

type Owned = Pick<ManagedThread, 'threadIds' | 'messageIds'>;

export const readWithholding = async (tx: Tx, actor: Actor, thread: Owned): Promise<Withholding> => {
  const withheld = await tx
    .selectFrom('candor.withheld')
    .select(['message_id as messageId', 'because', 'withheld_at as at'])
    .where('person_id', '=', actor.personId)
    .where('message_id', '=', anyOf(thread.messageIds))
    .orderBy('message_id')
    .execute();
  const pauses = await tx
    .selectFrom('candor.share_pause')
    .selectAll()
    .where('person_id', '=', actor.personId)
    .where('thread_id', '=', anyOf(thread.threadIds))
    .orderBy('thread_id')
    .execute();
  return {
    withheld,
    pauses: pauses.map((row) => ({
      threadId: row.thread_id,
      ...(row.message_id === null ? {} : { messageId: row.message_id }),
      cause: row.cause,
      ...(row.address_hash === null ? {} : { addressHash: row.address_hash.toString('hex') }),
      pausedAt: row.paused_at,
      ...(row.settled_at === null ? {} : { settledAt: row.settled_at }),
    })),
  };
};

/** Withholds these messages of the thread and no others. Throws: bad-input for one that no mailbox of the actor's holds. */
export const leaveOut = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  thread: Owned,
  messageIds: readonly MessageId[],
): Promise<void> => {
  const held = new Set(thread.messageIds);
  if (messageIds.some((messageId) => !held.has(messageId)))
    throw new Failure('bad-input', 'a message to leave out that the actor does not hold');
  await tx
    .deleteFrom('candor.withheld')
    .where('person_id', '=', actor.personId)
    .where('message_id', '=', anyOf(thread.messageIds))
    .where('message_id', '<>', sql<MessageId>`all(${[...messageIds]}::uuid[])`)
    .execute();
  const now = services.clock.now();
  await insertWithheld(
    tx,
    actor,
    [...new Set(messageIds)].map((messageId) => ({ messageId, because: 'left-out', at: now })),
  );
};

/** Nothing is asked of the actor any more; what is withheld stays so. */
export const endPauses = async (tx: Tx, actor: Actor, { threadIds }: Owned): Promise<void> => {
  await tx
    .deleteFrom('candor.share_pause')
    .where('person_id', '=', actor.personId)
    .where('thread_id', '=', anyOf(threadIds))
    .execute();
};

/** The share stays as it stands, new mail included. Throws: already-done when nothing waits for that. */
export const settlePauses = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { threadIds }: Owned,
): Promise<void> => {
  const settled = await tx
    .updateTable('candor.share_pause')
    .set({ settled_at: services.clock.now() })
    .where('person_id', '=', actor.personId)
    .where('thread_id', '=', anyOf(threadIds))
    .where('settled_at', 'is', null)
    .returning('thread_id')
    .execute();
  if (settled.length === 0) throw new Failure('already-done', 'no share of the thread waits for an answer');
};

/**
 * Puts back what stood on the threads, as far as mailboxes of the actor's still hold them, and withholds what has come since to
 * a share that stands still again.
 */
export const restoreWithholding = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  threadIds: readonly ThreadId[],
  before: Withholding | undefined,
): Promise<void> => {
  if (before === undefined) return;
  const copies = await tx
    .selectFrom('candor.message_copy')
    .select(['thread_id', 'message_id'])
    .distinct()
    .where('person_id', '=', actor.personId)
    .where('thread_id', '=', anyOf(threadIds))
    .execute();
  const thread = {
    threadIds: [...new Set(copies.map((row) => row.thread_id))],
    messageIds: [...new Set(copies.map((row) => row.message_id))],
  };
  await tx
    .deleteFrom('candor.withheld')
    .where('person_id', '=', actor.personId)
    .where('message_id', '=', anyOf(thread.messageIds))
    .where('because', '=', 'left-out')
    .execute();
  const held = new Set(thread.messageIds);
  await insertWithheld(
    tx,
    actor,
    before.withheld.filter(({ messageId }) => held.has(messageId)),
  );
  for (const pause of before.pauses.filter(({ threadId }) => thread.threadIds.includes(threadId))) {
    const row = {
      message_id: pause.messageId ?? null,
      cause: pause.cause,
      address_hash: pause.addressHash === undefined ? null : Buffer.from(pause.addressHash, 'hex'),
      paused_at: pause.pausedAt,
      settled_at: pause.settledAt ?? null,
    };
    await tx
      .insertInto('candor.share_pause')
      .values({
        company_id: actor.companyId,
        thread_id: pause.threadId,
        person_id: actor.personId,
        ...row,
      })
      .onConflict((conflict) => conflict.columns(['thread_id', 'person_id']).doUpdateSet(row))
      .execute();
    await withholdSince(services, tx, actor, pause.threadId, thread, pause.pausedAt);
  }
};

const withholdSince = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  threadId: ThreadId,
  { messageIds }: Owned,
  pausedAt: number,
): Promise<void> => {
  const rows = await tx
    .selectFrom('candor.message')
    .select('id')
    .where('thread_id', '=', threadId)
    .where('id', '=', anyOf(messageIds))
    .where('created_at', '>', pausedAt)
    .execute();
  const at = services.clock.now();
  await insertWithheld(
    tx,
    actor,
    rows.map(({ id }) => ({ messageId: id, because: 'paused', at })),
  );
};

const insertWithheld = async (
  tx: Tx,
  actor: Actor,
  withheld: readonly Withholding['withheld'][number][],
): Promise<void> => {
  for (const portion of inPortions(withheld, 5))
    await tx
      .insertInto('candor.withheld')
      .values(
        portion.map(({ messageId, because, at }) => ({
          company_id: actor.companyId,
          message_id: messageId,
          person_id: actor.personId,
          because,
          withheld_at: at,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['message_id', 'person_id']).doUpdateSet({ because: sql`excluded.because` }),
      )
      .execute();
};
