/* Mailboxes opened by server, name and password: how many connections they take, and when those go. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PasswordSecret } from '../../server/providers/consent.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import type { PasswordAccounts, Priority, Provider } from '../../server/providers/provider.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { type HeldClock, heldClock } from './held-clock.ts';
import { type ImapAtDovecot, openImapAtDovecot, password } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

const restMs = 300_000;

describe('mailboxes opened by name and password', () => {
  let dovecot: Dovecot;
  let box: ImapAtDovecot;
  let clock: HeldClock;
  let accounts: PasswordAccounts;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona: 'modern' });
  });
  afterAll(() => dovecot.close());
  beforeEach(async () => {
    box = await openImapAtDovecot(dovecot);
    clock = heldClock(Date.UTC(2026, 0, 10));
    accounts = imapAccounts({
      clock,
      trust: trusting([dovecot.certificate]),
      inside: ['localhost'],
      restMs,
    });
  });
  afterEach(async () => {
    accounts.close();
    await box.close();
  });

  const secret = (changed: Partial<PasswordSecret> = {}): PasswordSecret => ({
    user: box.address,
    password,
    imap: { host: 'localhost', port: box.line.port, security: 'tls' },
    ...changed,
  });
  const open = (priority: Priority = 'background', changed: Partial<PasswordSecret> = {}): Provider =>
    accounts.open({ mailboxKey: 'one', secret: secret(changed), priority, labelName: 'Candor' });

  test('everything that happens in a mailbox shares one connection', async () => {
    await Promise.all([open().profile(never), open('person').can(never), open().start(never)]);
    expect(box.line.taken()).toBe(1);
  });

  test('a person’s act goes before what waits in the background, and never past what is under way', async () => {
    const done: string[] = [];
    const note = (name: string) => () => done.push(name);
    await Promise.all([
      open().start(never).then(note('under way')),
      open().start(never).then(note('background')),
      open('person').profile(never).then(note('person')),
    ]);
    expect(done).toEqual(['under way', 'person', 'background']);
  });

  test('who stops waiting lets the others go on', async () => {
    const stop = new AbortController();
    const first = open().start(never);
    const stopped = open().start(stop.signal);
    const last = open().profile(never);
    stop.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
    await first;
    expect(await last).toEqual({ address: box.address });
  });

  test('a connection nobody used for a while is hung up, and the next verb opens another', async () => {
    const provider = open();
    await provider.profile(never);
    clock.pass(restMs - 1);
    await provider.profile(never);
    clock.pass(restMs - 1);
    expect(box.line.open()).toBe(1);
    clock.pass(1);
    await vi.waitFor(() => expect(box.line.open()).toBe(0));
    await provider.profile(never);
    expect(box.line.taken()).toBe(2);
  });

  test('a mailbox that is forgotten, or whose secret changed, is hung up', async () => {
    await open().profile(never);
    accounts.forget('one');
    await vi.waitFor(() => expect(box.line.open()).toBe(0));
    await open().profile(never);
    await open('background', { folders: { trash: 'Bin' } }).profile(never);
    await vi.waitFor(() => expect(box.line.open()).toBe(1));
    expect(box.line.taken()).toBe(3);
  });

  test('nothing stays connected, and nobody waits on, when the server stops', async () => {
    await open().profile(never);
    accounts.close();
    await vi.waitFor(() => expect(box.line.open()).toBe(0));
    expect(clock.asleepMs()).toEqual([]);
  });

  test('a new password is taken at once, though the old one was refused a moment ago', async () => {
    await expect(open('background', { password: 'wrong' }).profile(never)).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
    expect(await open().profile(never)).toEqual({ address: box.address });
  });

  test('a mailbox that is listened to takes two connections, and no more', async () => {
    const provider = open();
    const stop = new AbortController();
    const { push } = provider;
    if (push?.by !== 'connection') throw new Error('IMAP listens on a connection.');
    let hints = 0;
    const listening = push.listen(() => {
      hints += 1;
    }, stop.signal);
    await vi.waitFor(() => expect(hints).toBe(1));
    await Promise.all([open().start(never), open('person').profile(never)]);
    expect(box.line.open()).toBe(2);
    await box.deliver(letter({ id: 'a@x.test' }));
    await vi.waitFor(() => expect(hints).toBeGreaterThan(1));
    stop.abort();
    await listening;
    await vi.waitFor(() => expect(box.line.open()).toBe(1));
  });
});
