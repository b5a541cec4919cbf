/* Word from the database that something a person sees has changed (candor.person_news says how often, never what). */
import pg from 'pg';
import { PersonId } from '../../lib/contract/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

/** Listens until the signal aborts, and again after a broken connection; news meanwhile is found by its number. */
export const watchNews = async (
  config: pg.ClientConfig,
  onNews: (personId: PersonId) => void,
  signal: AbortSignal,
  parts: { log: Log; clock: Clock },
): Promise<void> => {
  while (!signal.aborted) {
    try {
      await listen(config, onNews, signal);
    } catch (error) {
      parts.log.warn('The connection that listens for news broke', { error });
      await parts.clock.sleep(RETRY_MS, signal).catch((stopped: unknown) => {
        if (!signal.aborted) throw stopped;
      });
    }
  }
};

const RETRY_MS = 1_000;

const listen = async (
  config: pg.ClientConfig,
  onNews: (personId: PersonId) => void,
  signal: AbortSignal,
): Promise<void> => {
  const client = new pg.Client(config);
  const ended = new Promise<void>((resolve, reject) => {
    client.once('error', reject);
    client.once('end', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  client.on('notification', ({ payload }) => {
    const personId = PersonId.safeParse(payload);
    if (personId.success) onNews(personId.data);
  });
  try {
    await Promise.all([client.connect().then(() => client.query('listen candor_news')), ended]);
  } finally {
    await client.end();
  }
};
