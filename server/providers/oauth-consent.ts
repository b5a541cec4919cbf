/*
 * A person's consent at a provider, from the first redirect to its end. The library checks what the standard asks for (PKCE,
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
import type { AccessLevel } from '../../lib/domain/access-level.ts';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { Fetch } from '../base/http-fetch.ts';
import type { Authority, Vouched } from './authority.ts';
import type { Consent, ConsentSecrets } from './consent.ts';
import { type ConsentStep, consentRefusal } from './oauth-failures.ts';

export type OauthClient = {
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
  /** Where the provider gives a new one with each access token. */
  readonly refreshToken?: string;
};

/** `address` is the one the provider vouches for, whatever hint was given: compare it with the person's own. */
export type GivenConsent = Access & Vouched & { readonly refreshToken: string };

export type OauthConsent = {
  readonly startConsent: (
    ask: { readonly redirectUri: string; readonly loginHint?: string; readonly access?: AccessLevel },
    signal: AbortSignal,
  ) => Promise<{ readonly url: string; readonly secrets: ConsentSecrets }>;
  /**
   * Throws: mailbox-disconnected when the person said no or left out a scope; policy-forbids when their admin did;
   * bad-input when the callback is not the answer to what was begun; provider-refused, provider-busy.
   */
  readonly finishConsent: (
    answer: { readonly callbackUrl: string; readonly secrets: ConsentSecrets; readonly access?: AccessLevel },
    signal: AbortSignal,
  ) => Promise<GivenConsent>;
  /** Throws: mailbox-disconnected when the grant is gone (never worth a retry); provider-refused, provider-busy. */
  readonly refreshAccess: (refreshToken: string, signal: AbortSignal) => Promise<Access>;
  /** Ends the grant where the provider has a way to. One that is gone already is no failure. */
  readonly revokeConsent: (refreshToken: string, signal: AbortSignal) => Promise<void>;
};

export const oauthConsent = (authority: Authority, client: OauthClient): OauthConsent => {
  let discovered: ServerMetadata | undefined;

  /** A configuration of this one call, so that its requests stop with its signal. */
  const configure = async (signal: AbortSignal): Promise<Configuration> => {
    const stoppable: CustomFetch = (url, { body, signal: own, ...init }) =>
      client.fetch(url, {
        ...init,
        ...(body === undefined ? {} : { body: body as BodyInit | null }),
        signal: AbortSignal.any([
          signal,
          AbortSignal.timeout(longestCallMs),
          ...(own === undefined ? [] : [own]),
        ]),
      });
    const isLoopback = isLoopbackHttp(authority.issuer);
    if (discovered === undefined) {
      const found = await discovery(
        new URL(authority.issuer),
        client.clientId,
        client.clientSecret,
        undefined,
        {
          [customFetch]: stoppable,
          execute: isLoopback ? [allowInsecureRequests] : [],
        },
      );
      const { supportsPKCE: _, ...metadata } = found.serverMetadata();
      discovered = metadata;
    }
    const configuration = new Configuration(discovered, client.clientId, client.clientSecret);
    configuration[customFetch] = stoppable;
    if (isLoopback) allowInsecureRequests(configuration);
    return configuration;
  };

  return {
    startConsent: (ask, signal) =>
      translated(authority, 'start', signal, client.clock, async () => {
        const secrets = {
          state: randomState(),
          nonce: randomNonce(),
          codeVerifier: randomPKCECodeVerifier(),
        };
        const url = buildAuthorizationUrl(await configure(signal), {
          redirect_uri: ask.redirectUri,
          scope: authority.scopes[ask.access ?? 'full'].join(' '),
          state: secrets.state,
          nonce: secrets.nonce,
          code_challenge: await calculatePKCECodeChallenge(secrets.codeVerifier),
          code_challenge_method: 'S256',
          ...authority.askFor,
          ...(ask.loginHint === undefined ? {} : { login_hint: ask.loginHint }),
        });
        return { url: url.href, secrets };
      }),

    finishConsent: ({ callbackUrl, secrets, access: level = 'full' }, signal) =>
      translated(authority, 'finish', signal, client.clock, async () => {
        const tokens = await authorizationCodeGrant(await configure(signal), new URL(callbackUrl), {
          expectedState: secrets.state,
          expectedNonce: secrets.nonce,
          pkceCodeVerifier: secrets.codeVerifier,
          idTokenExpected: true,
        });
        const access = readAccess(tokens, client.clock);
        const missing = authority.neededScopes[level].filter(
          (scope) => !authority.covers(access.grantedScopes, scope),
        );
        if (missing.length > 0)
          throw new Failure('mailbox-disconnected', `The person did not grant ${missing.join(' ')}`);
        const vouched = await authority.vouch(
          { claims: tokens.claims(), accessToken: access.accessToken },
          signal,
        );
        if (tokens.refresh_token === undefined)
          throw new Failure('provider-refused', `${authority.name} gave no refresh token`);
        return { ...access, ...vouched, refreshToken: tokens.refresh_token };
      }),

    refreshAccess: (refreshToken, signal) =>
      translated(authority, 'refresh', signal, client.clock, async () =>
        readAccess(await refreshTokenGrant(await configure(signal), refreshToken), client.clock),
      ),

    revokeConsent: (refreshToken, signal) =>
      translated(authority, 'revoke', signal, client.clock, async () => {
        const configuration = await configure(signal);
        if (configuration.serverMetadata().revocation_endpoint === undefined) return;
        try {
          await tokenRevocation(configuration, refreshToken);
        } catch (thrown) {
          if (!(thrown instanceof ResponseBodyError && thrown.error === 'invalid_token')) throw thrown;
        }
      }),
  };
};

const longestCallMs = 30_000;
/** Both providers give access tokens for about an hour, and say so; one that does not is not used for longer. */
const usualLifeSeconds = 3_600;

const isLoopbackHttp = (issuer: string): boolean => {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
};

const readAccess = (
  tokens: {
    readonly access_token: string;
    readonly expires_in?: number;
    readonly scope?: string;
    readonly refresh_token?: string;
  },
  clock: Clock,
): Access => ({
  accessToken: tokens.access_token,
  expiresAt: clock.now() + (tokens.expires_in ?? usualLifeSeconds) * 1_000,
  grantedScopes: (tokens.scope ?? '').split(' ').filter((scope) => scope !== ''),
  ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }),
});

/** Every step but one may be taken again by the person; what is asked without them gets a few tries. */
const translated = async <T>(
  authority: Authority,
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
      const refusal = consentRefusal(authority, step, thrown);
      if (refusal === undefined) throw thrown;
      if (!refusal.isPassing || attempt >= mostTries) throw refusal.failure;
      await clock.sleep(firstWaitMs * 2 ** (attempt - 1), signal);
    }
  }
};

const firstWaitMs = 500;

/** The consent page as the port has it. */
export const consentPage = (consent: OauthConsent, redirectUri: string): Consent => ({
  start: (loginHint, access, signal) => consent.startConsent({ redirectUri, loginHint, access }, signal),
  finish: async (callbackUrl, secrets, access, signal) => {
    const given = await consent.finishConsent({ callbackUrl, secrets, access }, signal);
    return {
      address: given.address,
      secret: { refreshToken: given.refreshToken, grantedScopes: [...given.grantedScopes] },
    };
  },
  revoke: (secret, signal) => consent.revokeConsent(secret.refreshToken, signal),
});
