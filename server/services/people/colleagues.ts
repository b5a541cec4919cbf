/* Everybody who was ever let in, for admins; and letting somebody in again whose access was ended. */
import type { PersonId } from '../../../lib/contract/ids.ts';
import type { ListedColleague } from '../../../lib/contract/leaving.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';

/** By name, those whose access was ended last. */
export const listColleagues = (services: Services, actor: Actor): Promise<ListedColleague[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const rows = await tx
      .selectFrom('candor.person')
      .select(['id', 'name', 'address', 'role', 'is_active'])
      .where('company_id', '=', actor.companyId)
      .orderBy('is_active', 'desc')
      .orderBy('name')
      .orderBy('id')
      .execute();
    return rows.map(({ id, name, address, role, is_active }) => ({
      personId: id,
      name,
      address,
      role,
      isYou: id === actor.personId,
      isActive: is_active,
      canChange: mayChange(actor, { id, role }),
    }));
  });

/** They sign in as before; what became of their mail stays as it is, and their mailboxes stay off. Throws: not-found, policy-forbids. */
export const letBackIn = async (
  services: Services,
  actor: Actor,
  personId: PersonId,
): Promise<ListedColleague[]> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    await requireChangeable(tx, actor, personId);
    await tx.updateTable('candor.person').set({ is_active: true }).where('id', '=', personId).execute();
  });
  return listColleagues(services, actor);
};

/** Nobody ends their own access, and nobody the owner's. Throws: not-found, policy-forbids. */
export const requireChangeable = async (tx: Tx, actor: Actor, personId: PersonId) => {
  const row = await tx
    .selectFrom('candor.person')
    .select(['id', 'role', 'auth_user_id', 'is_active'])
    .where('id', '=', personId)
    .where('company_id', '=', actor.companyId)
    .executeTakeFirst();
  if (row === undefined) throw new Failure('not-found', 'no such colleague');
  if (!mayChange(actor, row)) throw new Failure('policy-forbids', 'this access is not theirs to end');
  return row;
};

const mayChange = (
  actor: Actor,
  { id, role }: { readonly id: PersonId; readonly role: Actor['role'] },
): boolean => id !== actor.personId && role !== 'owner';
