import type { LiveNews } from '../../../lib/contract/live.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';

/** Long enough to be cheap, short enough that proxies keep the request open. */
const holdMs = 25_000;

/** Answers at once when there is news since the cursor, else when there is, or after the time to hold a request. */
export const waitForNews = async (
  services: Services,
  actor: Actor,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<LiveNews> => {
  const hold = AbortSignal.any([signal, AbortSignal.timeout(holdMs)]);
  // Listening begins before the look, so that news between the two is not missed.
  const woken = services.news.next(actor.personId, hold);
  const seen = await readSeq(services, actor);
  if (cursor === undefined || cursor !== seen) return { cursor: seen, changed: cursor !== undefined };
  await woken;
  const now = await readSeq(services, actor);
  return { cursor: now, changed: now !== seen };
};

const readSeq = (services: Services, actor: Actor): Promise<string> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .selectFrom('candor.person_news')
      .select('seq')
      .where('person_id', '=', actor.personId)
      .executeTakeFirst();
    return String(row?.seq ?? 0);
  });
