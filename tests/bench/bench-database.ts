/* A migrated database of its own on one of the two servers, and the services on top of it as the server joins them. */
import pg from 'pg';
import { systemClock } from '../../server/base/clock.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { createDataKeys } from '../../server/db/keys.ts';
import { createNewsBoard } from '../../server/services/news/news-board.ts';
import { createSealing } from '../../server/services/sealing.ts';
import type { Services } from '../../server/services/services.ts';
import {
  asSuperuser,
  type ServerName,
  startServers,
  TEMPLATE,
  testMasterKey,
} from '../build/database-servers.ts';
import { silentLog } from '../build/silent-log.ts';

export type BenchDatabase = {
  readonly server: ServerName;
  readonly services: Services;
  /** A connection past the product's own ways, in the role given; to be ended by whoever asked for it. */
  readonly connect: (role?: string) => Promise<pg.Client>;
  readonly close: () => Promise<void>;
};

export type BenchServers = {
  readonly open: (server: ServerName, providers?: Services['providers']) => Promise<BenchDatabase>;
  readonly stop: () => Promise<void>;
};

export const startBenchServers = async (): Promise<BenchServers> => {
  const { urls, stop } = await startServers();
  let count = 0;
  return {
    stop,
    open: async (server, providers = {}) => {
      count += 1;
      const name = `bench_${count}`;
      await asSuperuser(urls[server], 'postgres', `create database ${name} template ${TEMPLATE}`);
      const databaseUrl = urls[server].replace('NAME', name);
      const clock = systemClock;
      const db = await openDatabase({
        dataFolder: '',
        databaseUrl,
        masterKey: testMasterKey,
        log: silentLog,
        clock,
      });
      return {
        server,
        services: {
          db,
          sealing: createSealing(testMasterKey, createDataKeys(testMasterKey, clock)),
          clock,
          log: silentLog,
          enqueue: () => Promise.resolve(),
          news: createNewsBoard(),
          providers,
          detect: async () => ({ kind: 'unknown' }),
          publicUrl: 'http://127.0.0.1',
        },
        connect: async (role) => {
          const client = new pg.Client({ connectionString: databaseUrl });
          await client.connect();
          if (role !== undefined) await client.query(`set role ${role}`);
          return client;
        },
        close: async () => {
          await db.close();
          await asSuperuser(urls[server], 'postgres', `drop database ${name} with (force)`);
        },
      };
    },
  };
};

/** A figure taken over messages that were not all stored would flatter. */
export const requireStored = async (database: BenchDatabase, count: number): Promise<void> => {
  const client = await database.connect();
  const { rows } = await client.query<{ count: string }>('select count(*) from candor.message');
  await client.end();
  if (Number(rows[0]?.count) !== count)
    throw new Error(`${rows[0]?.count} of ${count} messages were stored.`);
};
