/*
 * Secrets at rest. A value is sealed under a data key into an envelope that opens only in its own place (company, table,
 * row, column); data keys are sealed under the master key; what must be found again is kept as a keyed hash.
 * No database here: server/db/keys.ts keeps the data keys.
 *
 * Envelope: version (1 byte), key id (16), iv (12), tag (16), ciphertext.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open as openFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartRefusal } from './start-refusal.ts';

/** The key everything hangs on. Its bytes leave this file for nobody. */
export type MasterKey = { readonly fingerprint: Buffer; readonly [masterBytes]: Buffer };
/** A key that seals values. `id` is a UUID, written into each envelope. */
export type DataKey = { readonly id: string; readonly bytes: Buffer };
/** Where a sealed value stands; it opens nowhere else. */
export type Place = {
  readonly companyId: string;
  readonly table: string;
  /** The row's id, or what stands in its stead. */
  readonly row: string;
  readonly column: string;
};

/** The embedded database's place in the data folder. */
export const CLUSTER_FOLDER = 'postgres';

/** Thrown for an envelope that was changed, cut, moved to another place, or sealed under another key. */
export class SealBroken extends Error {
  constructor(why: string, cause?: unknown) {
    super(`A sealed value does not open: ${why}`, { cause });
    this.name = 'SealBroken';
  }
}

/**
 * The master key from the environment (base64), else from `master.key` in the data folder, made at the first start.
 * Throws StartRefusal when the file is there and not a key.
 */
export const readMasterKey = async (dataFolder: string, fromEnv: string | undefined): Promise<MasterKey> => {
  if (fromEnv !== undefined) return toMasterKey(Buffer.from(fromEnv, 'base64'));
  const path = join(dataFolder, 'master.key');
  const kept = await readIfThere(path);
  if (kept !== undefined) {
    const bytes = Buffer.from(kept.trim(), 'base64');
    if (bytes.length !== KEY_BYTES)
      throw new StartRefusal(
        'The file master.key in the data folder is not a key: put back the one that was there.',
      );
    return toMasterKey(bytes);
  }
  // A new key beside an old database would open nothing in it.
  if (existsSync(join(dataFolder, CLUSTER_FOLDER)))
    throw new StartRefusal(
      'The file master.key is gone from the data folder, and the database there opens with no other: put it back.',
    );
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const bytes = randomBytes(KEY_BYTES);
  // 'wx': of two starting at once, one writes; the other fails here instead of sealing under a key that is lost.
  const file = await openFile(path, 'wx', 0o600);
  try {
    await file.writeFile(`${bytes.toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return toMasterKey(bytes);
};

/** `bytes`: 32 of them. */
export const toMasterKey = (bytes: Buffer): MasterKey => {
  if (bytes.length !== KEY_BYTES) throw new RangeError('A master key is 32 bytes.');
  return { fingerprint: derive(bytes, 'fingerprint', ''), [masterBytes]: bytes };
};

export const seal = (key: DataKey, plain: Uint8Array, place: Place): Buffer => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(toAad(place));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([VERSION, uuidToBytes(key.id), iv, cipher.getAuthTag(), sealed]);
};

/** Throws SealBroken. */
export const open = (key: DataKey, envelope: Uint8Array, place: Place): Buffer => {
  if (keyIdOf(envelope) !== key.id) throw new SealBroken('it was sealed under another key');
  const bytes = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength);
  // Without authTagLength some versions of Node take a tag of four bytes for whole.
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(17, 29), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(toAad(place));
  decipher.setAuthTag(bytes.subarray(29, HEAD_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]);
  } catch (error) {
    throw new SealBroken('it was changed, moved, or sealed under another key', error);
  }
};

export const sealText = (key: DataKey, text: string, place: Place): Buffer =>
  seal(key, Buffer.from(text, 'utf8'), place);

/** Throws SealBroken. */
export const openText = (key: DataKey, envelope: Uint8Array, place: Place): string =>
  open(key, envelope, place).toString('utf8');

/** The id of the data key an envelope was sealed under. Throws SealBroken when it is no envelope. */
export const keyIdOf = (envelope: Uint8Array): string => {
  if (envelope.length < HEAD_BYTES) throw new SealBroken('it is too short');
  if (envelope[0] !== VERSION[0]) throw new SealBroken('its version is not known');
  return bytesToUuid(envelope.subarray(1, 17));
};

/** A new data key, and the same sealed under the master key, to be stored. */
export const makeDataKey = (master: MasterKey, companyId: string): { key: DataKey; sealed: Buffer } => {
  const key = { id: randomUUID(), bytes: randomBytes(KEY_BYTES) };
  return { key, sealed: seal(wrappingKey(master), key.bytes, keyPlace(companyId, key.id)) };
};

/** Throws SealBroken. */
export const openDataKey = (
  master: MasterKey,
  companyId: string,
  id: string,
  sealed: Uint8Array,
): DataKey => ({
  id,
  bytes: open(wrappingKey(master), sealed, keyPlace(companyId, id)),
});

/** HMAC-SHA256 under a key of its own for each company and purpose: equal texts are found, but only with the master key. */
export const keyedHash = (master: MasterKey, purpose: string, companyId: string, text: string): Buffer =>
  createHmac('sha256', derive(master[masterBytes], `hash ${purpose}`, companyId))
    .update(text, 'utf8')
    .digest();

/** Of several texts at once, which is quicker than one after the other. */
export const keyedHashes = (
  master: MasterKey,
  purpose: string,
  companyId: string,
  texts: ReadonlySet<string>,
): ReadonlyMap<string, Buffer> => {
  const key = derive(master[masterBytes], `hash ${purpose}`, companyId);
  return new Map([...texts].map((text) => [text, createHmac('sha256', key).update(text, 'utf8').digest()]));
};

/** `folded`: an address as it is compared. */
export const addressHash = (master: MasterKey, companyId: string, folded: string): Buffer =>
  keyedHash(master, 'address', companyId, folded);

/** `messageId`: normalised. */
export const messageIdHash = (master: MasterKey, companyId: string, messageId: string): Buffer =>
  keyedHash(master, 'message-id', companyId, messageId);

/** The password of one of our database roles: the same on every machine that holds the master key, and kept nowhere. */
export const rolePassword = (master: MasterKey, role: string): string =>
  derive(master[masterBytes], `database role ${role}`, '').toString('base64url');

const masterBytes: unique symbol = Symbol('master key');
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + 16 + IV_BYTES + TAG_BYTES;
const VERSION = Buffer.of(1);
/** Stands in envelopes of data keys, in the place of a data key's id. */
const MASTER_ID = '00000000-0000-0000-0000-000000000000';

const derive = (bytes: Buffer, purpose: string, salt: string): Buffer =>
  Buffer.from(hkdfSync('sha256', bytes, salt, `candor ${purpose}`, KEY_BYTES));

const wrappingKey = (master: MasterKey): DataKey => ({
  id: MASTER_ID,
  bytes: derive(master[masterBytes], 'data keys', ''),
});

const keyPlace = (companyId: string, row: string): Place => ({
  companyId,
  table: 'data_key',
  row,
  column: 'key_sealed',
});

// As JSON, because joined by a mark alone ("a|b", "c") and ("a", "b|c") would be one place.
const toAad = ({ companyId, table, row, column }: Place): Buffer =>
  Buffer.from(JSON.stringify([companyId, table, row, column]), 'utf8');

const uuidToBytes = (id: string): Buffer => {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new RangeError('The id of a key is a UUID.');
  return bytes;
};

const bytesToUuid = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
