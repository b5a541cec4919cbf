/* The Graph lab itself: it refuses what Graph refuses, and tells of a mailbox as Graph does. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { letter } from '../provider/letter.ts';
import { type GraphLab, startGraphLab } from './graph/lab.ts';
import type { StoredMessage } from './graph/mailbox.ts';

const ana = 'ana@acme.test';
const ben = 'ben@acme.test';
/** What the tests look at of any answer. */
type Body = {
  readonly id: string;
  readonly value: readonly { readonly id: string }[];
  readonly responses: unknown;
  readonly '@odata.nextLink': string;
  readonly '@odata.deltaLink': string;
  readonly error?: { readonly code: string };
};

const immutable = 'IdType="ImmutableId"';

describe('the Graph lab', () => {
  let lab: GraphLab;
  let token: string;
  beforeEach(async () => {
    lab = await startGraphLab({ accounts: [ana, ben], ackMs: 100 });
    token = lab.grant(ana, ['Mail.ReadWrite', 'User.Read', 'MailboxSettings.ReadWrite']).accessToken;
  });
  afterEach(() => lab.close());

  const ask = async (
    path: string,
    init: { method?: string; body?: unknown; prefer?: string; token?: string } = {},
  ) => {
    const answer = await fetch(path.startsWith('http') ? path : `${lab.url}/v1.0${path}`, {
      method: init.method ?? 'GET',
      headers: {
        authorization: `Bearer ${init.token ?? token}`,
        ...(init.prefer === undefined ? {} : { prefer: init.prefer }),
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
    const text = await answer.text();
    const json = (text === '' ? {} : JSON.parse(text)) as Body;
    return {
      status: answer.status,
      headers: answer.headers,
      json,
      code: json.error?.code,
    };
  };
  const changesOf = async (folder: string, prefer = immutable) => {
    const first = await ask(`/me/mailFolders/${folder}/messages/delta?$select=id,categories`, { prefer });
    return first.json['@odata.deltaLink'];
  };
  const inbox = () => lab.mailbox(ana);
  const deliver = (facts = {}): StoredMessage => lab.deliver(ana, letter(facts));

  describe('lets in', () => {
    test.each([
      ['no token', ''],
      ['any text', 'EwB-lab-any'],
    ])('nobody with %s', async (_what, text) => {
      expect(await ask('/me', { token: text })).toMatchObject({
        status: 401,
        code: 'InvalidAuthenticationToken',
      });
    });

    test('nobody whose token is over or was taken back', async () => {
      lab.expireAccessTokens();
      expect((await ask('/me')).status).toBe(401);
      token = lab.grant(ana, ['User.Read']).accessToken;
      lab.revoke(ana);
      expect((await ask('/me')).status).toBe(401);
    });

    test.each([
      ['User.Read', '/me/messages'],
      ['Mail.ReadWrite', '/me'],
      ['Mail.ReadWrite', '/me/outlook/masterCategories'],
      ['MailboxSettings.ReadWrite', '/me/mailFolders/inbox'],
    ])('nobody with %s alone at %s', async (scope, path) => {
      const narrow = lab.grant(ana, [scope]).accessToken;
      expect(await ask(path, { token: narrow })).toMatchObject({ status: 403, code: 'ErrorAccessDenied' });
    });

    test('nobody into another mailbox', async () => {
      const message = deliver();
      const other = lab.grant(ben, ['Mail.ReadWrite']).accessToken;
      expect((await ask(`/me/messages/${message.id}`, { token: other })).status).toBe(404);
    });

    test('four at once, and asks the fifth to wait', async () => {
      const held = lab.hold('GET /me');
      const asked = Array.from({ length: 4 }, () => ask('/me'));
      await held.reached(4);
      const fifth = await ask('/me');
      expect(fifth).toMatchObject({ status: 429, code: 'ApplicationThrottled' });
      expect(fifth.headers.get('retry-after')).toBe('1');
      held.release();
      expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    });
  });

  describe('calls a message', () => {
    test('by another id after a move, unless ids are asked for that outlive it', async () => {
      const message = deliver();
      const [{ json: plain }, { json: lasting }] = [
        await ask('/me/messages?$select=id'),
        await ask('/me/messages?$select=id', { prefer: immutable }),
      ];
      inbox().move(message, 'archive');
      expect((await ask(`/me/messages/${plain.value[0]?.id}`)).status).toBe(404);
      expect((await ask(`/me/messages/${lasting.value[0]?.id}`)).status).toBe(200);
    });

    test('nothing that is no id', async () => {
      expect(await ask('/me/messages/18c0000000000000')).toMatchObject({
        status: 400,
        code: 'ErrorInvalidIdMalformed',
      });
    });
  });

  describe('shows', () => {
    test('internet headers only where they are asked for, and never of what was sent from here', async () => {
      const message = deliver();
      const sent = lab.deliver(ana, letter({}), { folder: 'sentitems', isOwn: true });
      const read = async (id: string, query: string) => (await ask(`/me/messages/${id}${query}`)).json;
      expect(await read(message.id, '')).not.toHaveProperty('internetMessageHeaders');
      expect(await read(message.id, '?$select=internetMessageHeaders')).toHaveProperty(
        'internetMessageHeaders',
      );
      expect(await read(sent.id, '?$select=internetMessageHeaders')).not.toHaveProperty(
        'internetMessageHeaders',
      );
    });

    test.each([
      '/me/messages?$filter=subject eq 1',
      "/me/messages?$filter=conversationId eq 'x'&$orderby=receivedDateTime desc",
      "/me/messages?$filter=categories/any(c:c eq 'x')&$orderby=receivedDateTime desc",
      '/me/messages?$search="participants:a@b.c"&$orderby=receivedDateTime desc',
      '/me/messages?$search="participants:a@b.c"&$filter=conversationId eq \'x\'',
      '/me/messages?$search=participants:a@b.c',
      '/me/messages?$select=nothing',
      '/me/messages?$skip=20',
      '/me/mailFolders/inbox/messages/delta?$search="x"',
      '/me/mailFolders/inbox/messages/delta?$top=5',
      '/me/mailFolders/inbox/messages/delta?$deltatoken=latest',
    ])('nothing for a question Graph does not take: %s', async (path) => {
      expect((await ask(path)).status).toBe(400);
    });

    test('what begins alike in a word search, so that whoever asks has to look again', async () => {
      deliver({ from: 'jane@candidates.test.evil.test' });
      const { json } = await ask('/me/messages?$search="participants:jane@candidates.test"&$select=id');
      expect(json.value.length).toBe(1);
    });
  });

  describe('tells of changes', () => {
    test('a page at a time, and of each folder alone', async () => {
      const link = await changesOf('inbox');
      for (const subject of ['1', '2', '3']) deliver({ subject });
      lab.deliver(ana, letter({}), { folder: 'archive' });
      const first = await ask(link, { prefer: `${immutable}, odata.maxpagesize=2` });
      const second = await ask(first.json['@odata.nextLink'], {
        prefer: `${immutable}, odata.maxpagesize=2`,
      });
      expect([first.json.value.length, second.json.value.length]).toEqual([2, 1]);
      expect(first.json['@odata.deltaLink']).toBeUndefined();
      expect(second.json['@odata.deltaLink']).toBeDefined();
    });

    test('of a move as removed here and new there, under one id', async () => {
      const message = deliver();
      const [here, there] = [await changesOf('inbox'), await changesOf('archive')];
      inbox().move(message, 'archive');
      const [left, came] = [await ask(here, { prefer: immutable }), await ask(there, { prefer: immutable })];
      expect(left.json.value).toMatchObject([{ id: message.id, '@removed': { reason: 'changed' } }]);
      expect(came.json.value).toMatchObject([{ id: message.id }]);
    });

    test('of a message that left and came back as removed, and never again', async () => {
      const message = deliver();
      const link = await changesOf('inbox');
      inbox().move(message, 'archive');
      inbox().move(message, 'inbox');
      const told = await ask(link, { prefer: immutable });
      expect(told.json.value).toMatchObject([{ id: message.id, '@removed': {} }]);
      expect((await ask(told.json['@odata.deltaLink'])).json.value).toEqual([]);
    });

    test('of a read mark without what was asked for', async () => {
      const message = deliver();
      const link = await changesOf('inbox');
      inbox().markRead(message);
      const [told] = (await ask(link, { prefer: immutable })).json.value;
      expect(Object.keys(told ?? {}).sort()).toEqual(['@odata.type', 'id', 'isRead', 'parentFolderId']);
    });

    test.each([
      ['gone', 410, 'SyncStateNotFound'],
      ['syncStateNotFound', 400, 'syncStateNotFound'],
    ] as const)('no more behind a link that was lost as %s', async (how, status, code) => {
      const link = await changesOf('inbox');
      lab.loseLinks(how);
      expect(await ask(link)).toMatchObject({ status, code });
    });

    test('behind no link that anything was added to', async () => {
      const link = await changesOf('inbox');
      expect((await ask(`${link}&$select=id`)).status).toBe(400);
    });
  });

  describe('takes a batch', () => {
    const batch = (requests: unknown[]) => ask('/$batch', { method: 'POST', body: { requests } });

    test('and answers each for itself', async () => {
      lab.fail({ match: 'mailFolders/archive', times: 1, how: 429, retryAfterSeconds: 4 });
      const { json } = await batch([
        { id: 'a', method: 'GET', url: '/me/mailFolders/inbox' },
        { id: 'b', method: 'GET', url: '/me/mailFolders/archive' },
        { id: 'c', method: 'GET', url: '/me/messages/none' },
      ]);
      expect(json.responses).toMatchObject([
        { id: 'a', status: 200 },
        { id: 'b', status: 429, headers: { 'retry-after': '4' } },
        { id: 'c', status: 400 },
      ]);
    });

    test.each([
      [
        'more than twenty',
        Array.from({ length: 21 }, (_, id) => ({ id: String(id), method: 'GET', url: '/me' })),
      ],
      ['one id twice', [1, 2].map(() => ({ id: 'a', method: 'GET', url: '/me' }))],
      ['a whole address', [{ id: 'a', method: 'GET', url: 'https://graph.microsoft.com/v1.0/me' }]],
      ['a body without its type', [{ id: 'a', method: 'PATCH', url: '/me/messages/x', body: {} }]],
    ])('but none with %s', async (_what, requests) => {
      expect((await batch(requests)).status).toBe(400);
    });
  });

  test('has each category once, whatever its case', async () => {
    const create = (displayName: string) =>
      ask('/me/outlook/masterCategories', { method: 'POST', body: { displayName, color: 'preset1' } });
    expect((await create('Candor')).status).toBe(201);
    expect((await create('CANDOR')).status).toBe(409);
  });

  describe('subscribes', () => {
    const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const subscribe = (facts: Record<string, unknown>) =>
      ask('/subscriptions', {
        method: 'POST',
        body: {
          changeType: 'created',
          resource: '/me/messages',
          clientState: 'secret',
          expirationDateTime: soon(1_000),
          ...facts,
        },
      });

    test.each([
      ['longer than 10,080 minutes', { expirationDateTime: soon(10_090) }],
      ['to a time that is over', { expirationDateTime: soon(-1) }],
      ['with a secret that is too long', { clientState: 'x'.repeat(129) }],
      ['to something that is no mail', { resource: '/me/events' }],
      ['to an address nobody answers at', {}],
    ])('nobody %s', async (_what, facts) => {
      const answer = await subscribe({ notificationUrl: 'http://127.0.0.1:9/', ...facts });
      expect(answer.status).toBe(400);
    });

    test('an address that shakes hands, tells its secret once, and notes an answer that comes too late', async () => {
      const released = Promise.withResolvers<void>();
      const server = http.createServer((request, response) => {
        const asked = new URL(request.url ?? '/', 'http://x').searchParams.get('validationToken');
        if (asked !== null) response.writeHead(200, { 'content-type': 'text/plain' }).end(asked);
        else void released.promise.then(() => response.writeHead(202).end());
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const notificationUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const made = await subscribe({ notificationUrl });
      const listed = await ask('/subscriptions');
      deliver();
      await lab.subscriptions.settled();
      released.resolve();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      expect(made).toMatchObject({ status: 201, json: { clientState: 'secret' } });
      expect(listed.json.value).toMatchObject([{ id: made.json.id, clientState: null }]);
      expect(lab.subscriptions.sent).toEqual([{ url: notificationUrl, outcome: 'slow' }]);
    });
  });
});
