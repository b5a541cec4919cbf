/* What was deleted in every mailbox that held it stays on record after all, by the word of one of its owners. */
import { sql } from 'kysely';
import type { ActionOutcome, KeepAction } from '../../../lib/contract/thread-action.ts';
import { anyOf } from '../../db/any-of.ts';
import { requireManaged } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { reckonErasure } from '../ingest/gone-copies.ts';
import { lockThreadsOf } from '../ingest/join-threads.ts';
import type { Services } from '../services.ts';
import { doOnce, recordAction } from './actions.ts';

/** Of the messages the actor's mailboxes held. A later deletion counts anew. Throws: thread-hidden, policy-forbids. */
export const keepDeleted = (services: Services, actor: Actor, action: KeepAction): Promise<ActionOutcome> =>
  doOnce(services, actor, action.key, async () => {
    const { messageIds } = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
      requireManaged(tx, actor, action.threadId),
    );
    return services.db.transaction(
      { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
      async (tx) => {
        await lockThreadsOf(tx, messageIds);
        const kept = await tx
          .updateTable('candor.message')
          .set({ deletion_kept_at: services.clock.now() })
          .where('id', '=', anyOf(messageIds))
          .where('erase_at', 'is not', null)
          .where('removed_at', 'is', null)
          .returning('id')
          .execute();
        const keptIds = kept.map((row) => row.id);
        await reckonErasure(services, tx, actor.companyId, keptIds);
        if (keptIds.length > 0)
          await sql`select app.audit('deletion-undone', ${JSON.stringify({ message_ids: keptIds })}::jsonb)`.execute(
            tx,
          );
        return recordAction(services, tx, actor, {
          key: action.key,
          kind: 'keep',
          ref: action.ref,
          said: saidOf(keptIds.length),
          threadId: action.threadId,
          undo: undefined,
        });
      },
    );
  });

const saidOf = (keptCount: number): string => {
  if (keptCount === 0) return 'No message of this thread was about to go.';
  return keptCount === 1 ? '1 message stays in Candor.' : `${keptCount} messages stay in Candor.`;
};
