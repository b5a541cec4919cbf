/* Mail of a leaver or an export, out of an mbox or a Maildir, onto the record of a mailbox: on a real database, by the program too. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../server/base/clock.ts';
import { readMasterKey } from '../../server/base/vault.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { bringFile, readWanted, type Summary } from '../../server/import-file/import-file.ts';
import { Unreadable } from '../../server/inspect/read-file.ts';
import { parseMime, readHeaders } from '../../server/providers/mime.ts';
import { ingestPage } from '../../server/services/ingest/ingest.ts';
import type { OpenMailbox } from '../../server/services/mailboxes/mailbox-access.ts';
import { addCandidates, connectedCompany } from '../bench/connected-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { recordOf } from '../build/record-of.ts';
import { silentLog } from '../build/silent-log.ts';
import { servicesOn } from '../build/some-services.ts';
import { type Letter, letter } from '../provider/letter.ts';

const database = aDatabase();
const jane = 'jane@candidates.test';
const program = fileURLToPath(new URL('../../server/import-file/main.ts', import.meta.url));
let folder: string;
let mailbox: OpenMailbox;
let address: string;
let nth = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candor-import-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
/** A company of its own for each test; its one person left, and their mailbox is off. */
beforeEach(async () => {
  nth += 1;
  address = `ana${nth}@acme.test`;
  const company = await connectedCompany(services(), [{ address, refreshToken: 'unused' }]);
  const [first] = company.mailboxes;
  if (first === undefined) throw new Error('The company has no mailbox.');
  mailbox = first;
  await addCandidates(services(), company, [jane]);
  await inCompany((tx) =>
    tx.updateTable('candor.mailbox').set({ state: 'off', window_from: null }).execute(),
  );
});

const services = () => servicesOn(database);
const inCompany = <T>(
  run: (tx: Parameters<Parameters<ReturnType<typeof servicesOn>['db']['transaction']>[1]>[0]) => Promise<T>,
): Promise<T> => database.db.transaction({ kind: 'company', companyId: mailbox.companyId }, run);
const mails = (...facts: readonly Letter[]): readonly string[] =>
  facts.map((each) => letter({ to: address, from: jane, ...each }));
const toMbox = (messages: readonly string[]): string =>
  messages
    .map((raw) => raw.replaceAll('\r\n', '\n').replace(/^(>*From )/gm, '>$1'))
    .map((text) => `From ana@acme.test Mon Jan  5 09:00:00 2026\n${text}\n`)
    .join('');
const put = async (name: string, bytes: string): Promise<string> => {
  const path = join(folder, `${nth}-${name}`);
  await writeFile(path, bytes, 'latin1');
  return path;
};
const putMbox = (...facts: readonly Letter[]): Promise<string> => put('mbox', toMbox(mails(...facts)));
const bring = async (path: string, ...options: readonly string[]): Promise<Summary> => {
  const wanted = readWanted(['--mailbox', address, path, ...options]);
  if (wanted === undefined) throw new Error('Nothing was wanted.');
  return bringFile(services(), wanted, () => undefined, AbortSignal.timeout(60_000));
};
const record = () => recordOf(services(), mailbox.companyId);
const audited = async () =>
  (
    await database.query<{ kind: string }>(
      `select kind from candor.audit where company_id = '${mailbox.companyId}' and kind like 'file-%'`,
    )
  ).map((row) => row.kind);
const copies = () =>
  inCompany((tx) => tx.selectFrom('candor.message_copy').selectAll().orderBy('received_at').execute());

describe('what a file brings', () => {
  test('is what the rules keep, as mail of a mailbox that is off; the rest leaves a rule and no more', async () => {
    const path = await putMbox(
      { id: '1@candidates.test', subject: 'Hello' },
      { id: '2@acme.test', from: address, to: jane, subject: 'Re: Hello', inReplyTo: '1@candidates.test' },
      { id: '3@elsewhere.test', from: 'nobody@elsewhere.test', subject: 'Lunch' },
      { id: '4@acme.test', from: 'tom@acme.test', subject: 'Salaries' },
    );
    expect(await bring(path)).toMatchObject({
      mailbox: address,
      file: 'mbox',
      from: null,
      looked: 4,
      kept: 2,
      alreadyHeld: 0,
      left: { 'no-rule': 1, 'own-domains-only': 1 },
    });
    const { threads, decisions } = await record();
    expect(threads).toEqual([['Hello', 'Re: Hello']]);
    expect(decisions).toEqual([
      'drop no-rule',
      'drop own-domains-only',
      'keep ancestry',
      'keep candidate-address',
    ]);
    const [copy] = await copies();
    expect(copy).toMatchObject({
      person_id: mailbox.personId,
      provider_message_id: expect.stringMatching(/^file:[0-9a-f]{64}$/),
    });
    expect(await audited()).toEqual(['file-import-begun']);
  });

  test('is the same out of a Maildir, whose drafts, spam and trash stay out', async () => {
    const maildir = join(folder, `${nth}-Maildir`);
    for (const inner of ['', '.Papierkorb', '.Sent'])
      for (const name of ['cur', 'new', 'tmp']) await mkdir(join(maildir, inner, name), { recursive: true });
    const [a, b, c, d, e] = mails(
      ...['a', 'b', 'c', 'd', 'e'].map((id) => ({ id: `${id}@candidates.test`, subject: id })),
    );
    await writeFile(join(maildir, 'new', '1.host'), a ?? '');
    await writeFile(join(maildir, '.Sent', 'cur', '2.host:2,S'), b ?? '');
    await writeFile(join(maildir, '.Papierkorb', 'cur', '3.host:2,S'), c ?? '');
    await writeFile(join(maildir, 'cur', '4.host:2,DS'), d ?? '');
    await writeFile(join(maildir, 'cur', '5.host:2,ST'), e ?? '');
    expect(await bring(maildir)).toMatchObject({
      file: 'maildir',
      looked: 5,
      kept: 2,
      left: { draft: 1, trash: 2 },
    });
    expect((await record()).threads.flat()).toEqual(['a', 'b']);
  });

  test.each([
    ['X-Gmail-Labels: Spam,Ungelesen', 'spam'],
    ['X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=', 'draft'],
    ['X-Mozilla-Status: 0009', 'trash'],
    ['X-Status: D', 'trash'],
  ])('stays out where the exporting program wrote %j on top of it', async (line, rule) => {
    const [raw = ''] = mails({ id: '1@candidates.test' });
    expect(await bring(await put('mbox', toMbox([`${line}\r\n${raw}`])))).toMatchObject({
      kept: 0,
      left: { [rule]: 1 },
    });
  });

  test('cannot be kept by a label that a sender wrote into the message', async () => {
    const headers = ['X-Gmail-Labels: Candidate', 'X-Keywords: Candidate'];
    const path = await putMbox({ id: '1@elsewhere.test', from: 'nobody@elsewhere.test', headers });
    expect(await bring(path)).toMatchObject({ kept: 0, left: { 'no-rule': 1 } });
  });

  test('is kept by an ancestor that comes later in the file, however far', async () => {
    const strangers = Array.from({ length: 450 }, (_, at) => ({
      id: `${at}@elsewhere.test`,
      from: 'nobody@elsewhere.test',
    }));
    const path = await putMbox(
      { id: '3@private.test', from: 'jd@private.test', subject: '3', inReplyTo: '2@private.test' },
      ...strangers.slice(0, 220),
      { id: '2@private.test', from: 'jd@private.test', subject: '2', inReplyTo: '1@candidates.test' },
      ...strangers.slice(220),
      { id: '1@candidates.test', subject: '1' },
    );
    expect(await bring(path)).toMatchObject({ looked: 453, kept: 3, left: { 'no-rule': 450 } });
    expect((await record()).threads).toEqual([['1', '2', '3']]);
  });

  test('reaches as far back as its person chose, which whoever imports it can narrow and not widen [LF-19]', async () => {
    await inCompany((tx) =>
      tx
        .updateTable('candor.mailbox')
        .set({ window_from: Date.UTC(2026, 0, 6) })
        .execute(),
    );
    const path = await putMbox({ id: '1@candidates.test' });
    expect(await bring(path)).toMatchObject({
      kept: 0,
      from: '2026-01-06T00:00:00.000Z',
      left: { 'outside-window': 1 },
    });
    const person = /^Nothing of .* from before 6 January 2026 .*: the person whose mailbox it is /;
    await expect(bring(path, '--from', '2026-01-01')).rejects.toThrow(person);
    await inCompany((tx) => tx.updateTable('candor.mailbox').set({ window_from: null }).execute());
    expect(await bring(path, '--from', '2026-01-06')).toMatchObject({ kept: 0 });
    expect(await bring(path, '--from', '2026-01-01')).toMatchObject({ kept: 1, left: {} });
  });

  test('reaches no further back than the company allows [LF-19] [P-06]', async () => {
    const old = mails({ id: '1@candidates.test' }).map((raw) => raw.replace('05 Jan 2026', '05 Jan 2025'));
    const path = await put('mbox', toMbox(old));
    const allow = (max: '3-months' | 'none') =>
      inCompany((tx) => tx.updateTable('candor.policy').set({ import_max: max }).execute());
    for (const max of ['3-months', 'none'] as const) {
      await allow(max);
      expect(await bring(path)).toMatchObject({ kept: 0, left: { 'outside-window': 1 } });
      await expect(bring(path, '--from', '2025-01-01')).rejects.toThrow(/: the company lets old mail /);
    }
  });

  test('is nothing of what its person removed from Candor, and of what they have erased', async () => {
    const path = await putMbox({ id: '1@candidates.test' });
    const hash = services().sealing.messageIdHash(mailbox.companyId, '1@candidates.test');
    await inCompany((tx) =>
      tx
        .insertInto('candor.removal')
        .values({
          company_id: mailbox.companyId,
          person_id: mailbox.personId,
          id_hash: hash,
          removed_at: 0,
        })
        .execute(),
    );
    expect(await bring(path)).toMatchObject({ kept: 0, left: { removed: 1 } });
    await inCompany((tx) => tx.updateTable('candor.mailbox').set({ erase_asked_at: 1 }).execute());
    await expect(bring(path)).rejects.toThrow(/is being erased: nothing is added to it\.$/);
  });

  test('holds its headers alone where it is larger than the company keeps', async () => {
    await inCompany((tx) => tx.updateTable('candor.policy').set({ message_limit_bytes: 1_000 }).execute());
    await bring(await putMbox({ id: '1@candidates.test', subject: 'Large', body: 'x'.repeat(2_000) }));
    expect((await record()).messages).toEqual([expect.stringMatching(/^Large; variant 0; headers-only/)]);
  });
});

describe('a second time', () => {
  test('nothing is doubled, whether it comes as the same file or as another kind', async () => {
    const facts = [
      { id: '1@candidates.test', subject: '1' },
      { subject: 'without an id' },
      { id: '3@elsewhere.test', from: 'nobody@elsewhere.test' },
    ];
    const path = await putMbox(...facts);
    expect(await bring(path)).toMatchObject({ kept: 2 });
    const before = await record();
    expect(await bring(path)).toMatchObject({ looked: 3, kept: 0, alreadyHeld: 2, left: { 'no-rule': 1 } });
    expect(await record()).toEqual(before);

    const maildir = join(folder, `${nth}-again`);
    for (const name of ['cur', 'new']) await mkdir(join(maildir, name), { recursive: true });
    for (const [at, raw] of mails(...facts).entries())
      await writeFile(join(maildir, 'cur', `${at}.host:2,S`), raw);
    expect(await bring(maildir)).toMatchObject({ kept: 0, alreadyHeld: 2 });
    expect((await record()).messages).toEqual(before.messages);
  });

  test('a run that was stopped goes on where it was, and comes to the same', async () => {
    const path = await putMbox(
      ...Array.from({ length: 450 }, (_, at) => ({ id: `${at}@candidates.test`, subject: `Nr ${at}` })),
    );
    const wanted = readWanted(['--mailbox', address, path]);
    if (wanted === undefined) throw new Error('Nothing was wanted.');
    const stopping = new AbortController();
    const stopped = bringFile(services(), wanted, () => stopping.abort(), stopping.signal);
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await copies()).toHaveLength(200);
    expect(await bring(path)).toMatchObject({ looked: 450, kept: 250, alreadyHeld: 200 });
    expect((await record()).messages).toHaveLength(450);
  });

  test('the same message twice in one file is one copy', async () => {
    const same = { id: '1@candidates.test' };
    expect(await bring(await putMbox(same, same, { ...same, headers: ['X-Seen: twice'] }))).toMatchObject({
      looked: 3,
      kept: 1,
      alreadyHeld: 2,
    });
    expect(await copies()).toHaveLength(1);
  });
});

describe('beside what the provider gave', () => {
  const fromProvider = async (id: string, facts: Letter): Promise<void> => {
    const [raw = ''] = mails(facts);
    const mail = await parseMime(Buffer.from(raw));
    const copy = {
      providerMessageId: id,
      providerThreadId: `thread of ${id}`,
      place: { isDraft: false, isSpam: false, isTrash: false, isLabelled: true },
      labels: [],
      headers: mail.headers,
      receivedAt: Date.UTC(2026, 0, 5, 9),
      sizeBytes: raw.length,
    };
    await inCompany((tx) =>
      ingestPage(services(), tx, mailbox, [
        {
          copy,
          headers: readHeaders(mail.headers, copy.receivedAt),
          mail,
          because: [{ rule: 'label' }],
          isAutomatic: false,
        },
      ]),
    );
  };
  const ids = async () => (await copies()).map((row) => row.provider_message_id);

  test('what the mailbox holds already is no second copy', async () => {
    await fromProvider('provider-1', { id: '1@candidates.test' });
    expect(await bring(await putMbox({ id: '1@candidates.test' }))).toMatchObject({
      kept: 0,
      alreadyHeld: 1,
    });
    expect(await copies()).toMatchObject([{ provider_message_id: 'provider-1', is_labelled: true }]);
  });

  test('what the provider gives later takes the place of what a file brought', async () => {
    const path = await putMbox({ id: '1@candidates.test' });
    await bring(path);
    await fromProvider('provider-1', { id: '1@candidates.test' });
    expect(await ids()).toEqual(['provider-1']);
    expect(await bring(path)).toMatchObject({ kept: 0, alreadyHeld: 1 });
    expect(await ids()).toEqual(['provider-1']);
  });

  test('two messages under one id stay two', async () => {
    await fromProvider('provider-1', { id: '1@candidates.test', body: 'one' });
    expect(await bring(await putMbox({ id: '1@candidates.test', body: 'another' }))).toMatchObject({
      kept: 1,
    });
    expect(await ids()).toHaveLength(2);
  });
});

describe('hostile and broken files', () => {
  test('lines of a body that look like the beginning of a message make none of it', async () => {
    const body =
      'From here on it is easy.\n\nFrom jane@candidates.test Mon Jan  5 09:00:00 2026\nSubject: no';
    const path = await putMbox({ id: '1@candidates.test', subject: 'One', body });
    expect(await bring(path)).toMatchObject({ looked: 1, kept: 1 });
    expect((await record()).messages).toHaveLength(1);
  });

  test('a file that ends in the middle of a message gives what is there', async () => {
    const whole = toMbox(
      mails({ id: '1@candidates.test', subject: '1' }, { id: '2@candidates.test', subject: '2' }),
    );
    const cutInBody = await put('cut-body', whole.slice(0, -4));
    expect(await bring(cutInBody)).toMatchObject({ looked: 2, kept: 2 });
    const cutInHead = await put('cut-head', whole.slice(0, whole.lastIndexOf('From: ') + 3));
    expect(await bring(cutInHead)).toMatchObject({ looked: 2, left: { 'no-participants': 1 } });
  });

  test('noise between the messages of a file is left, and the rest comes', async () => {
    const noise = 'From \0 Mon Jan  5 09:00:00 2026\n\0\xff\xfe\0\n\n';
    const path = await put('noise', `${toMbox(mails({ id: '1@candidates.test' }))}${noise}`);
    expect(await bring(path)).toMatchObject({ looked: 2, kept: 1, left: { 'no-participants': 1 } });
  });

  test('dates that nobody can read change nothing of who is kept', async () => {
    const [raw = ''] = mails({
      id: '1@candidates.test',
      headers: [`Received: from x; ${'9'.repeat(5_000)}`],
    });
    const path = await put('dates', toMbox([raw.replace(/^Date: .*$/m, 'Date: never')]));
    expect(await bring(path)).toMatchObject({ kept: 1 });
    expect(await bring(path)).toMatchObject({ kept: 0, alreadyHeld: 1 });
  });

  test('what is no mail, nobody’s, or badly asked for is said in one sentence', async () => {
    const empty = join(folder, `${nth}-empty`);
    await mkdir(empty);
    const mbox = await putMbox({ id: '1@candidates.test' });
    const calls: readonly (() => Promise<unknown>)[] = [
      async () => bring(await put('words', 'just words\n')),
      async () => bring(await put('nothing', '')),
      () => bring(join(folder, 'nowhere')),
      () => bring(empty),
      () => bring(mbox, '--from', 'yesterday'),
      () => bring(mbox, '--loud'),
      () => bring(mbox, mbox),
      async () => readWanted([mbox]),
      async () => readWanted(['--mailbox', 'nobody', mbox]),
      async () => {
        address = 'nobody@acme.test';
        await bring(mbox);
      },
    ];
    for (const call of calls) {
      const thrown: unknown = await call().catch((error: unknown) => error);
      expect(thrown, String(call)).toBeInstanceOf(Unreadable);
      expect(String(thrown)).toMatch(/^Unreadable: [^\n]+[.'"]$/);
    }
  });
});

describe('the program', () => {
  const run = (where: NodeJS.ProcessEnv, ...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, ...where };
      execFile(process.execPath, [program, ...args], { env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });
  const onTheDatabase = () => ({
    DATABASE_URL: database.superuserUrl,
    // What the tests' databases are sealed with.
    CANDOR_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    DATA_FOLDER: join(folder, 'unused'),
  });

  test('prints a summary, tells how far it is beside it, and works while a server uses the database', async () => {
    const path = await putMbox({ id: '1@candidates.test' });
    const { code, out, err } = await run(onTheDatabase(), '--mailbox', address, path);
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('1 looked at, 1 kept') });
    expect(JSON.parse(out)).toMatchObject({ looked: 1, kept: 1 });
    expect((await record()).messages).toHaveLength(1);
  });

  test('says one sentence and exits with 1 where nothing can be read', async () => {
    const { code, out, err } = await run(onTheDatabase(), '--mailbox', address, join(folder, 'nowhere'));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n').at(-1)).toMatch(/nowhere can't be read: there is no such file\.$/);
  });

  test('refuses the embedded database of a server that runs, in one sentence', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'candor-running-'));
    const running = await openDatabase({
      dataFolder,
      masterKey: await readMasterKey(dataFolder, undefined),
      log: silentLog,
      clock: systemClock,
    });
    try {
      const where = { DATA_FOLDER: dataFolder, DATABASE_URL: '', CANDOR_MASTER_KEY: '' };
      const { code, out, err } = await run(
        where,
        '--mailbox',
        address,
        await putMbox({ id: '1@candidates.test' }),
      );
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(/^Another Candor already runs on this data folder: [^\n]+\.\n$/);
    } finally {
      await running.close();
      await rm(dataFolder, { recursive: true, force: true });
    }
  });
});
