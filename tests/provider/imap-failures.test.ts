import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ImapOptions, imapProvider } from '../../server/providers/imap/index.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { selfSigned } from '../lab/gmail-page/self-signed.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { startScriptedImap } from '../lab/imap/scripted.ts';
import { type ImapAtDovecot, openImapAtDovecot, password } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

describe('the way to a mailbox', () => {
  let dovecot: Dovecot;
  let box: ImapAtDovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona: 'modern' });
  });
  afterAll(() => dovecot.close());
  beforeEach(async () => {
    box = await openImapAtDovecot(dovecot);
  });
  afterEach(() => box.close());

  /** What a provider with other options says to its first call. */
  const firstFailure = async (changed: Partial<ImapOptions>): Promise<unknown> => {
    const provider = imapProvider({ ...box.options, ...changed });
    try {
      return await provider.profile(never).then(
        () => 'it works',
        (thrown: unknown) => thrown,
      );
    } finally {
      provider.close();
    }
  };
  const at = (port: number, security: 'tls' | 'starttls' = 'tls', host = 'localhost') => ({
    server: { host, port, security },
  });

  test('STARTTLS is as good as TLS', async () => {
    expect(await firstFailure(at(dovecot.imapPort, 'starttls'))).toBe('it works');
  });

  test('a wrong password disconnects the mailbox, and is not tried again', async () => {
    const provider = imapProvider({
      ...box.options,
      credentials: { user: box.address, password: 'wrong' },
    });
    for (const _ of [1, 2, 3])
      await expect(provider.profile(never)).rejects.toMatchObject({
        reason: 'mailbox-disconnected',
        cause: { trouble: 'wrong-password' },
      });
    expect(box.line.taken()).toBe(1);
    box.clock.pass(60_000);
    await expect(provider.profile(never)).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    expect(box.line.taken()).toBe(2);
    provider.close();
  });

  test('one connection too many is a wait, and the server is not asked again before it is over', async () => {
    await box.provider.profile(never);
    const before = box.line.taken();
    await box.throttle(1);
    for (const retryAfterMs of [60_000, 40_000, 20_000]) {
      await expect(box.provider.profile(never)).rejects.toMatchObject({
        reason: 'provider-busy',
        retryAfterMs,
        cause: { responseCode: 'LIMIT' },
      });
      box.clock.pass(20_000);
    }
    expect(box.line.taken()).toBe(before + 1);
    await box.waited(0);
    expect(await box.provider.profile(never)).toEqual({ address: box.address });
  });

  test('a connection that breaks at a login is no refused password', async () => {
    for (const pieces of [0, 1, 2, 3, 4, 5]) {
      const provider = imapProvider(box.options);
      box.line.cutAfter(pieces, 10);
      await expect(provider.profile(never)).rejects.toMatchObject({ reason: 'provider-refused' });
      box.line.cutAfter(Number.POSITIVE_INFINITY);
      provider.close();
    }
  });

  test('a broken connection is opened again after a growing wait, and one serves every verb', async () => {
    await box.provider.profile(never);
    const ref = await box.deliver(letter({ id: 'a@x.test' }));
    await box.provider.readHeaders(ref.providerMessageId, never);
    expect(box.line.taken()).toBe(1);
    box.line.cut();
    await box.provider.readHeaders(ref.providerMessageId, never);
    expect([box.line.taken(), box.clock.slept.every((ms) => ms === 500)]).toEqual([2, true]);
    box.line.cut();
    box.line.refuse(true);
    await expect(box.provider.profile(never)).rejects.toMatchObject({ reason: 'provider-refused' });
    expect(box.clock.slept.slice(-3)).toEqual([500, 1_000, 2_000]);
  });

  test('a server that was killed and comes back goes on where it was', async () => {
    const cursor = await box.provider.start(never);
    const ref = await box.deliver(letter({ id: 'a@x.test' }));
    await dovecot.crash();
    await expect(box.provider.pull(cursor, {}, never)).rejects.toMatchObject({
      reason: 'provider-refused',
    });
    await dovecot.restart();
    expect(await box.provider.pull(cursor, {}, never)).toMatchObject({ upserts: [ref], reset: false });
  });

  test('an aborted signal stops a server that says nothing, and the next verb works', async () => {
    await box.provider.profile(never);
    box.line.stall();
    const stop = new AbortController();
    const reason = new Error('stopped');
    const waiting = box.provider.start(stop.signal);
    const inLine = box.provider.profile(stop.signal);
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(inLine).rejects.toBe(reason);
    box.line.flow();
    expect(await box.provider.profile(never)).toEqual({ address: box.address });
  });

  test('a certificate nobody vouches for, or of another name, is refused before any password', async () => {
    const other = selfSigned('mail.other.test', Date.now());
    const server = await startScriptedImap({ greeting: '* OK hi', answer: () => ['TAG OK'], keys: other });
    const failures = [
      await firstFailure({ trust: trusting([]) }),
      await firstFailure({ ...at(server.port), trust: trusting([other.cert]) }),
      await firstFailure({ ...at(dovecot.imapPort, 'starttls'), trust: trusting([]) }),
    ];
    for (const failure of failures)
      expect(failure).toMatchObject({ reason: 'provider-refused', cause: { trouble: 'certificate' } });
    expect(server.heard).toEqual([]);
    await server.close();
  });

  test('a server without encryption hears no password', async () => {
    const server = await startScriptedImap({
      greeting: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi',
      answer: (command) =>
        command === 'CAPABILITY' ? ['* CAPABILITY IMAP4rev1 AUTH=PLAIN', 'TAG OK'] : ['TAG OK'],
    });
    for (const security of ['tls', 'starttls'] as const)
      expect(await firstFailure(at(server.port, security))).toMatchObject({ reason: 'provider-refused' });
    expect(server.heard.filter((line) => /LOGIN|AUTHENTICATE/i.test(line))).toEqual([]);
    await server.close();
  });

  test('a server that greets as logged in already, before any encryption, is refused', async () => {
    const server = await startScriptedImap({
      greeting: '* PREAUTH [CAPABILITY IMAP4rev1] hi',
      answer: () => ['TAG OK'],
    });
    expect(await firstFailure(at(server.port, 'starttls'))).toMatchObject({ reason: 'provider-refused' });
    await server.close();
  });

  test('a port nobody listens on says so', async () => {
    const gone = await startScriptedImap({ greeting: '* OK', answer: () => [] });
    await gone.close();
    expect(await firstFailure(at(gone.port))).toMatchObject({
      reason: 'provider-refused',
      cause: { trouble: 'port-closed' },
    });
  });

  test('a name nobody has says so', async () => {
    expect(await firstFailure(at(993, 'tls', 'no-such-name.localhost.invalid.localhost'))).toMatchObject({
      reason: 'provider-refused',
    });
  });

  test.each([
    ['NO [AUTHENTICATIONFAILED] no', 'mailbox-disconnected', 'wrong-password'],
    ['NO [AUTHORIZATIONFAILED] no', 'mailbox-disconnected', 'wrong-password'],
    ['NO [EXPIRED] no', 'mailbox-disconnected', 'wrong-password'],
    ['NO [ALERT] Application-specific password required', 'mailbox-disconnected', 'wrong-password'],
    ['NO authentication temporarily unavailable', 'mailbox-disconnected', 'wrong-password'],
    ['NO [UNAVAILABLE] later', 'provider-busy', 'busy'],
    ['NO [INUSE] later', 'provider-busy', 'busy'],
    ['NO [LIMIT] too many', 'provider-busy', 'too-many-connections'],
    ['NO [PRIVACYREQUIRED] no', 'provider-refused', 'no-encryption'],
    ['BAD what', 'provider-refused', 'unexpected-answer'],
  ])('a login answered "%s" is %s (%s)', async (answer, reason, trouble) => {
    const keys = selfSigned('localhost', Date.now());
    const server = await startScriptedImap({
      greeting: '* OK [CAPABILITY IMAP4rev1] hi',
      answer: (command) =>
        command === 'CAPABILITY' ? ['* CAPABILITY IMAP4rev1', 'TAG OK'] : [`TAG ${answer}`],
      keys,
    });
    expect(await firstFailure({ ...at(server.port), trust: trusting([keys.cert]) })).toMatchObject({
      reason,
      cause: { trouble },
    });
    await server.close();
  });

  test('a server that says good-bye because it is busy is a wait', async () => {
    const keys = selfSigned('localhost', Date.now());
    const server = await startScriptedImap({
      greeting: '* BYE [UNAVAILABLE] later',
      answer: () => [],
      keys,
    });
    expect(await firstFailure({ ...at(server.port), trust: trusting([keys.cert]) })).toMatchObject({
      reason: 'provider-busy',
    });
    await server.close();
  });

  test('a failure holds neither the password nor a word of the server’s', async () => {
    const failure = await firstFailure({ credentials: { user: box.address, password: `${password}!` } });
    const shown = inspect(failure, { depth: 20, showHidden: true });
    expect(shown).toContain('mailbox-disconnected');
    expect(shown).not.toContain(password);
    expect(shown).not.toContain('Authentication failed');
    expect(shown).not.toContain(box.address);
  });
});
