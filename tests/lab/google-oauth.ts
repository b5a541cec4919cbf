/* Google's accounts server: discovery, consent, codes with PKCE, tokens and their end. Strict where Google is strict. */
import { createHash, randomBytes } from 'node:crypto';
import { publicJwk, signJwt } from './google-oauth-keys.ts';
import { consentPage, refusalPage } from './google-oauth-page.ts';

export type OauthAnswer = {
  readonly status: number;
  readonly type: 'json' | 'html' | 'redirect';
  readonly body: unknown;
};
export type OauthAccount = {
  readonly address: string;
  readonly subject: string;
  readonly isVerified: boolean;
};
export type LabClient = { readonly clientId: string; readonly clientSecret: string };
export type AccessGrant = { readonly address: string; readonly scopes: ReadonlySet<string> };

export type GoogleOauth = {
  /** Undefined when the path is not one of Google's accounts server. */
  readonly answer: (
    method: string,
    url: URL,
    form: URLSearchParams,
    basic: string | undefined,
  ) => OauthAnswer | undefined;
  /** What a live access token opens; undefined for any other text. */
  readonly access: (token: string) => AccessGrant | undefined;
  /** A grant without a consent page, for tests that are not about consent. */
  readonly grant: (
    address: string,
    scopes: readonly string[],
  ) => { accessToken: string; refreshToken: string };
  readonly expireAccessTokens: () => void;
  readonly revoke: (address: string) => void;
};

type Grant = {
  readonly account: OauthAccount;
  readonly clientId: string;
  readonly scopes: readonly string[];
  isDead: boolean;
};
type Code = {
  readonly grant: Grant;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | undefined;
  readonly isOffline: boolean;
  readonly expiresAt: number;
  isUsed: boolean;
};

/** Source: accounts.google.com token answers ("expires_in": 3599) and RFC 6749 sec. 4.1.2, read 2026-11. */
const accessLifeMs = 3_599_000;
const codeLifeMs = 600_000;

export const createGoogleOauth = (world: {
  readonly issuer: () => string;
  readonly client: LabClient;
  readonly accounts: () => readonly OauthAccount[];
  readonly now: () => number;
}): GoogleOauth => {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, Grant>();
  const accessTokens = new Map<string, { readonly grant: Grant; expiresAt: number }>();
  const consented = new Set<string>();

  const token = (prefix: string) => `${prefix}${randomBytes(24).toString('base64url')}`;
  const issueAccess = (grant: Grant) => {
    const accessToken = token('ya29.lab-');
    accessTokens.set(accessToken, { grant, expiresAt: world.now() + accessLifeMs });
    return accessToken;
  };
  const issueRefresh = (grant: Grant) => {
    const refreshToken = token('1//lab-');
    refreshTokens.set(refreshToken, grant);
    return refreshToken;
  };

  const discovery = () => ({
    issuer: world.issuer(),
    authorization_endpoint: `${world.issuer()}/o/oauth2/v2/auth`,
    token_endpoint: `${world.issuer()}/token`,
    revocation_endpoint: `${world.issuer()}/revoke`,
    jwks_uri: `${world.issuer()}/oauth2/v3/certs`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    code_challenge_methods_supported: ['S256'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
  });

  const authorize = (method: string, query: URLSearchParams, form: URLSearchParams): OauthAnswer => {
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== world.client.clientId) return html(refusalPage('invalid_client'), 401);
    if (!isLoopback(redirectUri)) return html(refusalPage('redirect_uri_mismatch'), 400);
    const back = (answer: Record<string, string>) => {
      const url = new URL(redirectUri);
      for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
      const state = query.get('state');
      if (state !== null) url.searchParams.set('state', state);
      return { status: 302, type: 'redirect', body: url.href } as const;
    };
    if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
    const challenge = query.get('code_challenge');
    if (challenge === null || query.get('code_challenge_method') !== 'S256')
      return back({ error: 'invalid_request', error_description: 'PKCE with S256 is required' });
    const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
    if (scopes.length === 0) return back({ error: 'invalid_scope' });
    if (method === 'GET')
      return html(
        consentPage(
          query,
          scopes.filter((scope) => !isSignInScope(scope)),
          world.accounts(),
        ),
      );
    if (form.get('answer') !== 'allow') return back({ error: 'access_denied' });

    const account = world.accounts().find((one) => one.address === form.get('account'));
    if (account === undefined) return html(refusalPage('account_not_found'), 400);
    const granted = scopes.filter((scope) => isSignInScope(scope) || form.getAll('scope').includes(scope));
    const grant: Grant = {
      account,
      clientId: world.client.clientId,
      scopes: granted.map(canonicalScope),
      isDead: false,
    };
    const isFirst = !consented.has(account.address);
    consented.add(account.address);
    const code = token('4/0A');
    codes.set(code, {
      grant,
      redirectUri,
      challenge,
      nonce: query.get('nonce') ?? undefined,
      isOffline:
        query.get('access_type') === 'offline' &&
        (isFirst || (query.get('prompt') ?? '').split(' ').includes('consent')),
      expiresAt: world.now() + codeLifeMs,
      isUsed: false,
    });
    return back({ code, scope: grant.scopes.join(' '), authuser: '0', prompt: 'consent' });
  };

  const tokenAnswer = (form: URLSearchParams, basic: string | undefined): OauthAnswer => {
    const [clientId, clientSecret] = clientOf(form, basic);
    if (clientId !== world.client.clientId || clientSecret !== world.client.clientSecret)
      return json({ error: 'invalid_client', error_description: 'Unauthorized' }, 401);
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return exchange(form);
      case 'refresh_token': {
        const grant = refreshTokens.get(form.get('refresh_token') ?? '');
        if (grant === undefined || grant.isDead) return invalidGrant('Token has been expired or revoked.');
        return json({ ...accessAnswer(grant), id_token: idToken(grant, undefined) });
      }
      default:
        return json({ error: 'unsupported_grant_type' }, 400);
    }
  };

  const exchange = (form: URLSearchParams): OauthAnswer => {
    const code = codes.get(form.get('code') ?? '');
    if (code === undefined || code.expiresAt <= world.now()) return invalidGrant('Malformed auth code.');
    if (code.isUsed) {
      // A code seen twice was stolen once: whatever it gave dies with it (RFC 6749 sec. 4.1.2).
      code.grant.isDead = true;
      return invalidGrant('Bad Request');
    }
    if (form.get('redirect_uri') !== code.redirectUri) return json({ error: 'redirect_uri_mismatch' }, 400);
    code.isUsed = true;
    const verifier = form.get('code_verifier') ?? '';
    if (createHash('sha256').update(verifier).digest('base64url') !== code.challenge)
      return invalidGrant('Invalid code verifier.');
    return json({
      ...accessAnswer(code.grant),
      ...(code.isOffline ? { refresh_token: issueRefresh(code.grant) } : {}),
      id_token: idToken(code.grant, code.nonce),
    });
  };

  const accessAnswer = (grant: Grant) => ({
    access_token: issueAccess(grant),
    expires_in: accessLifeMs / 1_000,
    scope: grant.scopes.join(' '),
    token_type: 'Bearer',
  });

  /** Dated by the real clock, whatever the lab's says: the library that verifies it knows no other. */
  const idToken = (grant: Grant, nonce: string | undefined): string => {
    const issuedAt = Math.floor(Date.now() / 1_000);
    return signJwt({
      iss: world.issuer(),
      azp: grant.clientId,
      aud: grant.clientId,
      sub: grant.account.subject,
      email: grant.account.address,
      email_verified: grant.account.isVerified,
      ...(nonce === undefined ? {} : { nonce }),
      iat: issuedAt,
      exp: issuedAt + 3_600,
    });
  };

  const revokeToken = (text: string): OauthAnswer => {
    const grant = refreshTokens.get(text) ?? accessTokens.get(text)?.grant;
    if (grant === undefined || grant.isDead)
      return json({ error: 'invalid_token', error_description: 'Token expired or revoked' }, 400);
    grant.isDead = true;
    return json({});
  };

  return {
    answer: (method, url, form, basic) => {
      switch (`${method} ${url.pathname}`) {
        case 'GET /.well-known/openid-configuration':
          return json(discovery());
        case 'GET /oauth2/v3/certs':
          return json({ keys: [publicJwk()] });
        case 'GET /o/oauth2/v2/auth':
        case 'POST /o/oauth2/v2/auth':
          return authorize(method, url.searchParams, form);
        case 'POST /token':
          return tokenAnswer(form, basic);
        case 'POST /revoke':
          return revokeToken(form.get('token') ?? url.searchParams.get('token') ?? '');
        default:
          return undefined;
      }
    },
    access: (text) => {
      const live = accessTokens.get(text);
      if (live === undefined || live.grant.isDead || live.expiresAt <= world.now()) return undefined;
      return { address: live.grant.account.address, scopes: new Set(live.grant.scopes) };
    },
    grant: (address, scopes) => {
      const account = world.accounts().find((one) => one.address === address);
      if (account === undefined) throw new Error('The lab has no such account.');
      const grant: Grant = {
        account,
        clientId: world.client.clientId,
        scopes: scopes.map(canonicalScope),
        isDead: false,
      };
      return { accessToken: issueAccess(grant), refreshToken: issueRefresh(grant) };
    },
    expireAccessTokens: () => {
      for (const live of accessTokens.values()) live.expiresAt = world.now();
    },
    revoke: (address) => {
      for (const grant of [
        ...refreshTokens.values(),
        ...[...accessTokens.values()].map((live) => live.grant),
      ])
        if (grant.account.address === address) grant.isDead = true;
    },
  };
};

/** Google gives `email` back under its long name. Source: Google's OAuth 2.0 scopes page, read 2026-11. */
const canonicalScope = (scope: string): string =>
  scope === 'email' || scope === 'profile' ? `https://www.googleapis.com/auth/userinfo.${scope}` : scope;

/** Scopes that need no box on the consent page. */
const isSignInScope = (scope: string): boolean =>
  scope === 'openid' || canonicalScope(scope).startsWith('https://www.googleapis.com/auth/userinfo.');

const isLoopback = (redirectUri: string): boolean =>
  URL.canParse(redirectUri) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(redirectUri).hostname);

const clientOf = (form: URLSearchParams, basic: string | undefined): [string, string] => {
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return [decodeURIComponent(id), decodeURIComponent(secret)];
};

const json = (body: unknown, status = 200): OauthAnswer => ({ status, type: 'json', body });
const html = (body: string, status = 200): OauthAnswer => ({ status, type: 'html', body });
const invalidGrant = (description: string) =>
  json({ error: 'invalid_grant', error_description: description }, 400);
