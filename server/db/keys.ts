/*
 * Data keys: one a company, and one a candidate for what concerns that candidate. Unwrapped keys stay in memory for
 * minutes only, so that a key destroyed anywhere is soon gone everywhere.
 */
import type { Transaction } from 'kysely';
import type { CandidateId, CompanyId } from '../../lib/contract/ids.ts';
import type { Clock } from '../base/clock.ts';
import {
  type DataKey,
  keyIdOf,
  type MasterKey,
  makeDataKey,
  open,
  openDataKey,
  type Place,
  SealBroken,
} from '../base/vault.ts';
import type { Database } from './schema.ts';

export type DataKeys = {
  /** The company's key, or the candidate's; made when there is none. Always asks the database: a destroyed key is never used. */
  readonly keyFor: (
    tx: Transaction<Database>,
    companyId: CompanyId,
    candidateId?: CandidateId,
  ) => Promise<DataKey>;
  /** Opens an envelope by the key it names. Throws SealBroken, also when the key was destroyed. */
  readonly open: (tx: Transaction<Database>, envelope: Uint8Array, place: Place) => Promise<Buffer>;
  readonly openText: (tx: Transaction<Database>, envelope: Uint8Array, place: Place) => Promise<string>;
  /** Always asks the database: one that is destroyed may still be in memory. */
  readonly has: (tx: Transaction<Database>, keyId: string) => Promise<boolean>;
  /** Drops a key from memory, after its row was deleted. */
  readonly forget: (keyId: string) => void;
};

export const createDataKeys = (masterKey: MasterKey, clock: Clock): DataKeys => {
  const kept = new Map<string, { readonly key: DataKey; readonly until: number }>();

  const keep = (key: DataKey): DataKey => {
    kept.delete(key.id);
    kept.set(key.id, { key, until: clock.now() + KEPT_MS });
    const [oldest] = kept.keys();
    if (kept.size > KEPT_COUNT && oldest !== undefined) kept.delete(oldest);
    return key;
  };
  const readKept = (keyId: string): DataKey | undefined => {
    const found = kept.get(keyId);
    if (found === undefined) return undefined;
    kept.delete(keyId);
    if (found.until <= clock.now()) return undefined;
    // Put last again: the first of the map is the one longest unused.
    kept.set(keyId, found);
    return found.key;
  };
  const unwrap = (row: Row): DataKey =>
    readKept(row.id) ?? keep(openDataKey(masterKey, row.company_id, row.id, row.key_sealed));

  const keys: DataKeys = {
    keyFor: async (tx, companyId, candidateId) => {
      const found = await readRow(tx, companyId, candidateId);
      if (found !== undefined) return unwrap(found);
      const { key, sealed } = makeDataKey(masterKey, companyId);
      await tx
        .insertInto('candor.data_key')
        .values({
          id: key.id,
          company_id: companyId,
          candidate_id: candidateId ?? null,
          key_sealed: sealed,
          created_at: clock.now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      // Another transaction may have made one meanwhile; the row that stands is the key.
      const made = await readRow(tx, companyId, candidateId);
      if (made === undefined) throw new Error('A data key was not stored.');
      return made.id === key.id ? key : unwrap(made);
    },
    open: async (tx, envelope, place) => {
      const keyId = keyIdOf(envelope);
      const known = readKept(keyId);
      if (known !== undefined) return open(known, envelope, place);
      const row = await tx
        .selectFrom('candor.data_key')
        .select(['id', 'company_id', 'key_sealed'])
        .where('id', '=', keyId)
        .executeTakeFirst();
      if (row === undefined) throw new SealBroken('its key is gone');
      return open(unwrap(row), envelope, place);
    },
    openText: async (tx, envelope, place) => (await keys.open(tx, envelope, place)).toString('utf8'),
    has: async (tx, keyId) =>
      (await tx.selectFrom('candor.data_key').select('id').where('id', '=', keyId).executeTakeFirst()) !==
      undefined,
    forget: (keyId) => {
      kept.delete(keyId);
    },
  };
  return keys;
};

const KEPT_MS = 5 * 60_000;
const KEPT_COUNT = 1_000;

type Row = { readonly id: string; readonly company_id: CompanyId; readonly key_sealed: Buffer };

const readRow = (
  tx: Transaction<Database>,
  companyId: CompanyId,
  candidateId: CandidateId | undefined,
): Promise<Row | undefined> =>
  tx
    .selectFrom('candor.data_key')
    .select(['id', 'company_id', 'key_sealed'])
    .where('company_id', '=', companyId)
    .where('candidate_id', candidateId === undefined ? 'is' : '=', candidateId ?? null)
    .executeTakeFirst();
