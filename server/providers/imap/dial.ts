/*
 * A connection to an IMAP server, not opened yet. Encrypted always: without TLS no password leaves. imapflow writes no log of
 * its own; what it would have written is listened to, because some of what a server says is in no event and in no error.
 */
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { ImapFlow } from 'imapflow';
import type { ServerAt } from '../consent.ts';
import type { Circumstances } from './failures.ts';
import { oldestTls, type Trust } from './trust.ts';

export type ImapCredentials = { readonly user: string; readonly password: string };

/** A logged-in connection. */
export type Connection = {
  readonly imap: ImapFlow;
  /** Why imapflow gave up on the last command it answers `false` for. */
  readonly lastError: () => unknown;
};

export type Dialled = Connection & { readonly around: () => Circumstances };

export type DialOptions = {
  readonly server: ServerAt;
  readonly credentials: ImapCredentials;
  readonly trust?: Trust;
  /** Without a word from the server for so long, the connection counts as broken. */
  readonly longestSilenceMs: number;
  /** An IDLE is ended and begun again after this time. */
  readonly longestIdleMs?: number;
};

/** `address`: the IP address to connect to, of the host in the options. */
export const dial = (address: string, options: DialOptions): Dialled => {
  const { server, credentials, trust, longestSilenceMs, longestIdleMs } = options;
  let lastError: unknown;
  let byeCode: string | undefined;
  let greeting: string | undefined;
  const isOtherService = () => greeting !== undefined && !/^\* (OK|PREAUTH|BYE)\b/i.test(greeting);
  const hear = ({ src, msg }: LogEntry) => {
    if (src !== 's' || typeof msg !== 'string') return;
    greeting ??= msg;
    // The code of a BYE is in no event and in no error: only in the line itself.
    byeCode = /^\* BYE \[([A-Z-]+)/i.exec(msg)?.[1] ?? byeCode;
    if (isOtherService()) imap.close();
  };
  const keep = (entry: LogEntry) => {
    hear(entry);
    lastError = entry.err ?? lastError;
  };
  const nothing = () => undefined;
  const tls: ConnectionOptions = trust === undefined ? { minVersion: oldestTls } : { secureContext: trust };
  const imap = new ImapFlow({
    host: address,
    ...(isIP(server.host) > 0 ? {} : { servername: server.host }),
    port: server.port,
    secure: server.security === 'tls',
    ...(server.security === 'starttls' ? { doSTARTTLS: true } : {}),
    auth: { user: credentials.user, pass: credentials.password },
    tls,
    disableAutoIdle: true,
    ...(longestIdleMs === undefined ? {} : { maxIdleTime: longestIdleMs }),
    logger: { trace: nothing, debug: hear, info: nothing, warn: keep, error: keep },
    connectionTimeout: longestConnectMs,
    greetingTimeout: longestConnectMs,
    socketTimeout: longestSilenceMs,
    maxLiteralSize: largestAnswerBytes,
    maxResponseSize: 2 * largestAnswerBytes,
    maxLineLength: largestAnswerBytes,
    clientInfo: { name: 'Candor', version: undefined, vendor: undefined, 'support-url': undefined },
  });
  // What breaks between two commands shows in the next one.
  imap.on('error', (err) => keep({ err }));
  return {
    imap,
    lastError: () => lastError,
    around: () => ({ host: server.host, byeCode, isOtherService: isOtherService() }),
  };
};

type LogEntry = { readonly src?: unknown; readonly msg?: unknown; readonly err?: unknown };

const longestConnectMs = 20_000;
/** No message is fetched that is larger than what its fetcher allows; this only stops a server that lies about sizes. */
const largestAnswerBytes = 128 * 1024 * 1024;
