/*
 * What was erased with a candidate and must not come back by a sync, an import, a search or a file: messages by their ids, for
 * the whole company; and addresses of people who asked to be erased, until somebody puts one on a record again. Keyed hashes.
 */
import { sql } from 'kysely';
import type { CompanyId } from '../../../lib/contract/ids.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import type { Erased } from '../../../lib/domain/interest.ts';
import { anyOf } from '../../db/any-of.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import { hashLookup } from '../hash-lookup.ts';
import type { Services } from '../services.ts';

/** Not the hash that messages are found by: a certificate that leaves the company tells nothing of what is in its database. */
export const erasedAddressHash = (services: Services, companyId: CompanyId, folded: string): Buffer =>
  services.sealing.keyedHash('erased-address', companyId, folded);

export const raiseTombstones = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  of: { readonly kind: 'message' | 'address'; readonly hashes: readonly Buffer[]; readonly because: Erased },
): Promise<void> => {
  const distinct = new Map(of.hashes.map((hash) => [hash.toString('hex'), hash]));
  const row = {
    company_id: companyId,
    kind: of.kind,
    because: of.because,
    erased_at: services.clock.now(),
  };
  for (const portion of inPortions([...distinct.values()], 5))
    await tx
      .insertInto('candor.tombstone')
      .values(portion.map((hash) => ({ ...row, hash })))
      .onConflict((conflict) => conflict.columns(['company_id', 'kind', 'hash']).doNothing())
      .execute();
};

/** By the hash in hex. One that somebody logged again since, and that is on record, counts no more. */
export const readErasedMessages = async (
  tx: Tx,
  companyId: CompanyId,
  hashes: readonly Buffer[],
): Promise<ReadonlyMap<string, Erased>> => {
  if (hashes.length === 0) return new Map();
  const rows = await tx
    .selectFrom('candor.tombstone')
    .select(['hash', 'because'])
    .where('company_id', '=', companyId)
    .where('kind', '=', 'message')
    .where('hash', '=', anyOf(hashes))
    .where(
      sql<boolean>`not exists (
        select from candor.message m
        where m.company_id = ${companyId} and m.message_id_hash = candor.tombstone.hash and m.removed_at is null)`,
    )
    .execute();
  return new Map(rows.map((row) => [row.hash.toString('hex'), row.because]));
};

/** Those of the folded addresses whose person asked to be erased. */
export const readErasedAddresses = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  folded: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (folded.length === 0) return new Set();
  const { hashes, among } = hashLookup(folded, (each) => erasedAddressHash(services, companyId, each));
  const rows = await tx
    .selectFrom('candor.tombstone')
    .select('hash')
    .where('company_id', '=', companyId)
    .where('kind', '=', 'address')
    .where('hash', '=', anyOf(hashes))
    .execute();
  return among(rows.map((row) => row.hash));
};

/** A person puts the address on a record: they take whoever it is on again. What was erased stays erased. */
export const liftAddress = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  address: Address,
): Promise<void> => {
  const lifted = await tx
    .deleteFrom('candor.tombstone')
    .where('company_id', '=', companyId)
    .where('kind', '=', 'address')
    .where('hash', '=', erasedAddressHash(services, companyId, foldAddress(address)))
    .returning('hash')
    .executeTakeFirst();
  if (lifted === undefined) return;
  const facts = { address_hash: lifted.hash.toString('hex') };
  await sql`select app.audit('erased-taken-on-again', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
};
