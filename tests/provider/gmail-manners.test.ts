/* How Gmail is asked: how much, how often, how many at once, and for what. */

import { gmail } from '@googleapis/gmail';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gmailScopes } from '../../server/providers/gmail/authority.ts';
import { gmailProvider } from '../../server/providers/gmail/index.ts';
import { gmailQuota } from '../../server/providers/gmail/quota.ts';
import { fakeClock } from './fake-clock.ts';
import { ana, fixedToken, type GmailAtLab, openGmailAtLab } from './gmail-at-lab.ts';
import { letter } from './letter.ts';
import { addressOf, never } from './mailbox-under-test.ts';

describe('how Gmail is asked', () => {
  let box: GmailAtLab;
  beforeEach(async () => {
    box = await openGmailAtLab();
  });
  afterEach(() => box.close());

  const paths = () => box.lab.requests.map(({ method, path }) => `${method} ${path}`);

  test('reading headers never asks for a body', async () => {
    const ref = box.deliver(letter({}));
    await box.provider.readHeaders(ref.providerMessageId, never);
    await box.provider.readThread(ref.providerThreadId, never);
    const reads = paths().filter((path) => /\/(messages|threads)\//.test(path));
    expect(reads.length).toBeGreaterThan(0);
    for (const path of reads) expect(path).toMatch(/format=(metadata|minimal)$/);
  });

  test('a message that is too large is never downloaded', async () => {
    const ref = box.deliver(letter({ body: 'x'.repeat(5_000) }));
    await box.provider.fetch(ref.providerMessageId, 100, never).catch(() => undefined);
    expect(paths().join('\n')).toContain('format=minimal');
    expect(paths().join('\n')).not.toContain('format=raw');
  });

  test('a message without a thread before it costs one call', async () => {
    const ref = box.deliver(letter({}));
    await box.provider.label(ref.providerThreadId, 'Candor', true, never);
    const noise = box.deliver(letter({ subject: 'Noise' }));
    const before = box.lab.requests.length;
    await box.provider.readHeaders(noise.providerMessageId, never);
    expect(
      paths()
        .slice(before)
        .filter((path) => path.includes('/threads/')),
    ).toEqual([]);
  });

  test('a mailbox never has more than four calls under way, however many ask', async () => {
    const quota = gmailQuota(box.clock);
    const open = () =>
      gmailProvider({
        auth: fixedToken(box.lab.grant(ana, gmailScopes).accessToken),
        rootUrl: box.lab.url,
        clock: box.clock,
        candidateLabelName: 'Candor',
        quota,
      });
    const held = box.lab.hold('/profile');
    const calls = [open(), open()].flatMap((provider) =>
      Array.from({ length: 6 }, () => provider.profile(never)),
    );
    await held.reached(4);
    // Whatever was sent along with the fourth is there once later requests are answered.
    for (const _ of [1, 2, 3]) await fetch(`${box.lab.url}/oauth2/v3/certs`);
    const waiting = held.waiting();
    held.release();
    await Promise.all(calls);
    expect(waiting).toBe(4);
    expect(paths().filter((path) => path.endsWith('/profile')).length).toBe(12);
  });

  test('who stops waiting for a turn leaves it to the next in line', async () => {
    const quota = gmailQuota(box.clock);
    const running = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const turns = running.map(({ promise }) => quota.inTurn(() => promise, never));
    const stop = new AbortController();
    const stopped = quota.inTurn(async () => 'ran', stop.signal).catch(() => 'stopped');
    const next = quota.inTurn(async () => 'ran', never);
    stop.abort();
    running[0]?.resolve();
    expect(await Promise.all([stopped, next])).toEqual(['stopped', 'ran']);
    for (const { resolve } of running) resolve();
    await Promise.all(turns);
  });

  test('an aborted call stops while Gmail keeps it waiting, and gives its place to the next', async () => {
    const held = box.lab.hold('/profile');
    const stop = new AbortController();
    const reason = new Error('stopped');
    const stuck = Array.from({ length: 5 }, () =>
      box.provider.profile(stop.signal).catch((thrown: unknown) => thrown),
    );
    await held.reached(4);
    stop.abort(reason);
    expect(await Promise.all(stuck)).toEqual([reason, reason, reason, reason, reason]);
    held.release();
    expect(await box.provider.profile(never)).toEqual({ address: ana });
  });

  test('an abort during the wait before another try ends the call', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    box.lab.fail({ match: '/profile', times: 10, how: 503 });
    const provider = gmailProvider({
      auth: fixedToken(box.lab.grant(ana, gmailScopes).accessToken),
      rootUrl: box.lab.url,
      candidateLabelName: 'Candor',
      clock: {
        now: box.clock.now,
        sleep: async (_ms, signal) => {
          stop.abort(reason);
          signal.throwIfAborted();
        },
      },
    });
    await expect(provider.profile(stop.signal)).rejects.toBe(reason);
    expect(box.lab.requests.length).toBe(1);
  });

  test('background work stops before it spends what is kept for the person, and before Gmail says so', async () => {
    const quota = gmailQuota(box.clock);
    const options = {
      auth: fixedToken(box.lab.grant(ana, gmailScopes).accessToken),
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: 'Candor',
      quota,
    };
    const ref = box.deliver(letter({}));
    const background = gmailProvider(options);
    const person = gmailProvider({ ...options, priority: 'person' });
    const importUntilBusy = async (): Promise<unknown> => {
      for (let nth = 0; nth < 1_000; nth += 1)
        try {
          await background.readThread(ref.providerThreadId, never);
        } catch (thrown) {
          return thrown;
        }
      return undefined;
    };
    expect(await importUntilBusy()).toMatchObject({ reason: 'provider-busy', retryAfterMs: 60_000 });
    expect((await person.readThread(ref.providerThreadId, never)).length).toBe(1);
    expect(box.lab.requests.filter(({ status }) => status === 429)).toEqual([]);
    box.clock.pass(60_000);
    expect((await background.readThread(ref.providerThreadId, never)).length).toBe(1);
  });

  test('a spent budget frees itself as its minute passes', () => {
    const clock = fakeClock(0);
    const quota = gmailQuota(clock, 100);
    quota.spend(50, 'background');
    clock.pass(20_000);
    quota.spend(30, 'background');
    expect(() => quota.spend(40, 'background')).toThrow(expect.objectContaining({ retryAfterMs: 40_000 }));
    expect(() => quota.spend(80, 'background')).toThrow(expect.objectContaining({ retryAfterMs: 60_000 }));
    clock.pass(40_000);
    expect(() => quota.spend(40, 'background')).not.toThrow();
  });

  test('no verb deletes anything from the mailbox, and what is granted cannot [LF-16]', async () => {
    const jane = addressOf('jane@candidates.test');
    const { accessToken } = box.lab.grant(ana, gmailScopes);
    const provider = gmailProvider({
      auth: fixedToken(accessToken),
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: 'Candor',
    });
    const cursor = await provider.start(never);
    const ref = box.deliver(letter({}));
    await provider.profile(never);
    await provider.label(ref.providerThreadId, 'Candor', true, never);
    await provider.pull(cursor, {}, never);
    await provider.readThread(ref.providerThreadId, never);
    await provider.readHeaders(ref.providerMessageId, never);
    await provider.fetch(ref.providerMessageId, 10_000, never);
    await provider.search({ by: 'addresses', addresses: [jane] }, {}, undefined, never);
    await provider.label(ref.providerThreadId, 'Candor', false, never);
    expect(paths().filter((path) => /^DELETE |batchDelete|trash/i.test(path))).toEqual([]);
    expect(box.lab.mailbox(ana).messages().length).toBe(1);

    const client = gmail({ version: 'v1', rootUrl: `${box.lab.url}/`, retry: false });
    const deleting = client.users.messages.delete(
      { userId: 'me', id: ref.providerMessageId },
      { headers: { authorization: `Bearer ${accessToken}` } },
    );
    await expect(deleting).rejects.toMatchObject({ status: 403 });
    expect(box.lab.mailbox(ana).messages().length).toBe(1);
  });
});
