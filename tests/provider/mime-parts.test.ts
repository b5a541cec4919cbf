import { describe, expect, test } from 'vitest';
import { parseMime } from '../../server/providers/mime.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const mixed = (...parts: readonly (readonly string[])[]) =>
  bytes(
    [
      'Content-Type: multipart/mixed; boundary=x',
      '',
      ...parts.flatMap((part) => ['--x', ...part]),
      '--x--',
      '',
    ].join('\r\n'),
  );
const file = (type: string, content: string) => [
  `Content-Type: ${type}`,
  'Content-Disposition: attachment',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(content, 'latin1').toString('base64'),
];

describe('attachments', () => {
  test.each([
    [
      'a program said to be a document',
      'application/pdf',
      `MZ\x90\x00${'\0'.repeat(200)}`,
      'application/x-msdownload',
    ],
    ['a document of no said type', 'application/octet-stream', '%PDF-1.7\n', 'application/pdf'],
  ])('%s is told by its own bytes', async (_, said, content, shown) => {
    const [attachment] = (await parseMime(mixed(file(said, content)))).attachments;
    expect(attachment).toMatchObject({ mediaType: said, sniffedType: shown });
  });

  test.each([
    ['application/pdf', '%PDF-1.7\n'],
    ['image/jpg', '\xff\xd8\xff\xe0\x00\x10JFIF\x00'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'PK\x03\x04\x14\x00\x00\x00'],
    ['application/msword', `\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${'\0'.repeat(100)}`],
    ['text/plain', 'words'],
  ])('what is what it says is not remarked upon: %s', async (said, content) => {
    const [attachment] = (await parseMime(mixed(file(said, content)))).attachments;
    expect(attachment?.mediaType).toBe(said);
    expect(attachment?.sniffedType).toBeUndefined();
  });

  test('a message within the message is named by its subject, kept whole, and none of it is taken for what the sender said', async () => {
    const parsed = await parseMime(
      mixed(
        ['', 'outer words'],
        ['Content-Type: message/rfc822', '', 'Subject: =?utf-8?q?The_caf=C3=A9?=', '', 'inner words'],
      ),
    );
    expect(parsed.text?.trim()).toBe('outer words');
    expect(parsed.attachments).toMatchObject([{ name: 'The café', mediaType: 'message/rfc822' }]);
    expect(Buffer.from(parsed.attachments[0]?.content ?? []).toString()).toContain('inner words');
  });

  test('what Outlook wraps its attachments in is named', async () => {
    const parsed = await parseMime(mixed(file('application/ms-tnef; name="winmail.dat"', 'x\x9f>"')));
    expect(parsed.attachments).toMatchObject([{ name: 'winmail.dat', mediaType: 'application/ms-tnef' }]);
  });
});

describe('invitations', () => {
  const invitation = (...event: readonly string[]) =>
    mixed([
      'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
      '',
      'BEGIN:VCALENDAR',
      'METHOD:REQUEST',
      'BEGIN:VTIMEZONE',
      'TZID:Berlin',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:one@acme.test',
      'SUMMARY:Interview',
      'ORGANIZER;CN=Ana:mailto:Ana@Acme.test',
      ...event,
      'END:VEVENT',
      'END:VCALENDAR',
    ]);

  test('an invitation tells what, when and by whom, in the zone it brings along', async () => {
    const { calendar } = await parseMime(
      invitation('DTSTART;TZID=Berlin:20260701T100000', 'DTEND:20260701T090000Z'),
    );
    expect(calendar).toEqual({
      method: 'REQUEST',
      uid: 'one@acme.test',
      summary: 'Interview',
      organiser: 'Ana@acme.test',
      startsAt: { kind: 'moment', at: Date.UTC(2026, 6, 1, 8) },
      endsAt: { kind: 'moment', at: Date.UTC(2026, 6, 1, 9) },
    });
  });

  test('a whole day is a day, and a clock in a zone nobody tells is a local time', async () => {
    expect((await parseMime(invitation('DTSTART;VALUE=DATE:20260701'))).calendar?.startsAt).toEqual({
      kind: 'day',
      day: '2026-07-01',
    });
    expect((await parseMime(invitation('DTSTART;TZID=Mars:20260701T100000'))).calendar?.startsAt).toEqual({
      kind: 'local',
      time: '2026-07-01T10:00:00',
    });
  });

  test.each([
    ['DTSTART:never'],
    ['DTSTART;TZID=Berlin:99999999T999999'],
    ['BEGIN:VEVENT'],
    ['RRULE:FREQ=SECONDLY;COUNT=999999999'],
    [`SUMMARY:${'x'.repeat(300_000)}`],
  ])('a broken invitation is an attachment like any other: %.40s', async (line) => {
    const parsed = await parseMime(invitation(line));
    expect(parsed.attachments).toHaveLength(1);
    expect(parsed.trouble).toBeUndefined();
  });
});

describe('the source itself', () => {
  test('lines that end in a carriage return alone are lines', async () => {
    const parsed = await parseMime(bytes('From: a@x.test\rSubject: hello\r\rfirst\rsecond\r'));
    expect(parsed.headers.map(({ name }) => name)).toEqual(['From', 'Subject']);
    expect(parsed.text?.trim()).toBe('first\nsecond');
  });

  test('of a body of very many lines not one is lost', async () => {
    const lines = Array.from({ length: 20_000 }, (_, nth) => `line ${nth}`);
    const parsed = await parseMime(bytes(`Subject: x\r\n\r\n${lines.join('\r\n')}\r\n`));
    expect(parsed.text?.trimEnd().split('\n')).toEqual(lines);
  });
});
