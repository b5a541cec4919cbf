/* One listener for each mailbox that tells of changes by a connection, in whichever worker process holds its lease. */
import { Failure, failureReason } from '../base/failure.ts';
import {
  type ListenedTo,
  leaveListening,
  listenToMailbox,
  takeListening,
} from '../services/mailboxes/listening.ts';
import type { Services } from '../services/services.ts';

/** A lease outlasts several looks, so that a slow one loses nothing. */
const looksInLease = 6;
const firstWaitMs = 5_000;
const longestWaitMs = 5 * 60_000;

/** Runs until the signal aborts. Every `lookMs` mailboxes that came are taken up and those that went are left. */
export const startListeners = async (
  services: Services,
  lookMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const listenerId = crypto.randomUUID();
  const listening = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  const look = async () => {
    const wanted = await takeListening(services, listenerId, lookMs * looksInLease);
    const wantedIds = new Set<string>(wanted.map(({ mailboxId }) => mailboxId));
    for (const [mailboxId, { stop, ended }] of listening)
      if (!wantedIds.has(mailboxId)) {
        stop.abort();
        await ended;
      }
    for (const at of wanted) {
      if (listening.has(at.mailboxId)) continue;
      const stop = new AbortController();
      listening.set(at.mailboxId, {
        stop,
        ended: keepListening(services, at, AbortSignal.any([signal, stop.signal])).finally(() =>
          listening.delete(at.mailboxId),
        ),
      });
    }
  };
  try {
    while (!signal.aborted) {
      try {
        await look();
      } catch (error) {
        services.log.warn('a look for mailboxes to listen to failed', { error });
      }
      await services.clock.sleep(lookMs, signal).catch(unlessAborted(signal));
    }
  } finally {
    await Promise.all([...listening.values()].map(({ ended }) => ended));
    await leaveListening(services, listenerId);
  }
};

/** Connects again after a growing wait, until the mailbox lets us in no more or the signal aborts. Never throws. */
const keepListening = async (services: Services, at: ListenedTo, signal: AbortSignal): Promise<void> => {
  let waitMs = firstWaitMs;
  while (!signal.aborted) {
    const since = services.clock.now();
    let askedMs = 0;
    try {
      await listenToMailbox(services, at, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      // Recorded where it was found out; the next look leaves the mailbox alone.
      if (failureReason(thrown) === 'mailbox-disconnected') return;
      if (thrown instanceof Failure) askedMs = thrown.retryAfterMs ?? 0;
      services.log.info('a listener broke off', { mailboxId: at.mailboxId, error: thrown });
    }
    // A connection that held for a while was a good one: what broke it is not what kept the others from standing.
    if (services.clock.now() - since > longestWaitMs) waitMs = firstWaitMs;
    await services.clock.sleep(Math.max(waitMs, askedMs), signal).catch(unlessAborted(signal));
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  }
};

const unlessAborted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error;
};
