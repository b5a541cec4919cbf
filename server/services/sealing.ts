/* Sealing and keyed hashes as the services use them: which key seals what is decided here. */
import type { CandidateId, CompanyId } from '../../lib/contract/ids.ts';
import {
  addressHash,
  type DataKey,
  keyedHash,
  keyedHashes,
  keyIdOf,
  type MasterKey,
  messageIdHash,
  seal,
} from '../base/vault.ts';
import type { DataKeys } from '../db/keys.ts';
import type { Tx } from '../db/schema.ts';

export type Column = { readonly table: string; readonly row: string; readonly column: string };

/** With a candidate, the candidate's own key seals: destroying it is their erasure. Without, the company's. */
export type Sealing = {
  readonly seal: (
    tx: Tx,
    companyId: CompanyId,
    candidateId: CandidateId | undefined,
    at: Column,
    plain: Uint8Array,
  ) => Promise<Buffer>;
  readonly sealText: (
    tx: Tx,
    companyId: CompanyId,
    candidateId: CandidateId | undefined,
    at: Column,
    text: string,
  ) => Promise<Buffer>;
  readonly openText: (tx: Tx, companyId: CompanyId, at: Column, sealed: Buffer) => Promise<string>;
  readonly openBytes: (tx: Tx, companyId: CompanyId, at: Column, sealed: Buffer) => Promise<Buffer>;
  /** What is sealed under the key given; undefined when it is already, or when the key that sealed it was destroyed. */
  readonly reseal: (
    tx: Tx,
    companyId: CompanyId,
    candidateId: CandidateId | undefined,
    at: Column,
    sealed: Buffer,
  ) => Promise<Buffer | undefined>;
  /** Drops a destroyed key from this process's memory; others drop it within minutes. */
  readonly forgetKey: (keyId: string) => void;
  /** `folded`: as foldAddress gives it. */
  readonly addressHash: (companyId: CompanyId, folded: string) => Buffer;
  readonly messageIdHash: (companyId: CompanyId, messageId: string) => Buffer;
  readonly keyedHash: (purpose: string, companyId: CompanyId, text: string) => Buffer;
  /** Of words as they are searched by: short ones, so that the index stays small. */
  readonly wordHashes: (companyId: CompanyId, words: ReadonlySet<string>) => ReadonlyMap<string, bigint>;
  /** For what comes in before a company is known. */
  readonly serverHash: (purpose: string, text: string) => Buffer;
};

export const createSealing = (masterKey: MasterKey, keys: DataKeys): Sealing => {
  // Asked once a transaction: a page of mail seals hundreds of values under few keys.
  const keysOf = new WeakMap<Tx, Map<string, Promise<DataKey>>>();
  const keyFor = (tx: Tx, companyId: CompanyId, candidateId: CandidateId | undefined): Promise<DataKey> => {
    const known = keysOf.get(tx) ?? new Map<string, Promise<DataKey>>();
    keysOf.set(tx, known);
    const name = candidateId ?? companyId;
    const key = known.get(name) ?? keys.keyFor(tx, companyId, candidateId);
    known.set(name, key);
    return key;
  };
  const sealBytes: Sealing['seal'] = async (tx, companyId, candidateId, at, plain) =>
    seal(await keyFor(tx, companyId, candidateId), plain, { companyId, ...at });
  return {
    seal: sealBytes,
    sealText: (tx, companyId, candidateId, at, text) =>
      sealBytes(tx, companyId, candidateId, at, Buffer.from(text, 'utf8')),
    openText: (tx, companyId, at, sealed) => keys.openText(tx, sealed, { companyId, ...at }),
    openBytes: (tx, companyId, at, sealed) => keys.open(tx, sealed, { companyId, ...at }),
    reseal: async (tx, companyId, candidateId, at, sealed) => {
      const sealedBy = keyIdOf(sealed);
      const key = await keyFor(tx, companyId, candidateId);
      if (sealedBy === key.id || !(await keys.has(tx, sealedBy))) return undefined;
      const place = { companyId, ...at };
      return seal(key, await keys.open(tx, sealed, place), place);
    },
    forgetKey: keys.forget,
    addressHash: (companyId, folded) => addressHash(masterKey, companyId, folded),
    messageIdHash: (companyId, messageId) => messageIdHash(masterKey, companyId, messageId),
    keyedHash: (purpose, companyId, text) => keyedHash(masterKey, purpose, companyId, text),
    wordHashes: (companyId, words) =>
      new Map(
        [...keyedHashes(masterKey, 'word', companyId, words)].map(([word, hash]) => [
          word,
          hash.readBigInt64BE(),
        ]),
      ),
    serverHash: (purpose, text) => keyedHash(masterKey, purpose, '', text),
  };
};
