/* An accounts server: discovery, consent, codes with PKCE, tokens and their end. What differs by provider is the house it stands for. */
import { createHash, randomBytes } from 'node:crypto';
import { publicJwk, signJwt } from './oauth-keys.ts';
import { consentPage, refusalPage } from './oauth-page.ts';

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

/** Whose accounts server it is, and what is peculiar to it. */
export type OauthHouse<Account extends OauthAccount> = {
  readonly title: string;
  readonly issuer: (root: string) => string;
  readonly paths: {
    readonly discovery: string;
    readonly authorize: string;
    readonly token: string;
    readonly keys: string;
    /** Absent where nothing ends one grant. */
    readonly revoke?: string;
  };
  readonly tokenPrefixes: { readonly code: string; readonly access: string; readonly refresh: string };
  /** A scope as the token answer names it; undefined for one that it leaves out. */
  readonly canonicalScope: (scope: string) => string | undefined;
  /** Scopes that need no box on the consent page. */
  readonly isSignInScope: (scope: string) => boolean;
  /** Each scope has a box that the person may leave empty; otherwise it is all or nothing. */
  readonly hasBoxes: boolean;
  readonly givesRefreshToken: (query: URLSearchParams, isFirstConsent: boolean) => boolean;
  /** Each renewal gives a new refresh token, and each of them has a life of its own, ms. */
  readonly rotatesAfterMs?: number;
  readonly claims: (account: Account, root: string) => Record<string, unknown>;
};

export type LabOauth = {
  /** Undefined when the path is not one of the accounts server. */
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

type Grant<Account> = {
  readonly account: Account;
  readonly clientId: string;
  readonly scopes: readonly string[];
  isDead: boolean;
};
type Code<Account> = {
  readonly grant: Grant<Account>;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | undefined;
  readonly isOffline: boolean;
  readonly expiresAt: number;
  isUsed: boolean;
};

/** Both houses' access tokens live about an hour. Source for codes: RFC 6749 sec. 4.1.2 */
const accessLifeMs = 3_599_000;
const codeLifeMs = 600_000;

export const createOauth = <Account extends OauthAccount>(
  house: OauthHouse<Account>,
  world: {
    /** Where the server stands. */
    readonly root: () => string;
    readonly client: LabClient;
    readonly accounts: () => readonly Account[];
    readonly now: () => number;
  },
): LabOauth => {
  type OwnGrant = Grant<Account>;
  const codes = new Map<string, Code<Account>>();
  const refreshTokens = new Map<string, { readonly grant: OwnGrant; readonly expiresAt: number }>();
  const accessTokens = new Map<string, { readonly grant: OwnGrant; expiresAt: number }>();
  const consented = new Set<string>();

  const token = (prefix: string) => `${prefix}${randomBytes(24).toString('base64url')}`;
  const issueAccess = (grant: OwnGrant) => {
    const accessToken = token(house.tokenPrefixes.access);
    accessTokens.set(accessToken, { grant, expiresAt: world.now() + accessLifeMs });
    return accessToken;
  };
  const issueRefresh = (grant: OwnGrant) => {
    const refreshToken = token(house.tokenPrefixes.refresh);
    refreshTokens.set(refreshToken, {
      grant,
      expiresAt: world.now() + (house.rotatesAfterMs ?? Number.POSITIVE_INFINITY),
    });
    return refreshToken;
  };

  const discovery = () => ({
    issuer: house.issuer(world.root()),
    authorization_endpoint: `${world.root()}${house.paths.authorize}`,
    token_endpoint: `${world.root()}${house.paths.token}`,
    ...(house.paths.revoke === undefined
      ? {}
      : { revocation_endpoint: `${world.root()}${house.paths.revoke}` }),
    jwks_uri: `${world.root()}${house.paths.keys}`,
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
          house,
          query,
          house.hasBoxes ? scopes.filter((scope) => !house.isSignInScope(scope)) : [],
          world.accounts(),
        ),
      );
    if (form.get('answer') !== 'allow') return back({ error: 'access_denied' });

    const account = world.accounts().find((one) => one.address === form.get('account'));
    if (account === undefined) return html(refusalPage('account_not_found'), 400);
    const granted = scopes.filter(
      (scope) => !house.hasBoxes || house.isSignInScope(scope) || form.getAll('scope').includes(scope),
    );
    const grant: OwnGrant = {
      account,
      clientId: world.client.clientId,
      scopes: granted.flatMap((scope) => house.canonicalScope(scope) ?? []),
      isDead: false,
    };
    const isFirst = !consented.has(account.address);
    consented.add(account.address);
    const code = token(house.tokenPrefixes.code);
    codes.set(code, {
      grant,
      redirectUri,
      challenge,
      nonce: query.get('nonce') ?? undefined,
      isOffline: house.givesRefreshToken(query, isFirst),
      expiresAt: world.now() + codeLifeMs,
      isUsed: false,
    });
    return back({ code, scope: grant.scopes.join(' ') });
  };

  const tokenAnswer = (form: URLSearchParams, basic: string | undefined): OauthAnswer => {
    const [clientId, clientSecret] = clientOf(form, basic);
    if (clientId !== world.client.clientId || clientSecret !== world.client.clientSecret)
      return json({ error: 'invalid_client', error_description: 'Unauthorized' }, 401);
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return exchange(form);
      case 'refresh_token': {
        const held = refreshTokens.get(form.get('refresh_token') ?? '');
        if (held === undefined || held.grant.isDead || held.expiresAt <= world.now())
          return invalidGrant('Token has been expired or revoked.');
        return json({
          ...accessAnswer(held.grant),
          ...(house.rotatesAfterMs === undefined ? {} : { refresh_token: issueRefresh(held.grant) }),
          id_token: idToken(held.grant, undefined),
        });
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

  const accessAnswer = (grant: OwnGrant) => ({
    access_token: issueAccess(grant),
    expires_in: accessLifeMs / 1_000,
    scope: grant.scopes.join(' '),
    token_type: 'Bearer',
  });

  /** Dated by the real clock, whatever the lab's says: the library that verifies it knows no other. */
  const idToken = (grant: OwnGrant, nonce: string | undefined): string => {
    const issuedAt = Math.floor(Date.now() / 1_000);
    return signJwt({
      iss: house.issuer(world.root()),
      aud: grant.clientId,
      sub: grant.account.subject,
      ...house.claims(grant.account, world.root()),
      ...(nonce === undefined ? {} : { nonce }),
      iat: issuedAt,
      exp: issuedAt + 3_600,
    });
  };

  const revokeToken = (text: string): OauthAnswer => {
    const grant = (refreshTokens.get(text) ?? accessTokens.get(text))?.grant;
    if (grant === undefined || grant.isDead)
      return json({ error: 'invalid_token', error_description: 'Token expired or revoked' }, 400);
    grant.isDead = true;
    return json({});
  };

  return {
    answer: (method, url, form, basic) => {
      const { discovery: described, authorize: asked, token: given, keys, revoke } = house.paths;
      switch (`${method} ${url.pathname}`) {
        case `GET ${described}`:
          return json(discovery());
        case `GET ${keys}`:
          return json({ keys: [publicJwk()] });
        case `GET ${asked}`:
        case `POST ${asked}`:
          return authorize(method, url.searchParams, form);
        case `POST ${given}`:
          return tokenAnswer(form, basic);
        case `POST ${revoke}`:
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
      const grant: OwnGrant = {
        account,
        clientId: world.client.clientId,
        scopes: scopes.flatMap((scope) => house.canonicalScope(scope) ?? []),
        isDead: false,
      };
      return { accessToken: issueAccess(grant), refreshToken: issueRefresh(grant) };
    },
    expireAccessTokens: () => {
      for (const live of accessTokens.values()) live.expiresAt = world.now();
    },
    revoke: (address) => {
      for (const { grant } of [...refreshTokens.values(), ...accessTokens.values()])
        if (grant.account.address === address) grant.isDead = true;
    },
  };
};

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
