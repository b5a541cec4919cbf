/*
 * The only way to hold a thread somebody may read, or may manage, and what is sealed of its messages. What takes one of these
 * can't be called without the check: the sealed columns are opened for a ReadableMessage alone (ingest/mail-content.ts).
 */
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { CompanyId, MessageId, ThreadId } from '../../lib/contract/ids.ts';
import { Failure } from '../base/failure.ts';
import type { Database, PersonTx } from '../db/schema.ts';
import type { Actor } from './actor.ts';

declare const checked: unique symbol;

/** A message the transaction's person may read, with its sealed head; mail-content.ts opens that, the body, and what is attached. */
export type ReadableMessage = {
  readonly [checked]: 'readable';
  readonly companyId: CompanyId;
  readonly messageId: MessageId;
  readonly threadId: ThreadId;
  readonly rootId: ThreadId;
  /** Epoch ms. */
  readonly sentAt: number;
  readonly headSealed: Buffer;
  readonly bodyState: 'whole' | 'headers-only';
};

/** A root thread with those of its messages the actor may read, oldest first; at least one. */
export type ReadableThread = {
  readonly [checked]: 'readable';
  readonly rootId: ThreadId;
  readonly messages: readonly ReadableMessage[];
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

type Tables = Pick<Database, 'candor.message' | 'candor.thread'>;
type MessageTables = ExpressionBuilder<Tables, keyof Tables>;

/** Those messages that the person may read, of the ones the condition picks; oldest first, of the same time by id. */
export const readMessages = async (
  tx: PersonTx,
  pick: (where: MessageTables) => ExpressionWrapper<Tables, keyof Tables, SqlBool>,
): Promise<readonly ReadableMessage[]> => {
  const rows = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select([
      'candor.message.company_id as companyId',
      'candor.message.id as messageId',
      'candor.message.thread_id as threadId',
      'candor.thread.root_id as rootId',
      'candor.message.sent_at as sentAt',
      'candor.message.head_sealed as headSealed',
      'candor.message.body_state as bodyState',
    ])
    .where(pick)
    .orderBy('candor.message.sent_at')
    .orderBy('candor.message.id')
    .execute();
  return rows as unknown as readonly ReadableMessage[];
};

/** Throws: thread-hidden, whether there is no such thread or the person may not read it. */
export const requireReadable = async (tx: PersonTx, rootId: ThreadId): Promise<ReadableThread> => {
  const messages = await readMessages(tx, (where) => where('candor.thread.root_id', '=', rootId));
  if (messages.length === 0) throw new Failure('thread-hidden', 'no message of the thread is readable');
  return { rootId, messages } as unknown as ReadableThread;
};

/** Throws: thread-hidden; policy-forbids when the actor may read it but holds no copy. */
export const requireManaged = async (
  tx: PersonTx,
  actor: Actor,
  rootId: ThreadId,
): Promise<ManagedThread> => {
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
    .orderBy('candor.message.id')
    .execute();
  if (rows.length === 0) throw new Failure('policy-forbids', 'the actor holds no copy of the thread');
  return {
    rootId,
    threadIds: [...new Set(rows.map((row) => row.thread_id))],
    messageIds: rows.map((row) => row.id),
  } as unknown as ManagedThread;
};
