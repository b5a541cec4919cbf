import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { StartRefusal } from '../../server/base/start-refusal.ts';
import {
  addressHash,
  keyedHash,
  keyedHashes,
  keyIdOf,
  makeDataKey,
  messageIdHash,
  open,
  openDataKey,
  openText,
  type Place,
  readMasterKey,
  SealBroken,
  seal,
  sealText,
  toMasterKey,
} from '../../server/base/vault.ts';

const master = toMasterKey(Buffer.alloc(32, 1));
const otherMaster = toMasterKey(Buffer.alloc(32, 2));
const place: Place = { companyId: 'company-1', table: 'message', row: 'row-1', column: 'body_sealed' };
const { key, sealed: wrapped } = makeDataKey(master, 'company-1');

describe('a sealed value', () => {
  test('opens in its own place to what was sealed, empty and odd text included', () => {
    for (const text of ['', 'Interview on Tuesday', 'Zoë 👋 \u0000 end']) {
      expect(openText(key, sealText(key, text, place), place)).toBe(text);
    }
  });

  test('differs each time and holds nothing of the plain text', () => {
    const [one, two] = [
      sealText(key, 'Interview on Tuesday', place),
      sealText(key, 'Interview on Tuesday', place),
    ];
    expect(one.equals(two)).toBe(false);
    expect(one.includes('Interview')).toBe(false);
  });

  test.each([
    ['company', { companyId: 'company-2' }],
    ['table', { table: 'attachment' }],
    ['row', { row: 'row-2' }],
    ['column', { column: 'head_sealed' }],
  ])('does not open in another %s', (_what, moved) => {
    expect(() => open(key, sealText(key, 'x', place), { ...place, ...moved })).toThrow(SealBroken);
  });

  test('does not open where two names run together to the same text', () => {
    const envelope = sealText(key, 'x', { ...place, table: 'a|b', row: 'c' });
    expect(() => open(key, envelope, { ...place, table: 'a', row: 'b|c' })).toThrow(SealBroken);
  });

  test('does not open with any one bit turned', () => {
    const envelope = sealText(key, 'x', place);
    for (let bit = 0; bit < envelope.length * 8; bit += 1) {
      const turned = Buffer.from(envelope);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(key, turned, place)).toThrow(SealBroken);
    }
  });

  test('does not open cut short, its tag least of all', () => {
    const envelope = sealText(key, 'some text', place);
    for (let length = 0; length < envelope.length; length += 1)
      expect(() => open(key, envelope.subarray(0, length), place)).toThrow(SealBroken);
  });

  test('does not open under another key, also one that carries its id', () => {
    const envelope = sealText(key, 'x', place);
    expect(() => open(makeDataKey(master, 'company-1').key, envelope, place)).toThrow(SealBroken);
    expect(() => open({ id: key.id, bytes: randomBytes(32) }, envelope, place)).toThrow(SealBroken);
  });

  test('names its key', () => {
    expect(keyIdOf(seal(key, Buffer.from('x'), place))).toBe(key.id);
  });
});

describe('a data key', () => {
  test('opens under the master key that sealed it, for its company and id', () => {
    expect(openDataKey(master, 'company-1', key.id, wrapped).bytes.equals(key.bytes)).toBe(true);
  });

  test('does not open under another master key, for another company, or under another id', () => {
    expect(() => openDataKey(otherMaster, 'company-1', key.id, wrapped)).toThrow(SealBroken);
    expect(() => openDataKey(master, 'company-2', key.id, wrapped)).toThrow(SealBroken);
    expect(() => openDataKey(master, 'company-1', makeDataKey(master, 'company-1').key.id, wrapped)).toThrow(
      SealBroken,
    );
  });
});

describe('a keyed hash', () => {
  test('is the same for the same text and differs by company, purpose and master key', () => {
    const hash = addressHash(master, 'company-1', 'jane@example.com');
    expect(addressHash(master, 'company-1', 'jane@example.com').equals(hash)).toBe(true);
    for (const other of [
      addressHash(master, 'company-2', 'jane@example.com'),
      messageIdHash(master, 'company-1', 'jane@example.com'),
      keyedHash(master, 'copy', 'company-1', 'jane@example.com'),
      addressHash(otherMaster, 'company-1', 'jane@example.com'),
    ])
      expect(other.equals(hash)).toBe(false);
  });

  test('of several texts at once is that of each', () => {
    const words = ['interview', '面接', ''];
    expect([...keyedHashes(master, 'word', 'company-1', new Set(words))]).toEqual(
      words.map((word) => [word, keyedHash(master, 'word', 'company-1', word)]),
    );
  });
});

describe('the master key', () => {
  const folders: string[] = [];
  const aFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'candor-vault-'));
    folders.push(folder);
    return folder;
  };
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  test('is made at the first start, for its owner only, and is the same at the next', async () => {
    const folder = await aFolder();
    const made = await readMasterKey(folder, undefined);
    expect((await stat(join(folder, 'master.key'))).mode & 0o777).toBe(0o600);
    expect((await readMasterKey(folder, undefined)).fingerprint.equals(made.fingerprint)).toBe(true);
  });

  test('comes from the environment when it is set, and then no file is made', async () => {
    const folder = await aFolder();
    const given = await readMasterKey(folder, Buffer.alloc(32, 1).toString('base64'));
    expect(given.fingerprint.equals(master.fingerprint)).toBe(true);
    await expect(readFile(join(folder, 'master.key'))).rejects.toThrow('ENOENT');
  });

  test('is not made anew beside a database that was sealed under another', async () => {
    const folder = await aFolder();
    await mkdir(join(folder, 'postgres'));
    await expect(readMasterKey(folder, undefined)).rejects.toThrow(StartRefusal);
    await expect(readFile(join(folder, 'master.key'))).rejects.toThrow('ENOENT');
  });

  test('of a damaged file is refused and the file left as it is', async () => {
    const folder = await aFolder();
    await writeFile(join(folder, 'master.key'), 'short');
    await expect(readMasterKey(folder, undefined)).rejects.toThrow(StartRefusal);
    expect(await readFile(join(folder, 'master.key'), 'utf8')).toBe('short');
  });

  test('does not show when it is printed or turned into JSON', () => {
    expect(JSON.stringify(master)).not.toContain(Buffer.alloc(32, 1).toString('base64'));
    expect(Object.keys(master)).toEqual(['fingerprint']);
  });
});
