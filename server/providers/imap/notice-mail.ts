/* Candor's own mail to colleagues, by an SMTP server of the company's. */
import { createTransport } from 'nodemailer';
import { Failure } from '../../base/failure.ts';
import type { NoticeMail } from '../notice-mail.ts';
import { smtpRefusalOf } from './smtp-failures.ts';
import { oldestTls, type Trust } from './trust.ts';

/** `url`: smtps:// for encryption from the first byte, smtp:// for STARTTLS before anything else is said; with name and password where needed. */
export const noticeMail = (url: string, from: string, trust?: Trust): NoticeMail => {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isTls = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname,
    port: port === '' ? (isTls ? 465 : 587) : Number(port),
    secure: isTls,
    requireTLS: true,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    tls: trust === undefined ? { minVersion: oldestTls } : { secureContext: trust },
    connectionTimeout: longestWaitMs,
    greetingTimeout: longestWaitMs,
    socketTimeout: longestWaitMs,
  });
  return {
    from,
    send: async ({ to, cc, subject, text }) => {
      try {
        await transport.sendMail({
          from,
          to: [...to],
          cc: [...cc],
          subject,
          text,
          // RFC 3834: no absence note answers it.
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      } catch (thrown) {
        const refusal = smtpRefusalOf(thrown, hostname);
        if (refusal === undefined) throw thrown;
        // No mailbox of anybody's is meant: what the server has against Candor is for whoever runs it.
        throw refusal.reason === 'mailbox-disconnected'
          ? new Failure('provider-refused', 'The server for notices takes no login', { cause: refusal.cause })
          : refusal;
      }
    },
  };
};

const longestWaitMs = 20_000;
