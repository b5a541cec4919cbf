/* The inspector: what it prints, and the program somebody runs. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../server/inspect/inspect.ts';
import { Unreadable } from '../../server/inspect/read-file.ts';
import { letter } from '../provider/letter.ts';

const program = fileURLToPath(new URL('../../server/inspect/main.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candor-inspect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shown = async (...args: string[]): Promise<unknown> => JSON.parse(await inspect(args));
const run = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
const put = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

test('a message is shown as it is made', async () => {
  const path = await put(
    'reply.eml',
    letter({
      id: '2@candidates.test',
      inReplyTo: '1@acme.test',
      headers: ['Auto-Submitted: auto-replied'],
      body: 'Hello\r\n\r\n-- \r\nJane\r\n\r\nOn x y wrote:\r\n> Hi',
    }),
  );
  expect(await shown('parse', path)).toMatchObject({
    messageId: '2@candidates.test',
    inReplyTo: ['1@acme.test'],
    subject: 'Your application',
    sentAt: '2026-01-05T09:00:00.000Z',
    automatic: 'auto-reply',
    textParts: { said: 'Hello\n\n', signature: '-- \nJane\n\n', quoted: 'On x y wrote:\n> Hi\n' },
    attachments: [],
    calendar: null,
    trouble: null,
  });
});

describe('threads', () => {
  const mails = [
    letter({ id: '2@x.test', inReplyTo: '1@x.test' }),
    letter({ id: '1@x.test' }),
    letter({ id: '3@x.test' }),
    letter({}),
  ];
  test('of a folder, of a Maildir and of an mbox are the same', async () => {
    const plain = join(folder, 'plain');
    const maildir = join(folder, 'maildir');
    await mkdir(plain);
    for (const name of ['cur', 'new', 'tmp']) await mkdir(join(maildir, name), { recursive: true });
    for (const [nth, mail] of mails.entries()) {
      await writeFile(join(plain, `${nth}.eml`), mail);
      await writeFile(join(maildir, 'cur', `${nth}.a.host:2,S`), mail);
    }
    const from = 'From a@x.test Mon Jan  5 09:00:00 2026\n';
    const mbox = await put('mbox', mails.map((mail) => `${from}${mail}\n`).join(''));
    const wanted = [['2@x.test', '1@x.test'], ['3@x.test'], [expect.stringMatching(/^(?:file|mbox):/)]];
    expect(await shown('threads', plain)).toEqual(wanted);
    expect(await shown('threads', mbox)).toEqual(wanted);
    const inMaildir = (await shown('threads', maildir)) as string[][];
    expect(inMaildir.map((thread) => thread.length).sort()).toEqual([1, 1, 2]);
  });
});

describe('HTML', () => {
  test('is shown cleaned, of a message or of a file of its own', async () => {
    const html = '<p onclick="hit()">Hello</p><script>hit()</script><img src="https://hit.example/a.gif">';
    const cleaned = { html: '<p>Hello</p><img referrerpolicy="no-referrer">', hasRemoteImages: true };
    expect(await shown('html', await put('page.html', html))).toEqual(cleaned);
    const mail = `Subject: x\r\nContent-Type: text/html\r\n\r\n${html}`;
    expect(await shown('html', await put('page.eml', mail))).toEqual({
      ...cleaned,
      html: `${cleaned.html}\n`,
    });
    expect(await shown('html', await put('plain.eml', letter({})))).toEqual({
      html: null,
      hasRemoteImages: false,
    });
  });
});

describe('interest', () => {
  test('is decided with its reason and evidence, and nothing but the policy is asked [N-02]', async () => {
    const path = await put('mail.eml', letter({ id: '1@candidates.test' }));
    const under = async (policy: unknown) =>
      shown('interest', path, '--policy', await put('policy.json', JSON.stringify(policy)));
    expect(await under({ candidateAddresses: ['Jane@candidates.test'] })).toMatchObject({
      decision: 'keep',
      because: [{ rule: 'candidate-address', addresses: ['jane@candidates.test'] }],
    });
    expect(await under({})).toMatchObject({ decision: 'drop', because: { rule: 'no-rule' } });
    expect(await under({ place: { isSpam: true } })).toMatchObject({ because: { rule: 'spam' } });
    expect(await under({ blocked: ['@candidates.test'] })).toMatchObject({
      because: { rule: 'blocked', entry: '@candidates.test' },
    });
  });
});

describe('what can not be read', () => {
  test('is said in one sentence', async () => {
    const mail = await put('mail.eml', letter({}));
    const calls = [
      ['parse', join(folder, 'nowhere.eml')],
      ['parse', folder],
      ['parse', await put('noise.bin', '\0\x01\x02')],
      ['parse', await put('empty.eml', '')],
      ['threads', await put('words.txt', 'just words')],
      ['threads', join(folder, 'nowhere')],
      ['html', join(folder, 'nowhere.html')],
      ['interest', mail],
      ['interest', mail, '--policy', await put('bad.json', '{')],
      ['interest', mail, '--policy', await put('wrong.json', '{"ownDomain":[]}')],
      ['interest', mail, '--policy', await put('person.json', '{"candidateAddresses":["nobody"]}')],
      ['sing', mail],
      ['parse', mail, '--loud'],
      [],
    ];
    for (const call of calls) {
      const thrown: unknown = await inspect(call).catch((error: unknown) => error);
      expect(thrown, call.join(' ')).toBeInstanceOf(Unreadable);
      expect(String(thrown)).toMatch(/^Unreadable: [^\n]+[.'"]$/);
    }
  });
});

describe('the program', () => {
  test('prints JSON and nothing else, or says one sentence and exits with 1', async () => {
    const good = await run('parse', await put('mail.eml', letter({ id: '1@x.test' })));
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(good.out)).toMatchObject({ messageId: '1@x.test' });
    const bad = await run('parse', join(folder, 'nowhere.eml'));
    expect(bad).toMatchObject({ code: 1, out: '' });
    expect(bad.err).toMatch(/^[^\n]+\n$/);
  });
});
