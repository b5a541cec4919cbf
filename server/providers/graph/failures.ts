/*
 * What Microsoft Graph answers -> Failure. By status and error code alone, never by message text. The cause is kept without
 * the request that was refused: that holds the token.
 */
import { z } from 'zod';
import { Failure } from '../../base/failure.ts';
import { readRetryAfter } from '../retry-after.ts';

/** What went wrong with one call, as far as its retry is concerned. */
export type Refusal = {
  readonly failure: Failure;
  /** Worth the same call again after a wait: nothing was refused, something broke. */
  readonly isPassing: boolean;
  /** The access token was not taken; a new one may be. */
  readonly isUnauthenticated: boolean;
  /** Graph follows this folder no more from where the link stands. */
  readonly isSyncLost: boolean;
};

/** An answer as it came, be it by itself or inside a batch. */
export type Answer = {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: unknown;
};

export const unreachable = (call: string, thrown: unknown): Refusal =>
  refusal('provider-refused', `Graph cannot be reached for ${call}`, causeOf(thrown), { isPassing: true });

/** An answer that is not what the call promises: no JSON, or JSON of another shape. */
export const unreadableAnswer = (call: string, cause: unknown): Refusal =>
  refusal('provider-refused', `Graph's answer to ${call} cannot be read`, cause, { isPassing: true });

/** Undefined for an answer that refuses nothing. `now` is for a Retry-After that names a date, epoch ms. */
export const refusalOf = (
  call: string,
  { status, retryAfter, body }: Answer,
  now: number,
): Refusal | undefined => {
  if (status >= 200 && status < 300) return undefined;
  const code = ErrorBody.safeParse(body).data?.error.code;
  const cause = { status, code };
  if (status === 410 || (code !== undefined && status < 500 && lostCodes.has(code.toLowerCase())))
    return refusal('provider-refused', `Graph follows no longer from there: ${call}`, cause, {
      isSyncLost: true,
    });
  if (status === 401)
    return refusal('mailbox-disconnected', `Graph takes no token for ${call}`, cause, {
      isUnauthenticated: true,
    });
  const waitMs = readRetryAfter(retryAfter, now);
  if (status === 429 || (status === 503 && waitMs !== undefined))
    return refusal('provider-busy', `Graph asks to wait with ${call}`, cause, {}, waitMs ?? usualWaitMs);
  if (status === 403)
    return code !== undefined && grantCodes.has(code)
      ? refusal('mailbox-disconnected', `The grant does not cover ${call}`, cause)
      : refusal('provider-refused', `Graph forbids ${call}`, cause);
  if (status === 404 && code !== undefined && noMailboxCodes.has(code))
    return refusal('provider-refused', `Graph reaches no mailbox of this account for ${call}`, cause);
  if (status === 404) return refusal('not-found', `Graph has nothing there for ${call}`, cause);
  if (status === 413) return refusal('too-large', `Graph takes nothing so large for ${call}`, cause);
  if (status === 409) return refusal('already-done', `Graph has it already: ${call}`, cause);
  if (status === 400) return refusal('bad-input', `Graph takes no such argument for ${call}`, cause);
  return refusal('provider-refused', `Graph answers ${status} to ${call}`, cause, {
    isPassing: status >= 500 || status === 408,
  });
};

/** Source: Microsoft Graph "Use delta query", "Synchronization reset", and docs issues 2162 and 2877, read 2026-11. Spelt in several cases. */
const lostCodes = new Set([
  'syncstatenotfound',
  'syncstateinvalid',
  'invalidsyncstatedata',
  'errorinvalidsyncstatedata',
  'resyncrequired',
]);
/** Source: Microsoft Graph "Error responses and resource types", read 2026-11. */
const grantCodes = new Set([
  'ErrorAccessDenied',
  'Authorization_RequestDenied',
  'AccessDenied',
  'accessDenied',
]);
/** The account has no mailbox in the cloud: on the company's own servers, or without a licence. Source: as above. */
const noMailboxCodes = new Set(['MailboxNotEnabledForRESTAPI', 'MailboxNotSupportedForRESTAPI']);

/** Requests are counted by ten minutes, and where Graph names no wait one of them is enough to see. */
const usualWaitMs = 60_000;

const ErrorBody = z.object({ error: z.object({ code: z.string() }) });

const refusal = (
  reason: Failure['reason'],
  message: string,
  cause: unknown,
  what: Partial<Omit<Refusal, 'failure'>> = {},
  retryAfterMs?: number,
): Refusal => ({
  failure: new Failure(reason, message, { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }),
  isPassing: false,
  isUnauthenticated: false,
  isSyncLost: false,
  ...what,
});

const causeOf = (thrown: unknown) => ({
  name: thrown instanceof Error ? thrown.name : typeof thrown,
  code: ErrorWithCode.safeParse(thrown).data?.cause.code,
});
const ErrorWithCode = z.object({ cause: z.object({ code: z.string() }) });
