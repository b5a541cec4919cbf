/*
 * What Google answers -> Failure. By status and reason fields alone, never by message text, which Google words anew at will.
 * The cause is kept without the request that was refused: that holds the token.
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
};

/** An answer that is not what the method promises: no JSON, or JSON of another shape. */
export const unreadableAnswer = (apiMethod: string, cause: unknown): Refusal => ({
  failure: new Failure('provider-refused', `Gmail's answer to ${apiMethod} cannot be read`, { cause }),
  isPassing: true,
  isUnauthenticated: false,
});

/** `now` is for a Retry-After that names a date, epoch ms. */
export const refusalOf = (apiMethod: string, thrown: unknown, now: number): Refusal => {
  const response = ErrorWithResponse.safeParse(thrown).data?.response;
  if (response === undefined) {
    const code = ErrorWithCode.safeParse(thrown).data?.code;
    return refusal(
      'provider-refused',
      `Gmail cannot be reached for ${apiMethod}`,
      { status: undefined, reasons: [], code },
      true,
    );
  }
  const reasons = readReasons(response.data);
  const answered = { status: response.status, reasons, code: undefined };
  const { status } = response;
  if (status === 401)
    return {
      ...refusal('mailbox-disconnected', `Gmail takes no token for ${apiMethod}`, answered, false),
      isUnauthenticated: true,
    };
  if (status === 429 || (status === 403 && reasons.some((reason) => busyReasons.has(reason)))) {
    const retryAfterMs =
      readRetryAfter(response.headers?.get('retry-after') ?? undefined, now) ?? usualWaitMs;
    return refusal('provider-busy', `Gmail asks to wait with ${apiMethod}`, answered, false, retryAfterMs);
  }
  if (status === 403 && reasons.some((reason) => grantReasons.has(reason)))
    return refusal('mailbox-disconnected', `The grant does not cover ${apiMethod}`, answered, false);
  if (status === 403 && reasons.some((reason) => policyReasons.has(reason)))
    return refusal('policy-forbids', `The domain's admin forbids ${apiMethod}`, answered, false);
  if (status === 404)
    return refusal('not-found', `Gmail has nothing there for ${apiMethod}`, answered, false);
  if (status === 413)
    return refusal('too-large', `Gmail takes nothing so large for ${apiMethod}`, answered, false);
  if (status === 409) return refusal('already-done', `Gmail has it already: ${apiMethod}`, answered, false);
  if (status === 400)
    return refusal('bad-input', `Gmail takes no such argument for ${apiMethod}`, answered, false);
  return refusal(
    'provider-refused',
    `Gmail answers ${status} to ${apiMethod}`,
    answered,
    status >= 500 || status === 408,
  );
};

/** Source: Gmail API guide "Resolve errors" and google.rpc error reasons, read 2026-11. */
const busyReasons = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'dailyLimitExceeded',
  'quotaExceeded',
  'RATE_LIMIT_EXCEEDED',
]);
const grantReasons = new Set(['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']);
const policyReasons = new Set(['domainPolicy']);

/** Quota is counted by the minute, so where Google names no wait a minute is enough. */
const usualWaitMs = 60_000;

type Answered = {
  readonly status: number | undefined;
  readonly reasons: readonly string[];
  readonly code: string | number | undefined;
};

const refusal = (
  reason: Failure['reason'],
  message: string,
  answered: Answered,
  isPassing: boolean,
  retryAfterMs?: number,
): Refusal => ({
  failure: new Failure(reason, message, {
    cause: answered,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }),
  isPassing,
  isUnauthenticated: false,
});

const ErrorWithCode = z.object({ code: z.string().or(z.number()) });
const ErrorWithResponse = z.object({
  response: z.object({ status: z.number(), data: z.unknown(), headers: z.instanceof(Headers).optional() }),
});
const ErrorBody = z.object({
  error: z.object({
    errors: z.array(z.object({ reason: z.string() })).optional(),
    details: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
  }),
});

/** Reasons of both generations of Google's error body, in their order. */
const readReasons = (data: unknown): string[] => {
  const error = ErrorBody.safeParse(data).data?.error;
  return [...(error?.errors ?? []), ...(error?.details ?? [])].flatMap(({ reason }) => reason ?? []);
};
