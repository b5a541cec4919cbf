/* The consent page and the token endpoint of the lab. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GmailLab, startGmailLab } from './gmail/lab.ts';
import { scope } from './gmail/scopes.ts';
import { ana, ben, clientOf, me } from './gmail-lab-client.ts';

describe("the lab's accounts server", () => {
  let lab: GmailLab;
  beforeEach(async () => {
    lab = await startGmailLab({ accounts: [ana, ben] });
  });
  afterEach(() => lab.close());

  const authUrl = (facts: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      client_id: lab.client.clientId,
      redirect_uri: 'http://127.0.0.1:1/callback',
      response_type: 'code',
      scope: `openid email ${scope.modify}`,
      code_challenge: 'c'.repeat(43),
      code_challenge_method: 'S256',
      state: 's',
      ...facts,
    });
    return `${lab.issuer}/o/oauth2/v2/auth?${query}`;
  };

  test('offers the accounts, the hinted one chosen, a box a scope, and two answers', async () => {
    const page = await (await fetch(authUrl({ login_hint: ben }))).text();
    expect(page).toContain(`value="${ben}" checked`);
    expect(page.match(/type="checkbox"/g)?.length).toBe(1);
    expect(page.match(/<button[^>]*value="(allow|deny)"/g)?.length).toBe(2);
  });

  test('escapes what the address bar brings', async () => {
    const page = await (await fetch(authUrl({ scope: 'openid "><script>x</script>' }))).text();
    expect(page).not.toContain('<script>');
  });

  test('gives state and code back, or the refusal', async () => {
    const yes = new URL(await lab.consent(authUrl(), ana)).searchParams;
    const no = new URL(await lab.consent(authUrl(), { address: ana, deny: true })).searchParams;
    expect([yes.get('state'), yes.has('code')]).toEqual(['s', true]);
    expect([no.get('state'), no.get('error'), no.has('code')]).toEqual(['s', 'access_denied', false]);
  });

  test('takes no consent without PKCE, and never sends an unknown client anywhere', async () => {
    const without = new URL(await lab.consent(authUrl({ code_challenge_method: 'plain' }), ana)).searchParams;
    expect(without.get('error')).toBe('invalid_request');
    await expect(lab.consent(authUrl({ client_id: 'other' }), ana)).rejects.toThrow('invalid_client');
    await expect(lab.consent(authUrl({ redirect_uri: 'https://evil.test/' }), ana)).rejects.toThrow(
      'redirect_uri_mismatch',
    );
  });

  test('gives a refresh token for an offline grant that is newly consented to', async () => {
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    const exchange = async (facts: Record<string, string>) => {
      const code = new URL(
        await lab.consent(authUrl({ code_challenge: challenge, ...facts }), ana),
      ).searchParams.get('code');
      const answer = await fetch(`${lab.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: code ?? '',
          redirect_uri: 'http://127.0.0.1:1/callback',
          code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
          client_id: lab.client.clientId,
          client_secret: lab.client.clientSecret,
        }),
      });
      return (await answer.json()) as { refresh_token?: string; access_token?: string };
    };
    expect((await exchange({})).refresh_token).toBeUndefined();
    expect((await exchange({ access_type: 'offline' })).refresh_token).toBeUndefined();
    expect((await exchange({ access_type: 'offline', prompt: 'consent' })).refresh_token).toBeDefined();
  });

  test.each(['body', 'query'] as const)('revokes a token given in the %s', async (where) => {
    const { refreshToken, accessToken } = lab.grant(ana, [scope.modify]);
    const answer =
      where === 'body'
        ? await fetch(`${lab.issuer}/revoke`, {
            method: 'POST',
            body: new URLSearchParams({ token: refreshToken }),
          })
        : await fetch(`${lab.issuer}/revoke?token=${encodeURIComponent(refreshToken)}`, { method: 'POST' });
    expect(answer.status).toBe(200);
    await expect(clientOf(lab, accessToken).getProfile(me)).rejects.toMatchObject({ status: 401 });
  });

  test('takes no wrong secret', async () => {
    const { refreshToken } = lab.grant(ana, [scope.modify]);
    const answer = await fetch(`${lab.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: lab.client.clientId,
        client_secret: 'wrong',
      }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'invalid_client' }]);
  });
});
