/*
 * Microsoft Entra of one tenant and Microsoft Graph for many accounts, on a loopback port. It is strict where they are strict:
 * tokens, scopes, ids that change with a move unless asked otherwise, links that end, requests at once, and queries that are
 * refused rather than guessed at.
 */
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EntraAccount, entra } from '../entra-oauth.ts';
import { createFaults, type Fault, type Hold, type RequestMatch } from '../faults.ts';
import type { Outside } from '../gmail/post.ts';
import { createOauth, type LabClient, type LabOauth } from '../oauth.ts';
import { type ConsentChoice, walkConsent } from '../oauth-walk.ts';
import { showId } from './answers.ts';
import { routes } from './api.ts';
import { readBatch } from './batch.ts';
import { accessDenied, GraphRefusal, injectedBody, throttled, unauthenticated } from './errors.ts';
import { createLinks, type LostLink } from './links.ts';
import { type Arrival, createMailbox, type GraphMailbox, type StoredMessage } from './mailbox.ts';
import { postDraft } from './post.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import {
  type Answered,
  type Asked,
  attempt,
  fromOauth,
  jsonAnswer,
  parsed,
  refused,
  toAnswer,
} from './wire.ts';

export type LabAccount = EntraAccount & { readonly mailbox: GraphMailbox; readonly isGuest: boolean };
export type LabRequest = {
  readonly method: string;
  /** Below the version, with its query; of the accounts server the path alone. */
  readonly path: string;
  readonly account?: string;
  readonly status: number | 'reset';
  /** It came inside another one. */
  readonly isInner: boolean;
  readonly prefer?: string;
};

export type GraphLab = {
  /** Ends every path of Graph. */
  readonly url: string;
  readonly issuer: string;
  readonly client: LabClient;
  readonly addAccount: (
    address: string,
    options?: { readonly tenantId?: string; readonly isGuest?: boolean },
  ) => LabAccount;
  readonly account: (address: string) => LabAccount;
  readonly mailbox: (address: string) => GraphMailbox;
  readonly deliver: (
    address: string,
    raw: string | Uint8Array,
    arrival?: Partial<Omit<Arrival, 'raw'>>,
  ) => StoredMessage;
  readonly consent: (authUrl: string, choice: string | ConsentChoice) => Promise<string>;
  readonly grant: LabOauth['grant'];
  readonly expireAccessTokens: () => void;
  readonly revoke: (address: string) => void;
  /** Links of folders so far lead nowhere; `path`: of those alone that have this in their path. */
  readonly loseLinks: (how: LostLink, path?: string) => void;
  readonly subscriptions: Subscriptions;
  readonly fail: (fault: Fault) => void;
  readonly hold: (match: RequestMatch) => Hold;
  readonly requests: readonly LabRequest[];
  readonly close: () => Promise<void>;
};

export type GraphLabOptions = {
  readonly accounts?: readonly string[];
  /** Epoch ms. Id tokens alone are dated by the real clock. */
  readonly now?: () => number;
  /** Items of one page at most, for tests that want many pages of little. */
  readonly largestPage?: number;
  /** Takes mail for addresses that have no mailbox here; lost when absent. */
  readonly outside?: Outside;
  /** How long a notification may wait for its answer. */
  readonly ackMs?: number;
};

export const labTenant = '11111111-1111-4111-8111-111111111111';
/** Source: Microsoft Graph "Throttling limits", Outlook service, read 2026-11. */
const mostAtOnce = 4;

export const startGraphLab = async (options: GraphLabOptions = {}): Promise<GraphLab> => {
  const now = options.now ?? Date.now;
  const accounts = new Map<string, LabAccount>();
  const requests: LabRequest[] = [];
  const links = createLinks();
  const faults = createFaults(injectedBody);
  const subscriptions = createSubscriptions(now, options.ackMs);
  const atOnce = new Map<string, number>();
  const client = { clientId: '22222222-2222-4222-8222-222222222222', clientSecret: 'lab-client-secret' };
  let root = '';
  const house = entra(labTenant);
  const oauth = createOauth(house, { root: () => root, client, accounts: () => [...accounts.values()], now });

  const addAccount: GraphLab['addAccount'] = (address, { tenantId = labTenant, isGuest = false } = {}) => {
    const hex = createHash('sha256').update(address).digest('hex');
    const objectId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    const mailbox = createMailbox(address);
    const account = {
      address,
      subject: `sub-${hex}`,
      isVerified: true,
      objectId,
      tenantId,
      mailbox,
      isGuest,
    };
    mailbox.onChange((kind, message) =>
      subscriptions.notify(address, kind, message, (isImmutable) => showId(message, isImmutable)),
    );
    accounts.set(address, account);
    return account;
  };
  const account = (address: string): LabAccount => {
    const found = accounts.get(address);
    if (found === undefined) throw new Error('The lab has no such account.');
    return found;
  };
  for (const address of options.accounts ?? []) addAccount(address);

  const ask = async (asked: Asked, isInner: boolean): Promise<Answered> => {
    const logged = `${asked.path}${asked.query.size === 0 ? '' : `?${decodeURIComponent(asked.query.toString())}`}`;
    const injected = faults.next(asked.method, logged);
    const prefer = asked.headers.get('prefer') ?? undefined;
    let owner: string | undefined;
    const log = (status: number | 'reset') =>
      requests.push({
        method: asked.method,
        path: logged,
        ...(owner === undefined ? {} : { account: owner }),
        status,
        isInner,
        ...(prefer === undefined ? {} : { prefer }),
      });
    if (injected === 'reset') {
      log('reset');
      return 'reset';
    }
    const isLost = injected === 'reset-after';
    const answered =
      injected !== undefined && !isLost
        ? injected
        : await attempt(() =>
            call(asked, isInner, (address) => {
              owner = address;
            }),
          );
    if (isLost) {
      log('reset');
      return 'reset';
    }
    if (answered !== 'reset') log(answered.status);
    return answered;
  };

  const call = async (asked: Asked, isInner: boolean, seen: (address: string) => void): Promise<Answered> => {
    const bearer = /^Bearer (.+)$/.exec(asked.headers.get('authorization') ?? '')?.[1];
    const access = bearer === undefined ? undefined : oauth.access(bearer);
    if (access === undefined) throw unauthenticated();
    seen(access.address);
    if (asked.path === '/$batch' && asked.method === 'POST' && !isInner) {
      const parts = readBatch(asked.body, asked.headers.get('authorization') ?? '');
      const responses = [];
      for (const { id, ...one } of parts) {
        const answer = await ask(one, true);
        if (answer === 'reset') throw new GraphRefusal(504, 'GatewayTimeout', 'A part of it broke.');
        responses.push({ id, status: answer.status, headers: answer.headers, body: parsed(answer) });
      }
      return jsonAnswer(200, { responses });
    }
    const route = routes.find((one) => one.verb === asked.method && one.path.test(asked.path));
    if (route === undefined) throw new GraphRefusal(404, 'ResourceNotFound', 'The lab has no such method.');
    if (!route.scopes.some((scope) => access.scopes.has(`https://graph.microsoft.com/${scope}`)))
      throw accessDenied();
    const wishes = (asked.headers.get('prefer') ?? '').split(',').map((wish) => wish.trim());
    const pageWish = wishes.map((wish) => /^odata\.maxpagesize=(\d+)$/.exec(wish)?.[1]).find(Boolean);
    const own = account(access.address);
    const reply = await route.answer({
      mailbox: own.mailbox,
      ids: Object.fromEntries(
        Object.entries(route.path.exec(asked.path)?.groups ?? {}).map(([name, text]) => [
          name,
          decodeURIComponent(text),
        ]),
      ),
      path: asked.path,
      query: asked.query,
      body: asked.body,
      mime: asked.mime,
      isImmutable: wishes.includes('IdType="ImmutableId"'),
      maxPageSize: pageWish === undefined ? undefined : Number(pageWish),
      account: own,
      links,
      linkRoot: `${root}/v1.0`,
      largestPage: options.largestPage ?? 1_000,
      subscriptions,
      now: now(),
      post: (draft) =>
        postDraft({
          sender: own.mailbox,
          draft,
          now: now(),
          mailboxOf: (address) => accounts.get(address)?.mailbox,
          outside: options.outside ?? (() => undefined),
        }),
    });
    return toAnswer(reply);
  };

  const handle = async (incoming: http.IncomingMessage): Promise<Answered> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(incoming.url ?? '/', root);
    const method = incoming.method ?? 'GET';
    if (!url.pathname.startsWith('/v1.0/')) {
      await faults.held(method, url.pathname);
      const injected = faults.next(method, url.pathname);
      const basic = /^Basic (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
      if (injected === 'reset-after') throw new Error('The accounts server loses no answers.');
      const given = injected ?? fromOauth(oauth.answer(method, url, new URLSearchParams(text), basic));
      requests.push({
        method,
        path: url.pathname,
        status: given === 'reset' ? given : given.status,
        isInner: false,
      });
      return given;
    }
    const asked: Asked = {
      method,
      path: url.pathname.slice('/v1.0'.length),
      query: url.searchParams,
      headers: new Headers(
        Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
      ),
      ...(incoming.headers['content-type']?.startsWith('text/plain')
        ? { body: {}, mime: text }
        : { body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }),
    };
    // Who asks is known by the token alone; an unknown one is counted by itself.
    const who = asked.headers.get('authorization') ?? '';
    const inner = asked.path === '/$batch' ? asked.body.requests : undefined;
    const places = Array.isArray(inner) ? Math.min(inner.length, mostAtOnce) : 1;
    const mailboxOf = oauth.access(who.replace(/^Bearer /, ''))?.address ?? who;
    const busy = atOnce.get(mailboxOf) ?? 0;
    if (busy > 0 && busy + places > mostAtOnce) {
      requests.push({ method, path: asked.path, status: 429, isInner: false });
      return refused(throttled(1));
    }
    atOnce.set(mailboxOf, busy + places);
    try {
      await faults.held(method, `${asked.path}${url.search}`);
      return await ask(asked, false);
    } finally {
      atOnce.set(mailboxOf, (atOnce.get(mailboxOf) ?? 0) - places);
    }
  };

  const server = http.createServer((incoming, outgoing) => {
    void handle(incoming).then((answered) => {
      if (answered === 'reset') incoming.socket.destroy();
      else outgoing.writeHead(answered.status, answered.headers).end(answered.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: root,
    issuer: house.issuer(root),
    client,
    addAccount,
    account,
    mailbox: (address) => account(address).mailbox,
    deliver: (address, raw, arrival = {}) =>
      account(address).mailbox.add({ raw: Buffer.from(raw), at: now(), ...arrival }),
    consent: walkConsent,
    grant: oauth.grant,
    expireAccessTokens: oauth.expireAccessTokens,
    revoke: oauth.revoke,
    loseLinks: links.forget,
    subscriptions,
    fail: faults.add,
    hold: faults.hold,
    requests,
    close: async () => {
      faults.releaseAll();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await subscriptions.settled();
    },
  };
};
