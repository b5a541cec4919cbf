/*
 * Hints that something changed, by IDLE (RFC 2177): on the inbox, or where Gmail keeps all mail. One IDLE hears of one folder;
 * what happens in the others is found by the pulls that go on all the same, and so is what an old server never tells.
 */
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { examine } from './commands.ts';
import type { Connection } from './dial.ts';
import { CommandLost } from './failures.ts';
import { type Folders, isGmail } from './folders.ts';
import { imapSession, type SessionOptions } from './session.ts';

export type ImapListener = {
  /**
   * Calls back once when it begins to hear and at each hint, until the signal aborts; at once, if the server has no IDLE.
   * What breaks is connected again after a growing wait. Throws: mailbox-disconnected.
   */
  readonly listen: (onChange: () => void, signal: AbortSignal) => Promise<void>;
  /** Ends all listening that is under way. */
  readonly close: () => void;
};

/** A server may hang up on an IDLE of 29 minutes, and a router forgets a silent line long before. Source: RFC 2177 sec. 3 */
const usualIdleMs = 10 * 60_000;
const firstWaitMs = 1_000;
const longestWaitMs = 5 * 60_000;

export const imapListener = (
  options: SessionOptions & { readonly clock: Clock },
  folders: Folders,
): ImapListener => {
  const { clock, longestIdleMs = usualIdleMs } = options;
  const { restMs: _, ...others } = options;
  const session = imapSession({
    ...others,
    mostTries: 1,
    longestIdleMs,
    // A line that is dead shows in the answer to the end of an IDLE.
    longestSilenceMs: longestIdleMs + 60_000,
  });

  const listen = async (onChange: () => void, signal: AbortSignal): Promise<void> => {
    let waitMs = firstWaitMs;
    const hear = () => {
      waitMs = firstWaitMs;
      onChange();
    };
    for (;;) {
      try {
        await session.use(signal, (connection) => idle(connection, folders, hear));
        return;
      } catch (thrown) {
        if (!(thrown instanceof Failure) || thrown.reason === 'mailbox-disconnected') throw thrown;
        await clock.sleep(Math.max(waitMs, thrown.retryAfterMs ?? 0), signal);
        waitMs = Math.min(2 * waitMs, longestWaitMs);
      }
    }
  };

  let ending = new AbortController();
  return {
    listen: async (onChange, signal) => {
      const stopped = AbortSignal.any([signal, ending.signal]);
      try {
        await listen(onChange, stopped);
      } catch (thrown) {
        if (!stopped.aborted) throw thrown;
      }
    },
    close: () => {
      ending.abort();
      ending = new AbortController();
      session.close();
    },
  };
};

/** Ends only where the server does not idle; throws when the connection goes. */
const idle = async (connection: Connection, folders: Folders, hear: () => void): Promise<void> => {
  const { imap } = connection;
  if (!imap.capabilities.has('IDLE')) return;
  await examine(connection, await pathToHear(connection, folders));
  const events = ['exists', 'expunge', 'flags'] as const;
  for (const event of events) imap.on(event, hear);
  try {
    // What came before the folder was opened is told by nobody.
    hear();
    while (imap.usable) {
      if ((await imap.idle()) === false && imap.usable) return;
    }
    throw new CommandLost('The connection went while nothing happened');
  } finally {
    for (const event of events) imap.off(event, hear);
  }
};

const pathToHear = async (connection: Connection, folders: Folders): Promise<string> => {
  if (!isGmail(connection)) return 'INBOX';
  const all = (await folders.recent(connection)).find(({ use }) => use === 'all');
  return all?.path ?? 'INBOX';
};
