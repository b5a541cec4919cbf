import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { accessTokens } from '../../server/providers/access-tokens.ts';
import type { ConsentSecrets } from '../../server/providers/consent.ts';
import { googleAuthority } from '../../server/providers/gmail/authority.ts';
import { gmailProvider } from '../../server/providers/gmail/index.ts';
import { type OauthConsent, oauthConsent } from '../../server/providers/oauth-consent.ts';
import { type GmailLab, startGmailLab } from '../lab/gmail/lab.ts';
import type { ConsentChoice } from '../lab/oauth-walk.ts';
import { aDraft, anAttempt } from './conformance-sending.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

const ana = 'ana@acme.test';
const ben = 'ben@acme.test';
const redirectUri = 'http://127.0.0.1:8080/oauth/google/callback';

describe("a person's consent at Google", () => {
  let lab: GmailLab;
  let consent: OauthConsent;
  let clock: FakeClock;
  beforeEach(async () => {
    clock = fakeClock(Date.UTC(2026, 0, 10));
    lab = await startGmailLab({ accounts: [ana, ben], now: clock.now });
    consent = oauthConsent(googleAuthority(lab.issuer), { ...lab.client, fetch: systemFetch, clock });
  });
  afterEach(() => lab.close());

  const begin = (loginHint?: string) =>
    consent.startConsent({ redirectUri, ...(loginHint === undefined ? {} : { loginHint }) }, never);
  const finish = (callbackUrl: string, secrets: ConsentSecrets) =>
    consent.finishConsent({ callbackUrl, secrets }, never);
  const walk = async (choice: string | ConsentChoice) => {
    const { url, secrets } = await begin();
    return finish(await lab.consent(url, choice), secrets);
  };
  const openMailbox = (refreshToken: string) =>
    gmailProvider({
      auth: accessTokens(consent, refreshToken, clock),
      rootUrl: lab.url,
      clock,
      candidateLabelName: 'Candor',
    });

  test('one consent is enough to read a mailbox and to label in it [KL-10]', async () => {
    const granted = await walk(ana);
    const { threadId } = lab.deliver(ana, letter({ id: 'a@x.test' }));
    const provider = openMailbox(granted.refreshToken);
    await provider.label(threadId, 'Candor', true, never);
    const [copy] = await provider.readThread(threadId, never);
    expect(copy?.place.isLabelled).toBe(true);
    expect(copy?.headers).toContainEqual({ name: 'Message-ID', value: '<a@x.test>' });
  });

  test('the address is the one Google vouches for, whatever account was hinted at', async () => {
    const { url, secrets } = await begin(ana);
    const granted = await finish(await lab.consent(url, ben), secrets);
    expect(granted).toMatchObject({ address: ben, subject: lab.accounts.get(ben)?.subject });
    expect(await openMailbox(granted.refreshToken).profile(never)).toEqual({ address: ben });
  });

  test('the consent page is asked for PKCE, an offline grant, and no scope beyond the least', async () => {
    const { url } = await begin(ana);
    const asked = new URL(url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      code_challenge_method: 'S256',
      access_type: 'offline',
      prompt: 'consent',
      login_hint: ana,
      redirect_uri: redirectUri,
      scope: 'openid email https://www.googleapis.com/auth/gmail.modify',
    });
  });

  test('full access asks at once for all that sends and that follows the thread [LV-09]', async () => {
    const provider = openMailbox((await walk(ana)).refreshToken);
    const cursor = await provider.start(never);
    const { messageId } = await provider.send(aDraft({ address: ana, clock }), anAttempt(), never);
    const answer = letter({
      id: 'follow-up@x.test',
      subject: 'Re: Your application',
      inReplyTo: messageId,
      references: [messageId],
    });
    lab.deliver(ana, answer);
    const { upserts } = await provider.pull(cursor, {}, never);
    expect(new Set(upserts.map(({ providerThreadId }) => providerThreadId)).size).toBe(1);
    expect(upserts).toHaveLength(2);
  });

  test('leave to send only is asked for no more, and its token reads nothing [LV-16]', async () => {
    const { url, secrets } = await consent.startConsent({ redirectUri, access: 'send-only' }, never);
    expect(new URL(url).searchParams.get('scope')).toBe(
      'openid email https://www.googleapis.com/auth/gmail.send',
    );
    const callbackUrl = await lab.consent(url, ana);
    const { refreshToken } = await consent.finishConsent(
      { callbackUrl, secrets, access: 'send-only' },
      never,
    );
    const auth = accessTokens(consent, refreshToken, clock);
    const parts = { auth, rootUrl: lab.url, clock, candidateLabelName: 'Candor' };
    const { id, threadId } = lab.deliver(ana, letter({ id: 'a@x.test' }));
    const reading = gmailProvider(parts);
    for (const read of [
      () => reading.start(never),
      () => reading.readThread(threadId, never),
      () => reading.fetch(id, 1_000, never),
    ])
      await expect(read()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    const sending = gmailProvider({ ...parts, access: 'send-only' });
    await sending.send(aDraft({ address: ana, clock }), anAttempt(), never);
    await expect(sending.send(aDraft({ address: ana, clock }), anAttempt({}), never)).rejects.toMatchObject({
      reason: 'outcome-unknown',
    });
    expect(
      lab
        .mailbox(ana)
        .messages()
        .filter(({ labelIds }) => labelIds.has('SENT')),
    ).toHaveLength(1);
  });

  test('secrets are new for each consent', async () => {
    const [one, two] = [await begin(), await begin()];
    for (const name of ['state', 'nonce', 'codeVerifier'] as const)
      expect(one.secrets[name]).not.toBe(two.secrets[name]);
  });

  test.each(['state', 'nonce', 'codeVerifier'] as const)(
    'an answer with another %s is refused',
    async (name) => {
      const { url, secrets } = await begin();
      const other = await begin();
      const callbackUrl = await lab.consent(url, ana);
      await expect(finish(callbackUrl, { ...secrets, [name]: other.secrets[name] })).rejects.toMatchObject({
        reason: 'bad-input',
      });
    },
  );

  test('a code works once, and what it gave dies when it is used again', async () => {
    const { url, secrets } = await begin();
    const callbackUrl = await lab.consent(url, ana);
    const granted = await finish(callbackUrl, secrets);
    await expect(finish(callbackUrl, secrets)).rejects.toMatchObject({ reason: 'bad-input' });
    await expect(consent.refreshAccess(granted.refreshToken, never)).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
  });

  test('a person who says no connects nothing', async () => {
    await expect(walk({ address: ana, deny: true })).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
  });

  test('an admin who forbids the application is a policy', async () => {
    const { secrets } = await begin();
    const callbackUrl = `${redirectUri}?error=admin_policy_enforced&state=${secrets.state}`;
    await expect(finish(callbackUrl, secrets)).rejects.toMatchObject({ reason: 'policy-forbids' });
  });

  test('a grant without the mail scope connects nothing', async () => {
    await expect(walk({ address: ana, scopes: [] })).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
      message: 'The person did not grant https://www.googleapis.com/auth/gmail.modify',
    });
  });

  test('an address that Google does not vouch for connects nothing', async () => {
    lab.addAccount('unverified@acme.test', { isVerified: false });
    await expect(walk('unverified@acme.test')).rejects.toMatchObject({ reason: 'provider-refused' });
  });

  test('an access token that has ended is renewed without asking the person again [LI-15]', async () => {
    const granted = await walk(ana);
    const provider = openMailbox(granted.refreshToken);
    await provider.profile(never);
    lab.expireAccessTokens();
    expect(await provider.profile(never)).toEqual({ address: ana });
    expect(lab.requests.filter(({ path }) => path.startsWith('/o/oauth2/v2/auth')).length).toBe(2);
  });

  test('an access token is renewed in its last minute, and once for all who ask', async () => {
    const granted = await walk(ana);
    clock.pass(granted.expiresAt - clock.now() - 61_000);
    const tokens = accessTokens(consent, granted.refreshToken, clock, granted);
    expect(await tokens.accessToken(never)).toBe(granted.accessToken);
    clock.pass(2_000);
    const renewals = () => lab.requests.filter(({ path }) => path === '/token').length;
    const before = renewals();
    const renewed = await Promise.all([1, 2, 3].map(() => tokens.accessToken(never)));
    expect(new Set(renewed).size).toBe(1);
    expect(renewed[0]).not.toBe(granted.accessToken);
    expect(renewals() - before).toBe(1);
  });

  test('whoever waits for a renewal gets it, though the one who began it was stopped', async () => {
    const { refreshToken } = await walk(ana);
    const tokens = accessTokens(consent, refreshToken, clock);
    const held = lab.hold('POST /token');
    const stop = new AbortController();
    const begun = tokens.accessToken(stop.signal).catch((thrown: unknown) => thrown);
    const waiting = tokens.accessToken(never);
    await held.reached(1);
    stop.abort(new Error('stopped'));
    expect(await begun).toEqual(new Error('stopped'));
    held.release();
    expect(await waiting).toMatch(/^ya29\./);
  });

  test('a grant the person took back is gone, and is asked for once', async () => {
    const { refreshToken } = await walk(ana);
    lab.revoke(ana);
    const before = lab.requests.length;
    await expect(consent.refreshAccess(refreshToken, never)).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
    expect(lab.requests.length - before).toBe(1);
  });

  test('a revoked consent opens nothing any more, and revoking it again is no failure', async () => {
    const { refreshToken, accessToken } = await walk(ana);
    await consent.revokeConsent(refreshToken, never);
    await consent.revokeConsent(refreshToken, never);
    await expect(consent.refreshAccess(refreshToken, never)).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
    const answer = await fetch(`${lab.url}/gmail/v1/users/me/profile`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(answer.status).toBe(401);
  });

  test.each([503, 'reset', 'not-json'] as const)('a renewal that meets %s is tried again', async (how) => {
    const { refreshToken } = await walk(ana);
    lab.fail({ match: 'POST /token', times: 2, how });
    expect((await consent.refreshAccess(refreshToken, never)).accessToken).not.toBe('');
    expect(clock.slept).toEqual([500, 1_000]);
  });

  test('a token endpoint that is down does not disconnect the mailbox', async () => {
    const { refreshToken } = await walk(ana);
    lab.fail({ match: 'POST /token', times: 3, how: 503 });
    await expect(consent.refreshAccess(refreshToken, never)).rejects.toMatchObject({
      reason: 'provider-refused',
    });
    expect((await consent.refreshAccess(refreshToken, never)).accessToken).not.toBe('');
  });

  test('a refusal keeps its cause, and neither code nor token', async () => {
    const { url, secrets } = await begin();
    const callbackUrl = await lab.consent(url, ana);
    await finish(callbackUrl, secrets);
    const refusals: unknown[] = [
      await finish(callbackUrl, secrets).catch((thrown: unknown) => thrown),
      await finish(callbackUrl, { ...secrets, state: 'other' }).catch((thrown: unknown) => thrown),
    ];
    const code = new URL(callbackUrl).searchParams.get('code') ?? '';
    expect(refusals).toMatchObject([
      { cause: { error: 'invalid_grant' } },
      { cause: { code: 'OAUTH_INVALID_RESPONSE' } },
    ]);
    expect(inspect(refusals, { depth: 20, showHidden: true })).not.toContain(code);
  });

  test('a failed discovery is asked for again', async () => {
    lab.fail({ match: 'openid-configuration', times: 1, how: 503 });
    await expect(begin()).rejects.toMatchObject({ reason: 'provider-refused' });
    expect((await begin()).url).toContain(lab.url);
  });

  test('an issuer by plain http that is not this machine is refused', async () => {
    const elsewhere = oauthConsent(googleAuthority('http://accounts.example.test'), {
      ...lab.client,
      fetch: systemFetch,
      clock,
    });
    await expect(elsewhere.startConsent({ redirectUri }, never)).rejects.toMatchObject({
      reason: 'provider-refused',
    });
  });

  test.each([
    ['refresh', 'POST /token'],
    ['revoke', 'POST /revoke'],
    ['start', 'openid-configuration'],
  ] as const)('an aborted signal stops a %s with its own reason', async (step, match) => {
    const { refreshToken } = await walk(ana);
    const held = lab.hold(match);
    const stop = new AbortController();
    const fresh = oauthConsent(googleAuthority(lab.issuer), { ...lab.client, fetch: systemFetch, clock });
    const stepping = {
      refresh: () => consent.refreshAccess(refreshToken, stop.signal),
      revoke: () => consent.revokeConsent(refreshToken, stop.signal),
      start: () => fresh.startConsent({ redirectUri }, stop.signal),
    }
      [step]()
      .catch((thrown: unknown) => thrown);
    await held.reached(1);
    stop.abort();
    expect(await stepping).toBe(stop.signal.reason);
  });
});
