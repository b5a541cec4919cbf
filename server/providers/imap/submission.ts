/*
 * One message handed to an SMTP server (RFC 6409), on a connection of its own. Encrypted always. By the library's connection
 * and not its transport, because only between the login and the message can it be said that nothing has left yet.
 */
import { isIP } from 'node:net';
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { type Address, parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { ServerAt } from '../consent.ts';
import { addressToConnect } from '../mail-hosts.ts';
import type { ImapCredentials } from './dial.ts';
import { SmtpError, smtpRefusalOf } from './smtp-failures.ts';
import { oldestTls, type Trust } from './trust.ts';

export type Submission = {
  readonly server: ServerAt;
  readonly credentials: ImapCredentials;
  readonly trust?: Trust | undefined;
  readonly inside: readonly string[];
};
export type Envelope = { readonly from: Address; readonly to: readonly Address[] };

/**
 * The recipients that were refused, once the server took the message for at least one. `leaving` runs before the first word
 * of it is said. Throws, having handed nothing over: provider-busy, recipient-refused, too-large, provider-refused,
 * mailbox-disconnected for a login that is not taken. Throws outcome-unknown where no answer came to the whole message.
 */
export const submit = async (
  { server: { host, port, security }, credentials, trust, inside }: Submission,
  envelope: Envelope,
  raw: Buffer,
  leaving: () => Promise<void>,
  signal: AbortSignal,
): Promise<readonly Address[]> => {
  let connection: SMTPConnection | undefined;
  const hangUp = () => connection?.close();
  let isLeaving = false;
  try {
    const address = await addressToConnect('smtp', host, inside);
    signal.throwIfAborted();
    const opened = new SMTPConnection({
      host: address,
      ...(isIP(host) > 0 ? {} : { servername: host }),
      port,
      secure: security === 'tls',
      requireTLS: true,
      tls: trust === undefined ? { minVersion: oldestTls } : { secureContext: trust },
      connectionTimeout: longestConnectMs,
      greetingTimeout: longestConnectMs,
      socketTimeout: longestSilenceMs,
    });
    connection = opened;
    signal.addEventListener('abort', hangUp, { once: true });
    const broken = Promise.withResolvers<never>();
    // What breaks between two steps has nobody waiting for it.
    broken.promise.catch(() => undefined);
    opened.on('error', broken.reject);
    opened.once('end', () => broken.reject(new ConnectionEnded('The connection ended')));
    const step = <T>(begin: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> =>
      Promise.race([
        broken.promise,
        new Promise<T>((resolve, reject) =>
          begin((error, value) => (error ? reject(error) : resolve(value as T))),
        ),
      ]);
    await step((done) => opened.connect(done));
    await step((done) => opened.login({ user: credentials.user, pass: credentials.password }, done));
    await leaving();
    isLeaving = true;
    const info = await step<SMTPConnectionSendInfo>((done) =>
      opened.send({ from: envelope.from, to: [...envelope.to], size: raw.length }, raw, done),
    );
    opened.quit();
    return (info.rejected ?? []).flatMap((one) => parseAddress(String(one)) ?? []);
  } catch (thrown) {
    throw refusalOf(thrown, host, isLeaving) ?? thrown;
  } finally {
    signal.removeEventListener('abort', hangUp);
    hangUp();
  }
};

const longestConnectMs = 20_000;
/** Servers may look at a message for minutes before they answer to it. Source: RFC 5321 sec. 4.5.3.2.6 */
const longestSilenceMs = 10 * 60_000;

class ConnectionEnded extends Error {
  readonly code = 'ECONNECTION';
}

const refusalOf = (thrown: unknown, host: string, isLeaving: boolean): Failure | undefined => {
  const error = SmtpError.safeParse(thrown).data;
  if (isLeaving && error?.responseCode === undefined)
    return new Failure('outcome-unknown', 'The server was cut off before it answered', {
      cause: { code: error?.code },
    });
  const { code, responseCode = 0, response = '' } = error ?? {};
  const statusCode = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const cause = { code, responseCode, statusCode };
  if (responseCode === tooLargeReply || statusCode === tooLargeStatus)
    return new Failure('too-large', 'The server takes nothing so large', { cause });
  if (code === 'EENVELOPE' && error?.command === 'RCPT TO' && responseCode >= 500)
    return new Failure('recipient-refused', 'The server takes none of the recipients', { cause });
  return smtpRefusalOf(thrown, host);
};

/** Source: RFC 1870 sec. 6, RFC 3463 sec. 3.4 */
const tooLargeReply = 552;
const tooLargeStatus = '5.3.4';
