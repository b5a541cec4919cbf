/* Removes from the record what no mailbox holds any more, once copies were taken off it. */
import type { MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { lockThreadsOf } from './join-threads.ts';

/** Another mailbox may hold the same message: then it stays. */
export const removeWithoutCopy = async (tx: Tx, messageIds: readonly MessageId[]): Promise<void> => {
  await lockThreadsOf(tx, messageIds);
  await tx
    .deleteFrom('candor.message')
    .where('id', '=', anyOf(messageIds))
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('candor.message_copy')
            .select('candor.message_copy.id')
            .whereRef('candor.message_copy.message_id', '=', 'candor.message.id'),
        ),
      ),
    )
    .execute();
};

/** A thread that another was joined into goes only after that one. */
export const removeEmptyThreads = async (tx: Tx, threadIds: readonly ThreadId[]): Promise<void> => {
  const removed = await tx
    .deleteFrom('candor.thread')
    .where('id', '=', anyOf(threadIds))
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('candor.message')
            .select('candor.message.id')
            .whereRef('candor.message.thread_id', '=', 'candor.thread.id'),
        ),
      ),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('candor.thread as joined')
            .select('joined.id')
            .whereRef('joined.root_id', '=', 'candor.thread.id')
            .whereRef('joined.id', '<>', 'candor.thread.id'),
        ),
      ),
    )
    .returning('id')
    .execute();
  if (removed.length > 0) await removeEmptyThreads(tx, threadIds);
};
