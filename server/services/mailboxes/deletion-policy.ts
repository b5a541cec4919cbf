/* What the company decided on deleting mail, read by everybody and changed by its owner and admins. */
import type { DeletionPolicy } from '../../../lib/contract/deletion.ts';
import { type Actor, idsOf } from '../actor.ts';
import { reckonErasure } from '../ingest/gone-copies.ts';
import type { Services } from '../services.ts';

export const readDeletionPolicy = (services: Services, actor: Actor): Promise<DeletionPolicy> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .selectFrom('candor.policy')
      .select(['is_mailbox_deletion_allowed', 'propagates_deletions'])
      .executeTakeFirstOrThrow();
    return {
      isMailboxDeletionAllowed: row.is_mailbox_deletion_allowed,
      propagatesDeletions: row.propagates_deletions,
    };
  });

/** What was deleted while deletions were not followed stays; what waits to go stays too once they are followed no more. */
export const setDeletionPolicy = async (
  services: Services,
  actor: Actor,
  policy: DeletionPolicy,
): Promise<DeletionPolicy> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    tx
      .updateTable('candor.policy')
      .set({
        is_mailbox_deletion_allowed: policy.isMailboxDeletionAllowed,
        propagates_deletions: policy.propagatesDeletions,
        updated_at: services.clock.now(),
      })
      .where('company_id', '=', actor.companyId)
      .execute(),
  );
  if (!policy.propagatesDeletions) await keepWhatWaits(services, actor);
  return readDeletionPolicy(services, actor);
};

const keepWhatWaits = (services: Services, actor: Actor): Promise<void> =>
  services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const waiting = await tx
        .selectFrom('candor.message')
        .select('id')
        .where('company_id', '=', actor.companyId)
        .where('erase_at', 'is not', null)
        .execute();
      const ids = waiting.map((row) => row.id);
      await reckonErasure(services, tx, actor.companyId, ids);
    },
  );
