/*
 * The same provider against an emulator nobody here wrote. Only where that emulator is known to be right: it gives no profile,
 * no 404 for a lost history, takes any token, knows no OR in a search, and drops most headers.
 */
import { gmail } from '@googleapis/gmail';
import { createEmulator, type Emulator } from 'emulate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../server/base/clock.ts';
import { historyCursor } from '../../server/providers/gmail/delta.ts';
import { gmailProvider } from '../../server/providers/gmail/index.ts';
import type { CopyRef, Provider } from '../../server/providers/provider.ts';
import { ana, fixedToken } from './gmail-at-lab.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

describe('Gmail by a second opinion', () => {
  let emulator: Emulator;
  let provider: Provider;
  beforeAll(async () => {
    emulator = await createEmulator({
      service: 'google',
      port: 0,
      seed: { google: { users: [{ email: ana, name: 'Ana' }] } },
    });
    provider = gmailProvider({
      auth: fixedToken('any'),
      rootUrl: emulator.url,
      clock: systemClock,
      candidateLabelName: 'Candor',
    });
  });
  afterAll(() => emulator.close());

  const client = () =>
    gmail({
      version: 'v1',
      rootUrl: `${emulator.url}/`,
      retry: false,
      headers: { authorization: 'Bearer any' },
    }).users;
  const insert = async (source: string | Uint8Array): Promise<CopyRef> => {
    const { data } = await client().messages.insert({
      userId: 'me',
      requestBody: { raw: Buffer.from(source).toString('base64url'), labelIds: ['INBOX', 'UNREAD'] },
    });
    return { providerMessageId: data.id ?? '', providerThreadId: data.threadId ?? '' };
  };
  /** As `start` would give it, from the newest message: the emulator has no profile to take it from. */
  const startCursor = async (): Promise<string> => {
    const { providerMessageId } = await insert(letter({ subject: `Mark ${Math.random()}` }));
    const { data } = await client().messages.get({ userId: 'me', id: providerMessageId, format: 'minimal' });
    return historyCursor(data.historyId ?? '');
  };

  test('a delta gives what came, once, and its cursor goes on', async () => {
    const cursor = await startCursor();
    const ref = await insert(letter({ subject: 'New', id: 'new@x.test' }));
    const delta = await provider.pull(cursor, {}, never);
    expect(delta).toMatchObject({ upserts: [ref], deletions: [], more: false, reset: false });
    expect(await provider.pull(delta.next, {}, never)).toMatchObject({ upserts: [], deletions: [] });
  });

  test('a deletion wins over the arrival of the same message', async () => {
    const cursor = await startCursor();
    const ref = await insert(letter({ subject: 'Gone', id: 'gone@x.test' }));
    await client().messages.delete({ userId: 'me', id: ref.providerMessageId });
    expect(await provider.pull(cursor, {}, never)).toMatchObject({
      upserts: [],
      deletions: [ref.providerMessageId],
    });
  });

  test('a read mark gives nothing, the trash gives the message with its new place', async () => {
    const ref = await insert(letter({ subject: 'Moved', id: 'moved@x.test' }));
    const cursor = await startCursor();
    await client().messages.modify({
      userId: 'me',
      id: ref.providerMessageId,
      requestBody: { removeLabelIds: ['UNREAD'] },
    });
    const read = await provider.pull(cursor, {}, never);
    await client().messages.trash({ userId: 'me', id: ref.providerMessageId });
    const trashed = await provider.pull(read.next, {}, never);
    expect([read.upserts, trashed.upserts]).toEqual([[], [ref]]);
    expect((await provider.readHeaders(ref.providerMessageId, never)).place.isTrash).toBe(true);
  });

  test('a label is made, put on the whole thread, seen in the delta, and taken off', async () => {
    const first = await insert(letter({ subject: 'Label me', id: 'l1@x.test' }));
    const reply = await insert(
      letter({ subject: 'Re: Label me', id: 'l2@x.test', inReplyTo: 'l1@x.test', references: ['l1@x.test'] }),
    );
    const cursor = await startCursor();
    await provider.label(first.providerThreadId, 'Candor', true, never);
    await provider.label(first.providerThreadId, 'Candor', true, never);
    const delta = await provider.pull(cursor, {}, never);
    const on = await provider.readThread(first.providerThreadId, never);
    await provider.label(first.providerThreadId, 'Candor', false, never);
    const off = await provider.readThread(first.providerThreadId, never);
    expect(new Set(delta.upserts.map((ref) => ref.providerMessageId))).toEqual(
      new Set([first.providerMessageId, reply.providerMessageId]),
    );
    expect(on.map(({ place, labels }) => [place.isLabelled, labels.includes('Candor')])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(off.map(({ place }) => place.isLabelled)).toEqual([false, false]);
  });

  test('a message is fetched byte for byte', async () => {
    const source = Buffer.concat([Buffer.from(letter({ subject: 'Bytes' })), Buffer.from([0xe9, 0xff])]);
    const ref = await insert(source);
    const { raw } = await provider.fetch(ref.providerMessageId, 100_000, never);
    expect(Buffer.from(raw).equals(source)).toBe(true);
  });

  test('the headers it does keep come with the message', async () => {
    const ref = await insert(letter({ subject: 'Headers', id: 'h@x.test', references: ['p@x.test'] }));
    const { headers } = await provider.readHeaders(ref.providerMessageId, never);
    expect(headers).toEqual(
      expect.arrayContaining([
        { name: 'Subject', value: 'Headers' },
        { name: 'Message-ID', value: '<h@x.test>' },
      ]),
    );
  });

  test('an unknown message is not found', async () => {
    await expect(provider.readHeaders('msg_unknown', never)).rejects.toMatchObject({ reason: 'not-found' });
  });
});
