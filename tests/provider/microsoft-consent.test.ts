import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { accessTokens } from '../../server/providers/access-tokens.ts';
import type { ConsentSecrets } from '../../server/providers/consent.ts';
import { graphAccounts } from '../../server/providers/graph/accounts.ts';
import { microsoftAuthority } from '../../server/providers/graph/authority.ts';
import { graphProvider } from '../../server/providers/graph/index.ts';
import { type OauthConsent, oauthConsent } from '../../server/providers/oauth-consent.ts';
import { headerValue, messageIdsIn } from '../lab/gmail/rfc822.ts';
import { type GraphLab, labTenant, startGraphLab } from '../lab/graph/lab.ts';
import { aDraft, anAttempt } from './conformance-sending.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { toRef } from './graph-at-lab.ts';
import { letter } from './letter.ts';
import { dayMs, never } from './mailbox-under-test.ts';

const ana = 'ana@acme.test';
const ben = 'ben@acme.test';
const redirectUri = 'http://127.0.0.1:8080/oauth/microsoft/callback';

describe("a person's consent at Microsoft", () => {
  let lab: GraphLab;
  let consent: OauthConsent;
  let clock: FakeClock;
  beforeEach(async () => {
    clock = fakeClock(Date.UTC(2026, 0, 10));
    lab = await startGraphLab({ accounts: [ana, ben], now: clock.now });
    const parts = { ...lab.client, rootUrl: lab.url, issuer: lab.issuer, fetch: systemFetch, clock };
    consent = oauthConsent(microsoftAuthority(parts), parts);
  });
  afterEach(() => lab.close());

  const begin = (loginHint = ana) => consent.startConsent({ redirectUri, loginHint }, never);
  const finish = (callbackUrl: string, secrets: ConsentSecrets) =>
    consent.finishConsent({ callbackUrl, secrets }, never);
  const walk = async (address: string) => {
    const { url, secrets } = await begin();
    return finish(await lab.consent(url, address), secrets);
  };
  const openMailbox = (refreshToken: string) =>
    graphProvider({
      auth: accessTokens(consent, refreshToken, clock),
      rootUrl: lab.url,
      clock,
      candidateLabelName: 'Candor',
    });
  const accounts = () =>
    graphAccounts({
      ...lab.client,
      issuer: lab.issuer,
      rootUrl: lab.url,
      redirectUri,
      clock,
      fetch: systemFetch,
    });

  test('one consent is enough to read a mailbox and to label in it [KL-10] [LF-12]', async () => {
    const granted = await walk(ana);
    const ref = toRef(lab.deliver(ana, letter({ id: 'a@x.test' })));
    const provider = openMailbox(granted.refreshToken);
    await provider.label(ref.providerThreadId, 'Candor', true, never);
    const [copy] = await provider.readThread(ref.providerThreadId, never);
    expect(copy?.place.isLabelled).toBe(true);
    expect(copy?.headers).toContainEqual({ name: 'Message-ID', value: '<a@x.test>' });
  });

  test('the address is the one of the account that consented, whatever was hinted at, and its id is the tenant’s', async () => {
    const { url, secrets } = await begin(ana);
    const granted = await finish(await lab.consent(url, ben), secrets);
    expect(granted).toMatchObject({
      address: ben,
      subject: `${labTenant}.${lab.account(ben).objectId}`,
    });
  });

  test('the consent page is asked for PKCE, a grant that lasts, and no scope beyond the least', async () => {
    const asked = new URL((await begin()).url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      code_challenge_method: 'S256',
      login_hint: ana,
      redirect_uri: redirectUri,
      scope: 'openid profile offline_access Mail.ReadWrite Mail.Send MailboxSettings.ReadWrite User.Read',
    });
    expect(asked.get('scope')).not.toMatch(/Shared|\.All/);
  });

  test('full access asks at once for all that sends and that follows the thread [LV-09]', async () => {
    const provider = openMailbox((await walk(ana)).refreshToken);
    const draft = aDraft({ address: ana, clock });
    const cursor = await provider.start(never);
    await provider.send(draft, anAttempt(), never);
    const [sent] = lab.mailbox(ana).messages();
    const [spelt = ''] = messageIdsIn(headerValue(sent?.headers ?? [], 'Message-ID'));
    lab.deliver(ana, letter({ id: 'follow-up@x.test', inReplyTo: spelt.slice(1, -1) }));
    const { upserts } = await provider.pull(cursor, {}, never);
    expect(new Set(upserts.map(({ providerThreadId }) => providerThreadId)).size).toBe(1);
    expect(upserts).toHaveLength(2);
  });

  test('leave to send only is asked for no more, and its token reads nothing [LV-16]', async () => {
    const ask = { redirectUri, loginHint: ana, access: 'send-only' } as const;
    const { url, secrets } = await consent.startConsent(ask, never);
    expect(new URL(url).searchParams.get('scope')).toBe('openid profile offline_access Mail.Send User.Read');
    const callbackUrl = await lab.consent(url, ana);
    const { refreshToken } = await consent.finishConsent(
      { callbackUrl, secrets, access: 'send-only' },
      never,
    );
    const auth = accessTokens(consent, refreshToken, clock);
    const parts = { auth, rootUrl: lab.url, clock, candidateLabelName: 'Candor' };
    const kept = toRef(lab.deliver(ana, letter({ id: 'a@x.test' })));
    const reading = graphProvider(parts);
    for (const read of [
      () => reading.start(never),
      () => reading.readThread(kept.providerThreadId, never),
      () => reading.fetch(kept.providerMessageId, 1_000, never),
    ])
      await expect(read()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    const sending = graphProvider({ ...parts, access: 'send-only' });
    await sending.send(aDraft({ address: ana, clock }), anAttempt(), never);
    await expect(sending.send(aDraft({ address: ana, clock }), anAttempt({}), never)).rejects.toMatchObject({
      reason: 'outcome-unknown',
    });
    const sent = lab
      .mailbox(ana)
      .messages()
      .filter(({ isOwn, isDraft }) => isOwn && !isDraft);
    expect(sent).toHaveLength(1);
  });

  test('an account of another tenant is not taken, whatever address it claims', async () => {
    lab.addAccount('ana@acme.test', { tenantId: '99999999-9999-4999-8999-999999999999' });
    await expect(walk('ana@acme.test')).rejects.toMatchObject({ reason: 'bad-input' });
  });

  test('a guest of the tenant connects nothing: their mailbox lies elsewhere', async () => {
    lab.addAccount('guest@other.test', { isGuest: true });
    await expect(walk('guest@other.test')).rejects.toMatchObject({ reason: 'provider-refused' });
  });

  test('an id token of one account with an access token of another connects nothing', async () => {
    const { url, secrets } = await begin();
    const callback = await lab.consent(url, ana);
    const other = lab.grant(ben, ['User.Read', 'Mail.ReadWrite', 'MailboxSettings.ReadWrite']).accessToken;
    const swapped = {
      ...lab.client,
      rootUrl: lab.url,
      issuer: lab.issuer,
      clock,
      fetch: async (address: string | URL | Request, init?: RequestInit) => {
        const answer = await systemFetch(address, init);
        if (!String(address).endsWith('/token')) return answer;
        const body: object = JSON.parse(await answer.text());
        return Response.json({ ...body, access_token: other });
      },
    };
    const crossed = oauthConsent(microsoftAuthority(swapped), swapped);
    await expect(crossed.finishConsent({ callbackUrl: callback, secrets }, never)).rejects.toMatchObject({
      reason: 'provider-refused',
    });
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

  test('a person who says no connects nothing', async () => {
    const { url, secrets } = await begin();
    const callback = await lab.consent(url, { address: ana, deny: true });
    await expect(finish(callback, secrets)).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
  });

  test('a refresh token is replaced with each renewal, and whoever keeps the new one reads on after the old one’s life', async () => {
    const granted = await walk(ana);
    const secret = { refreshToken: granted.refreshToken, grantedScopes: ['Mail.ReadWrite'] };
    let kept: unknown = secret;
    const pairs: [unknown, unknown][] = [];
    const openKept = () =>
      accounts().open({
        mailboxKey: 'one',
        secret: kept as typeof secret,
        priority: 'background',
        labelName: 'Candor',
        keepSecret: async (next, before) => {
          pairs.push([before, next]);
          kept = next;
        },
      });
    for (let month = 0; month < 6; month += 1) {
      expect(await openKept().profile(never)).toEqual({ address: ana });
      clock.pass(60 * dayMs);
    }
    await expect(consent.refreshAccess(granted.refreshToken, never)).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
    expect(pairs[0]?.[0]).toEqual(secret);
    for (const [nth, [before]] of pairs.slice(1).entries()) expect(before).toEqual(pairs[nth]?.[1]);
    expect(pairs.length).toBe(6);
  });

  test('a new refresh token that could not be kept is kept with the next one, in the place of what is stored', async () => {
    const { refreshToken } = await walk(ana);
    const tried: [string, string][] = [];
    const tokens = accessTokens(consent, refreshToken, clock, undefined, async (next, before) => {
      tried.push([next, before]);
      if (tried.length === 1) throw new Error('the database is away');
    });
    await expect(tokens.accessToken(never)).rejects.toThrow('the database is away');
    await tokens.accessToken(never);
    expect(tried.map(([, before]) => before)).toEqual([refreshToken, refreshToken]);
    expect(new Set(tried.map(([next]) => next)).size).toBe(2);
  });

  test('an access token that has ended is renewed without asking the person again', async () => {
    const granted = await walk(ana);
    const provider = openMailbox(granted.refreshToken);
    await provider.profile(never);
    lab.expireAccessTokens();
    expect(await provider.profile(never)).toEqual({ address: ana });
    expect(lab.requests.filter(({ path }) => path.endsWith('/authorize')).length).toBe(2);
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

  test('giving a consent back asks Microsoft for nothing: there is no way to end one grant', async () => {
    const granted = await walk(ana);
    const secret = { refreshToken: granted.refreshToken, grantedScopes: [] };
    const before = lab.requests.filter(({ method }) => method === 'POST').length;
    await accounts().consent.revoke(secret, never);
    expect(lab.requests.filter(({ method }) => method === 'POST').length).toBe(before);
  });

  test.each([503, 'reset', 'not-json'] as const)('a renewal that meets %s is tried again', async (how) => {
    const { refreshToken } = await walk(ana);
    lab.fail({ match: '/oauth2/v2.0/token', times: 2, how });
    expect((await consent.refreshAccess(refreshToken, never)).accessToken).not.toBe('');
    expect(clock.slept).toEqual([500, 1_000]);
  });

  test('a refusal keeps its cause, and neither code nor token', async () => {
    const { url, secrets } = await begin();
    const callbackUrl = await lab.consent(url, ana);
    await finish(callbackUrl, secrets);
    const refusal: unknown = await finish(callbackUrl, secrets).catch((thrown: unknown) => thrown);
    const code = new URL(callbackUrl).searchParams.get('code') ?? '';
    expect(refusal).toMatchObject({ reason: 'bad-input', cause: { error: 'invalid_grant' } });
    expect(inspect(refusal, { depth: 20, showHidden: true })).not.toContain(code);
  });
});
