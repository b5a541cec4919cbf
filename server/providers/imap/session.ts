/*
 * One connection to one mailbox: opened when it is needed, used by one verb at a time, opened anew with back-off when it
 * breaks. Encrypted always: without TLS no password leaves. imapflow writes no log of its own.
 */
import type { ConnectionOptions } from 'node:tls';
import { ImapFlow } from 'imapflow';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { ServerAt } from '../consent.ts';
import { type ImapCause, refusalOf } from './failures.ts';

export type ImapCredentials = { readonly user: string; readonly password: string };

/** A logged-in connection. */
export type Connection = {
  readonly imap: ImapFlow;
  /** Why imapflow gave up on the last command it answers `false` for. */
  readonly lastError: () => unknown;
};

export type ImapSession = {
  /**
   * Runs the work alone on the connection; begun anew on another one when it breaks, so it must be fit to be repeated.
   * Throws: mailbox-disconnected, provider-busy, provider-refused, and the work's own failures.
   */
  readonly use: <T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>) => Promise<T>;
  readonly close: () => void;
};

export type SessionOptions = {
  readonly server: ServerAt;
  readonly credentials: ImapCredentials;
  readonly clock: Clock;
  /** Certificates (PEM) to trust besides those everybody trusts: a company's own authority. */
  readonly trust?: readonly string[];
};

export const imapSession = ({ server, credentials, clock, trust = [] }: SessionOptions): ImapSession => {
  let open: Opened | undefined;
  let inTurn: Promise<unknown> = Promise.resolve();
  let shut: { readonly until: number; readonly failure: Failure } | undefined;

  const connect = async (signal: AbortSignal): Promise<Opened> => {
    if (open?.imap.usable === true) return open;
    // A server that is asked again and again shuts the address out, or locks the account.
    if (shut !== undefined && clock.now() < shut.until)
      throw repeated(shut.failure, shut.until - clock.now());
    const opened = toOpened(server, credentials, trust);
    open = opened;
    try {
      await stoppable(signal, opened, opened.imap.connect());
    } catch (thrown) {
      opened.imap.close();
      const failure = refusalOf(thrown, opened.byeCode())?.failure;
      if (failure?.reason === 'provider-busy' || failure?.reason === 'mailbox-disconnected')
        shut = { until: clock.now() + (failure.retryAfterMs ?? afterWrongPasswordMs), failure };
      throw thrown;
    }
    if (!opened.imap.secureConnection) {
      opened.imap.close();
      throw notEncrypted();
    }
    return opened;
  };

  const attempt = async <T>(
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      try {
        const opened = await connect(signal);
        return await stoppable(signal, opened, work(opened));
      } catch (thrown) {
        signal.throwIfAborted();
        const refusal = refusalOf(thrown, open?.byeCode());
        if (refusal === undefined) throw thrown;
        if (refusal.isPassing || open?.imap.usable === false) open?.imap.close();
        if (!refusal.isPassing || tries >= mostTries) throw refusal.failure;
        await clock.sleep(firstWaitMs * 2 ** (tries - 1), signal);
      }
    }
  };

  return {
    use: (signal, work) => {
      const before = inTurn;
      const mine = waitFor(before, signal).then(() => attempt(signal, work));
      // Whoever comes next waits for both: one that stops waiting must not let the next one past the one at work.
      inTurn = Promise.allSettled([before, mine]);
      return mine;
    },
    close: () => open?.imap.close(),
  };
};

/** Half a second, one, two: long enough for a broken connection, short enough for somebody who waits. */
const mostTries = 4;
const firstWaitMs = 500;
const afterWrongPasswordMs = 60_000;
const longestConnectMs = 20_000;
const longestSilenceMs = 60_000;
/** No message is fetched that is larger than what its fetcher allows; this only stops a server that lies about sizes. */
const largestAnswerBytes = 128 * 1024 * 1024;

type Opened = Connection & { readonly byeCode: () => string | undefined };

const toOpened = (server: ServerAt, credentials: ImapCredentials, trust: readonly string[]): Opened => {
  let lastError: unknown;
  let byeCode: string | undefined;
  const keep = (entry: { readonly err?: unknown }) => {
    if (entry.err !== undefined) lastError = entry.err;
  };
  // The code of a BYE is in no event and in no error: only in the line itself.
  const hearBye = ({ src, msg }: { readonly src?: unknown; readonly msg?: unknown }) => {
    if (src === 's' && typeof msg === 'string') byeCode = /^\* BYE \[([A-Z-]+)/i.exec(msg)?.[1] ?? byeCode;
  };
  const nothing = () => undefined;
  const tls: ConnectionOptions = { minVersion: 'TLSv1.2', ...(trust.length === 0 ? {} : { ca: [...trust] }) };
  const imap = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    ...(server.security === 'starttls' ? { doSTARTTLS: true } : {}),
    auth: { user: credentials.user, pass: credentials.password },
    tls,
    disableAutoIdle: true,
    logger: { trace: nothing, debug: hearBye, info: nothing, warn: keep, error: keep },
    connectionTimeout: longestConnectMs,
    greetingTimeout: longestConnectMs,
    socketTimeout: longestSilenceMs,
    maxLiteralSize: largestAnswerBytes,
    maxResponseSize: 2 * largestAnswerBytes,
    maxLineLength: largestAnswerBytes,
    clientInfo: { name: 'Candor', version: undefined, vendor: undefined, 'support-url': undefined },
  });
  // What breaks between two commands shows in the next one.
  imap.on('error', keep);
  return { imap, lastError: () => lastError, byeCode: () => byeCode };
};

/** A command under way can only be stopped by hanging up. */
const stoppable = async <T>(signal: AbortSignal, { imap }: Opened, work: Promise<T>): Promise<T> => {
  const stop = () => imap.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await work;
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

const waitFor = (before: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    void before.then(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });

const repeated = ({ reason, message, cause }: Failure, leftMs: number): Failure =>
  new Failure(reason, message, { cause, ...(reason === 'provider-busy' ? { retryAfterMs: leftMs } : {}) });

const notEncrypted = (): Failure =>
  new Failure('provider-refused', 'No encrypted connection comes about', {
    cause: { trouble: 'no-encryption' } satisfies ImapCause,
  });
