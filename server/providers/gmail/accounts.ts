/* Gmail as the services meet it: mailboxes opened by their sealed secret, and Google's consent page. */
import type { Clock } from '../../base/clock.ts';
import type { Fetch } from '../../base/http-fetch.ts';
import { accessTokens, type TokenSource } from '../access-tokens.ts';
import { ConsentSecret } from '../consent.ts';
import { consentPage, oauthConsent } from '../oauth-consent.ts';
import type { ConsentAccounts } from '../provider.ts';
import { googleAuthority } from './authority.ts';
import { gmailProvider } from './index.ts';
import { type GmailQuota, gmailQuota } from './quota.ts';

export const gmailAccounts = (google: {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly rootUrl: string | undefined;
  readonly pushTopic?: string | undefined;
  readonly clock: Clock;
  readonly fetch: Fetch;
}): ConsentAccounts => {
  const { clock, fetch, redirectUri, rootUrl, pushTopic } = google;
  const consent = oauthConsent(googleAuthority(google.issuer), google);
  // Tokens and quota are a mailbox's own, shared by everything that happens in it.
  const opened = new Map<string, { readonly tokens: TokenSource; readonly quota: GmailQuota }>();
  return {
    open: ({ mailboxKey, secret, priority, labelName, access }) => {
      const own = opened.get(mailboxKey) ?? {
        tokens: accessTokens(consent, ConsentSecret.parse(secret).refreshToken, clock),
        quota: gmailQuota(clock),
      };
      opened.set(mailboxKey, own);
      return gmailProvider({
        auth: own.tokens,
        quota: own.quota,
        candidateLabelName: labelName,
        ...(rootUrl === undefined ? {} : { rootUrl }),
        ...(pushTopic === undefined ? {} : { pushTopic }),
        priority,
        ...(access === undefined ? {} : { access }),
        clock,
        fetch,
      });
    },
    spending: (mailboxKey) => opened.get(mailboxKey)?.quota.spending(),
    forget: (mailboxKey) => {
      opened.delete(mailboxKey);
    },
    close: () => opened.clear(),
    consent: consentPage(consent, redirectUri),
  };
};
