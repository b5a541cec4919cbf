/* The company's switch for the override. Only its owner turns it. */
import { sql } from 'kysely';
import type { OverrideSetting } from '../../../lib/contract/override.ts';
import { Failure } from '../../base/failure.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';

export const readOverrideSetting = (services: Services, actor: Actor): Promise<OverrideSetting> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => ({
    ...(await readOverrideAllowed(tx)),
    canChange: actor.role === 'owner',
  }));

export const readOverrideAllowed = async (tx: PersonTx): Promise<Pick<OverrideSetting, 'isAllowed'>> => {
  const { is_override_allowed: isAllowed } = await tx
    .selectFrom('candor.policy')
    .select('is_override_allowed')
    .executeTakeFirstOrThrow();
  return { isAllowed };
};

/** Off closes at once what was opened by it. Throws: policy-forbids. */
export const setOverrideAllowed = async (
  services: Services,
  actor: Actor,
  isAllowed: boolean,
): Promise<OverrideSetting> => {
  if (actor.role !== 'owner') return refuseOverride(services, actor, 'not-owner');
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    tx
      .updateTable('candor.policy')
      .set({ is_override_allowed: isAllowed, updated_at: services.clock.now() })
      .where('company_id', '=', actor.companyId)
      .execute(),
  );
  return readOverrideSetting(services, actor);
};

/** Refuses, and leaves the attempt in the audit. Throws: policy-forbids; not-found for what the actor may not know of. */
export const refuseOverride = async (
  services: Services,
  actor: Actor,
  because: 'not-owner' | 'role' | 'switched-off' | 'unknown',
): Promise<never> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    sql`select app.audit('override-refused', ${JSON.stringify({ because })}::jsonb)`.execute(tx),
  );
  throw new Failure(because === 'unknown' ? 'not-found' : 'policy-forbids', `override refused: ${because}`);
};
