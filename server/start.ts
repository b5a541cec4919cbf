/* The one place concrete parts are joined: database, queue, providers, sign-in, services, HTTP, workers. */
import type { Clock } from './base/clock.ts';
import type { Env } from './base/env.ts';
import type { Fetch } from './base/http-fetch.ts';
import type { Log } from './base/log.ts';
import { keyedHash, readMasterKey } from './base/vault.ts';
import { openDatabase } from './db/connection.ts';
import { createDataKeys } from './db/keys.ts';
import { googleCallbackPath } from './http/consent-pages.ts';
import { listen } from './http/listen.ts';
import { createSignIn, type SignInProvider } from './http/sign-in.ts';
import { gmailAccounts } from './providers/gmail/accounts.ts';
import { imapAccounts } from './providers/imap/accounts.ts';
import { readTrust } from './providers/imap/trust.ts';
import type { Providers } from './providers/provider.ts';
import { openQueue } from './queue/queue.ts';
import { createNewsBoard } from './services/news/news-board.ts';
import { makeSetupLink } from './services/people/people.ts';
import { createSealing } from './services/sealing.ts';
import type { Services } from './services/services.ts';
import { startHandlers } from './workers/handlers.ts';
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
  parts: { readonly clock: Clock; readonly log: Log; readonly fetch: Fetch; readonly pollMs: number },
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
    };
    const edge =
      env.role === 'worker'
        ? undefined
        : await listen({ services, signIn: openSignIn(env, { db, masterKey, log, publicUrl }) }, env);
    let timetable = Promise.resolve();
    if (env.role !== 'web') {
      await startHandlers(services, queue);
      timetable = startTimetable(services, parts.pollMs, stopping.signal);
    }
    return {
      url: publicUrl,
      setupLink: edge === undefined ? undefined : await makeSetupLink(services),
      services,
      stop: async () => {
        stopping.abort();
        await edge?.close();
        await Promise.all([timetable, listening]);
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
          redirectUri: `${publicUrl}${googleCallbackPath}`,
          rootUrl: env.gmailRootUrl,
          clock,
          fetch,
        }),
      }),
});

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
