import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import type { CandidateId, CompanyId } from '../../lib/contract/ids.ts';
import { systemClock } from '../../server/base/clock.ts';
import { addressHash, readMasterKey, SealBroken, seal, sealText } from '../../server/base/vault.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { SUPERUSER } from '../../server/db/embedded.ts';
import { createDataKeys } from '../../server/db/keys.ts';
import { aCompany, anId, mailboxOf } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { silentLog } from '../build/silent-log.ts';

const planted = {
  subject: 'Planted-subject offer for a very senior role',
  body: 'Planted-body we would like to pay you this much',
  address: 'planted.jane@candidate.example',
  fileName: 'planted-curriculum-vitae.pdf',
  attachment: 'Planted-attachment of many pages',
  token: 'planted-refresh-token-1//0gAbCdEf',
};

test('the files of the data folder hold no plaintext of a message, an address on it, or a token [LV-05]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-at-rest-'));
  const masterKey = await readMasterKey(folder, undefined);
  const clock = { ...systemClock, at: Date.now() };
  const db = await openDatabase({ dataFolder: folder, masterKey, log: silentLog, clock });
  try {
    const company = await aCompany({ db, masterKey, clock, superuserUrl: '', query: async () => [] });
    const { companyId } = company;
    const keys = createDataKeys(masterKey, clock);
    const ana = await company.person();
    const candidateId = await company.candidate();
    const threadId = await company.thread({ candidates: [candidateId] });
    const messageId = anId<never>();
    const attachmentId = anId();
    const stored = await company.asCompany(async (tx) => {
      const key = await keys.keyFor(tx, companyId, candidateId);
      const at = (table: string, row: string, column: string) => ({ companyId, table, row, column });
      const head = sealText(
        key,
        JSON.stringify({ subject: planted.subject, from: planted.address }),
        at('message', messageId, 'head_sealed'),
      );
      const body = sealText(key, planted.body.repeat(200), at('message', messageId, 'body_sealed'));
      await tx
        .insertInto('candor.message')
        .values(company.messageRow(threadId, messageId, { head, body }))
        .execute();
      await tx
        .insertInto('candor.participant')
        .values(company.participantRow(threadId, messageId, { role: 'from', address: planted.address }))
        .execute();
      await tx
        .insertInto('candor.candidate_address')
        .values({
          company_id: companyId,
          candidate_id: candidateId,
          address_hash: addressHash(masterKey, companyId, planted.address),
          address_sealed: sealText(
            key,
            planted.address,
            at('candidate_address', candidateId, 'address_sealed'),
          ),
          added_at: 0,
        })
        .execute();
      await tx
        .insertInto('candor.attachment')
        .values({
          id: attachmentId,
          company_id: companyId,
          message_id: messageId,
          thread_id: threadId,
          meta_sealed: sealText(key, planted.fileName, at('attachment', attachmentId, 'meta_sealed')),
          content_sealed: seal(
            key,
            Buffer.from(planted.attachment),
            at('attachment', attachmentId, 'content_sealed'),
          ),
          size_bytes: planted.attachment.length,
        })
        .execute();
      await tx
        .insertInto('candor.mailbox_secret')
        .values({
          mailbox_id: mailboxOf(ana),
          company_id: companyId,
          person_id: ana,
          secret_sealed: sealText(key, planted.token, at('mailbox_secret', mailboxOf(ana), 'secret_sealed')),
          updated_at: 0,
        })
        .execute();
      return body;
    });
    await checkpoint(db.queueConnection);

    const files = await readFiles(folder);
    const holds = (needle: Buffer) =>
      files.filter(({ bytes }) => bytes.includes(needle)).map(({ path }) => path);
    // What is looked for is really there, sealed; so the scan reads the right files.
    expect(holds(stored.subarray(0, 64)).length).toBeGreaterThan(0);
    for (const text of Object.values(planted))
      for (const needle of [
        text,
        text.toLowerCase(),
        toHex(text),
        Buffer.from(text).toString('base64').slice(0, -4),
      ])
        expect([text, holds(Buffer.from(needle))]).toEqual([text, []]);
    expect(holds(Buffer.from(planted.body, 'utf16le'))).toEqual([]);
  } finally {
    await db.close();
    await rm(folder, { recursive: true, force: true });
  }
});

const database = aDatabase();
const aKeyRing = () => createDataKeys(database.masterKey, database.clock);

test('a company has one key, and each candidate their own, however often and by however many asked for', async () => {
  const { asCompany, companyId, candidate } = await aCompany(database);
  const candidateId = await candidate();
  const ask = (which?: CandidateId) => asCompany((tx) => aKeyRing().keyFor(tx, companyId, which));
  const ids = await Promise.all([ask(), ask(), ask(), ask(candidateId), ask(candidateId)]);
  expect(new Set(ids.slice(0, 3).map(({ id }) => id)).size).toBe(1);
  expect(new Set(ids.slice(3).map(({ id }) => id)).size).toBe(1);
  expect(ids[0]?.id).not.toBe(ids[3]?.id);
});

test('a key that was never committed seals nothing', async () => {
  const { asCompany, companyId } = await aCompany(database);
  const keys = aKeyRing();
  let lost = '';
  await expect(
    asCompany(async (tx) => {
      lost = (await keys.keyFor(tx, companyId)).id;
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect((await asCompany((tx) => keys.keyFor(tx, companyId))).id).not.toBe(lost);
});

test("what a candidate's key sealed opens until the key is destroyed, and in no process after its minutes in memory", async () => {
  const { asCompany, companyId, candidate } = await aCompany(database);
  const candidateId = await candidate();
  const keys = aKeyRing();
  const place = { companyId, table: 'message', row: 'r', column: 'body_sealed' };
  const envelope = await asCompany(async (tx) =>
    sealText(await keys.keyFor(tx, companyId, candidateId), 'x', place),
  );
  const read = () => asCompany((tx) => keys.openText(tx, envelope, place));
  expect(await read()).toBe('x');
  await asCompany((tx) => tx.deleteFrom('candor.data_key').where('candidate_id', '=', candidateId).execute());
  database.clock.at += 5 * 60_000;
  await expect(read()).rejects.toThrow(SealBroken);
});

test('a key of one company opens nothing for another', async () => {
  const [one, other] = [await aCompany(database), await aCompany(database)];
  const place = { companyId: one.companyId as CompanyId, table: 'message', row: 'r', column: 'body_sealed' };
  const envelope = await one.asCompany(async (tx) =>
    sealText(await aKeyRing().keyFor(tx, one.companyId), 'x', place),
  );
  await expect(other.asCompany((tx) => aKeyRing().openText(tx, envelope, place))).rejects.toThrow(SealBroken);
});

const toHex = (text: string): string => Buffer.from(text).toString('hex');

const checkpoint = async ({ host, port, database: name }: pg.PoolConfig): Promise<void> => {
  const client = new pg.Client({
    user: SUPERUSER,
    ...(host && port && name ? { host, port, database: name } : {}),
  });
  await client.connect();
  await client.query('checkpoint');
  await client.end();
};

const readFiles = async (folder: string): Promise<{ path: string; bytes: Buffer }[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path, bytes: await readFile(path) };
      }),
  );
};
