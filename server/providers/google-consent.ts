/*
 * A person's consent at Google, from the first redirect to its end. The library checks what the standard asks for (PKCE,
 * state, nonce, issuer, signature); what is decided here is which grants are good enough to connect a mailbox with.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type ServerMetadata,
  tokenRevocation,
} from 'openid-client';
import { z } from 'zod';
import { type Address, parseAddress } from '../../lib/domain/address.ts';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { Fetch } from '../base/http-fetch.ts';
import type { ConsentSecrets } from './consent.ts';
import { type ConsentStep, consentRefusal } from './google-consent-failures.ts';

/** Source: https://accounts.google.com/.well-known/openid-configuration, read 2026-11. */
export const googleIssuer = 'https://accounts.google.com';

/**
 * The least that reads mail and labels a thread. `openid email`: Google vouches for the address, so that nobody connects
 * somebody else's. `gmail.modify`: the one scope that covers history, search, whole messages and labels on threads; with
 * `gmail.metadata` search is refused, with `gmail.readonly` and `gmail.labels` a label can be made but not put on a thread.
 * It cannot delete for good: that takes the full `https://mail.google.com/`, which is never asked for.
 * Source: the scopes per method in @googleapis/gmail 22.0.1.
 */
export const gmailScopes = ['openid', 'email', 'https://www.googleapis.com/auth/gmail.modify'] as const;

export type GoogleClient = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
};

export type Access = {
  readonly accessToken: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  readonly grantedScopes: readonly string[];
};

/** `address` is the one Google vouches for, whatever hint was given: compare it with the person's own. */
export type Consent = Access & {
  readonly address: Address;
  /** Google's own id of the account; stays when the address changes. */
  readonly subject: string;
  readonly refreshToken: string;
};

export type GoogleConsent = {
  readonly startConsent: (
    ask: { readonly redirectUri: string; readonly scopes: readonly string[]; readonly loginHint?: string },
    signal: AbortSignal,
  ) => Promise<{ readonly url: string; readonly secrets: ConsentSecrets }>;
  /**
   * Throws: mailbox-disconnected when the person said no or left out a scope; policy-forbids when their admin did;
   * bad-input when the callback is not the answer to what was begun; provider-refused, provider-busy.
   */
  readonly finishConsent: (
    answer: {
      readonly callbackUrl: string;
      readonly secrets: ConsentSecrets;
      readonly scopes: readonly string[];
    },
    signal: AbortSignal,
  ) => Promise<Consent>;
  /** Throws: mailbox-disconnected when the grant is gone (never worth a retry); provider-refused, provider-busy. */
  readonly refreshAccess: (refreshToken: string, signal: AbortSignal) => Promise<Access>;
  /** Ends the grant at Google. One that is gone already is no failure. */
  readonly revokeConsent: (refreshToken: string, signal: AbortSignal) => Promise<void>;
};

export const googleConsent = (google: GoogleClient): GoogleConsent => {
  let discovered: ServerMetadata | undefined;

  /** A configuration of this one call, so that its requests stop with its signal. */
  const configure = async (signal: AbortSignal): Promise<Configuration> => {
    const stoppable: CustomFetch = (url, { body, signal: own, ...init }) =>
      google.fetch(url, {
        ...init,
        ...(body === undefined ? {} : { body: body as BodyInit | null }),
        signal: AbortSignal.any([
          signal,
          AbortSignal.timeout(longestCallMs),
          ...(own === undefined ? [] : [own]),
        ]),
      });
    const isLoopback = isLoopbackHttp(google.issuer);
    if (discovered === undefined) {
      const found = await discovery(new URL(google.issuer), google.clientId, google.clientSecret, undefined, {
        [customFetch]: stoppable,
        execute: isLoopback ? [allowInsecureRequests] : [],
      });
      const { supportsPKCE: _, ...metadata } = found.serverMetadata();
      discovered = metadata;
    }
    const configuration = new Configuration(discovered, google.clientId, google.clientSecret);
    configuration[customFetch] = stoppable;
    if (isLoopback) allowInsecureRequests(configuration);
    return configuration;
  };

  return {
    startConsent: (ask, signal) =>
      translated('start', signal, google.clock, async () => {
        const secrets = {
          state: randomState(),
          nonce: randomNonce(),
          codeVerifier: randomPKCECodeVerifier(),
        };
        const url = buildAuthorizationUrl(await configure(signal), {
          redirect_uri: ask.redirectUri,
          scope: ask.scopes.join(' '),
          state: secrets.state,
          nonce: secrets.nonce,
          code_challenge: await calculatePKCECodeChallenge(secrets.codeVerifier),
          code_challenge_method: 'S256',
          // Only an offline grant that is newly consented to comes with a refresh token.
          access_type: 'offline',
          prompt: 'consent',
          ...(ask.loginHint === undefined ? {} : { login_hint: ask.loginHint }),
        });
        return { url: url.href, secrets };
      }),

    finishConsent: ({ callbackUrl, secrets, scopes }, signal) =>
      translated('finish', signal, google.clock, async () => {
        const tokens = await authorizationCodeGrant(await configure(signal), new URL(callbackUrl), {
          expectedState: secrets.state,
          expectedNonce: secrets.nonce,
          pkceCodeVerifier: secrets.codeVerifier,
          idTokenExpected: true,
        });
        const vouched = VouchedClaims.safeParse(tokens.claims());
        const address = vouched.success ? parseAddress(vouched.data.email) : undefined;
        if (!vouched.success || address === undefined)
          throw new Failure('provider-refused', 'Google vouches for no address', { cause: vouched.error });
        const access = readAccess(tokens, google.clock);
        const missing = scopes.filter(
          (scope) => !isSignInScope(scope) && !access.grantedScopes.includes(scope),
        );
        if (missing.length > 0)
          throw new Failure('mailbox-disconnected', `The person did not grant ${missing.join(' ')}`);
        if (tokens.refresh_token === undefined)
          throw new Failure('provider-refused', 'Google gave no refresh token');
        return { ...access, address, subject: vouched.data.sub, refreshToken: tokens.refresh_token };
      }),

    refreshAccess: (refreshToken, signal) =>
      translated('refresh', signal, google.clock, async () =>
        readAccess(await refreshTokenGrant(await configure(signal), refreshToken), google.clock),
      ),

    revokeConsent: (refreshToken, signal) =>
      translated('revoke', signal, google.clock, async () => {
        const configuration = await configure(signal);
        try {
          await tokenRevocation(configuration, refreshToken);
        } catch (thrown) {
          if (!(thrown instanceof ResponseBodyError && thrown.error === 'invalid_token')) throw thrown;
        }
      }),
  };
};

const longestCallMs = 30_000;
/** Source: Google's OAuth 2.0 guide for web servers: access tokens without `expires_in` are treated as an hour old at most. */
const usualLifeSeconds = 3_600;

const VouchedClaims = z.object({
  sub: z.string().min(1),
  email: z.string(),
  email_verified: z.literal(true),
});

/** Not answered for by a box of the consent page; `email` comes back under another name. */
const isSignInScope = (scope: string): boolean => ['openid', 'email', 'profile'].includes(scope);

const isLoopbackHttp = (issuer: string): boolean => {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
};

const readAccess = (
  tokens: { readonly access_token: string; readonly expires_in?: number; readonly scope?: string },
  clock: Clock,
): Access => ({
  accessToken: tokens.access_token,
  expiresAt: clock.now() + (tokens.expires_in ?? usualLifeSeconds) * 1_000,
  grantedScopes: (tokens.scope ?? '').split(' ').filter((scope) => scope !== ''),
});

/** Every step but one may be taken again by the person; what is asked without them gets a few tries. */
const translated = async <T>(
  step: ConsentStep,
  signal: AbortSignal,
  clock: Clock,
  run: () => Promise<T>,
): Promise<T> => {
  const mostTries = step === 'refresh' ? 3 : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (thrown) {
      signal.throwIfAborted();
      const refusal = consentRefusal(step, thrown);
      if (refusal === undefined) throw thrown;
      if (!refusal.isPassing || attempt >= mostTries) throw refusal.failure;
      await clock.sleep(firstWaitMs * 2 ** (attempt - 1), signal);
    }
  }
};

const firstWaitMs = 500;
