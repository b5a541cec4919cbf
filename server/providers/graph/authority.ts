/*
 * Microsoft Entra: what is asked for, and how it vouches for an address. Only the company's own tenant is asked, and the
 * library takes no id token of another: an `email` claim is whatever a tenant's admin wrote there, so that one of another
 * tenant proves nothing. The address is Graph's, of the very account that the id token names.
 */
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { Fetch } from '../../base/http-fetch.ts';
import type { Authority } from '../authority.ts';
import { graphHttp } from './http.ts';
import { readProfile } from './profile.ts';
import { graphQuota } from './quota.ts';

/**
 * The least that reads mail, labels a conversation and sends. `Mail.ReadWrite`: a category is put on a message, and a draft is
 * laid; it reads, and it cannot send. `Mail.Send` can nothing else. `MailboxSettings.ReadWrite`: the category is made where the person's list lacks it. `User.Read`: the address.
 * Source: Microsoft Graph permissions reference, read 2026-11.
 */
export const graphScopes = ['Mail.ReadWrite', 'Mail.Send', 'MailboxSettings.ReadWrite', 'User.Read'] as const;
/** The least that sends, and the address. */
export const graphSendOnlyScopes = ['Mail.Send', 'User.Read'] as const;
const signInScopes = ['openid', 'profile', 'offline_access'] as const;

export const microsoftAuthority = (microsoft: {
  readonly issuer: string;
  readonly rootUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}): Authority => ({
  name: 'Microsoft',
  issuer: microsoft.issuer,
  scopes: {
    full: [...signInScopes, ...graphScopes],
    'send-only': [...signInScopes, ...graphSendOnlyScopes],
  },
  neededScopes: { full: graphScopes, 'send-only': graphSendOnlyScopes },
  // Entra gives them back by their short names or with the name of Graph before them.
  covers: (granted, scope) =>
    granted.some((one) => one.slice(one.lastIndexOf('/') + 1).toLowerCase() === scope.toLowerCase()),
  askFor: { prompt: 'select_account' },
  vouch: async ({ claims, accessToken }, signal) => {
    const vouched = VouchedClaims.safeParse(claims);
    if (!vouched.success)
      throw new Failure('provider-refused', 'Microsoft vouches for no account', { cause: vouched.error });
    const http = graphHttp({
      ...microsoft,
      auth: { accessToken: async () => accessToken },
      quota: graphQuota(microsoft.clock),
      priority: 'person',
    });
    const { address, accountId } = await readProfile(http, signal);
    if (accountId !== vouched.data.oid)
      throw new Failure('provider-refused', 'Microsoft vouches for one account and lets into another');
    return { address, subject: `${vouched.data.tid}.${vouched.data.oid}` };
  },
  // Where an admin has to approve, Microsoft says so itself and the person comes back with a no.
  adminErrors: new Set(),
  goneErrors,
});

const VouchedClaims = z.object({ tid: z.uuid(), oid: z.uuid() });

/** The person has to sign in or consent anew; nothing goes on without them. Source: Microsoft identity platform, "Authorization code flow", error codes, read 2026-11. */
const goneErrors = new Set(['invalid_grant', 'interaction_required', 'consent_required', 'login_required']);
