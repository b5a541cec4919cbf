import type { ThreadId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';

/** Of the threads those without a message; a root that others are joined to stays. */
export const removeEmptyThreads = async (tx: Tx, threadIds: readonly ThreadId[]): Promise<void> => {
  await tx
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
    .execute();
};
