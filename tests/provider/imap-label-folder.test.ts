/* A mailbox that keeps no keywords: the label is a folder there, filled with copies. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readMessageName } from '../../server/providers/imap/ids.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { readingRules } from './conformance-reading.ts';
import { type ImapAtDovecot, openImapAtDovecot } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

describe('a mailbox that keeps no keywords', () => {
  let dovecot: Dovecot;
  let box: ImapAtDovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona: 'no-keywords' });
  });
  afterAll(() => dovecot.close());
  beforeEach(async () => {
    box = await openImapAtDovecot(dovecot);
  });
  afterEach(() => box.close());

  const label = (threadId: string, on: boolean) =>
    box.provider.label(threadId, box.candidateLabelName, on, never);
  const countIn = async (path: string) => (await box.other.mailboxOpen(path, { readOnly: true })).exists;

  describe('reading and labelling', () => readingRules(() => box));

  test('takes no flag but \\Seen and \\Deleted, and can be labelled all the same', async () => {
    const { permanentFlags } = await box.other.mailboxOpen('INBOX');
    expect([...(permanentFlags ?? [])].sort()).toEqual(['\\Deleted', '\\Seen']);
    expect(await box.provider.can(never)).toEqual({ label: true });
  });

  test('keeps each message where it lies, and has it once in the folder', async () => {
    const ref = await box.deliver(letter({ id: 'a@x.test' }));
    await box.deliver(letter({ id: 'b@x.test', references: ['a@x.test'] }), undefined, 'Sent');
    await label(ref.providerThreadId, true);
    await label(ref.providerThreadId, true);
    expect([await countIn('INBOX'), await countIn('Sent'), await countIn('Candor')]).toEqual([1, 1, 2]);
    await label(ref.providerThreadId, false);
    expect([await countIn('INBOX'), await countIn('Sent'), await countIn('Candor')]).toEqual([1, 1, 0]);
  });

  test('loses no message that somebody moved into the folder, nor one that another program marked as deleted', async () => {
    await box.other.mailboxCreate('Candor');
    const moved = await box.move(await box.deliver(letter({ id: 'moved@x.test' })), 'Candor');
    const marked = await box.deliver(letter({ id: 'marked@x.test' }), undefined, 'Candor');
    await box.other.mailboxOpen('Candor');
    const { uid } = readMessageName(marked.providerMessageId);
    await box.other.messageFlagsAdd(String(uid), ['\\Deleted'], { uid: true });
    const reply = await box.deliver(letter({ id: 'reply@x.test', inReplyTo: 'moved@x.test' }));
    await label(reply.providerThreadId, true);
    expect(await countIn('Candor')).toBe(3);
    await expect(label(reply.providerThreadId, false)).rejects.toMatchObject({ reason: 'provider-refused' });
    expect([await countIn('Candor'), await countIn('INBOX')]).toEqual([2, 1]);
    expect((await box.provider.readHeaders(moved.providerMessageId, never)).place.isLabelled).toBe(true);
  });

  test('loses no message that only bears the id of one that lies elsewhere', async () => {
    await box.other.mailboxCreate('Candor');
    const ref = await box.deliver(letter({ id: 'same@x.test' }));
    await box.deliver(letter({ id: 'same@x.test', body: 'With the footer of a list.' }), undefined, 'Candor');
    await expect(label(ref.providerThreadId, false)).rejects.toMatchObject({ reason: 'provider-refused' });
    expect([await countIn('Candor'), await countIn('INBOX')]).toEqual([1, 1]);
  });
});

test('a server that can take away no message alone says that it keeps no labels, and gets no copies', async () => {
  const dovecot = await startDovecot({ persona: 'older-no-keywords' });
  const box = await openImapAtDovecot(dovecot);
  const ref = await box.deliver(letter({ id: 'a@x.test' }));
  expect(await box.provider.can(never)).toEqual({ label: false });
  await expect(
    box.provider.label(ref.providerThreadId, box.candidateLabelName, true, never),
  ).rejects.toMatchObject({ reason: 'provider-refused' });
  expect((await box.other.list()).map(({ path }) => path)).not.toContain('INBOX.Candor');
  await box.close();
  await dovecot.close();
});
