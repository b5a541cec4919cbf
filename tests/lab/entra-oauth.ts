/* Microsoft Entra's v2.0 endpoints of one tenant. */
import type { OauthAccount, OauthHouse } from './oauth.ts';

export type EntraAccount = OauthAccount & {
  /** The account's id in its tenant, and the tenant its id tokens name. */
  readonly objectId: string;
  readonly tenantId: string;
};

/** Source: Microsoft identity platform, OAuth 2.0 authorization code flow and refresh tokens, read 2026-11. */
export const entra = (tenantId: string): OauthHouse<EntraAccount> => ({
  title: 'Sign in to your account (lab)',
  issuer: (root) => `${root}/${tenantId}/v2.0`,
  paths: {
    discovery: `/${tenantId}/v2.0/.well-known/openid-configuration`,
    authorize: `/${tenantId}/oauth2/v2.0/authorize`,
    token: `/${tenantId}/oauth2/v2.0/token`,
    keys: `/${tenantId}/discovery/v2.0/keys`,
  },
  tokenPrefixes: { code: '0.Alab', access: 'EwB-lab-', refresh: 'M.lab-' },
  canonicalScope: (scope) => {
    if (scope === 'offline_access') return undefined;
    return signInScopes.has(scope) || scope.startsWith(graph) ? scope : `${graph}${scope}`;
  },
  isSignInScope: (scope) => signInScopes.has(scope),
  hasBoxes: false,
  givesRefreshToken: (query) => (query.get('scope') ?? '').split(' ').includes('offline_access'),
  rotatesAfterMs: 90 * 86_400_000,
  claims: (account, root) => ({
    iss: `${root}/${account.tenantId}/v2.0`,
    tid: account.tenantId,
    oid: account.objectId,
    preferred_username: account.address,
    // Whatever an admin of the account's tenant wrote there.
    email: account.address,
    ver: '2.0',
  }),
});

const graph = 'https://graph.microsoft.com/';
const signInScopes = new Set(['openid', 'profile', 'email', 'offline_access']);
