/* What the company decided on what is kept, read by everybody and changed by its owner and admins. */
import { Alternatives, type KeepPolicy } from '../../../lib/contract/keeping.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';

export const readKeepPolicy = (services: Services, actor: Actor): Promise<KeepPolicy> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .selectFrom('candor.policy')
      .select(['matching', 'is_candidate_creation_allowed'])
      .executeTakeFirstOrThrow();
    return {
      matching: Alternatives.parse(row.matching),
      mayCreateCandidates: row.is_candidate_creation_allowed,
    };
  });

/** What is kept already stays, and what was dropped is not looked for anew: it holds for mail looked at from now on. */
export const setKeepPolicy = async (
  services: Services,
  actor: Actor,
  policy: KeepPolicy,
): Promise<KeepPolicy> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    tx
      .updateTable('candor.policy')
      .set({
        matching: JSON.stringify(policy.matching),
        is_candidate_creation_allowed: policy.mayCreateCandidates,
        updated_at: services.clock.now(),
      })
      .where('company_id', '=', actor.companyId)
      .execute(),
  );
  return readKeepPolicy(services, actor);
};

/** Throws: policy-forbids where mail may make no candidate. */
export const requireCandidateCreation = async (tx: Tx, { companyId }: Actor): Promise<void> => {
  const policy = await tx
    .selectFrom('candor.policy')
    .select('is_candidate_creation_allowed')
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  if (!policy.is_candidate_creation_allowed)
    throw new Failure('policy-forbids', 'the company lets no candidate be created from mail');
};
