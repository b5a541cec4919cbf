/* Fetches notices where the provider's channel is pulled, and has them dealt with before they are settled. */
import { Failure } from '../base/failure.ts';
import { takeNotices } from '../services/mailboxes/notices.ts';
import type { Services } from '../services/services.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 5 * 60_000;
/** The channel itself waits until there is something; this only keeps one that does not from being asked without end. */
const emptyWaitMs = 1_000;

/** Runs until the signal aborts. Several workers may: each notice goes to one of them, and two do no harm. */
export const startNotices = async (services: Services, signal: AbortSignal): Promise<void> => {
  const feed = services.gmailNotices;
  if (feed?.by !== 'pull') return;
  let failureWaitMs = firstWaitMs;
  while (!signal.aborted) {
    let waitMs = 0;
    try {
      const { names, unreadableCount, settle } = await feed.next(signal);
      if (names.length > 0)
        await takeNotices(
          services,
          'gmail',
          [...new Set(names)].map((name) => ({ name, event: 'changed' })),
          true,
        );
      if (unreadableCount > 0)
        services.log.warn('notices that cannot be read were dropped', { count: unreadableCount });
      // What was not dealt with is not settled, and so comes again.
      await settle(signal);
      failureWaitMs = firstWaitMs;
      waitMs = names.length === 0 ? emptyWaitMs : 0;
    } catch (thrown) {
      if (signal.aborted) return;
      services.log.warn('notices could not be fetched', { error: thrown });
      waitMs = Math.max(failureWaitMs, thrown instanceof Failure ? (thrown.retryAfterMs ?? 0) : 0);
      failureWaitMs = Math.min(failureWaitMs * 2, longestWaitMs);
    }
    if (waitMs > 0)
      await services.clock.sleep(waitMs, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
  }
};
