/* Waits as long as a provider asks, where giving up would only mean to begin the same work again. */
import { Failure } from '../../base/failure.ts';
import type { Services } from '../services.ts';

/** Longer than any one wait by quota; a job that waits through all of them still ends in its time. */
const longestWaitMs = 90_000;
const mostWaits = 6;

/** A page of mail can cost more than a mailbox may spend in a minute: broken off and begun anew, it would never end. */
export const patiently = async <T>(
  services: Pick<Services, 'clock'>,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> => {
  for (let waits = 0; ; waits += 1) {
    try {
      return await run();
    } catch (thrown) {
      const waitMs =
        thrown instanceof Failure && thrown.reason === 'provider-busy' ? thrown.retryAfterMs : undefined;
      if (waitMs === undefined || waitMs > longestWaitMs || waits === mostWaits) throw thrown;
      await services.clock.sleep(waitMs, signal);
    }
  }
};
