import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../server/base/failure.ts';
import { graphScopes } from '../../server/providers/graph/authority.ts';
import { graphProvider } from '../../server/providers/graph/index.ts';
import { aDraft, anAttempt } from './conformance-sending.ts';
import { ana, type GraphAtLab, openGraphAtLab } from './graph-at-lab.ts';
import { letter } from './letter.ts';
import { addressOf, never } from './mailbox-under-test.ts';

describe('what Graph refuses', () => {
  let box: GraphAtLab;
  beforeEach(async () => {
    box = await openGraphAtLab();
  });
  afterEach(() => box.close());

  const me = 'GET /me?';
  const meCalls = () => box.lab.requests.filter(({ path }) => path.startsWith('/me?')).length;

  test.each([408, 500, 502, 503, 504, 'reset', 'not-json'] as const)(
    '%s is tried again after a growing wait',
    async (how) => {
      box.lab.fail({ match: me, times: 2, how });
      expect(await box.provider.profile(never)).toEqual({ address: ana });
      expect(box.clock.slept).toEqual([500, 1_000]);
    },
  );

  test.each([500, 'reset', 'not-json'] as const)(
    '%s without end is given up after four tries',
    async (how) => {
      box.lab.fail({ match: me, times: 100, how });
      await expect(box.provider.profile(never)).rejects.toMatchObject({ reason: 'provider-refused' });
      expect(meCalls()).toBe(4);
    },
  );

  test.each([
    { how: 429, reason: 'ApplicationThrottled', becomes: 'provider-busy' },
    { how: 403, reason: 'ErrorAccessDenied', becomes: 'mailbox-disconnected' },
    { how: 403, reason: 'Authorization_RequestDenied', becomes: 'mailbox-disconnected' },
    { how: 403, reason: 'SomethingElse', becomes: 'provider-refused' },
    { how: 404, reason: 'ErrorItemNotFound', becomes: 'not-found' },
    { how: 404, reason: 'MailboxNotEnabledForRESTAPI', becomes: 'provider-refused' },
    { how: 409, reason: 'ErrorConflict', becomes: 'already-done' },
    { how: 400, reason: 'ErrorInvalidRequest', becomes: 'bad-input' },
    { how: 410, reason: 'whatever', becomes: 'provider-refused' },
    { how: 400, reason: 'SYNCSTATENOTFOUND', becomes: 'provider-refused' },
  ] as const)('$how $reason is $becomes, asked once', async ({ how, reason, becomes }) => {
    box.lab.fail({ match: me, times: 1, how, reason });
    await expect(box.provider.profile(never)).rejects.toMatchObject({ reason: becomes });
    expect(meCalls()).toBe(1);
  });

  test('a busy answer without a wait asks for a minute, and one with it for that', async () => {
    box.lab.fail({ match: me, times: 1, how: 429 });
    await expect(box.provider.profile(never)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    box.lab.fail({ match: me, times: 1, how: 503, retryAfterSeconds: 9 });
    await expect(box.provider.profile(never)).rejects.toMatchObject({
      reason: 'provider-busy',
      retryAfterMs: 9_000,
    });
  });

  test('a wait inside a batch counts, and what was heard before it is not lost', async () => {
    const cursor = await box.provider.start(never);
    const ref = box.deliver(letter({}));
    const archive = encodeURIComponent(box.lab.mailbox(ana).folder('archive').id).slice(0, 60);
    box.lab.fail({ match: `${archive}`, times: 2, how: 429, retryAfterSeconds: 11 });
    const first = await box.provider.pull(cursor, {}, never);
    const busy: unknown = await box.provider.pull(first.next, {}, never).catch((thrown: unknown) => thrown);
    const after = await box.provider.pull(first.next, {}, never);
    expect(first).toMatchObject({ upserts: [ref], more: true });
    expect(busy).toMatchObject({ reason: 'provider-busy', retryAfterMs: 11_000 });
    expect(after).toMatchObject({ upserts: [], more: false });
  });

  test('one message of a conversation that is throttled leaves the label to be put on again', async () => {
    const first = box.deliver(letter({ id: 'a@x.test' }));
    const reply = box.deliver(letter({ id: 'b@x.test', inReplyTo: 'a@x.test' }));
    box.lab.fail({
      match: `PATCH /me/messages/${reply.providerMessageId}`,
      times: 1,
      how: 429,
      retryAfterSeconds: 3,
    });
    const label = () => box.provider.label(first.providerThreadId, 'Candor', true, never);
    await expect(label()).rejects.toMatchObject({ reason: 'provider-busy', retryAfterMs: 3_000 });
    await label();
    expect([first, reply].map((ref) => box.stored(ref).categories)).toEqual([['Candor'], ['Candor']]);
  });

  test('a message that goes while the label is put on is passed', async () => {
    const first = box.deliver(letter({ id: 'a@x.test' }));
    const reply = box.deliver(letter({ id: 'b@x.test', inReplyTo: 'a@x.test' }));
    box.lab.fail({ match: `PATCH /me/messages/${reply.providerMessageId}`, times: 1, how: 404 });
    await box.provider.label(first.providerThreadId, 'Candor', true, never);
    expect(box.stored(first).categories).toEqual(['Candor']);
  });

  test('a failure keeps its cause and no token', async () => {
    box.lab.fail({ match: me, times: 1, how: 403, reason: 'ErrorAccessDenied' });
    const failure: unknown = await box.provider.profile(never).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ cause: { status: 403, code: 'ErrorAccessDenied' } });
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('EwB-');
  });

  const askedOf = (tokenFor: (isRefused: boolean) => string) => {
    const asked: boolean[] = [];
    const provider = graphProvider({
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: 'Candor',
      auth: {
        accessToken: async (_signal, isRefused = false) => {
          asked.push(isRefused);
          return tokenFor(isRefused);
        },
      },
    });
    return { asked, provider };
  };

  test('an expired access token is renewed once, and the call goes through', async () => {
    const expired = box.lab.grant(ana, graphScopes).accessToken;
    box.lab.expireAccessTokens();
    const fresh = box.lab.grant(ana, graphScopes).accessToken;
    const { asked, provider } = askedOf((isRefused) => (isRefused ? fresh : expired));
    expect(await provider.profile(never)).toEqual({ address: ana });
    expect(asked).toEqual([false, true]);
  });

  test('a mailbox nobody granted makes no call at all [JS-07]', async () => {
    const provider = graphProvider({
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: 'Candor',
      auth: {
        accessToken: async () => {
          throw new Failure('mailbox-disconnected', 'There is no grant');
        },
      },
    });
    for (const call of [
      () => provider.start(never),
      () => provider.search({ by: 'label' }, {}, undefined, never),
      () => provider.readThread('AAQkAGI2', never),
    ])
      await expect(call()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    expect(box.lab.requests).toEqual([]);
  });

  test.each([
    [['Mail.Read', 'User.Read'], 'a list of categories'],
    [['Mail.Read', 'MailboxSettings.ReadWrite'], 'a category on a message'],
  ])('a grant of %j alone disconnects the mailbox at %s', async (scopes) => {
    const narrow = await openGraphAtLab({ scopes });
    const ref = narrow.deliver(letter({}));
    await expect(narrow.provider.label(ref.providerThreadId, 'Candor', true, never)).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
    await narrow.close();
  });

  test('a grant to read alone disconnects the mailbox at a deletion, and nothing is moved', async () => {
    const narrow = await openGraphAtLab({ scopes: ['Mail.Read', 'User.Read'] });
    const ref = narrow.deliver(letter({}));
    const { folderId } = narrow.stored(ref);
    await expect(narrow.provider.remove(ref.providerMessageId, never)).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
    expect(narrow.stored(ref).folderId).toBe(folderId);
    await narrow.close();
  });

  test('a grant from before Candor sent refuses a reply in words of its own, and the mailbox goes on', async () => {
    const earlier = await openGraphAtLab({ scopes: graphScopes.filter((scope) => scope !== 'Mail.Send') });
    await expect(earlier.provider.send(aDraft(earlier), anAttempt(), never)).rejects.toMatchObject({
      reason: 'cannot-send',
    });
    expect(earlier.outbound).toEqual([]);
    earlier.lab.revoke(earlier.address);
    await expect(earlier.provider.send(aDraft(earlier), anAttempt(), never)).rejects.toMatchObject({
      reason: 'mailbox-disconnected',
    });
    await earlier.close();
  });

  test('a link that leads elsewhere is refused, and no token goes there', async () => {
    const cursor = await box.provider.start(never);
    const elsewhere: string[] = [];
    const { accessToken } = box.lab.grant(ana, graphScopes);
    const provider = graphProvider({
      auth: { accessToken: async () => accessToken },
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: 'Candor',
      fetch: async (url, init) => {
        if (!String(url).startsWith(box.lab.url)) elsewhere.push(String(url));
        const answer = await fetch(url, init);
        const text = (await answer.text()).replaceAll(`${box.lab.url}/v1.0`, 'https://graph.evil.test/v1.0');
        return new Response(text, { status: answer.status, headers: answer.headers });
      },
    });
    await expect(provider.pull(cursor, {}, never)).rejects.toMatchObject({ reason: 'provider-refused' });
    const stolen = cursor.replaceAll('"link":"/me', '"link":"https://graph.evil.test/me');
    await expect(provider.pull(stolen, {}, never)).rejects.toMatchObject({ reason: 'bad-input' });
    expect(elsewhere).toEqual([]);
  });

  test('an address that Outlook cannot search for is refused, not searched for as something else', async () => {
    for (const odd of ['"a b"@candidates.test', 'a*@candidates.test'])
      await expect(
        box.provider.search({ by: 'addresses', addresses: [addressOf(odd)] }, {}, undefined, never),
      ).rejects.toMatchObject({ reason: 'bad-input' });
    expect(box.lab.requests).toEqual([]);
  });

  test('a category that somebody makes at the same moment is used, as they spelt it', async () => {
    const ref = box.deliver(letter({}));
    const held = box.lab.hold('POST /me/outlook/masterCategories');
    const labelling = box.provider.label(ref.providerThreadId, 'Candor', true, never);
    await held.reached(1);
    box.lab.mailbox(ana).categories.push({ displayName: 'candor', color: 'preset1' });
    held.release();
    await labelling;
    expect(box.stored(ref).categories).toEqual(['candor']);
    expect((await box.provider.readHeaders(ref.providerMessageId, never)).place.isLabelled).toBe(true);
  });
});
