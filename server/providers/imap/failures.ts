/*
 * What an IMAP server answers, or the way to it -> Failure. By response codes (RFC 9051 sec. 7.1) and the codes of Node and
 * imapflow alone, never by text. The cause keeps codes only: no host, no login, no line of the server's.
 */
import { z } from 'zod';
import { Failure } from '../../base/failure.ts';

/** What stands in the way, for whoever set the mailbox up; kept as the failure's cause. */
export type ImapTrouble =
  | 'name-unknown'
  | 'port-closed'
  | 'certificate'
  | 'no-encryption'
  | 'password'
  | 'login-forbidden'
  | 'busy'
  | 'connection'
  | 'answer';
export type ImapCause = {
  readonly trouble: ImapTrouble;
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

/**
 * `byeCode`: the response code of the server's BYE, where it sent one before it hung up.
 * Gives undefined for what is no answer of the server or of the network: a bug.
 */
export const refusalOf = (thrown: unknown, byeCode: string | undefined): Refusal | undefined => {
  if (thrown instanceof Failure) return { failure: thrown, isPassing: false };
  const error = ImapError.safeParse(thrown).data;
  if (error === undefined) return undefined;
  const { code } = error;
  const responseCode = error.serverResponseCode?.toUpperCase();
  const status = error.responseStatus;
  const cause = {
    ...(status === undefined ? {} : { status }),
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(code === undefined ? {} : { code }),
  };
  // imapflow calls whatever breaks a login a refused one, a cut connection too. Only an answer of the server's is one.
  if (status !== undefined) return answered(status, responseCode, error.authenticationFailed === true, cause);
  if (byeCode !== undefined && busyCodes.has(byeCode.toUpperCase()))
    return busy({ ...cause, responseCode: byeCode });
  if (code === 'ETHROTTLE') return busy(cause);
  if (isCertificateCode(code) || (error.tlsFailed === true && code === undefined))
    return refuse('The server cannot prove who it is', { trouble: 'certificate', ...cause }, false);
  if (error.tlsFailed === true || code === 'STARTTLS_INJECTION')
    return refuse('No encrypted connection comes about', { trouble: 'no-encryption', ...cause }, false);
  if (error.authenticationFailed === true && code === undefined)
    return refuse('The server lets nobody log in', { trouble: 'login-forbidden', ...cause }, false);
  if (code === 'ENOTFOUND')
    return refuse('No server has that name', { trouble: 'name-unknown', ...cause }, false);
  if (code === 'ECONNREFUSED')
    return refuse('The server takes no connection', { trouble: 'port-closed', ...cause }, true);
  if (code === undefined) return undefined;
  if (code.startsWith('ERR_INVALID_ARG') || misuseCodes.has(code)) return undefined;
  return refuse('The connection broke', { trouble: 'connection', ...cause }, true);
};

/** The response code of what a command was refused with. */
export const responseCodeOf = (thrown: unknown): string | undefined =>
  ImapError.safeParse(thrown).data?.serverResponseCode?.toUpperCase();

/** Whether the server itself said no to a command, on a connection that stands. */
export const isRefusedCommand = (thrown: unknown): boolean =>
  ImapError.safeParse(thrown).data?.responseStatus !== undefined;

/** An answer that is not what the command promises. */
export const unreadableAnswer = (what: string): Failure =>
  new Failure('provider-refused', `The server's answer cannot be read: ${what}`, {
    cause: { trouble: 'answer' } satisfies ImapCause,
  });

/** A command imapflow gave up on without saying why. */
export class CommandLost extends Error {
  readonly code = 'NoConnection';
}

type Codes = Omit<ImapCause, 'trouble'>;

const answered = (
  status: string,
  responseCode: string | undefined,
  isLogin: boolean,
  cause: Codes,
): Refusal => {
  if (responseCode !== undefined && busyCodes.has(responseCode)) return busy(cause);
  if (responseCode === 'PRIVACYREQUIRED')
    return refuse('The server asks for encryption', { trouble: 'no-encryption', ...cause }, false);
  if ((isLogin && status === 'NO') || (responseCode !== undefined && loginCodes.has(responseCode)))
    return {
      failure: new Failure('mailbox-disconnected', 'The server takes the password no more', {
        cause: { trouble: 'password', ...cause } satisfies ImapCause,
      }),
      isPassing: false,
    };
  if (responseCode === 'NONEXISTENT')
    return {
      failure: new Failure('not-found', 'The server has no such folder', {
        cause: { trouble: 'answer', ...cause } satisfies ImapCause,
      }),
      isPassing: false,
    };
  return refuse(`The server answers ${status}`, { trouble: 'answer', ...cause }, false);
};

const busy = (cause: Codes): Refusal => ({
  failure: new Failure('provider-busy', 'The server asks to wait', {
    cause: { trouble: 'busy', ...cause } satisfies ImapCause,
    retryAfterMs: usualWaitMs,
  }),
  isPassing: false,
});

const refuse = (message: string, cause: ImapCause, isPassing: boolean): Refusal => ({
  failure: new Failure('provider-refused', message, { cause }),
  isPassing,
});

/** Source: RFC 5530 sec. 3 and RFC 9051 sec. 7.1; LIMIT besides is what Dovecot and others answer to one connection too many. */
const busyCodes = new Set(['LIMIT', 'UNAVAILABLE', 'INUSE']);
const loginCodes = new Set(['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED']);
const misuseCodes = new Set(['InstanceReused', 'InvalidSequenceSet', 'InvalidSearchQuery']);

/** Source: Node.js documentation "TLS: X509 certificate error codes", read 2026-11. */
const isCertificateCode = (code: string | undefined): boolean =>
  code !== undefined &&
  (/^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERROR_IN_CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH)/.test(
    code,
  ) ||
    code === 'ERR_TLS_CERT_ALTNAME_INVALID');

const ImapError = z.object({
  code: z.string().optional(),
  responseStatus: z.string().optional(),
  serverResponseCode: z.string().optional(),
  authenticationFailed: z.boolean().optional(),
  tlsFailed: z.boolean().optional(),
});
