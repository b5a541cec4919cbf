import { describe, expect, test } from 'vitest';
import { extensionOrigin } from '../../lib/contract/extension.ts';
import { aWorld } from '../world/a-world.ts';
import { log, look, refusal } from '../world/acts.ts';
import { browse } from '../world/browse.ts';
import { ana, jane, mia, noor, raj, tom } from '../world/people.ts';
import { pair } from '../world/sign-in.ts';
import { apiFor, enter, worldPassword } from '../world/start-world.ts';

const world = aWorld({ isSetUpHere: true, connected: [ana] });
const url = () => world.server.url;
const authPost = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url()}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const invite = async (address: string) =>
  new URL(
    (await world.as(ana).api.people.invite.mutate({ name: 'New Colleague', address, role: 'recruiter' }))
      .link,
  );
const tokenOf = (link: URL): string => link.searchParams.get('token') ?? '';

describe('the set-up link', () => {
  const company = {
    company: 'Evil',
    name: 'Eve',
    address: 'eve@evil.test',
    password: 'long-enough-password',
  };
  test('works no second time, and no made-up one works', async () => {
    for (const token of [tokenOf(new URL(world.server.setupLink ?? '')), 'made-up-token-of-some-length']) {
      expect((await browse(url()).get(`/setup?token=${token}`)).status).toBe(404);
      const page = await browse(url()).post('/setup', { token, ...company });
      expect([page.status, page.words]).toEqual([404, expect.stringContaining('does not work any more')]);
    }
    expect(await world.sql('select from candor.company')).toHaveLength(1);
    expect(await world.sql('select from auth."user" where email = $1', [company.address])).toEqual([]);
  });
});

describe('an invitation', () => {
  test('works once, also for two who use it at the same time', async () => {
    const link = await invite('once@acme.test');
    const form = { token: tokenOf(link), name: 'Once', password: worldPassword };
    const pages = await Promise.all([1, 2, 3].map(() => browse(url()).post('/invitation', form)));
    expect(pages.map(({ status }) => status).sort()).toEqual([303, 404, 404]);
    expect((await browse(url()).get(link.href)).status).toBe(404);
    expect(await world.sql('select from candor.person where address = $1', ['once@acme.test'])).toHaveLength(
      1,
    );
  });

  test('ends after a week', async () => {
    const link = await invite('late@acme.test');
    world.clock.pass(7 * 86_400_000);
    const page = await browse(url()).post('/invitation', {
      token: tokenOf(link),
      name: 'Late',
      password: worldPassword,
    });
    expect(page.status).toBe(404);
    expect(await world.sql('select from auth."user" where email = $1', ['late@acme.test'])).toEqual([]);
  });

  test('says what is missing, and works after that', async () => {
    const form = { token: tokenOf(await invite('short@acme.test')), name: 'Short', password: 'short' };
    const page = await browse(url()).post('/invitation', form);
    expect([page.status, page.words]).toEqual([400, expect.stringContaining('at least 10 characters')]);
    expect((await browse(url()).post('/invitation', { ...form, password: worldPassword })).status).toBe(303);
  });

  test('is sent by the owner and admins only, and makes nobody an owner', async () => {
    const asked = { name: 'X', address: 'x@acme.test', role: 'recruiter' } as const;
    expect(await refusal(world.as(mia).api.people.invite.mutate(asked))).toBe('policy-forbids');
    expect(await refusal(world.as(ana).api.people.invite.mutate({ ...asked, role: 'owner' }))).toBe(
      'policy-forbids',
    );
  });
});

describe('the sign-in page', () => {
  test('says the same of a wrong password as of an unknown address', async () => {
    const pages = await Promise.all(
      [ana.address, 'nobody@acme.test'].map((address) =>
        browse(url()).post('/sign-in', { address, password: 'wrong-password' }),
      ),
    );
    expect(pages.map(({ status }) => status)).toEqual([401, 401]);
    for (const { words } of pages) expect(words).toContain('That address and password do not go together.');
  });

  test('leads on to pages of this server only', async () => {
    for (const to of [
      'https://evil.test/',
      '//evil.test/',
      '/\\evil.test',
      'javascript:alert(1)',
      '/device?user_code=ABCD',
    ]) {
      const page = await browse(url()).post('/sign-in', {
        to,
        address: mia.address,
        password: worldPassword,
      });
      expect(page.status).toBe(303);
      expect(new URL(page.location ?? '', url()).origin).toBe(url());
      expect((await browse(url()).get(`/sign-in?to=${encodeURIComponent(to)}`)).text).not.toContain(
        'evil.test',
      );
    }
  });

  test('takes no form from a page of another site', async () => {
    for (const origin of ['https://evil.test', 'null', 'http://127.0.0.1:1']) {
      const page = await browse(url()).post(
        '/sign-in',
        { address: mia.address, password: worldPassword },
        { origin },
      );
      expect(page.status).toBe(403);
    }
  });

  test('knows no way to sign up by oneself, nor anything else of the library beside the device flow', async () => {
    for (const path of [
      '/sign-up/email',
      '/sign-in/email',
      '/sign-in/oauth2',
      '/oauth2/link',
      '/get-access-token',
      '/update-user',
      '/request-password-reset',
    ])
      expect(
        (
          await authPost(path, {
            name: 'Eve',
            email: 'eve@evil.test',
            password: worldPassword,
            providerId: 'google',
          })
        ).status,
      ).toBe(404);
    expect(await world.sql('select from auth."user" where email = $1', ['eve@evil.test'])).toEqual([]);
  });
});

describe.each(['google', 'microsoft'])('signing in with %s', (provider) => {
  const walk = async (address: string) => {
    const browser = browse(url());
    const { location = '' } = await browser.post(`/sign-in/${provider}`, { to: '/' });
    const callback = await world.lab.consent(location, address);
    return { browser, page: await browser.get(callback) };
  };

  test('lets in who was invited, as themselves', async () => {
    const { browser } = await walk(raj.address);
    expect((await browser.get('/')).words).toContain(`You are signed in as ${raj.name}`);
  });

  test('lets no stranger in, whatever the provider vouches for', async () => {
    if (!world.lab.accounts.has(noor.address)) world.lab.addAccount(noor.address);
    const { browser, page } = await walk(noor.address);
    expect(page.location).toContain('/sign-in/refused');
    expect((await browser.get('/')).words).not.toContain('You are signed in');
    expect(await world.sql('select from auth."user" where email = $1', [noor.address])).toEqual([]);
  });
});

test('an office behind one address signs in with a provider all at once; a flood is told to wait', async () => {
  const begin = () => browse(url()).post('/sign-in/google', { to: '/' });
  const morning = await Promise.all(Array.from({ length: 8 }, begin));
  expect(morning.map(({ status }) => status)).toEqual(Array(8).fill(303));
  let last = await begin();
  for (let more = 0; more < 20 && last.status === 303; more += 1) last = await begin();
  expect(last.status).toBe(429);
  expect(last.words).toContain('Too many tries. Wait a minute, then try again.');
});

test('a company that was just set up shows nobody what its owners did not share, and lets nobody override that [LI-16] [LI-25]', async () => {
  const { now } = await world.as(ana).api.company.visibility.query();
  expect(now).toMatchObject({ defaultVisibility: 'owner-only', isReadingAllowed: true });
  expect(await world.as(ana).api.override.setting.query()).toMatchObject({ isAllowed: false });
});

describe('pairing the extension', () => {
  const codes = async () =>
    (await (await authPost('/device/code', { client_id: 'candor-extension', scope: '' })).json()) as {
      device_code: string;
      user_code: string;
    };
  const token = async (device_code: string, client_id = 'candor-extension') =>
    (await (
      await authPost('/device/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code,
        client_id,
      })
    ).json()) as { error?: string };

  test('is for our own extension only', async () => {
    expect((await authPost('/device/code', { client_id: 'other', scope: '' })).status).toBe(400);
  });

  test('gives nothing before it is confirmed, nor when it is denied', async () => {
    const { device_code, user_code } = await codes();
    expect((await token(device_code)).error).toBe('authorization_pending');
    const browser = browse(url(), world.as(tom).cookies);
    expect((await browser.get(`/device?user_code=${user_code}`)).words).toContain(user_code);
    expect((await browser.post('/device', { user_code, answer: 'deny' })).words).toContain(
      'The extension was not signed in.',
    );
    expect((await token(device_code)).error).toMatch(/access_denied|slow_down/);
  });

  test('is confirmed by a signed-in person only, on our own page', async () => {
    const { user_code } = await codes();
    expect((await browse(url()).get(`/device?user_code=${user_code}`)).location).toMatch(/^\/sign-in\?to=/);
    expect((await browse(url()).post('/device', { user_code, answer: 'approve' })).status).toBe(400);
    const framed = await browse(url(), world.as(tom).cookies).post(
      '/device',
      { user_code, answer: 'approve' },
      { origin: 'https://evil.test' },
    );
    expect(framed.status).toBe(403);
  });

  test('knows no code that was made up', async () => {
    const browser = browse(url(), world.as(tom).cookies);
    expect((await browser.get('/device?user_code=ZZZZZZZZ')).status).toBe(404);
    expect((await token('made-up')).error).toBe('invalid_grant');
  });
});

describe('a session', () => {
  test('of the table, bare, opens nothing: only as it was signed for its holder', async () => {
    const rows = await world.sql<{ token: string }>('select token from auth."session"');
    expect(rows.length).toBeGreaterThan(3);
    for (const { token } of rows)
      expect(await refusal(apiFor(url(), token).session.me.query())).toBe('not-signed-in');
  });

  test('ends with signing out, and no other with it', async () => {
    const again = await enter(world.server, mia);
    await again.api.session.signOut.mutate();
    expect(await refusal(again.api.session.me.query())).toBe('not-signed-in');
    expect((await world.as(mia).api.session.me.query()).name).toBe(mia.name);
  });

  test('revoked between look and click changes nothing, and the click says why', async () => {
    const again = await enter(world.server, ana);
    const threadId = world.threadId(ana, 'jane');
    await look(again, threadId);
    await world.sql('delete from auth."session" where token = $1', [again.session.split('.')[0]]);
    const before = await world.dump();
    expect(await refusal(log(again, threadId, [world.candidateId(jane.address)]))).toBe('not-signed-in');
    expect(await world.dump()).toBe(before);
  });

  test('of a colleague who left opens nothing', async () => {
    const again = await enter(world.server, tom);
    await world.sql('update candor.person set is_active = false where id = $1', [again.personId]);
    expect(await refusal(again.api.session.me.query())).toBe('not-signed-in');
    await world.sql('update candor.person set is_active = true where id = $1', [again.personId]);
  });

  test('is taken from the extension and from our own pages, not from another site', async () => {
    const ask = (origin: string) =>
      fetch(`${url()}/trpc/session.signOut`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json', authorization: 'Bearer x.y' },
        body: '{}',
      });
    expect((await ask('https://evil.test')).status).toBe(403);
    expect((await ask(extensionOrigin)).status).not.toBe(403);
  });

  test('holds no token of a provider, nor does any answer [DC-07]', async () => {
    const session = await pair(url(), world.as(ana).cookies);
    const api = apiFor(url(), session);
    const threadId = world.threadId(ana, 'jane');
    const told = JSON.stringify([
      session,
      await api.session.me.query(),
      await api.mailbox.list.query(),
      await api.mailbox.startConnect.mutate({ provider: 'gmail' }),
      await look({ ...world.as(ana), api }, threadId),
      await log({ ...world.as(ana), api }, threadId, [world.candidateId(jane.address)]),
      await look({ ...world.as(ana), api }, threadId),
      await api.candidate.search.query({ text: 'Jane' }),
    ]);
    expect(told).not.toMatch(/ya29\.|1\/\/lab|lab-client-secret|refresh|access_?token/i);
  });
});
