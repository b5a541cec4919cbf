/*
 * One connection to one mailbox: opened when it is needed, used by one verb at a time, hung up when nobody needed it for a
 * while, opened anew with back-off when it breaks.
 */
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { ServerAt } from '../consent.ts';
import { addressToConnect } from '../mail-hosts.ts';
import type { Priority } from '../provider.ts';
import { type Connection, type Dialled, dial, type ImapCredentials } from './dial.ts';
import { type Circumstances, type ImapCause, refusalOf } from './failures.ts';
import type { Trust } from './trust.ts';
import { takeTurns } from './turns.ts';

export type ImapSession = {
  /**
   * Runs the work alone on the connection; begun anew on another one when it breaks, so it must be fit to be repeated.
   * Throws: mailbox-disconnected, provider-busy, provider-refused, and the work's own failures.
   */
  readonly use: <T>(
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
    priority?: Priority,
  ) => Promise<T>;
  readonly close: () => void;
};

export type SessionOptions = {
  readonly server: ServerAt;
  readonly credentials: ImapCredentials;
  readonly clock: Clock;
  readonly trust?: Trust;
  /** Hosts that may lie in a private network. */
  readonly inside?: readonly string[];
  /** Connections opened for one piece of work at most. */
  readonly mostTries?: number;
  readonly longestSilenceMs?: number;
  readonly longestIdleMs?: number;
  /** Hangs up when nobody used the connection for so long; never, when absent. */
  readonly restMs?: number;
};

export const imapSession = (options: SessionOptions): ImapSession => {
  const { server, credentials, clock, trust, inside = [], mostTries = usualTries, restMs } = options;
  const { longestSilenceMs = usualSilenceMs, longestIdleMs } = options;
  const turns = takeTurns();
  let open: Dialled | undefined;
  let shut: { readonly until: number; readonly failure: Failure } | undefined;
  let resting = new AbortController();

  const around = (): Circumstances => open?.around() ?? { host: server.host };
  const hangUp = () => open?.imap.close();

  const connect = async (signal: AbortSignal): Promise<Dialled> => {
    if (open?.imap.usable === true) return open;
    // A server that is asked again and again shuts the address out, or locks the account.
    if (shut !== undefined && clock.now() < shut.until)
      throw repeated(shut.failure, shut.until - clock.now());
    open = undefined;
    const address = await addressToConnect('imap', server.host, inside);
    signal.throwIfAborted();
    const dialled = dial(address, {
      server,
      credentials,
      longestSilenceMs,
      ...(trust === undefined ? {} : { trust }),
      ...(longestIdleMs === undefined ? {} : { longestIdleMs }),
    });
    open = dialled;
    try {
      await stoppable(signal, dialled, dialled.imap.connect());
    } catch (thrown) {
      dialled.imap.close();
      const failure = refusalOf(thrown, dialled.around())?.failure;
      if (failure?.reason === 'provider-busy' || failure?.reason === 'mailbox-disconnected')
        shut = { until: clock.now() + (failure.retryAfterMs ?? afterWrongPasswordMs), failure };
      throw thrown;
    }
    if (!dialled.imap.secureConnection) {
      dialled.imap.close();
      throw notEncrypted();
    }
    return dialled;
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
        const refusal = refusalOf(thrown, around());
        if (refusal === undefined) throw thrown;
        if (refusal.isPassing || open?.imap.usable === false) hangUp();
        if (!refusal.isPassing || tries >= mostTries) throw refusal.failure;
        await clock.sleep(firstWaitMs * 2 ** (tries - 1), signal);
      }
    }
  };

  const rest = () => {
    if (restMs === undefined) return;
    resting = new AbortController();
    // Whoever uses the connection meanwhile ends its rest: then there is nothing to hang up.
    clock.sleep(restMs, resting.signal).then(hangUp, () => undefined);
  };

  return {
    use: (signal, work, priority = 'background') =>
      turns.take(priority, signal, async () => {
        resting.abort();
        try {
          return await attempt(signal, work);
        } finally {
          rest();
        }
      }),
    close: () => {
      resting.abort();
      hangUp();
    },
  };
};

/** Half a second, one, two: long enough for a broken connection, short enough for somebody who waits. */
const usualTries = 4;
const firstWaitMs = 500;
const afterWrongPasswordMs = 60_000;
/** Longer than a connection rests: one that nobody uses is silent too. */
const usualSilenceMs = 90_000;

/** A command under way can only be stopped by hanging up. */
const stoppable = async <T>(signal: AbortSignal, { imap }: Dialled, work: Promise<T>): Promise<T> => {
  const stop = () => imap.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await work;
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

const repeated = ({ reason, message, cause }: Failure, leftMs: number): Failure =>
  new Failure(reason, message, { cause, ...(reason === 'provider-busy' ? { retryAfterMs: leftMs } : {}) });

const notEncrypted = (): Failure =>
  new Failure('provider-refused', 'No encrypted connection comes about', {
    cause: { server: 'imap', trouble: 'no-encryption' } satisfies ImapCause,
  });
