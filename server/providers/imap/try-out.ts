/* Whether a name and a password open a mailbox, found out by doing it once: nothing is tried twice, nothing stays open. */
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Clock } from '../../base/clock.ts';
import type { PasswordSecret, ServerAt } from '../consent.ts';
import { addressToConnect } from '../mail-hosts.ts';
import { examine } from './commands.ts';
import { imapSession } from './session.ts';
import { smtpRefusalOf } from './smtp-failures.ts';
import { oldestTls, type Trust } from './trust.ts';

export type TryOutOptions = {
  readonly clock: Clock;
  readonly trust?: Trust;
  readonly inside?: readonly string[];
};

/** Throws: mailbox-disconnected, provider-busy, provider-refused, each with a MailboxRefusal as its cause. */
export const tryOutImap = async (
  options: TryOutOptions,
  { user, password, imap }: PasswordSecret,
  signal: AbortSignal,
): Promise<void> => {
  const session = imapSession({ ...options, server: imap, credentials: { user, password }, mostTries: 1 });
  try {
    await session.use(signal, async (connection) => {
      await examine(connection, 'INBOX');
    });
  } finally {
    session.close();
  }
};

/** Nothing is sent. Throws as tryOutImap. */
export const tryOutSmtp = async (
  { trust, inside = [] }: TryOutOptions,
  { user, password }: PasswordSecret,
  { host, port, security }: ServerAt,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const address = await addressToConnect('smtp', host, inside);
    signal.throwIfAborted();
    const transport = createTransport({
      host: address,
      ...(isIP(host) > 0 ? {} : { servername: host }),
      port,
      secure: security === 'tls',
      requireTLS: true,
      auth: { user, pass: password },
      tls: trust === undefined ? { minVersion: oldestTls } : { secureContext: trust },
      connectionTimeout: longestWaitMs,
      greetingTimeout: longestWaitMs,
      socketTimeout: longestWaitMs,
    });
    await stoppable(signal, transport.verify());
  } catch (thrown) {
    signal.throwIfAborted();
    throw smtpRefusalOf(thrown, host) ?? thrown;
  }
};

const longestWaitMs = 20_000;

/** nodemailer has no way to break off a check; it hangs up by itself when its time is over. */
const stoppable = (signal: AbortSignal, work: Promise<unknown>): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(() => resolve(), reject).finally(() => signal.removeEventListener('abort', stop));
  });
