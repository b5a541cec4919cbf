/*
 * What an SMTP server answers, or the way to it -> Failure. By reply codes (RFC 5321), enhanced status codes (RFC 3463) and
 * the codes of Node and nodemailer alone. The cause keeps codes only: no host, no login, no line of the server's.
 */
import { z } from 'zod';
import type { MailboxTrouble } from '../../../lib/contract/mailbox-trouble.ts';
import { Failure } from '../../base/failure.ts';
import { wantsAppPassword } from '../app-passwords.ts';
import { isCertificateCode, isTlsCode, usualWaitMs } from './failures.ts';

export type SmtpCause = {
  readonly server: 'smtp';
  readonly trouble: MailboxTrouble;
  /** The reply code, and the enhanced one where there is one. */
  readonly responseCode?: number;
  readonly statusCode?: string;
  readonly code?: string;
};

/** Gives undefined for what is no answer of the server or of the network: a bug. */
export const smtpRefusalOf = (thrown: unknown, host: string): Failure | undefined => {
  if (thrown instanceof Failure) return thrown;
  const error = SmtpError.safeParse(thrown).data;
  const code = error?.originalCode ?? error?.code;
  if (error === undefined || code === undefined) return undefined;
  const { responseCode, response } = error;
  const statusCode = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  const trouble = troubleOf(error.code, code, responseCode, statusCode, host);
  const cause: SmtpCause = {
    server: 'smtp',
    trouble,
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(statusCode === undefined ? {} : { statusCode }),
    code,
  };
  if (trouble === 'busy' || trouble === 'too-many-connections')
    return new Failure('provider-busy', 'The server asks to wait', { cause, retryAfterMs: usualWaitMs });
  if (loginTroubles.has(trouble))
    return new Failure('mailbox-disconnected', 'The server does not let this mailbox send', { cause });
  return new Failure('provider-refused', `Sending is not possible: ${trouble}`, { cause });
};

const troubleOf = (
  kind: string | undefined,
  code: string,
  responseCode: number | undefined,
  statusCode: string | undefined,
  host: string,
): MailboxTrouble => {
  if (responseCode === 421 && statusCode === tooManyConnections) return 'too-many-connections';
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) return 'busy';
  if (kind === 'EAUTH') return loginTrouble(responseCode, statusCode, host);
  if (code === 'ENOTFOUND' || kind === 'EDNS') return 'host-unknown';
  if (code === 'ECONNREFUSED') return 'port-closed';
  if (isCertificateCode(code)) return 'certificate';
  if (isTlsCode(code) || kind === 'ETLS') return 'no-encryption';
  if (kind === 'ETIMEDOUT' || code === 'EAI_AGAIN') return 'timeout';
  if (kind === 'EPROTOCOL') return 'not-smtp';
  if (responseCode !== undefined) return 'unexpected-answer';
  return 'connection-lost';
};

/** Source: RFC 4954 sec. 6; 5.7.139 is Exchange Online's for a tenant or mailbox that may not send by password. */
const loginTrouble = (
  responseCode: number | undefined,
  statusCode: string | undefined,
  host: string,
): MailboxTrouble => {
  // Nothing was refused: the server knows no way to log in that we do.
  if (responseCode === undefined || responseCode === commandUnknown || responseCode === notImplemented)
    return 'smtp-off';
  if (statusCode === submissionOff) return 'smtp-off';
  if (responseCode === mechanismTooWeak || wantsAppPassword(host)) return 'app-password-needed';
  return 'wrong-password';
};

const commandUnknown = 500;
const notImplemented = 502;
const mechanismTooWeak = 534;
const submissionOff = '5.7.139';
/** Source: RFC 3463 sec. 3.5 and 3.8, as Postfix answers it. */
const tooManyConnections = '4.7.0';

const loginTroubles: ReadonlySet<MailboxTrouble> = new Set([
  'wrong-password',
  'app-password-needed',
  'smtp-off',
]);

export const SmtpError = z.object({
  code: z.string().optional(),
  /** What the system said, where nodemailer put its own code over it. */
  originalCode: z.string().optional(),
  responseCode: z.number().optional(),
  response: z.string().optional(),
  command: z.string().optional(),
});
