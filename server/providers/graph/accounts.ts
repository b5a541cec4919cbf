/* Microsoft 365 as the services meet it: mailboxes opened by their sealed secret, and Microsoft's consent page. */
import type { Clock } from '../../base/clock.ts';
import type { Fetch } from '../../base/http-fetch.ts';
import { accessTokens, type TokenSource } from '../access-tokens.ts';
import { ConsentSecret } from '../consent.ts';
import type { MailboxQuota } from '../mailbox-quota.ts';
import { consentPage, oauthConsent } from '../oauth-consent.ts';
import type { ConsentAccounts, KeepSecret } from '../provider.ts';
import { microsoftAuthority } from './authority.ts';
import { graphProvider, graphRoot } from './index.ts';
import { graphQuota } from './quota.ts';
import type { NotificationUrls } from './subscriptions.ts';

export const graphAccounts = (microsoft: {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly rootUrl: string | undefined;
  readonly notify?: NotificationUrls | undefined;
  readonly clock: Clock;
  readonly fetch: Fetch;
}): ConsentAccounts => {
  const { clock, fetch, redirectUri, notify, rootUrl = graphRoot } = microsoft;
  const consent = oauthConsent(microsoftAuthority({ ...microsoft, rootUrl }), microsoft);
  // Tokens and quota are a mailbox's own, shared by everything that happens in it.
  const opened = new Map<string, Opened>();

  const begin = (secret: ConsentSecret): Opened => {
    const own: Opened = {
      tokens: accessTokens(consent, secret.refreshToken, clock, undefined, async (next, before) => {
        await own.keep?.({ ...secret, refreshToken: next }, { ...secret, refreshToken: before });
      }),
      quota: graphQuota(clock),
      keep: undefined,
    };
    return own;
  };

  return {
    open: ({ mailboxKey, secret, priority, labelName, access, keepSecret }) => {
      const own = opened.get(mailboxKey) ?? begin(ConsentSecret.parse(secret));
      own.keep = keepSecret;
      opened.set(mailboxKey, own);
      return graphProvider({
        auth: own.tokens,
        quota: own.quota,
        candidateLabelName: labelName,
        rootUrl,
        priority,
        ...(access === undefined ? {} : { access }),
        notify,
        clock,
        fetch,
      });
    },
    spending: (mailboxKey) => opened.get(mailboxKey)?.quota.spending(),
    forget: (mailboxKey) => {
      opened.delete(mailboxKey);
    },
    close: () => opened.clear(),
    /*
     * Microsoft has no way to end one grant: what there is ends every session of the person everywhere. To revoke is to throw
     * the token away here; it ends by itself when nobody uses it, and the person takes the consent back at
     * myapps.microsoft.com.
     */
    consent: consentPage(consent, redirectUri),
  };
};

type Opened = {
  readonly tokens: TokenSource;
  readonly quota: MailboxQuota;
  /** Of whoever opened the mailbox last. */
  keep: KeepSecret | undefined;
};
