/*
 * Numbered SQL files, forward only, each in a transaction of its own, recorded with a checksum. They run as the role
 * that owns the record and that nobody logs in as.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';
import type { Log } from '../base/log.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { OWNER } from './roles.ts';

export type Migration = { readonly number: number; readonly name: string; readonly sql: string };

export const readMigrations = async (
  folder: URL = new URL('./migrations/', import.meta.url),
): Promise<readonly Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]);
      if (number !== index + 1)
        throw new Error(`Migrations are numbered without gaps: ${name} is out of place.`);
      return { number, name, sql: await readFile(new URL(name, folder), 'utf8') };
    }),
  );
};

/** Brings the database to the newest migration. Throws StartRefusal when it holds one that is changed or unknown here. */
export const migrate = async (
  client: ClientBase,
  migrations: readonly Migration[],
  nowMs: number,
  log: Log,
): Promise<void> => {
  // Held by the session: of several starting at once, one migrates and the others then find it done.
  await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
  try {
    await client.query(`
      create schema if not exists app authorization ${OWNER};
      create table if not exists app.migration (
        number integer primary key, name text not null, checksum text not null, applied_at bigint not null);
      alter table app.migration owner to ${OWNER};`);
    const { rows } = await client.query<{ number: number; name: string; checksum: string }>(
      'select number, name, checksum from app.migration order by number',
    );
    for (const [index, { number, name, checksum }] of rows.entries()) {
      const known = migrations[index];
      if (known === undefined)
        throw new StartRefusal(`A newer Candor has used this database (migration ${name}): start that one.`);
      if (known.number !== number || toChecksum(known) !== checksum)
        throw new StartRefusal(
          `The migration ${known.name} was changed after it was applied: put the file back, and add a new one.`,
        );
    }
    for (const migration of migrations.slice(rows.length)) {
      await apply(client, migration, nowMs);
      log.info('Migration applied', { count: migration.number });
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
  }
};

const LOCK_KEY = 4_310_002;

const toChecksum = ({ sql }: Migration): string => createHash('sha256').update(sql).digest('hex');

const apply = async (client: ClientBase, migration: Migration, nowMs: number): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(`set local role ${OWNER}`);
    await client.query(migration.sql);
    await client.query(
      'insert into app.migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)',
      [migration.number, migration.name, toChecksum(migration), nowMs],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`The migration ${migration.name} failed.`, { cause: error });
  }
};
