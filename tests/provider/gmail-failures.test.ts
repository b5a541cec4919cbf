import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gmailProvider } from '../../server/providers/gmail/index.ts';
import { scope } from '../lab/gmail/scopes.ts';
import { ana, type GmailAtLab, noToken, openGmailAtLab } from './gmail-at-lab.ts';
import { letter } from './letter.ts';
import { addressOf, never } from './mailbox-under-test.ts';

describe('what Gmail refuses', () => {
  let box: GmailAtLab;
  beforeEach(async () => {
    box = await openGmailAtLab();
  });
  afterEach(() => box.close());

  const profileCalls = () => box.lab.requests.filter((request) => request.path.endsWith('/profile')).length;

  test.each([408, 500, 502, 503, 'reset', 'not-json'] as const)(
    '%s is tried again after a growing wait',
    async (how) => {
      box.lab.fail({ match: '/profile', times: 2, how });
      expect(await box.provider.profile(never)).toEqual({ address: ana });
      expect(box.clock.slept).toEqual([500, 1_000]);
    },
  );

  test.each([500, 'reset', 'not-json'] as const)(
    '%s without end is given up after four tries',
    async (how) => {
      box.lab.fail({ match: '/profile', times: 100, how });
      await expect(box.provider.profile(never)).rejects.toMatchObject({ reason: 'provider-refused' });
      expect(profileCalls()).toBe(4);
    },
  );

  test.each([
    { how: 403, reason: 'rateLimitExceeded', becomes: 'provider-busy' },
    { how: 403, reason: 'userRateLimitExceeded', becomes: 'provider-busy' },
    { how: 403, reason: 'dailyLimitExceeded', becomes: 'provider-busy' },
    { how: 429, reason: 'rateLimitExceeded', becomes: 'provider-busy' },
    { how: 403, reason: 'insufficientPermissions', becomes: 'mailbox-disconnected' },
    { how: 403, reason: 'domainPolicy', becomes: 'policy-forbids' },
    { how: 403, reason: 'accessNotConfigured', becomes: 'provider-refused' },
    { how: 404, reason: 'notFound', becomes: 'not-found' },
  ] as const)('$how $reason is $becomes, asked once', async ({ how, reason, becomes }) => {
    box.lab.fail({ match: '/profile', times: 1, how, reason });
    await expect(box.provider.profile(never)).rejects.toMatchObject({ reason: becomes });
    expect(profileCalls()).toBe(1);
  });

  test('a busy answer without a wait asks for a minute', async () => {
    box.lab.fail({ match: '/profile', times: 1, how: 403, reason: 'userRateLimitExceeded' });
    await expect(box.provider.profile(never)).rejects.toMatchObject({ retryAfterMs: 60_000 });
  });

  test('an answer of another shape is not taken for a message', async () => {
    const ref = box.deliver(letter({}));
    box.lab.fail({ match: `/messages/${ref.providerMessageId}`, times: 100, how: 'not-json' });
    await expect(box.provider.fetch(ref.providerMessageId, 1_000, never)).rejects.toMatchObject({
      reason: 'provider-refused',
    });
  });

  test('a page token that has grown old begins the walk again from its history id', async () => {
    const cursor = await box.provider.start(never);
    const refs = Array.from({ length: 510 }, (_, nth) => box.deliver(letter({ subject: `Nr ${nth}` })));
    const first = await box.provider.pull(cursor, {}, never);
    box.lab.fail({ match: 'pageToken=', times: 1, how: 400 });
    const again = await box.provider.pull(first.next, {}, never);
    expect(again).toMatchObject({ upserts: refs.slice(0, 500), more: true, reset: false });
  });

  test('a page token of a lost window that has grown old begins the list again', async () => {
    const cursor = await box.provider.start(never);
    const refs = Array.from({ length: 510 }, (_, nth) => box.deliver(letter({ subject: `Nr ${nth}` })));
    box.lab.expireHistory(ana);
    const first = await box.provider.pull(cursor, {}, never);
    box.lab.fail({ match: 'pageToken=', times: 1, how: 400 });
    const again = await box.provider.pull(first.next, {}, never);
    expect(again).toMatchObject({ more: true, reset: true });
    expect(new Set(again.upserts)).toEqual(new Set(first.upserts));
    expect((await box.provider.pull(again.next, {}, never)).upserts.length).toBe(refs.length - 500);
  });

  test('a history id that Gmail does not take at all is a lost one', async () => {
    const cursor = await box.provider.start(never);
    box.lab.fail({ match: '/history', times: 1, how: 400 });
    expect(await box.provider.pull(cursor, {}, never)).toMatchObject({ reset: true, more: false });
  });

  test('a failure keeps its cause and no token', async () => {
    box.lab.fail({ match: '/profile', times: 1, how: 403, reason: 'insufficientPermissions' });
    const failure: unknown = await box.provider.profile(never).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ cause: { status: 403, reasons: ['insufficientPermissions'] } });
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('ya29.');
  });

  const askedOf = (tokenFor: (isRefused: boolean) => string) => {
    const asked: boolean[] = [];
    const provider = gmailProvider({
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
    const expired = box.lab.grant(ana, [scope.modify]).accessToken;
    box.lab.expireAccessTokens();
    const fresh = box.lab.grant(ana, [scope.modify]).accessToken;
    const { asked, provider } = askedOf((isRefused) => (isRefused ? fresh : expired));
    expect(await provider.profile(never)).toEqual({ address: ana });
    expect(asked).toEqual([false, true]);
  });

  test('what breaks after a renewal asks for no further one', async () => {
    const good = box.lab.grant(ana, [scope.modify]).accessToken;
    const { asked, provider } = askedOf(() => good);
    box.lab.fail({ match: '/profile', times: 1, how: 401 });
    box.lab.fail({ match: '/profile', times: 1, how: 503 });
    await provider.profile(never);
    expect(asked).toEqual([false, true, false]);
  });

  test('a mailbox nobody granted makes no call at all [JS-07]', async () => {
    const ungranted = gmailProvider({
      auth: noToken,
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: 'Candor',
    });
    const jane = addressOf('jane@candidates.test');
    for (const call of [
      () => ungranted.start(never),
      () => ungranted.search({ by: 'addresses', addresses: [jane] }, {}, undefined, never),
      () => ungranted.readThread('18c0000000000000', never),
    ])
      await expect(call()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    expect(box.lab.requests).toEqual([]);
  });

  test('a grant without the scope for a verb disconnects the mailbox', async () => {
    const narrow = await openGmailAtLab({ scopes: [scope.readonly] });
    const ref = narrow.deliver(letter({}));
    for (const call of [
      () => narrow.provider.label(ref.providerThreadId, 'Candor', true, never),
      () => narrow.provider.remove(ref.providerMessageId, never),
    ])
      await expect(call()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    await narrow.close();
  });

  test('an address that Gmail cannot search for is refused, not searched for as something else', async () => {
    const odd = addressOf('"a b {c}"@candidates.test');
    await expect(
      box.provider.search({ by: 'addresses', addresses: [odd] }, {}, undefined, never),
    ).rejects.toMatchObject({
      reason: 'bad-input',
    });
    expect(box.lab.requests).toEqual([]);
  });

  test('a label that somebody makes at the same moment is used', async () => {
    const ref = box.deliver(letter({}));
    const held = box.lab.hold('POST /gmail/v1/users/me/labels');
    const labelling = box.provider.label(ref.providerThreadId, 'Candor', true, never);
    await held.reached(1);
    const theirs = box.lab.mailbox(ana).labels.create({ name: 'candor' });
    held.release();
    await labelling;
    expect(box.lab.mailbox(ana).message(ref.providerMessageId).labelIds).toContain(theirs.id);
  });
});
