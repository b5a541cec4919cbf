/*
 * The way to the record: starts the embedded PostgreSQL or connects to DATABASE_URL, migrates, and runs transactions
 * under row-level security. No other file opens a connection.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  CompiledQuery,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import pg from 'pg';
import { CompanyId, PersonId } from '../../lib/contract/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { type MasterKey, rolePassword } from '../base/vault.ts';
import { type Embedded, SUPERUSER, startEmbedded } from './embedded.ts';
import { keepMasterKeyCheck, requireSameMasterKey } from './master-key-check.ts';
import { migrate, readMigrations } from './migrate.ts';
import { watchNews } from './news.ts';
import { toPreparing } from './prepared.ts';
import { type LoginRole, loginRoles, makeRoles, requireBoundRoles } from './roles.ts';
import type { Database, PersonTx, Tx } from './schema.ts';
import { toStartRefusal } from './unreachable.ts';

/** On whose behalf a transaction runs; row-level security shows and lets change only what that one may. */
export type RunAs =
  | { readonly kind: 'person'; readonly companyId: CompanyId; readonly personId: PersonId }
  /** Background work. `actorId`: the person whose act it carries out, for the audit. */
  | { readonly kind: 'company'; readonly companyId: CompanyId; readonly actorId?: PersonId }
  /** Before a company is known: the few rows that set-up, sign-in, invitations and timetables need. */
  | { readonly kind: 'system' };

export type TxOf<As extends RunAs> = As extends { readonly kind: 'person' } ? PersonTx : Tx;

export type OpenDatabase = {
  /**
   * Commits what `fn` did, or nothing. Nothing in `fn` may wait for the network: it would hold locks and a connection
   * meanwhile. `fn` runs again, at most twice more, when the database broke a deadlock by ending it; so it must do
   * nothing that the roll-back does not undo.
   */
  readonly transaction: <As extends RunAs, T>(as: As, fn: (tx: TxOf<As>) => Promise<T>) => Promise<T>;
  /** The transaction this code runs in, so that a job can be enqueued in it. */
  readonly current: () => Tx | undefined;
  /** For the sign-in library: schema `auth` is its own. */
  readonly authPool: pg.Pool;
  /** For the queue library, which makes its own pool: schema `queue` exists and is its own (createSchema: false). */
  readonly queueConnection: pg.PoolConfig;
  /** Calls back with a person's id after each commit that changed what this person sees, until the signal aborts. */
  readonly watchNews: (onNews: (personId: PersonId) => void, signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Throws StartRefusal with one sentence when the database cannot serve. */
export const openDatabase = async (options: {
  readonly dataFolder: string;
  readonly databaseUrl?: string | undefined;
  readonly masterKey: MasterKey;
  readonly log: Log;
  readonly clock: Clock;
}): Promise<OpenDatabase> => {
  const { masterKey, log, clock, databaseUrl } = options;
  const embedded = databaseUrl === undefined ? await startEmbedded(options.dataFolder, log) : undefined;
  try {
    const target = embedded === undefined ? toTarget(databaseUrl ?? '') : await makeEmbeddedTarget(embedded);
    await withClient(target, async (client) => {
      await requireVersion(client);
      await requireSameMasterKey(client, masterKey);
      await makeRoles(client, embedded ? undefined : (role) => rolePassword(masterKey, role));
      await requireBoundRoles(client);
      await migrate(client, await readMigrations(), clock.now(), log);
      await keepMasterKeyCheck(client, masterKey);
    });
    const loginAs = (role: LoginRole, max: number): pg.PoolConfig => ({
      host: target.host,
      port: target.port,
      ssl: target.ssl,
      database: target.database,
      user: role,
      ...(embedded ? {} : { password: rolePassword(masterKey, role) }),
      max,
      application_name: role,
    });
    await requireLogin(loginAs(loginRoles.app, 1));
    return openPools(loginAs, { log, clock, stop: async () => embedded?.stop() });
  } catch (error) {
    await embedded?.stop();
    throw toStartRefusal(error, databaseUrl);
  }
};

const EMBEDDED_DATABASE = 'candor';
const OLDEST_VERSION = 150_000;
const STATEMENT_MS = 60_000;
const ATTEMPTS = 3;

type Target = Pick<pg.ClientConfig, 'host' | 'port' | 'ssl' | 'user' | 'password'> & {
  readonly database: string;
};

const makeEmbeddedTarget = async ({ socketFolder, port }: Embedded): Promise<Target> => {
  const target = { host: socketFolder, port, user: SUPERUSER, ssl: false };
  await withClient({ ...target, database: 'postgres' }, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      EMBEDDED_DATABASE,
    ]);
    if (rowCount === 0) await client.query(`create database ${EMBEDDED_DATABASE}`);
  });
  return { ...target, database: EMBEDDED_DATABASE };
};

/** The parts of a URL, read by the driver itself, so that all its forms work (`?host=/folder`, `sslmode`). */
const toTarget = (databaseUrl: string): Target => {
  const { host, port, ssl, user, password, database } = new pg.Client({ connectionString: databaseUrl });
  return { host, port, ssl, user, password, database: database ?? user ?? '' };
};

const withClient = async <T>(config: pg.ClientConfig, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
};

/** Roles are the whole server's: they keep the password of the Candor that made them. */
const requireLogin = async (config: pg.ClientConfig): Promise<void> => {
  try {
    await withClient(config, requireBoundRoles);
  } catch (error) {
    if ((error as { code?: unknown }).code !== '28P01') throw error;
    throw new StartRefusal(
      "Candor's roles on this database server were made with another master key: put back the right CANDOR_MASTER_KEY, or give each Candor a server of its own.",
      error,
    );
  }
};

const requireVersion = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ version: string }>(
    "select current_setting('server_version_num') as version",
  );
  if (Number(rows[0]?.version) < OLDEST_VERSION)
    throw new StartRefusal(
      'The database server in DATABASE_URL is older than PostgreSQL 15: take a newer one.',
    );
};

const openPools = (
  loginAs: (role: LoginRole, max: number) => pg.PoolConfig,
  parts: { log: Log; clock: Clock; stop: () => Promise<void> },
): OpenDatabase => {
  const { log, clock } = parts;
  const closing = new AbortController();
  const openPool = (role: LoginRole, max: number, config: pg.PoolConfig = {}): pg.Pool => {
    const pool = new pg.Pool({ ...loginAs(role, max), ...config });
    pool.on('error', (error) => {
      if (!closing.signal.aborted) log.warn('An idle database connection broke', { error });
    });
    return pool;
  };
  const openKysely = (role: LoginRole, max: number): Kysely<Database> =>
    toKysely(
      openPool(role, max, {
        types: numbersForInt8,
        statement_timeout: STATEMENT_MS,
        idle_in_transaction_session_timeout: STATEMENT_MS,
      }),
    );
  const databases = {
    person: openKysely(loginRoles.app, 10),
    company: openKysely(loginRoles.worker, 6),
    system: openKysely(loginRoles.system, 3),
  };
  // The library names its tables without a schema.
  const authPool = openPool(loginRoles.auth, 5, { options: '-c search_path=auth' });

  return {
    transaction: async (as, fn) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await underWay.run({ begin: toBegin(as, clock.now()), tx: undefined }, () =>
            databases[as.kind].transaction().execute((tx) => {
              const store = underWay.getStore();
              if (store !== undefined) store.tx = tx;
              return fn(tx as TxOf<typeof as>);
            }),
          );
        } catch (error) {
          if (attempt === ATTEMPTS || !mayRunAgain(error)) throw error;
          log.warn('A transaction was ended by the database and runs again', { attempts: attempt, error });
        }
      }
    },
    current: () => underWay.getStore()?.tx,
    authPool,
    queueConnection: loginAs(loginRoles.queue, 5),
    watchNews: (onNews, signal) =>
      watchNews(loginAs(loginRoles.app, 1), onNews, AbortSignal.any([signal, closing.signal]), parts),
    close: async () => {
      closing.abort();
      await Promise.all([...Object.values(databases).map((database) => database.destroy()), authPool.end()]);
      await parts.stop();
    },
  };
};

const underWay = new AsyncLocalStorage<{
  readonly begin: string;
  tx: Tx | undefined;
}>();

const toKysely = (pool: pg.Pool): Kysely<Database> => {
  const driver = new PostgresDriver({ pool: toPreparing(pool) });
  // BEGIN and the context in one round trip.
  driver.beginTransaction = async (connection) => {
    const begin = underWay.getStore()?.begin;
    if (begin === undefined) throw new Error('A transaction begins in transaction() only.');
    await connection.executeQuery(CompiledQuery.raw(begin));
  };
  return new Kysely<Database>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
};

/** Parsed once more, because these go into SQL as text. */
const toBegin = (as: RunAs, nowMs: number): string => {
  const context: Record<string, string> = { now_ms: String(Math.trunc(nowMs)) };
  if (as.kind !== 'system') context.company_id = CompanyId.parse(as.companyId);
  if (as.kind === 'person') context.person_id = PersonId.parse(as.personId);
  if (as.kind === 'company' && as.actorId !== undefined) context.actor_id = PersonId.parse(as.actorId);
  return [
    'begin',
    ...Object.entries(context).map(([name, value]) => `set local app.${name} = '${value}'`),
  ].join(';');
};

const INT8_OID = 20;

const numbersForInt8: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === INT8_OID ? toSafeNumber : pg.types.getTypeParser(oid, format)),
};

const toSafeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError('The database holds a whole number too large to be exact.');
  return value;
};

/** 40P01: deadlock; 40001: could not serialise; 0A000: a plan outlived a migration (prepared.ts). */
const mayRunAgain = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && ['40P01', '40001', '0A000'].includes(error.code ?? '');
