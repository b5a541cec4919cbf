/*
 * What a provider's accounts server refuses -> Failure, by the error and code fields of the library's own errors. Of the cause
 * only those fields are kept: the rest of it holds codes and tokens.
 */
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { Failure } from '../base/failure.ts';
import type { Authority } from './authority.ts';

export type ConsentStep = 'start' | 'finish' | 'refresh' | 'revoke';

/** `isPassing`: worth the same call again, for nothing was refused and something broke. */
export type ConsentRefusal = { readonly failure: Failure; readonly isPassing: boolean };

/** Undefined for what is no refusal but a bug. */
export const consentRefusal = (
  { name, adminErrors, goneErrors }: Refusing,
  step: ConsentStep,
  thrown: unknown,
): ConsentRefusal | undefined => {
  if (thrown instanceof Failure) return refused(thrown);
  if (thrown instanceof AuthorizationResponseError) {
    const cause = { error: thrown.error };
    if (thrown.error === 'access_denied')
      return refused(new Failure('mailbox-disconnected', 'The person did not consent', { cause }));
    const reason = adminErrors.has(thrown.error) ? 'policy-forbids' : 'provider-refused';
    return refused(new Failure(reason, `${name} ends consent with ${thrown.error}`, { cause }));
  }
  if (thrown instanceof ResponseBodyError)
    return refused(fromTokenEndpoint({ name, adminErrors, goneErrors }, step, thrown));
  if (thrown instanceof ClientError && thrown.code !== undefined && mismatchCodes.has(thrown.code))
    return refused(
      new Failure('bad-input', 'The callback is not the answer to what was begun', {
        cause: { code: thrown.code },
      }),
    );
  if (thrown instanceof ClientError || thrown instanceof DOMException || isFetchError(thrown)) {
    const cause = { name: thrown.name, code: 'code' in thrown ? thrown.code : undefined };
    return {
      failure: new Failure('provider-refused', `${name} cannot be reached to ${step}`, { cause }),
      isPassing: true,
    };
  }
  return undefined;
};

type Refusing = Pick<Authority, 'name' | 'adminErrors' | 'goneErrors'>;

const refused = (failure: Failure): ConsentRefusal => ({ failure, isPassing: false });

const fromTokenEndpoint = (
  { name, adminErrors, goneErrors }: Refusing,
  step: ConsentStep,
  { error, status }: ResponseBodyError,
): Failure => {
  const cause = { error, status };
  if (step === 'refresh' && goneErrors.has(error))
    return new Failure('mailbox-disconnected', 'The grant is gone', { cause });
  if (error === 'invalid_grant')
    return new Failure('bad-input', 'The code is none that can be used', { cause });
  if (adminErrors.has(error))
    return new Failure('policy-forbids', `${name} answers ${error} to ${step}`, { cause });
  if (status === 429)
    return new Failure('provider-busy', `${name} asks to wait with ${step}`, {
      cause,
      retryAfterMs: usualWaitMs,
    });
  return new Failure('provider-refused', `${name} answers ${error} to ${step}`, { cause });
};

/** State or nonce differ, or the callback is malformed. */
const mismatchCodes = new Set(['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED']);

const usualWaitMs = 60_000;

/** `fetch` throws a TypeError that names its cause; one without is somebody's mistake. */
const isFetchError = (thrown: unknown): thrown is TypeError =>
  thrown instanceof TypeError && thrown.cause !== undefined;
