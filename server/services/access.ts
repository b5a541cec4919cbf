/* The only way to hold a thread somebody may read, or may manage. What takes one of these can't be called without the check. */
import type { MessageId, ThreadId } from '../../lib/contract/ids.ts';
import { Failure } from '../base/failure.ts';
import type { Tx } from '../db/schema.ts';
import type { Actor } from './actor.ts';

declare const checked: unique symbol;

/** A root thread with those of its messages the actor may read, oldest first; at least one. */
export type ReadableThread = {
  readonly [checked]: 'readable';
  readonly rootId: ThreadId;
  readonly messageIds: readonly MessageId[];
};

/** A root thread the actor holds messages of: they may say who else reads those. */
export type ManagedThread = {
  readonly [checked]: 'managed';
  readonly rootId: ThreadId;
  /** The threads under the root that hold a copy of the actor's. */
  readonly threadIds: readonly ThreadId[];
  /** Messages the actor's mailboxes hold, oldest first. */
  readonly messageIds: readonly MessageId[];
};

/** `tx` runs as the actor. Throws: thread-hidden, whether there is no such thread or they may not read it. */
export const requireReadable = async (tx: Tx, rootId: ThreadId): Promise<ReadableThread> => {
  const rows = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select('candor.message.id')
    .where('candor.thread.root_id', '=', rootId)
    .orderBy('candor.message.sent_at')
    .execute();
  if (rows.length === 0) throw new Failure('thread-hidden', 'no message of the thread is readable');
  return { rootId, messageIds: rows.map((row) => row.id) } as unknown as ReadableThread;
};

/** `tx` runs as the actor. Throws: thread-hidden; policy-forbids when they may read it but hold no copy. */
export const requireManaged = async (tx: Tx, actor: Actor, rootId: ThreadId): Promise<ManagedThread> => {
  await requireReadable(tx, rootId);
  const rows = await tx
    .selectFrom('candor.message_copy')
    .innerJoin('candor.message', 'candor.message.id', 'candor.message_copy.message_id')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select(['candor.message.id', 'candor.message.thread_id', 'candor.message.sent_at'])
    .distinct()
    .where('candor.thread.root_id', '=', rootId)
    .where('candor.message_copy.person_id', '=', actor.personId)
    .orderBy('candor.message.sent_at')
    .execute();
  if (rows.length === 0) throw new Failure('policy-forbids', 'the actor holds no copy of the thread');
  return {
    rootId,
    threadIds: [...new Set(rows.map((row) => row.thread_id))],
    messageIds: rows.map((row) => row.id),
  } as unknown as ManagedThread;
};
