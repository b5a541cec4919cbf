/* What is never kept: the person's own list, the company's, and the company's shared boxes, which are asked about. */
import type { Guards } from '../../../lib/contract/guard.ts';
import { foldAddress, parseAddress, parseBlockEntry } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';

export const readGuards = (services: Services, actor: Actor): Promise<Guards> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, readLists);

/** What was kept before stays. Throws: bad-input; policy-forbids when the company's list is not theirs to change. */
export const block = (
  services: Services,
  actor: Actor,
  wanted: { readonly whose: 'mine' | 'company'; readonly entry: string },
): Promise<Guards> => {
  const entry = parseBlockEntry(wanted.entry);
  if (entry === undefined) throw new Failure('bad-input', 'neither an address nor a domain');
  if (wanted.whose === 'company') requireAdmin(actor);
  return services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    await tx
      .insertInto('candor.block_entry')
      .values({
        company_id: actor.companyId,
        person_id: wanted.whose === 'mine' ? actor.personId : null,
        entry,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return readLists(tx);
  });
};

/** Throws: not-found when it is not there, or not theirs to take away. */
export const unblock = (services: Services, actor: Actor, id: string): Promise<Guards> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const gone = await tx
      .deleteFrom('candor.block_entry')
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    if (gone === undefined) throw new Failure('not-found', 'no such entry this person may take away');
    return readLists(tx);
  });

/** Throws: bad-input, policy-forbids. */
export const setSharedAddress = (
  services: Services,
  actor: Actor,
  wanted: { readonly address: string; readonly on: boolean },
): Promise<Guards> => {
  requireAdmin(actor);
  const parsed = parseAddress(wanted.address);
  if (parsed === undefined) throw new Failure('bad-input', 'no address');
  const address = foldAddress(parsed);
  return services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    if (wanted.on)
      await tx
        .insertInto('candor.shared_address')
        .values({ company_id: actor.companyId, address })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    else await tx.deleteFrom('candor.shared_address').where('address', '=', address).execute();
    return readLists(tx);
  });
};

const requireAdmin = ({ role }: Actor): void => {
  if (role !== 'owner' && role !== 'admin')
    throw new Failure('policy-forbids', 'the company’s lists are changed by admins');
};

const readLists = async (tx: PersonTx): Promise<Guards> => {
  const entries = await tx
    .selectFrom('candor.block_entry')
    .select(['id', 'person_id', 'entry'])
    .orderBy('entry')
    .execute();
  const shared = await tx.selectFrom('candor.shared_address').select('address').orderBy('address').execute();
  const of = (isMine: boolean) =>
    entries
      .filter(({ person_id }) => (person_id !== null) === isMine)
      .map(({ id, entry }) => ({ id, entry }));
  return { mine: of(true), company: of(false), sharedAddresses: shared.map(({ address }) => address) };
};
