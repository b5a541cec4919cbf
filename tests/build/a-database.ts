/* A migrated database of its own for a test file, on one of the two servers, with a clock the test moves. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import type { Clock } from '../../server/base/clock.ts';
import { type OpenDatabase, openDatabase } from '../../server/db/connection.ts';
import { asSuperuser, type ServerName, startServers, TEMPLATE, testMasterKey } from './database-servers.ts';
import { silentLog } from './silent-log.ts';

export { type ServerName, serverNames, testMasterKey } from './database-servers.ts';

export type TestDatabase = {
  readonly db: OpenDatabase;
  readonly masterKey: typeof testMasterKey;
  /** Stands still until a test sets `at`, epoch ms. */
  readonly clock: Clock & { at: number };
  /** DATABASE_URL of a superuser of the server. */
  readonly superuserUrl: string;
  /** Runs SQL as the superuser, or in the role given, with no person or company set. */
  readonly query: <Row extends pg.QueryResultRow>(sql: string, role?: string) => Promise<Row[]>;
};

/** Opened before the tests of the file or describe block that calls it, gone after them. */
export const aDatabase = (server: ServerName = 'embedded 18'): TestDatabase => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const clock = { at: Date.UTC(2026, 0, 5, 9), now: () => clock.at, sleep: () => Promise.resolve() };
  let opened: { db: OpenDatabase; url: string } | undefined;
  let stop = async () => {};

  beforeAll(async () => {
    const given = inject('databaseServers') as ReturnType<typeof inject<'databaseServers'>> | undefined;
    // A run whose config names no globalSetup has no servers yet.
    const servers = given === undefined ? await startServers() : { urls: given, stop };
    stop = servers.stop;
    const url = servers.urls[server];
    await asSuperuser(url, 'postgres', `create database ${name} template ${TEMPLATE}`);
    const databaseUrl = url.replace('NAME', name);
    opened = {
      url: databaseUrl,
      db: await openDatabase({
        dataFolder: '',
        databaseUrl,
        masterKey: testMasterKey,
        log: silentLog,
        clock,
      }),
    };
  });
  afterAll(async () => {
    await opened?.db.close();
    if (opened !== undefined)
      await asSuperuser(opened.url.replace(name, 'NAME'), 'postgres', `drop database ${name} with (force)`);
    await stop();
  });

  const ready = () => {
    if (opened === undefined) throw new Error('The database is open only inside tests and hooks.');
    return opened;
  };
  return {
    get db() {
      return ready().db;
    },
    get superuserUrl() {
      return ready().url;
    },
    query: async <Row extends pg.QueryResultRow>(text: string, role?: string) => {
      const client = new pg.Client({ connectionString: ready().url });
      await client.connect();
      try {
        if (role !== undefined) await client.query(`set role ${role}`);
        return (await client.query<Row>(text)).rows;
      } finally {
        await client.end();
      }
    },
    masterKey: testMasterKey,
    clock,
  };
};
