import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { PersonId } from '../../lib/contract/ids.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { migrate, readMigrations } from '../../server/db/migrate.ts';
import { aCompany } from '../build/a-company.ts';
import { aDatabase, serverNames, testMasterKey } from '../build/a-database.ts';
import { silentLog } from '../build/silent-log.ts';

describe.each(serverNames)('on %s', (server) => {
  const database = aDatabase(server);

  const openAt = (databaseUrl: string, masterKey = testMasterKey) =>
    openDatabase({ dataFolder: '', databaseUrl, masterKey, log: silentLog, clock: database.clock });
  const withSuperuser = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  };

  describe('a transaction', () => {
    test('runs in the name it was given, and leaves nothing of it behind', async () => {
      const company = await aCompany(database);
      const personId = await company.person();
      const context = sql<{ company: string | null; person: string | null; now: number; role: string }>`
        select app.company_id() as company, app.person_id() as person, app.now_ms() as now, current_user as role`;
      expect((await company.asPerson(personId, (tx) => context.execute(tx))).rows).toEqual([
        { company: company.companyId, person: personId, now: database.clock.at, role: 'candor_app' },
      ]);
      expect((await company.asCompany((tx) => context.execute(tx))).rows).toEqual([
        { company: company.companyId, person: null, now: database.clock.at, role: 'candor_worker' },
      ]);
      const { rows } = await database.db.transaction({ kind: 'system' }, (tx) => context.execute(tx));
      expect(rows).toEqual([{ company: null, person: null, now: database.clock.at, role: 'candor_system' }]);
    });

    test('takes nothing but an id for a name', async () => {
      const company = await aCompany(database);
      const forged = "x'; reset role; --" as PersonId;
      await expect(company.asPerson(forged, async () => undefined)).rejects.toThrow('uuid');
    });

    test('commits all or nothing', async () => {
      const company = await aCompany(database);
      const failed = company.asCompany(async (tx) => {
        await tx
          .insertInto('candor.job')
          .values({ company_id: company.companyId, title: 'A job', created_at: 0 })
          .execute();
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      expect(await company.asCompany((tx) => tx.selectFrom('candor.job').select('id').execute())).toEqual([]);
    });

    test('gives whole numbers as numbers, and refuses one too large to be exact', async () => {
      const read = (text: string) =>
        database.db.transaction({ kind: 'system' }, (tx) =>
          sql.raw<{ n: number }>(`select ${text} as n`).execute(tx),
        );
      expect((await read('9007199254740991::int8')).rows).toEqual([{ n: Number.MAX_SAFE_INTEGER }]);
      expect((await read('count(*)')).rows).toEqual([{ n: 1 }]);
      await expect(read('9007199254740993::int8')).rejects.toThrow(RangeError);
    });

    test('is the current one inside, and not outside', async () => {
      expect(database.db.current()).toBeUndefined();
      await database.db.transaction({ kind: 'system' }, async (tx) => {
        expect(database.db.current()).toBe(tx);
      });
      expect(database.db.current()).toBeUndefined();
    });

    test('that the database ended to break a deadlock runs again', async () => {
      const company = await aCompany(database);
      const [one, two] = [await company.thread(), await company.thread()];
      const lock = sql`select pg_advisory_xact_lock(hashtext(${one}))`;
      const lockToo = sql`select pg_advisory_xact_lock(hashtext(${two}))`;
      let met = 0;
      let bothHold: () => void = () => {};
      const meeting = new Promise<void>((resolve) => {
        bothHold = resolve;
      });
      const crossing = (first: typeof lock, second: typeof lock) =>
        company.asCompany(async (tx) => {
          await first.execute(tx);
          met += 1;
          if (met === 2) bothHold();
          await meeting;
          await second.execute(tx);
        });
      await Promise.all([crossing(lock, lockToo), crossing(lockToo, lock)]);
      expect(met).toBe(3);
    });
  });

  describe('the roles', () => {
    test('of the application cannot pass row-level security by, nor become another', async () => {
      expect(
        await database.query(
          `select rolname from pg_roles where rolname like 'candor\\_%' and rolname <> 'candor_super'
           and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`,
        ),
      ).toEqual([]);
      const company = await aCompany(database);
      const personId = await company.person();
      for (const role of ['candor_owner', 'candor_worker', 'candor_system'])
        await expect(
          company.asPerson(personId, (tx) => sql.raw(`set role ${role}`).execute(tx)),
        ).rejects.toMatchObject({ code: '42501' });
    });

    test('of the queue and of sign-in own their schemas and see nothing of the record', async () => {
      const use = (schema: string, role: string) =>
        database
          .query(`create table ${schema}.own_table (id int)`, role)
          .then(() => database.query(`drop table ${schema}.own_table`, role));
      await use('queue', 'candor_queue');
      await use('auth', 'candor_auth');
      for (const role of ['candor_queue', 'candor_auth'])
        await expect(database.query('select * from candor.person', role)).rejects.toMatchObject({
          code: '42501',
        });
    });

    test('of requests and background work may enqueue in a table the queue makes later', async () => {
      await database.query('create table queue.later (id int)', 'candor_queue');
      for (const role of ['candor_app', 'candor_worker', 'candor_system'])
        await database.query('insert into queue.later values (1)', role);
      await expect(database.query('delete from queue.later', 'candor_app')).rejects.toMatchObject({
        code: '42501',
      });
    });
  });

  describe('a migration', () => {
    const run = (migrations: Awaited<ReturnType<typeof readMigrations>>) =>
      withSuperuser(database.superuserUrl, (client) => migrate(client, migrations, 0, silentLog));

    test('that was changed after it was applied is refused by name', async () => {
      const [first, ...rest] = await readMigrations();
      if (first === undefined) throw new Error('There are no migrations.');
      await expect(run([{ ...first, sql: `${first.sql} ` }, ...rest])).rejects.toThrow(
        /^The migration 0001-tables\.sql was changed after it was applied: .+\.$/,
      );
    });

    test('this Candor does not know is refused: a newer one has used the database', async () => {
      const migrations = await readMigrations();
      await expect(run(migrations.slice(0, -1))).rejects.toThrow('A newer Candor has used this database');
    });

    test('that fails leaves nothing of itself', async () => {
      const migrations = await readMigrations();
      const number = migrations.length + 1;
      const half = {
        number,
        name: `${number}-half.sql`,
        sql: 'create table candor.half (id int); select 1 / 0;',
      };
      await expect(run([...migrations, half])).rejects.toThrow('-half.sql failed');
      expect(await database.query(`select to_regclass('candor.half') as half`)).toEqual([{ half: null }]);
      await run(migrations);
    });

    test('is applied once when several start at once on an empty database', async () => {
      const name = `${new URL(database.superuserUrl).pathname.slice(1)}_empty`;
      await database.query(`create database ${name}`);
      const url = database.superuserUrl.replace(/\/test_[0-9a-f]+/, `/${name}`);
      try {
        const opened = await Promise.all([openAt(url), openAt(url), openAt(url)]);
        for (const each of opened) await each.close();
        const rows = await withSuperuser(url, (client) =>
          client.query('select number from app.migration order by number'),
        );
        expect(rows.rows.map(({ number }) => number)).toEqual(
          (await readMigrations()).map(({ number }) => number),
        );
      } finally {
        await database.query(`drop database ${name} with (force)`);
      }
    });
  });
});
