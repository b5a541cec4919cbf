/* What a person reads of a message that is kept: what was said now apart from what is quoted, and what its parts really are. */
import { expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look } from '../world/acts.ts';
import { ana, jane } from '../world/people.ts';

const world = aWorld({ connected: [ana] });

const readLines = async (id: string, lines: readonly string[]) => {
  const head = [`Message-ID: <${id}@mailbox.test>`, `From: ${jane.address}`, `To: ${ana.address}`];
  const { threadId } = world.lab.deliver(ana.address, [...head, ...lines, ''].join('\r\n'), {
    at: world.clock.now(),
  });
  await world.pull(ana);
  const { threadId: rootId } = keptThread(await look(world.as(ana), threadId));
  const [message] = (await world.as(ana).api.thread.read.query({ threadId: rootId })).messages;
  if (message === undefined) throw new Error('Nothing is read.');
  return message;
};

test('what is quoted and the signature stand apart from what is said now', async () => {
  const message = await readLines('reply', [
    'Subject: Re: Talk',
    '',
    'Thursday is fine.',
    '',
    '-- ',
    'Jane Doe',
    '',
    'On Mon, 23 Nov 2026 at 10:00, Ana Ortiz <ana@acme.test> wrote:',
    '> Would Thursday suit you?',
  ]);
  expect(message.text?.trim()).toBe('Thursday is fine.');
  expect(message.signature).toContain('Jane Doe');
  expect(message.quoted).toContain('> Would Thursday suit you?');
  expect(message.isPartlyUnread).toBe(false);
});

test('an invitation is told with its time, and an attachment that is not what it says with what it is', async () => {
  const message = await readLines('parts', [
    'Subject: Interview',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'See you then.',
    '--b',
    'Content-Type: text/calendar; method=REQUEST',
    '',
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:1@mailbox.test',
    'SUMMARY:On-site interview',
    'DTSTART:20261202T090000Z',
    'END:VEVENT',
    'END:VCALENDAR',
    '--b',
    'Content-Type: application/pdf; name="cv.pdf"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="cv.pdf"',
    '',
    Buffer.from([0x50, 0x4b, 0x03, 0x04, ...new Uint8Array(60)]).toString('base64'),
    '--b--',
  ]);
  expect(message.invitation).toEqual({
    kind: 'invitation',
    summary: 'On-site interview',
    startsAt: '2026-12-02T09:00:00.000Z',
  });
  expect(message.attachments.find(({ name }) => name === 'cv.pdf')).toMatchObject({
    mediaType: 'application/pdf',
    sniffedType: 'application/zip',
  });
});

test('a message of too many parts is kept with what can be read of it, and says so', async () => {
  const parts = Array.from({ length: 11_000 }, () => ['--b', 'Content-Type: text/plain', '', 'x']).flat();
  const message = await readLines('bomb', [
    'Subject: Many parts',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...parts,
    '--b--',
  ]);
  expect(message).toMatchObject({ subject: 'Many parts', isPartlyUnread: true });
});
