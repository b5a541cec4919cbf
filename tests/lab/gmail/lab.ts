/*
 * Google's accounts server and the Gmail API for many accounts, on a loopback port. It is strict where Google is strict, so
 * that what passes here passes there: tokens, scopes, quota, ids, and lists that are refused rather than guessed at.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type Fault, type Hold, type Injected, type RequestMatch } from '../faults.ts';
import { google } from '../google-oauth.ts';
import { createOauth, type LabClient, type LabOauth, type OauthAccount } from '../oauth.ts';
import { type ConsentChoice, walkConsent } from '../oauth-walk.ts';
import type { PubsubLab } from '../pubsub.ts';
import { answerShapes } from './answers.ts';
import { routes } from './api.ts';
import {
  ApiRefusal,
  errorBody,
  forbidden,
  injectedBody,
  invalid,
  loginRequired,
  scopeInsufficient,
  unauthenticated,
} from './errors.ts';
import { createMailbox, type Mailbox, type StoredMessage } from './mailbox.ts';
import { largestPage, type Pages } from './paging.ts';
import { type Outside, postMessage } from './post.ts';
import { unitMeter, unitsPerUserPerMinute } from './quota.ts';
import { scopeTable } from './scopes.ts';
import { createWatches, type Watches } from './watch.ts';

export type LabAccount = OauthAccount & { readonly mailbox: Mailbox };
export type LabRequest = {
  readonly method: string;
  /** With its query, without tokens and codes. */
  readonly path: string;
  /** 'users.messages.get'; absent for the accounts server. */
  readonly apiMethod?: string;
  readonly account?: string;
  readonly status: number | 'reset';
  readonly units: number;
};
export type Delivery = {
  readonly labels?: readonly string[];
  /** Asks for a thread; as at Gmail it is taken only when References and subject fit. */
  readonly threadId?: string;
  /** Epoch ms; absent means now. */
  readonly at?: number;
};

export type GmailLab = {
  readonly url: string;
  /** OAuth issuer: aim discovery here. */
  readonly issuer: string;
  readonly client: LabClient;
  readonly accounts: ReadonlyMap<string, LabAccount>;
  readonly addAccount: (address: string, options?: { readonly isVerified?: boolean }) => LabAccount;
  readonly mailbox: (address: string) => Mailbox;
  /** Puts a message into one mailbox as if it had just come: byte-exact, INBOX and UNREAD unless told otherwise. */
  readonly deliver: (address: string, raw: string | Uint8Array, delivery?: Delivery) => StoredMessage;
  /** Walks the consent page as a person in a browser would. Gives the callback URL with the code or the refusal. */
  readonly consent: (authUrl: string, choice: string | ConsentChoice) => Promise<string>;
  /** Tokens without a consent page. */
  readonly grant: LabOauth['grant'];
  readonly expireAccessTokens: () => void;
  /** As if the person took the permission away in their Google account. */
  readonly revoke: (address: string) => void;
  readonly expireHistory: (address: string) => void;
  readonly watches: Pick<Watches, 'dropped' | 'isWatched'>;
  readonly fail: (fault: Fault) => void;
  /** Keeps matching requests waiting until released. */
  readonly hold: (match: RequestMatch) => Hold;
  readonly requests: readonly LabRequest[];
  readonly close: () => Promise<void>;
};

export type GmailLabOptions = {
  readonly accounts?: readonly string[];
  readonly client?: LabClient;
  readonly unitsPerMinute?: number;
  /** Items of one page at most, for tests that want many pages of little. */
  readonly largestPage?: number;
  /** Where topics are; without it there are none. */
  readonly pubsub?: PubsubLab;
  /** Takes mail for addresses that have no mailbox here; lost when absent. */
  readonly outside?: Outside;
  /** Epoch ms. Id tokens alone are dated by the real clock. */
  readonly now?: () => number;
};

export const startGmailLab = async (options: GmailLabOptions = {}): Promise<GmailLab> => {
  const now = options.now ?? Date.now;
  const accounts = new Map<string, LabAccount>();
  const requests: LabRequest[] = [];
  const pages: Pages = { given: new Map(), largest: options.largestPage ?? largestPage };
  const faults = createFaults(injectedBody);
  const scopesOf = scopeTable();
  const watches = createWatches(now, options.pubsub);
  const meter = unitMeter(now, options.unitsPerMinute ?? unitsPerUserPerMinute);
  const client = options.client ?? { clientId: 'candor.lab.apps.test', clientSecret: 'lab-client-secret' };
  let url = '';

  const oauth = createOauth(google, { root: () => url, client, accounts: () => [...accounts.values()], now });

  const addAccount: GmailLab['addAccount'] = (address, { isVerified = true } = {}) => {
    const subject = `1${String(accounts.size + 1).padStart(20, '0')}`;
    const account: LabAccount = {
      address,
      subject,
      isVerified,
      mailbox: createMailbox(address, watches.onRecord),
    };
    accounts.set(address, account);
    return account;
  };
  const mailbox = (address: string): Mailbox => {
    const account = accounts.get(address);
    if (account === undefined) throw new Error('The lab has no such account.');
    return account.mailbox;
  };
  for (const address of options.accounts ?? []) addAccount(address);

  const callApi = (request: Asked): Answered => {
    const apiPath = request.url.pathname;
    if (apiPath.startsWith('/upload/')) throw invalid('The lab takes no media uploads: send raw');
    const route = routes.find((one) => one.verb === request.method && one.path.test(apiPath));
    if (route === undefined) throw new ApiRefusal(404, 'notFound', 'The lab has no such method.');
    const bearer = /^Bearer (.+)$/.exec(request.authorization ?? '')?.[1];
    if (bearer === undefined) throw loginRequired();
    const access = oauth.access(bearer);
    if (access === undefined) throw unauthenticated();
    request.seen.account = access.address;
    request.seen.apiMethod = route.apiMethod;
    const accepted = scopesOf.get(route.apiMethod);
    if (accepted === undefined) throw new Error(`No scopes are known for ${route.apiMethod}.`);
    if (![...access.scopes].some((scope) => accepted.has(scope))) throw scopeInsufficient(route.apiMethod);
    const { userId = '', ...ids } = route.path.exec(apiPath)?.groups ?? {};
    if (userId !== 'me' && decodeURIComponent(userId) !== access.address)
      throw forbidden(`Delegation denied for ${access.address}`);
    request.seen.units = meter.spend(access.address, route.apiMethod);
    const body = route.answer({
      mailbox: mailbox(access.address),
      ids: Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, decodeURIComponent(id)])),
      query: request.url.searchParams,
      body: request.body === '' ? {} : readJson(request.body),
      scopes: access.scopes,
      now: now(),
      pages,
      watches,
      post: (sender, raw, threadId) =>
        postMessage({
          sender,
          raw,
          threadId,
          now: now(),
          accounts,
          outside: options.outside ?? (() => undefined),
        }),
    });
    answerShapes[route.apiMethod]?.parse(body);
    return body === undefined ? { status: 204, headers: {}, body: '' } : jsonAnswer(200, body);
  };

  const answer = (request: Asked): Answered => {
    const basic = /^Basic (.+)$/.exec(request.authorization ?? '')?.[1];
    const given = oauth.answer(request.method, request.url, new URLSearchParams(request.body), basic);
    if (given?.type === 'json') return jsonAnswer(given.status, given.body);
    if (given?.type === 'html')
      return {
        status: given.status,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: String(given.body),
      };
    if (given !== undefined)
      return { status: given.status, headers: { location: String(given.body) }, body: '' };
    return callApi(request);
  };

  const server = http.createServer((incoming, outgoing) => {
    void (async () => {
      const seen: Seen = { account: undefined, apiMethod: undefined, units: 0 };
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
      const request: Asked = {
        method: incoming.method ?? 'GET',
        url: new URL(incoming.url ?? '/', url),
        authorization: incoming.headers.authorization,
        body: Buffer.concat(chunks).toString('utf8'),
        seen,
      };
      const loggedPath = redact(request.url);
      await faults.held(request.method, loggedPath);
      const injected = faults.next(request.method, loggedPath);
      const log = (status: number | 'reset') => {
        const { account, apiMethod, units } = seen;
        requests.push({
          method: request.method,
          path: loggedPath,
          ...(apiMethod === undefined ? {} : { apiMethod }),
          ...(account === undefined ? {} : { account }),
          status,
          units,
        });
      };
      if (injected === 'reset') {
        log('reset');
        incoming.socket.destroy();
        return;
      }
      const answered = attemptUnless(injected, () => answer(request));
      if (injected === 'reset-after') {
        log('reset');
        incoming.socket.destroy();
        return;
      }
      const { status, headers, body } = answered;
      log(status);
      outgoing.writeHead(status, headers).end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    issuer: url,
    client,
    accounts,
    addAccount,
    mailbox,
    deliver: (address, raw, { labels = ['INBOX', 'UNREAD'], threadId, at = now() } = {}) =>
      mailbox(address).add({ raw: Buffer.from(raw), labelIds: labels, threadId, internalDate: at }),
    consent: walkConsent,
    grant: oauth.grant,
    expireAccessTokens: oauth.expireAccessTokens,
    revoke: oauth.revoke,
    expireHistory: (address) => mailbox(address).expireHistory(),
    watches,
    fail: faults.add,
    hold: faults.hold,
    requests,
    close: async () => {
      faults.releaseAll();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};

type Seen = { account: string | undefined; apiMethod: string | undefined; units: number };
type Asked = {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly body: string;
  readonly seen: Seen;
};
type Answered = { readonly status: number; readonly headers: Record<string, string>; readonly body: string };

const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}): Answered => ({
  status,
  headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
  body: JSON.stringify(body),
});

const attempt = (answer: () => Answered): Answered => {
  try {
    return answer();
  } catch (thrown) {
    const refusal =
      thrown instanceof ApiRefusal
        ? thrown
        : new ApiRefusal(500, 'labDefect', `The lab is wrong: ${String(thrown)}`);
    return jsonAnswer(refusal.status, errorBody(refusal), refusal.headers);
  }
};

const attemptUnless = (injected: Exclude<Injected, 'reset'> | undefined, answer: () => Answered): Answered =>
  injected === undefined || injected === 'reset-after' ? attempt(answer) : injected;

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw invalid(`Invalid JSON payload received: ${String(thrown)}`);
  }
};

const secretNames = new Set(['token', 'access_token', 'code', 'state', 'nonce', 'code_challenge']);
const redact = (url: URL): string => {
  const query = new URLSearchParams(url.searchParams);
  for (const name of query.keys()) if (secretNames.has(name)) query.set(name, '-');
  return query.size === 0 ? url.pathname : `${url.pathname}?${query}`;
};
