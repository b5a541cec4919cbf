/*
 * What an IMAP server answers, or the way to it -> Failure. By response codes (RFC 9051 sec. 7.1) and the codes of Node and
 * imapflow alone, never by text. The cause keeps codes only: no host, no login, no line of the server's.
 */
import { z } from 'zod';
import type { MailboxTrouble } from '../../../lib/contract/mailbox-trouble.ts';
import { Failure } from '../../base/failure.ts';
import { wantsAppPassword } from '../app-passwords.ts';

/** What stands in the way, for whoever set the mailbox up; kept as the failure's cause. */
export type ImapCause = {
  readonly server: 'imap';
  readonly trouble: MailboxTrouble;
  readonly status?: string;
  readonly responseCode?: string;
  readonly code?: string;
};
export type Refusal = {
  readonly failure: Failure;
  /** Worth the same again on a new connection: nothing was refused, something broke. */
  readonly isPassing: boolean;
};

/** Where a server does not say how long to wait, which IMAP has no way to, a minute lets connections of others end. */
export const usualWaitMs = 60_000;

/** What is known of a connection besides what was thrown. */
export type Circumstances = {
  readonly host: string;
  /** The response code of the server's BYE, where it sent one before it hung up. */
  readonly byeCode?: string | undefined;
  /** The first line was none an IMAP server greets with. */
  readonly isOtherService?: boolean;
};

/** Gives undefined for what is no answer of the server or of the network: a bug. */
export const refusalOf = (thrown: unknown, around: Circumstances): Refusal | undefined => {
  if (thrown instanceof Failure) return { failure: thrown, isPassing: false };
  const error = ImapError.safeParse(thrown).data;
  if (error === undefined) return undefined;
  const { code } = error;
  const byeCode = around.byeCode?.toUpperCase();
  const responseCode = error.serverResponseCode?.toUpperCase();
  const status = error.responseStatus;
  const codes = {
    ...(status === undefined ? {} : { status }),
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(code === undefined ? {} : { code }),
  };
  if (around.isOtherService === true)
    return refuse('What answers there is no IMAP server', 'not-imap', codes);
  // imapflow calls whatever breaks a login a refused one, a cut connection too. Only an answer of the server's is one.
  if (status !== undefined)
    return answered(status, responseCode, error.authenticationFailed === true, around, codes);
  if (byeCode !== undefined && busyCodes.has(byeCode)) return busy({ ...codes, responseCode: byeCode });
  if (code === 'ETHROTTLE') return busy(codes);
  if (isCertificateCode(code) || (error.tlsFailed === true && code === undefined))
    return refuse('The server cannot prove who it is', 'certificate', codes);
  if (error.tlsFailed === true || isTlsCode(code) || code === 'STARTTLS_INJECTION')
    return refuse('No encrypted connection comes about', 'no-encryption', codes);
  if (error.authenticationFailed === true && code === undefined)
    return refuse('The server lets nobody log in', 'imap-off', codes);
  if (code === 'ENOTFOUND') return refuse('No server has that name', 'host-unknown', codes);
  if (code === 'ECONNREFUSED') return refusePassing('The server takes no connection', 'port-closed', codes);
  if (code === undefined) return undefined;
  if (code.startsWith('ERR_INVALID_ARG') || misuseCodes.has(code)) return undefined;
  if (timeoutCodes.has(code)) return refusePassing('The server does not answer in time', 'timeout', codes);
  return refusePassing('The connection broke', 'connection-lost', codes);
};

/** The response code of what a command was refused with. */
export const responseCodeOf = (thrown: unknown): string | undefined =>
  ImapError.safeParse(thrown).data?.serverResponseCode?.toUpperCase();

/** Whether the server itself said no to a command, on a connection that stands. */
export const isRefusedCommand = (thrown: unknown): boolean =>
  ImapError.safeParse(thrown).data?.responseStatus !== undefined;

/**
 * Whether the server shuts one folder to this person, and nothing more: some tell so by NOPERM (RFC 5530 sec. 3), and Cyrus by
 * no code at all.
 */
export const isShutFolder = (thrown: unknown): boolean => {
  const error = ImapError.safeParse(thrown).data;
  if (error?.responseStatus !== 'NO') return false;
  const code = error.serverResponseCode?.toUpperCase();
  return code === undefined || code === 'NOPERM';
};

/** An answer that is not what the command promises. */
export const unreadableAnswer = (what: string): Failure =>
  new Failure('provider-refused', `The server's answer cannot be read: ${what}`, {
    cause: { server: 'imap', trouble: 'unexpected-answer' } satisfies ImapCause,
  });

/** A command imapflow gave up on without saying why. */
export class CommandLost extends Error {
  readonly code = 'NoConnection';
}

type Codes = Omit<ImapCause, 'server' | 'trouble'>;

const answered = (
  status: string,
  responseCode: string | undefined,
  isLogin: boolean,
  { host }: Circumstances,
  codes: Codes,
): Refusal => {
  if (responseCode !== undefined && busyCodes.has(responseCode)) return busy(codes);
  if (responseCode === 'PRIVACYREQUIRED')
    return refuse('The server asks for encryption', 'no-encryption', codes);
  if ((isLogin && status === 'NO') || (responseCode !== undefined && loginCodes.has(responseCode)))
    return {
      failure: new Failure('mailbox-disconnected', 'The server takes the password no more', {
        cause: { server: 'imap', trouble: loginTrouble(responseCode, host), ...codes } satisfies ImapCause,
      }),
      isPassing: false,
    };
  if (responseCode === 'NONEXISTENT')
    return {
      failure: new Failure('not-found', 'The server has no such folder', {
        cause: { server: 'imap', trouble: 'unexpected-answer', ...codes } satisfies ImapCause,
      }),
      isPassing: false,
    };
  return refuse(`The server answers ${status}`, 'unexpected-answer', codes);
};

const loginTrouble = (responseCode: string | undefined, host: string): MailboxTrouble => {
  if (responseCode !== undefined && offCodes.has(responseCode)) return 'imap-off';
  return wantsAppPassword(host) ? 'app-password-needed' : 'wrong-password';
};

const busy = (codes: Codes): Refusal => ({
  failure: new Failure('provider-busy', 'The server asks to wait', {
    cause: {
      server: 'imap',
      trouble: codes.responseCode === 'LIMIT' ? 'too-many-connections' : 'busy',
      ...codes,
    } satisfies ImapCause,
    retryAfterMs: usualWaitMs,
  }),
  isPassing: false,
});

const refuse = (message: string, trouble: MailboxTrouble, codes: Codes): Refusal => ({
  failure: new Failure('provider-refused', message, {
    cause: { server: 'imap', trouble, ...codes } satisfies ImapCause,
  }),
  isPassing: false,
});

const refusePassing = (...refused: Parameters<typeof refuse>): Refusal => ({
  ...refuse(...refused),
  isPassing: true,
});

/** Source: RFC 5530 sec. 3 and RFC 9051 sec. 7.1; LIMIT besides is what Dovecot and others answer to one connection too many. */
const busyCodes = new Set(['LIMIT', 'UNAVAILABLE', 'INUSE']);
const loginCodes = new Set(['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED']);
/** A password may be right, and still the mailbox is not let in. */
const offCodes = new Set(['CONTACTADMIN', 'NOPERM']);
/** Node's codes, and those imapflow gives of its own. */
const timeoutCodes = new Set([
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
  'ETIMEOUT',
  'ETIMEDOUT',
]);
const misuseCodes = new Set(['InstanceReused', 'InvalidSequenceSet', 'InvalidSearchQuery']);

/** Source: Node.js documentation "TLS: X509 certificate error codes", read 2026-11. */
export const isCertificateCode = (code: string | undefined): boolean =>
  code !== undefined &&
  (/^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERROR_IN_CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH)/.test(
    code,
  ) ||
    code === 'ERR_TLS_CERT_ALTNAME_INVALID');

/** Encryption was expected where none is spoken, or of a kind nobody speaks any more. */
export const isTlsCode = (code: string | undefined): boolean =>
  code !== undefined && (code === 'EPROTO' || /^ERR_(SSL|TLS)_/.test(code));

const ImapError = z.object({
  code: z.string().optional(),
  responseStatus: z.string().optional(),
  serverResponseCode: z.string().optional(),
  authenticationFailed: z.boolean().optional(),
  tlsFailed: z.boolean().optional(),
});
