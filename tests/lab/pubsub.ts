/*
 * Google's Pub/Sub on a loopback port, as far as notices of Gmail need it: topics with who may publish, subscriptions that
 * are pulled or that call an endpoint. Strict where Google is: tokens, roles, order (there is none), and messages that come
 * again until they are acknowledged.
 */
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { signJwt } from './oauth-keys.ts';
import { type Backlog, createBacklog } from './pubsub-backlog.ts';

export type ServiceKeyFile = {
  readonly type: 'service_account';
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
};
export type PushTo = {
  readonly endpoint: string;
  /** What the endpoint expects to be called; the endpoint itself when absent. */
  readonly audience?: string;
  readonly serviceAccount: string;
  /** The lab's accounts server, whose keys sign. */
  readonly issuer: string;
};

export type PubsubLab = {
  readonly url: string;
  readonly createTopic: (name: string, publishers: readonly string[]) => void;
  readonly createSubscription: (name: string, topic: string, push?: PushTo) => void;
  readonly publish: (
    topic: string,
    publisher: string,
    data: Buffer,
  ) => 'published' | 'no-topic' | 'not-granted';
  /** A new service account that may subscribe to all, or to nothing. */
  readonly serviceKey: (options?: { readonly isSubscriber?: boolean }) => ServiceKeyFile;
  /** Messages that were not acknowledged. */
  readonly unacknowledged: (subscription: string) => number;
  /** Lets waiting pulls look again, and calls the endpoint again for what it did not take: time has passed. */
  readonly wake: () => Promise<void>;
  /** Hands out the next message of the subscription a second time, though it was acknowledged: at least once, not exactly. */
  readonly repeatLast: (subscription: string) => void;
  readonly requests: readonly { readonly path: string; readonly status: number }[];
  /** What the endpoint of a push subscription answered, in order. */
  readonly calls: readonly number[];
  readonly close: () => Promise<void>;
};

/** Source: Pub/Sub's default of a subscription without its own. */
const ackDeadlineMs = 10_000;

export const startPubsubLab = async ({ now }: { readonly now: () => number }): Promise<PubsubLab> => {
  const topics = new Map<string, { readonly publishers: readonly string[] }>();
  const subscriptions = new Map<string, { topic: string; push: PushTo | undefined; backlog: Backlog }>();
  const accounts = new Map<
    string,
    { readonly key: Parameters<typeof jwtVerify>[1]; isSubscriber: boolean }
  >();
  const requests: { path: string; status: number }[] = [];
  const calls: number[] = [];
  const closing = new AbortController();

  const requireSubscriber = async (authorization: string | undefined): Promise<void> => {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '';
    const [, claims = ''] = token.split('.');
    const issuer = z.looseObject({ iss: z.string() }).safeParse(readJson(Buffer.from(claims, 'base64url')));
    const account = accounts.get(issuer.data?.iss ?? '');
    if (account === undefined) throw new Refused(401, 'UNAUTHENTICATED');
    const { payload } = await jwtVerify(token, account.key, { algorithms: ['RS256'] }).catch(() => {
      throw new Refused(401, 'UNAUTHENTICATED');
    });
    if (payload.sub !== payload.iss || payload.scope !== 'https://www.googleapis.com/auth/pubsub')
      throw new Refused(401, 'UNAUTHENTICATED');
    if (!account.isSubscriber) throw new Refused(403, 'PERMISSION_DENIED');
  };

  const answer = async (path: string, body: unknown, gone: AbortSignal): Promise<unknown> => {
    const [, name = '', verb] = /^\/v1\/(projects\/[^/]+\/subscriptions\/[^/:]+):(\w+)$/.exec(path) ?? [];
    const subscription = subscriptions.get(name);
    if (subscription === undefined) throw new Refused(404, 'NOT_FOUND');
    if (subscription.push !== undefined) throw new Refused(400, 'FAILED_PRECONDITION');
    if (verb === 'acknowledge') {
      subscription.backlog.acknowledge(AckBody.parse(body).ackIds);
      return {};
    }
    if (verb !== 'pull') throw new Refused(404, 'NOT_FOUND');
    const received = await subscription.backlog.take(PullBody.parse(body).maxMessages, gone);
    return received.length === 0 ? {} : { receivedMessages: received };
  };

  const server = http.createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
      const gone = new AbortController();
      outgoing.on('close', () => gone.abort());
      const path = incoming.url ?? '/';
      const { status, said } = await attempt(async () => {
        await requireSubscriber(incoming.headers.authorization);
        const waiting = AbortSignal.any([gone.signal, closing.signal, AbortSignal.timeout(longestPullMs)]);
        return answer(path, readJson(Buffer.concat(chunks)), waiting);
      });
      requests.push({ path, status });
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const callEndpoint = async (name: string, push: PushTo, backlog: Backlog): Promise<void> => {
    for (const { ackId, message } of await backlog.take(100, AbortSignal.abort())) {
      const issuedAt = Math.floor(Date.now() / 1_000);
      const token = signJwt({
        iss: push.issuer,
        aud: push.audience ?? push.endpoint,
        sub: '100000000000000000001',
        email: push.serviceAccount,
        email_verified: true,
        iat: issuedAt,
        exp: issuedAt + 3_600,
      });
      const answered = await fetch(push.endpoint, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ message, subscription: name }),
        signal: closing.signal,
      }).catch(() => undefined);
      calls.push(answered?.status ?? 0);
      if (answered?.ok === true) backlog.acknowledge([ackId]);
      else backlog.giveBack(ackId);
    }
  };

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    createTopic: (name, publishers) => {
      topics.set(name, { publishers });
    },
    createSubscription: (name, topic, push) => {
      subscriptions.set(name, { topic, push, backlog: createBacklog(now, ackDeadlineMs) });
    },
    publish: (topicName, publisher, data) => {
      const topic = topics.get(topicName);
      if (topic === undefined) return 'no-topic';
      if (!topic.publishers.includes(publisher)) return 'not-granted';
      for (const [name, { topic: from, push, backlog }] of subscriptions) {
        if (from !== topicName) continue;
        backlog.add(data);
        if (push !== undefined) void callEndpoint(name, push, backlog);
      }
      return 'published';
    },
    serviceKey: ({ isSubscriber = true } = {}) => {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const email = `candor-${accounts.size + 1}@lab.iam.gserviceaccount.com`;
      accounts.set(email, { key: publicKey, isSubscriber });
      return {
        type: 'service_account',
        client_email: email,
        private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        private_key_id: `key-${accounts.size}`,
      };
    },
    unacknowledged: (name) => subscriptions.get(name)?.backlog.size() ?? 0,
    wake: async () => {
      for (const [name, { push, backlog }] of subscriptions) {
        backlog.wake();
        if (push !== undefined) await callEndpoint(name, push, backlog);
      }
    },
    repeatLast: (name) => subscriptions.get(name)?.backlog.repeatLast(),
    requests,
    calls,
    close: async () => {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};

/** A pull that finds nothing is answered after a while all the same. */
const longestPullMs = 20_000;

class Refused extends Error {
  readonly status: number;
  readonly word: string;
  constructor(status: number, word: string) {
    super(word);
    this.status = status;
    this.word = word;
  }
}

const attempt = async (run: () => Promise<unknown>): Promise<{ status: number; said: unknown }> => {
  try {
    return { status: 200, said: await run() };
  } catch (thrown) {
    const { status, word } = thrown instanceof Refused ? thrown : new Refused(400, 'INVALID_ARGUMENT');
    return { status, said: { error: { code: status, message: word, status: word } } };
  }
};

const readJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
};

/** Source: PullRequest and AcknowledgeRequest of the Pub/Sub REST API v1, read 2026-11. */
const PullBody = z.strictObject({ maxMessages: z.int().min(1).max(1_000) });
const AckBody = z.strictObject({ ackIds: z.array(z.string()).min(1) });
