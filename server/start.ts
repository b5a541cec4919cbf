/* The one place concrete parts are joined: database, queue, providers, sign-in, services, HTTP, workers. */
import type { Clock } from './base/clock.ts';
import type { Env } from './base/env.ts';
import type { Fetch } from './base/http-fetch.ts';
import type { Log } from './base/log.ts';
import { keyedHash, readMasterKey } from './base/vault.ts';
import { openDatabase } from './db/connection.ts';
import { createDataKeys } from './db/keys.ts';
import { callbackPaths } from './http/consent-pages.ts';
import { listen } from './http/listen.ts';
import { gmailHookPath, graphHookPath } from './http/notifications.ts';
import { createSignIn, type SignInProvider } from './http/sign-in.ts';
import { gmailAccounts } from './providers/gmail/accounts.ts';
import { calledNotices, pulledNotices, readServiceKey } from './providers/google-notices.ts';
import { graphAccounts } from './providers/graph/accounts.ts';
import type { NotificationUrls } from './providers/graph/subscriptions.ts';
import { imapAccounts } from './providers/imap/accounts.ts';
import { noticeMail } from './providers/imap/notice-mail.ts';
import { readTrust } from './providers/imap/trust.ts';
import type { NoticeFeed } from './providers/notice-feed.ts';
import type { NoticeMail } from './providers/notice-mail.ts';
import type { Detect, Providers } from './providers/provider.ts';
import { openQueue } from './queue/queue.ts';
import { createNewsBoard } from './services/news/news-board.ts';
import { makeSetupLink } from './services/people/people.ts';
import { createSealing } from './services/sealing.ts';
import type { Services } from './services/services.ts';
import { startHandlers } from './workers/handlers.ts';
import { startListeners } from './workers/listeners.ts';
import { startNotices } from './workers/notices.ts';
import { startTimetable } from './workers/timetable.ts';

/** How long jobs under way may take to end when the server stops; what is cut off runs again at the next start. */
const stopWaitMs = 10_000;

export type RunningServer = {
  readonly url: string;
  /** One-time link to set the company up with; undefined when there is a company. */
  readonly setupLink: string | undefined;
  readonly services: Services;
  readonly stop: () => Promise<void>;
};

/** Throws StartRefusal with one sentence when it can't serve. */
export const startServer = async (
  env: Env,
  parts: {
    readonly clock: Clock;
    readonly log: Log;
    readonly fetch: Fetch;
    readonly detect: Detect;
    /** How often each mailbox is looked at, whatever its provider tells. */
    readonly pollMs: number;
    /** How often a worker looks which mailboxes it is to stay connected to. */
    readonly listenMs: number;
  },
): Promise<RunningServer> => {
  const { clock, log, fetch } = parts;
  const masterKey = await readMasterKey(env.dataFolder, env.masterKey);
  const db = await openDatabase({
    dataFolder: env.dataFolder,
    databaseUrl: env.databaseUrl,
    masterKey,
    log,
    clock,
  });
  const stopping = new AbortController();
  try {
    const publicUrl = env.publicUrl ?? `http://${env.host}:${env.port}`;
    const queue = await openQueue(db, clock, log);
    const news = createNewsBoard();
    const listening = db.watchNews(news.announce, stopping.signal);
    const services: Services = {
      db,
      sealing: createSealing(masterKey, createDataKeys(masterKey, clock)),
      clock,
      log,
      enqueue: queue.enqueue,
      news,
      publicUrl,
      providers: await openProviders(env, { clock, fetch, publicUrl }),
      noticeMail: await openNoticeMail(env),
      gmailNotices: await openGmailNotices(env, { fetch, publicUrl }),
      detect: parts.detect,
    };
    const edge =
      env.role === 'worker'
        ? undefined
        : await listen({ services, signIn: openSignIn(env, { db, masterKey, log, publicUrl }) }, env);
    const working: Promise<void>[] = [];
    if (env.role !== 'web') {
      await startHandlers(services, queue);
      working.push(
        startTimetable(services, parts.pollMs, stopping.signal),
        startListeners(services, parts.listenMs, stopping.signal),
        startNotices(services, stopping.signal),
      );
    }
    return {
      url: publicUrl,
      setupLink: edge === undefined ? undefined : await makeSetupLink(services),
      services,
      stop: async () => {
        stopping.abort();
        await edge?.close();
        await Promise.all([...working, listening]);
        await queue.stop(stopWaitMs);
        for (const accounts of Object.values(services.providers)) accounts.close();
        await db.close();
      },
    };
  } catch (thrown) {
    stopping.abort();
    await db.close();
    throw thrown;
  }
};

const openProviders = async (
  env: Env,
  { clock, fetch, publicUrl }: { readonly clock: Clock; readonly fetch: Fetch; readonly publicUrl: string },
): Promise<Providers> => ({
  imap: imapAccounts({
    clock,
    inside: env.mailServersInside,
    ...(env.imapCaFile === undefined ? {} : { trust: await readTrust(env.imapCaFile) }),
  }),
  ...(env.google === undefined
    ? {}
    : {
        gmail: gmailAccounts({
          ...env.google,
          issuer: env.googleIssuer,
          redirectUri: `${publicUrl}${callbackPaths.gmail}`,
          rootUrl: env.gmailRootUrl,
          pushTopic: env.gmailPush?.topic,
          clock,
          fetch,
        }),
      }),
  ...(env.microsoft === undefined
    ? {}
    : {
        graph: graphAccounts({
          ...env.microsoft,
          redirectUri: `${publicUrl}${callbackPaths.graph}`,
          rootUrl: env.graphRootUrl,
          notify: graphNotices(env, publicUrl),
          clock,
          fetch,
        }),
      }),
});

const openNoticeMail = async ({ noticeMail: at, imapCaFile }: Env): Promise<NoticeMail | undefined> =>
  at === undefined
    ? undefined
    : noticeMail(at.smtpUrl, at.from, imapCaFile === undefined ? undefined : await readTrust(imapCaFile));

/** Graph calls nothing but https. Behind an address of this machine alone, mailboxes are looked at by the clock. */
const graphNotices = ({ graphRootUrl }: Env, publicUrl: string): NotificationUrls | undefined => {
  const url = `${publicUrl}${graphHookPath}`;
  return publicUrl.startsWith('https://') || graphRootUrl !== undefined
    ? { notificationUrl: url, lifecycleNotificationUrl: url }
    : undefined;
};

const openGmailNotices = async (
  { gmailPush, googleIssuer, pubsubRootUrl }: Env,
  { fetch, publicUrl }: { readonly fetch: Fetch; readonly publicUrl: string },
): Promise<NoticeFeed | undefined> => {
  if (gmailPush === undefined) return undefined;
  const { feed } = gmailPush;
  return feed.by === 'call'
    ? calledNotices({
        issuer: googleIssuer,
        audience: `${publicUrl}${gmailHookPath}`,
        sender: feed.sender,
        fetch,
      })
    : pulledNotices({
        subscription: feed.subscription,
        key: await readServiceKey(feed.keyFile),
        rootUrl: pubsubRootUrl,
        fetch,
      });
};

const openSignIn = (
  env: Env,
  parts: {
    readonly db: Awaited<ReturnType<typeof openDatabase>>;
    readonly masterKey: Parameters<typeof keyedHash>[0];
    readonly log: Log;
    readonly publicUrl: string;
  },
) => {
  const providers: SignInProvider[] = [];
  if (env.google !== undefined)
    providers.push({ providerId: 'google', issuer: env.googleIssuer, ...env.google });
  if (env.microsoft !== undefined) providers.push({ providerId: 'microsoft', ...env.microsoft });
  return createSignIn({
    pool: parts.db.authPool,
    publicUrl: parts.publicUrl,
    secret: keyedHash(parts.masterKey, 'sign-in', '', '').toString('base64url'),
    providers,
    log: parts.log,
  });
};
