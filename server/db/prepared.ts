/*
 * Prepared statements for Kysely's queries. Under row-level security PostgreSQL plans a look-up longer than it runs it;
 * a statement that comes again is planned once a connection.
 */
import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';

/** The pool, its clients preparing what they are asked more than once. */
export const toPreparing = (pool: pg.Pool): PostgresPool => {
  // Kysely knows a connection again by its client.
  const preparing = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect();
      const known = preparing.get(client) ?? toPreparingClient(client);
      preparing.set(client, known);
      return known;
    },
  };
};

/** A plan kept takes memory on the server, in each connection. */
const PREPARED_COUNT = 64;
const ASKED_COUNT = 512;
/** Longer ones are rows written by the hundred, each time another number of them. */
const TEXT_LENGTH = 4_000;
/** 0A000: a migration by a newer Candor changed what a prepared statement gives back. */
const PLAN_OUTDATED = '0A000';

const toPreparingClient = (client: pg.PoolClient): PostgresPoolClient => {
  const prepared = new Set<string>();
  const asked = new Set<string>();
  let isOutdated = false;

  const toName = (text: string): string | undefined => {
    if (prepared.has(text)) return toHash(text);
    if (text.length > TEXT_LENGTH || prepared.size === PREPARED_COUNT) return undefined;
    if (!asked.has(text)) {
      if (asked.size === ASKED_COUNT) asked.clear();
      asked.add(text);
      return undefined;
    }
    asked.delete(text);
    prepared.add(text);
    return toHash(text);
  };

  const query = async (text: string, values: readonly unknown[]) => {
    // Without values it may be several statements in one, which cannot be prepared.
    const name = values.length === 0 ? undefined : toName(text);
    try {
      return await client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
    } catch (error) {
      isOutdated ||= (error as { code?: unknown }).code === PLAN_OUTDATED;
      throw error;
    }
  };
  return {
    // Its other form, cursors, is for streams, and Kysely is given no cursor.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || isOutdated),
  };
};

const toHash = (text: string): string => createHash('sha256').update(text).digest('base64url');
