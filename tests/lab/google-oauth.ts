/* Google's accounts server. */
import type { OauthAccount, OauthHouse } from './oauth.ts';

export const google: OauthHouse<OauthAccount> = {
  title: 'Sign in with Google (lab)',
  issuer: (root) => root,
  paths: {
    discovery: '/.well-known/openid-configuration',
    authorize: '/o/oauth2/v2/auth',
    token: '/token',
    keys: '/oauth2/v3/certs',
    revoke: '/revoke',
  },
  tokenPrefixes: { code: '4/0A', access: 'ya29.lab-', refresh: '1//lab-' },
  canonicalScope: (scope) => longName(scope),
  isSignInScope: (scope) =>
    scope === 'openid' || longName(scope).startsWith('https://www.googleapis.com/auth/userinfo.'),
  hasBoxes: true,
  givesRefreshToken: (query, isFirstConsent) =>
    query.get('access_type') === 'offline' &&
    (isFirstConsent || (query.get('prompt') ?? '').split(' ').includes('consent')),
  claims: ({ address, isVerified }) => ({ email: address, email_verified: isVerified }),
};

/** Google gives `email` back under its long name. Source: Google's OAuth 2.0 scopes page, read 2026-11. */
const longName = (scope: string): string =>
  scope === 'email' || scope === 'profile' ? `https://www.googleapis.com/auth/userinfo.${scope}` : scope;
