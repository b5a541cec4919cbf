import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { parseMime, readHeaders } from '../../server/providers/mime.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
/** A message whose text is these bytes. */
const withText = (type: string, text: Uint8Array, encoding?: 'base64' | 'quoted-printable') => {
  const body =
    encoding === 'base64'
      ? Buffer.from(text).toString('base64')
      : encoding === 'quoted-printable'
        ? [...text].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
        : Buffer.from(text).toString('latin1');
  const transfer = encoding === undefined ? '' : `Content-Transfer-Encoding: ${encoding}\r\n`;
  const head = type === '' ? 'Subject: x\r\n' : `Content-Type: ${type}\r\n`;
  return bytes(`${head}${transfer}\r\n${body}\r\n`);
};
const textOf = async (raw: Uint8Array) => (await parseMime(raw)).text?.trim();

describe('old charsets', () => {
  const letters: Record<string, string> = {
    'iso-2022-jp': '\x1b$B$3$s$K$A$O\x1b(B',
    gb18030: '\xc4\xe3\xba\xc3',
    big5: '\xa7A\xa6n',
    'euc-kr': '\xbe\xc8\xb3\xe7',
    'koi8-r': '\xf0\xd2\xc9\xd7\xc5\xd4',
    'windows-1251': '\xcf\xf0\xe8\xe2\xe5\xf2',
    'windows-1255': '\xf9\xec\xe5\xed',
    'x-mac-cyrillic': '\x8f\xf0\xe8\xe2\xe5\xf2',
    cp932: '\x82\xb1\x82\xf1',
  };
  const read: Record<string, string> = {
    'iso-2022-jp': 'こんにちは',
    gb18030: '你好',
    big5: '你好',
    'euc-kr': '안녕',
    'koi8-r': 'Привет',
    'windows-1251': 'Привет',
    'windows-1255': 'שלום',
    'x-mac-cyrillic': 'Привет',
    cp932: 'こん',
  };
  test.each(Object.keys(letters))('text in %s is read, raw or encoded', async (charset) => {
    const raw = bytes(letters[charset] ?? '');
    for (const encoding of [undefined, 'base64', 'quoted-printable'] as const)
      expect(await textOf(withText(`text/plain; charset=${charset}`, raw, encoding))).toBe(read[charset]);
  });

  test.each(['utf-7', 'utf-32le', 'cp850', 'cp437', 'iso-8859-16', 'maccenteuro', 'viscii'])(
    'text in %s, which the Web does not know, is read too',
    async (charset) => {
      const said = 'José e mãe'.normalize('NFC').replace(/[^\p{ASCII}éã]/gu, '');
      const wanted = iconv.decode(iconv.encode(said, charset), charset);
      for (const encoding of ['base64', 'quoted-printable'] as const)
        expect(
          await textOf(withText(`text/plain; charset="${charset}"`, iconv.encode(said, charset), encoding)),
        ).toBe(wanted);
    },
  );

  test('each part is read in its own', async () => {
    const parsed = await parseMime(
      bytes(
        [
          'Content-Type: multipart/alternative; boundary="x"',
          '',
          '--x',
          'Content-Type: text/plain; charset=cp850',
          '',
          'Caf\x82',
          '--x',
          'Content-Type: text/html; charset=utf-8',
          '',
          '<p>Caf\xc3\xa9</p>',
          '--x--',
          '',
        ].join('\r\n'),
      ),
    );
    expect(parsed.text?.trim()).toBe('Café');
    expect(parsed.html?.trim()).toBe('<p>Café</p>');
  });

  test('text that names no charset, or the wrong one, is read as what it most likely is', async () => {
    expect(await textOf(withText('', bytes('Caf\xe9')))).toBe('Café');
    expect(await textOf(withText('text/plain; charset=utf-8', bytes('Caf\xe9')))).toBe('Café');
    expect(await textOf(withText('text/plain; charset=unknown-8bit', bytes('Caf\xe9')))).toBe('Café');
    expect(await textOf(withText('text/plain; charset=us-ascii', bytes('Caf\xc3\xa9')))).toBe('Café');
  });

  test('HTML that names its charset only in itself is read by it', async () => {
    const html = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>\xcf\xf0</p>';
    expect((await parseMime(withText('text/html', bytes(html)))).html).toContain('<p>Пр</p>');
  });

  test('letters that stand raw in a header are those of the text', async () => {
    const { headers } = await parseMime(
      bytes('Subject: \xf0\xd2\xc9\xd7\xc5\xd4\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\nx\r\n'),
    );
    expect(readHeaders(headers, 0).subject).toBe('Привет');
    const mixed = 'Subject: Caf\xc3\xa9\r\nFrom: Andr\xe9 <a@x.test>\r\n\r\nx\r\n';
    const read = readHeaders((await parseMime(bytes(mixed))).headers, 0);
    expect([read.subject, read.participants[0]?.name]).toEqual(['Café', 'André']);
    const unnamed = await parseMime(bytes('Subject: Caf\xe9\r\n\r\nx\r\n'));
    expect(readHeaders(unnamed.headers, 0).subject).toBe('Café');
  });

  test('an encoded word in a charset that the Web does not know is read', () => {
    const subject = '=?utf-7?Q?Hi_Mom_-+Jjo--!?= =?cp850?B?Q2FmgiE=?=';
    expect(readHeaders([{ name: 'Subject', value: subject }], 0).subject).toBe('Hi Mom -☺-!Café!');
  });

  test('an encoded word whose letters stand raw in it is read', async () => {
    const raw = bytes('Subject: =?iso-8859-1?Q?Fr\xf6sche_=E9?=\r\n\r\nx\r\n');
    expect(readHeaders((await parseMime(raw)).headers, 0).subject).toBe('Frösche é');
  });

  test.each(['base64', 'hex', 'binary', '__proto__', 'constructor', 'x-klingon', '"'])(
    'a charset that is none changes nothing: %s',
    async (charset) => {
      expect(await textOf(withText(`text/plain; charset=${charset}`, bytes('words')))).toBe('words');
    },
  );

  test('flowed text is joined, and what is stuffed comes out bare', async () => {
    const flowed = 'one \r\ntwo\r\n >three\r\n-- \r\nAna';
    expect(await textOf(withText('text/plain; format=flowed; charset=cp850', bytes(flowed)))).toBe(
      'one two\n>three\n-- \nAna',
    );
  });
});
