import { describe, expect, test } from 'vitest';
import { parseMime, readHeaders } from '../../server/providers/mime.ts';
import { letter } from './letter.ts';

const receivedAt = Date.UTC(2026, 0, 10, 12);
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const read = (...lines: string[]) =>
  readHeaders(
    lines.map((line) => ({
      name: line.slice(0, line.indexOf(':')),
      value: line.slice(line.indexOf(':') + 1).trim(),
    })),
    receivedAt,
  );

describe('MIME source is parsed', () => {
  test('text, HTML, attachments and headers come out decoded and in their order', async () => {
    const parsed = await parseMime(
      bytes(
        [
          'Received: by a.test',
          'Subject: =?utf-8?q?R=C3=A9sum=C3=A9?=',
          'received: by b.test',
          'Content-Type: multipart/mixed; boundary="b"',
          '',
          '--b',
          'Content-Type: multipart/alternative; boundary="c"',
          '',
          '--c',
          'Content-Type: text/plain; charset=iso-8859-1',
          'Content-Transfer-Encoding: quoted-printable',
          '',
          'Caf=E9',
          '--c',
          'Content-Type: text/html; charset=utf-8',
          'Content-Transfer-Encoding: base64',
          '',
          Buffer.from('<p>Café</p>').toString('base64'),
          '--c--',
          '--b',
          'Content-Type: application/pdf; name="=?utf-8?q?L=C3=A9a.pdf?="',
          'Content-Disposition: attachment',
          'Content-Transfer-Encoding: base64',
          '',
          'JVBERg==',
          '--b--',
          '',
        ].join('\r\n'),
      ),
    );
    expect(parsed.headers.map(({ name }) => name)).toEqual([
      'Received',
      'Subject',
      'received',
      'Content-Type',
    ]);
    expect(parsed.text?.trim()).toBe('Café');
    expect(parsed.html?.trim()).toBe('<p>Café</p>');
    expect(parsed.attachments).toEqual([
      {
        name: 'Léa.pdf',
        mediaType: 'application/pdf',
        sizeBytes: 4,
        content: new Uint8Array([37, 80, 68, 70]),
      },
    ]);
    expect(parsed.trouble).toBeUndefined();
  });

  const hostile: Record<string, Uint8Array> = {
    nothing: bytes(''),
    'only line ends': bytes('\r\n\r\n\r\n'),
    'no header at all': bytes('just words'),
    'random bytes': new Uint8Array(Array.from({ length: 5_000 }, (_, nth) => (nth * 7_919) % 256)),
    'zero bytes': new Uint8Array(1_000),
    'a boundary that never comes': bytes('Content-Type: multipart/mixed; boundary=x\r\n\r\nwords\r\n'),
    'a boundary without a name': bytes(
      'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nwords\r\n',
    ),
    'a part that holds itself': bytes(
      `Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n'.repeat(300)}`,
    ),
    'an unknown charset': bytes('Content-Type: text/plain; charset=x-klingon\r\n\r\n\xe9\xff\r\n'),
    'a charset that is a path': bytes('Content-Type: text/plain; charset="../../etc"\r\n\r\nwords\r\n'),
    'base64 that is none': bytes('Content-Transfer-Encoding: base64\r\n\r\n!!!!====%%%%\r\n'),
    'an unknown encoding': bytes('Content-Transfer-Encoding: x-rot13\r\n\r\nuryyb\r\n'),
    'raw 8-bit headers': bytes('Subject: Caf\xe9\r\nFrom: \xff <a@x.test>\r\n\r\nwords\r\n'),
    'a header of one million characters': bytes(`Subject: ${'x'.repeat(1_000_000)}\r\n\r\nwords\r\n`),
    'headers beyond all bounds': bytes(`${`X-H: ${'y'.repeat(990)}\r\n`.repeat(4_000)}\r\nwords\r\n`),
    'messages within messages': bytes('Content-Type: message/rfc822\r\n\r\n'.repeat(200)),
  };
  test.each(Object.keys(hostile))('what is broken is parsed as far as it goes: %s', async (name) => {
    const parsed = await parseMime(hostile[name] ?? new Uint8Array());
    expect(parsed.headers.length).toBeLessThanOrEqual(1_000);
    expect(Array.isArray(parsed.attachments)).toBe(true);
  });

  test('nesting that is too deep loses the body and keeps the headers', async () => {
    const depth = 150;
    const nested = Array.from(
      { length: depth },
      (_, nth) => `Content-Type: multipart/mixed; boundary=b${nth}\r\n\r\n--b${nth}\r\n`,
    ).join('');
    const parsed = await parseMime(
      bytes(`From: a@x.test\r\n${nested}Content-Type: text/plain\r\n\r\nwords\r\n`),
    );
    expect(parsed).toMatchObject({ trouble: 'unreadable', attachments: [] });
    expect(parsed.headers[0]).toEqual({ name: 'From', value: 'a@x.test' });
    expect(parsed.text).toBeUndefined();
  });

  test('a bomb of parts is not opened', async () => {
    const parts = '--x\r\nContent-Disposition: attachment\r\n\r\n\r\n'.repeat(20_000);
    const parsed = await parseMime(
      bytes(`Content-Type: multipart/mixed; boundary=x\r\n\r\n${parts}--x--\r\n`),
    );
    expect(parsed).toMatchObject({ trouble: 'too-many-parts', attachments: [] });
  });

  test('of very many attachments some are kept, and the rest is not passed over in silence', async () => {
    const parts = '--x\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\na\r\n'.repeat(600);
    const parsed = await parseMime(
      bytes(`Content-Type: multipart/mixed; boundary=x\r\n\r\n${parts}--x--\r\n`),
    );
    expect(parsed.attachments.length).toBe(500);
    expect(parsed.trouble).toBe('too-many-parts');
  });
});

describe('header lines are read', () => {
  test('people come with their roles in the order from, to, cc, bcc, each once a role', () => {
    const headers = read(
      'Cc: c@x.test, "Doe, Jane" <jane@x.test>',
      'From: =?utf-8?q?L=C3=A9a?= <lea@x.test>',
      'To: a@x.test (Al), a@x.test',
      'To: b@x.test',
      'Bcc: d@x.test',
      'Reply-To: r@x.test',
      'Sender: s@x.test',
    );
    expect(headers.participants).toEqual([
      { role: 'from', address: 'lea@x.test', name: 'Léa' },
      { role: 'to', address: 'a@x.test', name: 'Al' },
      { role: 'to', address: 'b@x.test' },
      { role: 'cc', address: 'c@x.test' },
      { role: 'cc', address: 'jane@x.test', name: 'Doe, Jane' },
      { role: 'bcc', address: 'd@x.test' },
    ]);
  });

  test('a group gives its members and never its name', () => {
    expect(read('To: Team: a@x.test, b@x.test;, undisclosed-recipients:;').participants).toEqual([
      { role: 'to', address: 'a@x.test' },
      { role: 'to', address: 'b@x.test' },
    ]);
  });

  test('an encoded name that spells another address adds nobody', () => {
    const { participants } = read('From: =?utf-8?q?boss=40acme.test,?= <real@x.test>');
    expect(participants.map(({ address }) => address)).toEqual(['real@x.test']);
  });

  test('a name is freed of what only deceives the eye', () => {
    const [from] = read('From: =?utf-8?b?4oCuZXZpbAA=?= <a@x.test>').participants;
    expect(from?.name).toBe('evil');
  });

  test('two thousand recipients are all read', () => {
    const list = Array.from({ length: 2_000 }, (_, nth) => `"Person ${nth}" <p${nth}@x.test>`).join(', ');
    expect(read(`To: ${list}`).participants.length).toBe(2_000);
  });

  test('address lists beyond all bounds are cut, in one header or in many', () => {
    const many = Array.from({ length: 900 }, (_, nth) => `To: ${'g:a@b.test,'.repeat(500)}p${nth}@x.test`);
    const inOne = Array.from({ length: 9_000 }, (_, nth) => `p${nth}@x.test`).join(',');
    expect(read(...many).participants.length).toBeLessThan(100);
    expect(read(`To: ${inOne}`).participants.length).toBe(5_000);
  });

  test('the first usable Message-ID wins, and ids lose their brackets', () => {
    const headers = read(
      'Message-ID: <>',
      'Message-ID: <One@X.test>',
      'Message-ID: <two@x.test>',
      'In-Reply-To: "Bob" <3@x.test> (comment)',
      'References: <1@x.test>\t<2@x.test> <1@x.test>',
    );
    expect(headers).toMatchObject({
      messageId: 'One@x.test',
      inReplyTo: ['3@x.test'],
      references: ['1@x.test', '2@x.test'],
    });
  });

  test('the address of somebody on the message is no Message-ID', () => {
    const headers = read(
      'From: jane@x.test',
      'To: Ana@acme.test',
      'In-Reply-To: <ana@acme.test> <1@acme.test>',
      'References: <jane@x.test> <0@acme.test>',
    );
    expect(headers).toMatchObject({ inReplyTo: ['1@acme.test'], references: ['0@acme.test'] });
  });

  test('a message without any header is still a message', () => {
    expect(readHeaders([], receivedAt)).toEqual({
      inReplyTo: [],
      references: [],
      participants: [],
      subject: '',
      sentAt: receivedAt,
    });
  });

  test.each([
    ['Subject: =?utf-8?b?R3LDvMOfZQ==?=', 'Grüße'],
    ['Subject: =?x-unknown?q?a?=', 'a'],
    ['Subject: already décodé', 'already décodé'],
    ['Subject: =?utf-8?q?broken', '=?utf-8?q?broken'],
  ])('a subject is decoded: %s', (line, subject) => {
    expect(read(line).subject).toBe(subject);
  });

  test.each([
    ['Date: Mon, 5 Jan 2026 10:00:00 +0100 (CET)', Date.UTC(2026, 0, 5, 9)],
    ['Date: yesterday', receivedAt],
    ['Date: Mon, 5 Jan 2099 10:00:00 +0000', receivedAt],
    ['Date: Thu, 1 Jan 1970 00:00:00 +0000', receivedAt],
    [`Date: ${'('.repeat(50_000)}`, receivedAt],
  ])('a date that cannot be right gives way to the time of arrival: %.40s', (line, sentAt) => {
    expect(read(line).sentAt).toBe(sentAt);
  });

  test('automatic mail is marked', () => {
    expect(read('From: a@x.test', 'Auto-Submitted: auto-replied').automatic).toBe('auto-reply');
  });

  test('what the parser gives of a whole message is what the header reader takes', async () => {
    const { headers } = await parseMime(bytes(letter({ id: 'a@x.test', cc: 'Bo <bo@x.test>' })));
    expect(readHeaders(headers, receivedAt)).toMatchObject({
      messageId: 'a@x.test',
      subject: 'Your application',
      sentAt: Date.UTC(2026, 0, 5, 9),
      participants: [
        { role: 'from', address: 'jane@candidates.test', name: 'Jane Doe' },
        { role: 'to', address: 'ana@acme.test', name: 'Ana' },
        { role: 'cc', address: 'bo@x.test', name: 'Bo' },
      ],
    });
  });
});
