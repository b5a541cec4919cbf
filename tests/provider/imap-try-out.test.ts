/* What a person is told when name, password and servers do not open a mailbox. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MailboxRefusal, MailboxTrouble, mailboxTroubleWords } from '../../lib/contract/mailbox-trouble.ts';
import type { PasswordSecret, ServerAt } from '../../server/providers/consent.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { refusalOf } from '../../server/providers/imap/failures.ts';
import { smtpRefusalOf } from '../../server/providers/imap/smtp-failures.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { isPublicAddress } from '../../server/providers/mail-hosts.ts';
import { type SelfSigned, selfSigned } from '../lab/gmail-page/self-signed.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { startScriptedImap } from '../lab/imap/scripted.ts';
import { startScriptedSmtp } from '../lab/smtp/scripted.ts';
import { fakeClock } from './fake-clock.ts';
import { openImapAtDovecot, password } from './imap-at-dovecot.ts';
import { never } from './mailbox-under-test.ts';

const own = 'ana@acme.test';

describe('a mailbox that is tried out', () => {
  let dovecot: Dovecot;
  let imap: ServerAt;
  let keys: SelfSigned;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona: 'modern' });
    keys = dovecot.keys;
    await dovecot.addUser(own, password);
    imap = { host: 'localhost', port: dovecot.imapsPort, security: 'tls' };
  });
  afterAll(() => dovecot.close());

  const accountsWith = (changed: Partial<Parameters<typeof imapAccounts>[0]> = {}) =>
    imapAccounts({
      clock: fakeClock(Date.UTC(2026, 0, 10)),
      trust: trusting([dovecot.certificate]),
      inside: ['localhost'],
      ...changed,
    });
  const tryOut = async (
    changed: Partial<PasswordSecret>,
    parts: Parameters<typeof accountsWith>[0] = {},
  ): Promise<unknown> =>
    accountsWith(parts)
      .tryOut({ user: own, password, imap, ...changed }, never)
      .then(
        () => 'it works',
        (thrown: unknown) => thrown,
      );
  const refusedBy = (server: 'imap' | 'smtp', trouble: MailboxTrouble) => ({ cause: { server, trouble } });

  const smtpThat = (answers: Readonly<Record<string, string>>, greeting = '220 here ESMTP') =>
    startScriptedSmtp({
      greeting,
      keys,
      answer: (line) => {
        const word = line.split(' ')[0]?.toUpperCase() ?? '';
        if (word === 'EHLO') return ['250-here', '250 AUTH PLAIN LOGIN'];
        return [answers[word] ?? '250 2.0.0 Ok'];
      },
    });
  const withSmtp = async (...script: Parameters<typeof smtpThat>): Promise<unknown> => {
    const server = await smtpThat(...script);
    try {
      return await tryOut({ smtp: { host: 'localhost', port: server.port, security: 'tls' } });
    } finally {
      await server.close();
    }
  };

  test('works with name and password, and nothing stays connected', async () => {
    const box = await openImapAtDovecot(dovecot);
    const throughLine = { host: 'localhost', port: box.line.port, security: 'tls' as const };
    expect(await tryOut({ user: box.address, imap: throughLine })).toBe('it works');
    expect(box.line.taken()).toBe(1);
    await expect.poll(() => box.line.open()).toBe(0);
    await box.close();
  });

  test('is tried at the server that sends mail too, when that is named', async () => {
    expect(await withSmtp({ AUTH: '235 2.7.0 Welcome' })).toBe('it works');
    expect(await withSmtp({ AUTH: '535 5.7.8 no' })).toMatchObject({
      reason: 'mailbox-disconnected',
      ...refusedBy('smtp', 'wrong-password'),
    });
  });

  test('a wrong password is tried once', async () => {
    const box = await openImapAtDovecot(dovecot);
    const throughLine = { host: 'localhost', port: box.line.port, security: 'tls' as const };
    expect(await tryOut({ user: box.address, password: 'wrong', imap: throughLine })).toMatchObject({
      reason: 'mailbox-disconnected',
      ...refusedBy('imap', 'wrong-password'),
    });
    expect(box.line.taken()).toBe(1);
    await box.close();
  });

  test('a name no server has, of either server', async () => {
    const nowhere = { host: 'nowhere.localhost', port: 993, security: 'tls' as const };
    const thrown = Object.assign(new Error(), { code: 'ENOTFOUND' });
    expect(refusalOf(thrown, nowhere)?.failure).toMatchObject(refusedBy('imap', 'host-unknown'));
    expect(smtpRefusalOf(Object.assign(new Error(), { code: 'EDNS' }), nowhere.host)).toMatchObject(
      refusedBy('smtp', 'host-unknown'),
    );
  });

  test('a port nobody listens on, of either server', async () => {
    const gone = await startScriptedImap({ greeting: '', answer: () => [] });
    await gone.close();
    const closed = { host: 'localhost', port: gone.port, security: 'tls' as const };
    expect(await tryOut({ imap: closed })).toMatchObject(refusedBy('imap', 'port-closed'));
    expect(await tryOut({ smtp: closed })).toMatchObject(refusedBy('smtp', 'port-closed'));
  });

  test('a certificate nobody vouches for, of either server', async () => {
    const stranger = selfSigned('localhost', Date.now());
    const smtp = await startScriptedSmtp({ greeting: '220 hi', answer: () => [], keys: stranger });
    const at = { host: 'localhost', port: smtp.port, security: 'tls' as const };
    expect(await tryOut({}, { trust: trusting([stranger.cert]) })).toMatchObject(
      refusedBy('imap', 'certificate'),
    );
    expect(await tryOut({ smtp: at })).toMatchObject(refusedBy('smtp', 'certificate'));
    expect(smtp.heard).toEqual([]);
    await smtp.close();
  });

  test('encryption of the other kind than the port’s', async () => {
    const plain = { host: 'localhost', port: dovecot.imapPort, security: 'tls' as const };
    expect(await tryOut({ imap: plain })).toMatchObject(refusedBy('imap', 'no-encryption'));
    expect(await tryOut({ smtp: plain })).toMatchObject(refusedBy('smtp', 'no-encryption'));
  });

  test.each(['220 mail.acme.test ESMTP', '+OK POP3 ready', 'SSH-2.0-OpenSSH', 'HTTP/1.1 400 Bad Request'])(
    'what greets with "%s" is no IMAP server',
    async (greeting) => {
      const server = await startScriptedImap({ greeting, answer: () => [], keys });
      const at = { host: 'localhost', port: server.port, security: 'tls' as const };
      expect(await tryOut({ imap: at })).toMatchObject(refusedBy('imap', 'not-imap'));
      expect(server.heard).toEqual([]);
      await server.close();
    },
  );

  test('what greets as an IMAP server does is none that sends', async () => {
    expect(await withSmtp({}, '* OK IMAP4rev1')).toMatchObject(refusedBy('smtp', 'not-smtp'));
  });

  test('too many connections are a wait, of either server', async () => {
    const box = await openImapAtDovecot(dovecot);
    await box.throttle(1);
    expect(await tryOut({ user: box.address })).toMatchObject({
      reason: 'provider-busy',
      ...refusedBy('imap', 'too-many-connections'),
    });
    await box.waited(0);
    await box.close();
    expect(await withSmtp({}, '421 4.7.0 too many connections')).toMatchObject({
      reason: 'provider-busy',
      ...refusedBy('smtp', 'too-many-connections'),
    });
  });

  test.each([
    ['AUTHENTICATIONFAILED', 'imap.gmail.com', 'app-password-needed'],
    ['ALERT', 'imap.gmail.com', 'app-password-needed'],
    ['AUTHENTICATIONFAILED', 'imap.mail.me.com', 'app-password-needed'],
    ['AUTHENTICATIONFAILED', 'imap.gmail.com.evil.test', 'wrong-password'],
    ['AUTHENTICATIONFAILED', 'mail.acme.test', 'wrong-password'],
    ['CONTACTADMIN', 'mail.acme.test', 'imap-off'],
    ['NOPERM', 'mail.acme.test', 'imap-off'],
  ] as const)('a login refused with %s at %s is %s', (serverResponseCode, host, trouble) => {
    const thrown = Object.assign(new Error(), {
      responseStatus: 'NO',
      authenticationFailed: true,
      serverResponseCode,
    });
    expect(refusalOf(thrown, { host })?.failure).toMatchObject({
      reason: 'mailbox-disconnected',
      ...refusedBy('imap', trouble),
    });
  });

  test.each([
    ['535 5.7.8 no', 'wrong-password'],
    ['534 5.7.9 Application-specific password required', 'app-password-needed'],
    ['535 5.7.139 Authentication unsuccessful', 'smtp-off'],
    ['502 5.5.1 not here', 'smtp-off'],
  ] as const)('a login to send answered "%s" is %s', async (answer, trouble) => {
    expect(await withSmtp({ AUTH: answer })).toMatchObject({
      reason: 'mailbox-disconnected',
      ...refusedBy('smtp', trouble),
    });
  });

  test('a server to send by that is busy is a wait', async () => {
    expect(await withSmtp({ AUTH: '454 4.7.0 later' })).toMatchObject({
      reason: 'provider-busy',
      ...refusedBy('smtp', 'busy'),
    });
  });

  test('an aborted signal stops a server that never answers', async () => {
    const silent = await startScriptedImap({ greeting: '* OK hi', answer: () => [], keys });
    const stop = new AbortController();
    const at = { host: 'localhost', port: silent.port, security: 'tls' as const };
    const reason = new Error('stopped');
    const trying = accountsWith().tryOut({ user: own, password, imap: at }, stop.signal);
    await expect.poll(() => silent.heard.length).toBeGreaterThan(0);
    stop.abort(reason);
    await expect(trying).rejects.toBe(reason);
    await silent.close();
  });

  test('every refusal names its server and its trouble, and nothing of the person or the server’s words', async () => {
    const failures = [
      await tryOut({ password: `${password}!` }),
      await withSmtp({ AUTH: '535 5.7.8 Ana is fired' }),
    ];
    for (const failure of failures) {
      const shown = inspect(failure, { depth: 20, showHidden: true });
      expect(MailboxRefusal.safeParse((failure as Error).cause).success).toBe(true);
      expect(shown).not.toMatch(new RegExp(`${password}|${own}|fired|Authentication failed`));
    }
  });
});

describe('where a colleague may point the server at', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'localhost',
    '0x7f.1',
    '',
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(['93.184.215.14', '2606:4700::1111', '::ffff:93.184.215.14'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each(['localhost', '127.0.0.1', '169.254.169.254', '[::1]', '2130706433'])(
    'a server in a private network is not connected to, nor told about: %s',
    async (host) => {
      const server = await startScriptedImap({ greeting: '* OK hi', answer: () => [] });
      const at = { host, port: server.port, security: 'tls' as const };
      const accounts = imapAccounts({ clock: fakeClock(0), inside: ['mail.acme.test'] });
      const secrets = [
        { user: own, password, imap: at },
        { user: own, password, imap: at, smtp: at },
      ];
      for (const secret of secrets) {
        const thrown: unknown = await accounts.tryOut(secret, never).catch((failure: unknown) => failure);
        expect(['host-not-allowed', 'host-unknown']).toContain(
          MailboxRefusal.parse((thrown as Error).cause).trouble,
        );
      }
      expect(server.heard).toEqual([]);
      await server.close();
    },
  );
});

describe('the words for what stands in the way', () => {
  test.each(MailboxTrouble.options)('%s says what happened, what is safe and what to do', (trouble) => {
    for (const sentence of Object.values(mailboxTroubleWords[trouble]))
      expect(sentence).toMatch(/^[A-Z].+\.$/);
  });
});
