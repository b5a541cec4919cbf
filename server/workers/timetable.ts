/* What is enqueued on a clock. Several workers may run it: a job that waits stands for those enqueued after it. */
import type { Services } from '../services/services.ts';

export const startTimetable = async (
  services: Services,
  pollMs: number,
  signal: AbortSignal,
): Promise<void> => {
  let isIndexAsked = false;
  while (!signal.aborted) {
    try {
      // At the start alone: what comes later is stored with its words.
      if (!isIndexAsked) await services.enqueue({ kind: 'index' });
      isIndexAsked = true;
      await services.enqueue({ kind: 'poll' });
      await services.enqueue({ kind: 'erase' });
      await services.enqueue({ kind: 'retire' });
      await services.enqueue({ kind: 'visibility' });
    } catch (error) {
      services.log.warn('the timetable could not enqueue', { error });
    }
    try {
      await services.clock.sleep(pollMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
};
