/*
 * Mail as it really comes: sent from a person's program by SMTP, through Postfix, into Dovecot by LMTP. Postfix's master must
 * be root, so these need a root to run them, as in a container.
 */
import { createTransport, type Transporter } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { readHeaderBlock } from '../../server/providers/imap/header-block.ts';
import { imapProvider } from '../../server/providers/imap/index.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { tryOutSmtp } from '../../server/providers/imap/try-out.ts';
import { parseMime, readHeaders } from '../../server/providers/mime.ts';
import type { CopyRef } from '../../server/providers/provider.ts';
import { type DeliveringDovecot, startDeliveringDovecot } from '../lab/imap/dovecot.ts';
import { type Postfix, startPostfix } from '../lab/smtp/postfix.ts';
import { fakeClock } from './fake-clock.ts';
import { password } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

const ana = 'ana@acme.test';
const jane = 'jane@candidates.test';
/** What servers on the way write above a message. */
const traces = ['return-path', 'delivered-to', 'received', 'x-original-to'];

describe.runIf(process.getuid?.() === 0)('mail that is sent by SMTP', () => {
  let dovecot: DeliveringDovecot;
  let postfix: Postfix | undefined;
  beforeAll(async () => {
    dovecot = await startDeliveringDovecot();
    for (const address of [ana, jane]) await dovecot.addUser(address, password);
    postfix = await startPostfix(dovecot, ['acme.test', 'candidates.test']);
  });
  afterAll(async () => {
    await postfix?.close();
    await dovecot.close();
  });

  const trust = () => trusting([dovecot.certificate]);
  const openMailbox = (user: string) =>
    imapProvider({
      server: { host: 'localhost', port: dovecot.imapsPort, security: 'tls' },
      credentials: { user, password },
      clock: fakeClock(Date.now()),
      candidateLabelName: 'Candor',
      trust: trust(),
      inside: ['localhost'],
    });
  const send = async (from: string, to: string, raw: string | Buffer): Promise<void> => {
    const transport: Transporter = createTransport({
      host: 'localhost',
      port: postfix?.smtpsPort ?? 0,
      secure: true,
      auth: { user: from, pass: password },
      tls: { ca: dovecot.certificate },
    });
    await transport.sendMail({ envelope: { from, to: [to] }, raw });
    transport.close();
  };
  const arrived = async (
    provider: ReturnType<typeof openMailbox>,
    cursor: string,
  ): Promise<readonly CopyRef[]> =>
    vi.waitFor(
      async () => {
        const { upserts } = await provider.pull(cursor, {}, never);
        expect(upserts).not.toEqual([]);
        return upserts;
      },
      { timeout: 30_000 },
    );

  test('arrives in a pull as the same bytes, with traces of its way above them [JS-04]', async () => {
    const provider = openMailbox(ana);
    const cursor = await provider.start(never);
    const raw = Buffer.concat([
      Buffer.from(letter({ id: 'sent@candidates.test', body: '.\r\n..\r\nFrom here\r\nGr' })),
      Buffer.from([0xfc, 0xdf, 0x0d, 0x0a]),
    ]);
    await send(jane, ana, raw);
    const [ref, ...more] = await arrived(provider, cursor);
    const fetched = Buffer.from((await provider.fetch(ref?.providerMessageId ?? '', 1_000_000, never)).raw);
    const above = fetched.subarray(0, fetched.length - raw.length);
    expect(more).toEqual([]);
    expect(fetched.subarray(above.length).equals(raw)).toBe(true);
    const names = readHeaderBlock(above).map(({ name }) => name.toLowerCase());
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !traces.includes(name))).toEqual([]);
    provider.close();
  });

  test('is heard of while it is listened for', async () => {
    const provider = openMailbox(ana);
    const { push } = provider;
    if (push?.by !== 'connection') throw new Error('IMAP listens on a connection.');
    const stop = new AbortController();
    let hints = 0;
    const listening = push.listen(() => {
      hints += 1;
    }, stop.signal);
    await vi.waitFor(() => expect(hints).toBe(1), { timeout: 20_000 });
    await send(jane, ana, letter({ id: 'heard@candidates.test' }));
    await vi.waitFor(() => expect(hints).toBeGreaterThan(1), { timeout: 30_000 });
    stop.abort();
    await listening;
    provider.close();
  });

  test('comes back as a bounce, known as one and told from what it carries, when nobody is there', async () => {
    const provider = openMailbox(ana);
    const cursor = await provider.start(never);
    await send(
      ana,
      'nobody@candidates.test',
      letter({ from: ana, to: 'nobody@candidates.test', id: 'lost@acme.test' }),
    );
    const [ref] = await arrived(provider, cursor);
    const copy = await provider.readHeaders(ref?.providerMessageId ?? '', never);
    const headers = readHeaders(copy.headers, copy.receivedAt);
    expect(headers.automatic).toBe('bounce');
    expect(headers.messageId).not.toBe('lost@acme.test');
    const { raw } = await provider.fetch(ref?.providerMessageId ?? '', 1_000_000, never);
    expect(Buffer.from(raw).toString('latin1')).toMatch(/Final-Recipient: rfc822;\s*nobody@candidates\.test/);
    expect((await parseMime(raw)).trouble).toBeUndefined();
    provider.close();
  });

  test('needs the right password: a mailbox is tried out at both servers', async () => {
    const accounts = imapAccounts({ clock: fakeClock(0), trust: trust(), inside: ['localhost'] });
    const secret = {
      user: ana,
      password,
      imap: { host: 'localhost', port: dovecot.imapsPort, security: 'tls' },
      smtp: { host: 'localhost', port: postfix?.smtpsPort ?? 0, security: 'tls' },
    } as const;
    await accounts.tryOut(secret, never);
    await dovecot.setPassword(jane, 'another');
    await expect(
      tryOutSmtp(
        { clock: fakeClock(0), trust: trust(), inside: ['localhost'] },
        { ...secret, user: jane },
        secret.smtp,
        never,
      ),
    ).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
      cause: { server: 'smtp', trouble: 'wrong-password' },
    });
  });
});
