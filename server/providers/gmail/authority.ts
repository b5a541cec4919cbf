/* Google's accounts server: what is asked for, and how it vouches for an address. */
import { z } from 'zod';
import { parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { Authority } from '../authority.ts';

/**
 * The least that reads mail, labels a thread and sends. `openid email`: Google vouches for the address, so that nobody connects
 * somebody else's. `gmail.modify`: the one scope that covers history, search, whole messages, labels on threads and sending; with
 * `gmail.metadata` search is refused, with `gmail.readonly` and `gmail.labels` a label can be made but not put on a thread.
 * It cannot delete for good: that takes the full `https://mail.google.com/`, which is never asked for.
 * Source: the scopes per method in @googleapis/gmail 22.0.1.
 */
export const gmailScopes = ['openid', 'email', 'https://www.googleapis.com/auth/gmail.modify'] as const;

/** The least that sends, and reads nothing: not even the profile. */
export const gmailSendOnlyScopes = ['openid', 'email', 'https://www.googleapis.com/auth/gmail.send'] as const;

export const googleAuthority = (issuer: string): Authority => ({
  name: 'Google',
  issuer,
  scopes: { full: gmailScopes, 'send-only': gmailSendOnlyScopes },
  // What signs in is not answered for by a box of the consent page; `email` comes back under another name.
  neededScopes: { full: withoutSignIn(gmailScopes), 'send-only': withoutSignIn(gmailSendOnlyScopes) },
  covers: (granted, scope) => granted.includes(scope),
  // Only an offline grant that is newly consented to comes with a refresh token.
  askFor: { access_type: 'offline', prompt: 'consent' },
  vouch: async ({ claims }) => {
    const vouched = VouchedClaims.safeParse(claims);
    const address = vouched.success ? parseAddress(vouched.data.email) : undefined;
    if (!vouched.success || address === undefined)
      throw new Failure('provider-refused', 'Google vouches for no address', { cause: vouched.error });
    return { address, subject: vouched.data.sub };
  },
  adminErrors,
  goneErrors: new Set(['invalid_grant']),
});

const withoutSignIn = (scopes: readonly string[]): readonly string[] =>
  scopes.filter((scope) => scope !== 'openid' && scope !== 'email');

/** Source: Google's OAuth 2.0 guide for web servers, "Authorization errors", read 2026-11. */
const adminErrors = new Set(['admin_policy_enforced', 'org_internal']);

const VouchedClaims = z.object({
  sub: z.string().min(1),
  email: z.string(),
  email_verified: z.literal(true),
});
