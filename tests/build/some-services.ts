/* The services on a test's database, joined as the server joins them, with what the test gives in place of the rest. */
import type { Clock } from '../../server/base/clock.ts';
import { createDataKeys } from '../../server/db/keys.ts';
import { createNewsBoard } from '../../server/services/news/news-board.ts';
import { createSealing } from '../../server/services/sealing.ts';
import type { Services } from '../../server/services/services.ts';
import type { TestDatabase } from './a-database.ts';
import { silentLog } from './silent-log.ts';

export const servicesOn = (
  database: Pick<TestDatabase, 'db' | 'masterKey'> & { readonly clock: Clock },
  parts: Partial<Services> = {},
): Services => {
  const clock = parts.clock ?? database.clock;
  return {
    db: database.db,
    sealing: createSealing(database.masterKey, createDataKeys(database.masterKey, clock)),
    clock,
    log: silentLog,
    providers: {},
    news: createNewsBoard(),
    enqueue: () => Promise.resolve(),
    publicUrl: 'http://127.0.0.1',
    detect: async () => ({ kind: 'unknown' }),
    ...parts,
  };
};
