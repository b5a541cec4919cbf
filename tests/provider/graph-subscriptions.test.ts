/* Change notifications: begun, prolonged, lost, and really sent. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { graphScopes } from '../../server/providers/graph/authority.ts';
import { graphProvider } from '../../server/providers/graph/index.ts';
import type { Push, Subscription } from '../../server/providers/provider.ts';
import { ana, type GraphAtLab, openGraphAtLab } from './graph-at-lab.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

type Received = { readonly path: string; readonly value: Record<string, unknown> };
type Hooks = {
  readonly url: string;
  readonly received: Received[];
  handshake: 'right' | 'escaped' | 'refused';
  readonly close: () => Promise<void>;
};

describe('change notifications of a mailbox', () => {
  let box: GraphAtLab;
  let hooks: Hooks;
  let token: () => string;
  let push: Extract<Push, { by: 'subscription' }>;
  beforeEach(async () => {
    box = await openGraphAtLab();
    hooks = await startHooks();
    token = () => box.lab.grant(ana, graphScopes).accessToken;
    const opened = graphProvider({
      auth: { accessToken: async () => token() },
      rootUrl: box.lab.url,
      clock: box.clock,
      candidateLabelName: 'Candor',
      notify: {
        notificationUrl: `${hooks.url}/changes`,
        lifecycleNotificationUrl: `${hooks.url}/lifecycle`,
      },
    }).push;
    if (opened?.by !== 'subscription') throw new Error('There is no subscription to be had.');
    push = opened;
  });
  afterEach(async () => {
    await box.close();
    await hooks.close();
  });

  const minuteMs = 60_000;
  const begin = () => push.renew(undefined, never);
  const held = () => box.lab.subscriptions.of(ana);

  test('nothing tells where Graph cannot reach this server', () => {
    expect(box.provider.push).toBeUndefined();
  });

  test('a change is told of with the secret that was given, and without content', async () => {
    const subscription = await begin();
    box.deliver(letter({ subject: 'Secret subject' }));
    await box.lab.subscriptions.settled();
    expect(box.lab.subscriptions.sent).toEqual([{ url: `${hooks.url}/changes`, outcome: 202 }]);
    expect(hooks.received).toMatchObject([
      { path: '/changes', value: { subscriptionId: subscription.name, clientState: subscription.proof } },
    ]);
    expect(JSON.stringify(hooks.received)).not.toContain('Secret subject');
  });

  test('the secret is new for each subscription and no longer than Graph takes', async () => {
    const first = await begin();
    await push.end(first, never);
    const second = await begin();
    expect(first.proof).toMatch(/^[\w-]{43,128}$/);
    expect(second.proof).not.toBe(first.proof);
  });

  test('it lasts less than the longest Graph grants, and is prolonged with time for two more tries', async () => {
    const { renewAt, expiresAt } = await begin();
    const now = box.clock.now();
    expect(expiresAt - now).toBeLessThan(10_080 * minuteMs);
    expect(renewAt - now).toBeGreaterThan(0);
    expect((renewAt - now) * 3).toBeLessThanOrEqual(expiresAt - now);
  });

  test('one that is prolonged whenever it asks for it lives on for months', async () => {
    let subscription = await begin();
    const { name, proof } = subscription;
    for (let round = 0; round < 40; round += 1) {
      box.clock.pass(subscription.renewAt - box.clock.now());
      subscription = await push.renew(subscription, never);
    }
    expect(subscription).toMatchObject({ name, proof });
    expect(held().length).toBe(1);
  });

  test.each([
    ['is over', (subscription: Subscription) => box.clock.pass(subscription.expiresAt - box.clock.now() + 1)],
    ['was removed by Graph', () => box.lab.subscriptions.tellOf(ana, 'subscriptionRemoved')],
    ['was lost without a word', () => box.lab.subscriptions.lose(ana)],
  ])('one that %s is begun anew', async (_how, lose) => {
    const before = await begin();
    lose(before);
    const after = await push.renew(before, never);
    expect(after.name).not.toBe(before.name);
    expect(held().map(({ id }) => id)).toEqual([after.name]);
  });

  test('one that stands at Graph but is not known here is taken over, with a secret that is known', async () => {
    await begin();
    const adopted = await begin();
    expect(held()).toMatchObject([{ id: adopted.name, clientState: adopted.proof }]);
  });

  test('one that is ended is gone, and ending it again is no failure', async () => {
    const subscription = await begin();
    await push.end(subscription, never);
    await push.end(subscription, never);
    expect(held()).toEqual([]);
  });

  test('what Graph tells of the subscription itself comes to its own address', async () => {
    const { name } = await begin();
    for (const event of ['reauthorizationRequired', 'missed', 'subscriptionRemoved'] as const)
      box.lab.subscriptions.tellOf(ana, event);
    await box.lab.subscriptions.settled();
    expect(
      hooks.received.map(({ path, value }) => [path, value.lifecycleEvent, value.subscriptionId]),
    ).toEqual(
      ['reauthorizationRequired', 'missed', 'subscriptionRemoved'].map((event) => [
        '/lifecycle',
        event,
        name,
      ]),
    );
  });

  test.each(['escaped', 'refused'] as const)(
    'an address whose handshake is %s gets none',
    async (handshake) => {
      hooks.handshake = handshake;
      await expect(begin()).rejects.toMatchObject({ reason: 'bad-input' });
      expect(held()).toEqual([]);
    },
  );

  test('a mailbox that was revoked is disconnected, at every step', async () => {
    const subscription = await begin();
    const { accessToken } = box.lab.grant(ana, graphScopes);
    token = () => accessToken;
    box.lab.revoke(ana);
    for (const call of [begin, () => push.renew(subscription, never), () => push.end(subscription, never)])
      await expect(call()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
  });
});

/** An address that Graph can reach, as anybody may write one. */
const startHooks = async (): Promise<Hooks> => {
  const received: Received[] = [];
  const server = http.createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const token = url.searchParams.get('validationToken');
      if (token !== null && hooks.handshake === 'refused') response.writeHead(404).end();
      else if (token !== null)
        response
          .writeHead(200, { 'content-type': 'text/plain' })
          .end(hooks.handshake === 'right' ? token : encodeURIComponent(token));
      else {
        const { value } = JSON.parse(Buffer.concat(chunks).toString()) as {
          value: Record<string, unknown>[];
        };
        for (const one of value) received.push({ path: url.pathname, value: one });
        response.writeHead(202).end();
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hooks: Hooks = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    handshake: 'right',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return hooks;
};
