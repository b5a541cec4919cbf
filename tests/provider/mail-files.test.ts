import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMaildir, readMaildir } from '../../server/providers/maildir.ts';
import { readMbox } from '../../server/providers/mbox.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candor-mail-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an mbox', () => {
  const read = async (text: string) => {
    const path = join(folder, 'mbox');
    await writeFile(path, text, 'latin1');
    const messages = [];
    for await (const message of readMbox(path)) messages.push(message);
    return messages.map(({ raw, offsetBytes }) => ({
      text: Buffer.from(raw).toString('latin1'),
      offsetBytes,
    }));
  };
  const from = 'From ana@acme.test Mon Jan  5 09:00:00 2026\n';

  test('gives its messages as they were before they were put into it', async () => {
    const first = 'Subject: a\n\nwords\n>From here on\n>>From there\n';
    expect(await read(`${from}${first}\n${from}Subject: b\n\nmore\n`)).toEqual([
      { text: 'Subject: a\n\nwords\nFrom here on\n>From there\n', offsetBytes: 0 },
      { text: 'Subject: b\n\nmore\n', offsetBytes: from.length + first.length + 1 },
    ]);
  });

  test.each([
    'From here on it is easy.\n',
    'From 10 to 12 we meet.\n',
    'words\nFrom ana@acme.test Mon Jan  5 09:00:00 2026\n',
  ])('is not parted by a sentence that begins with From: %j', async (sentence) => {
    const text = `Subject: a\n\n${sentence}`;
    expect((await read(`${from}${text}`)).map((each) => each.text)).toEqual([text]);
  });

  test('keeps the line ends of DOS', async () => {
    const dos = (text: string) => text.replaceAll('\n', '\r\n');
    expect(
      (await read(dos(`${from}Subject: a\n\nx\n\n${from}Subject: b\n\ny\n`))).map((each) => each.text),
    ).toEqual([dos('Subject: a\n\nx\n'), dos('Subject: b\n\ny\n')]);
  });

  test.each(['', 'Subject: a message of its own\n\nwords\n', '\0\0\0\0'])(
    'what is none has no messages: %j',
    async (text) => {
      expect(await read(text)).toEqual([]);
    },
  );

  test('is read through a line longer than any buffer', async () => {
    const line = 'x'.repeat(3_000_000);
    expect(
      (await read(`${from}Subject: a\n\n${line}\n\n${from}Subject: b\n\n`)).map((each) => each.text.length),
    ).toEqual(['Subject: a\n\n'.length + line.length + 1, 'Subject: b\n'.length]);
  });
});

describe('a Maildir', () => {
  test('gives its messages with their flags, those of its folders too, and nothing that is not delivered yet', async () => {
    const maildir = join(folder, 'Maildir');
    for (const inner of ['', '.Sent'])
      for (const name of ['cur', 'new', 'tmp']) await mkdir(join(maildir, inner, name), { recursive: true });
    await writeFile(join(maildir, 'cur', '1.a.host:2,RS'), 'a');
    await writeFile(join(maildir, 'new', '2.b.host'), 'b');
    await writeFile(join(maildir, 'tmp', '3.c.host'), 'c');
    await writeFile(join(maildir, '.Sent', 'cur', '4.d.host:2,'), 'd');
    await writeFile(join(maildir, 'cur', '.hidden'), 'e');
    const found = [];
    for await (const file of readMaildir(maildir))
      found.push({ ...file, path: file.path.slice(maildir.length + 1) });
    expect(await isMaildir(maildir)).toBe(true);
    expect(await isMaildir(folder)).toBe(false);
    expect(found).toEqual([
      { path: 'cur/1.a.host:2,RS', flags: 'RS' },
      { path: 'new/2.b.host', flags: '' },
      { path: '.Sent/cur/4.d.host:2,', folder: '.Sent', flags: '' },
    ]);
  });
});
