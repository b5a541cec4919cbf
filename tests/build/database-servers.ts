/*
 * The PostgreSQL servers the tests run on: the embedded 18, and Debian's as an outside server would be reached, by
 * DATABASE_URL and with passwords. As Vitest's globalSetup: one of each for the run, each with a migrated template.
 */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { systemClock } from '../../server/base/clock.ts';
import { toMasterKey } from '../../server/base/vault.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { SUPERUSER, startEmbedded } from '../../server/db/embedded.ts';
import { requireOsUser } from '../../server/db/os-user.ts';
import { findPostgres } from '../system/programs.ts';
import { silentLog } from './silent-log.ts';

export const serverNames = ['embedded 18', 'Debian 15'] as const;
export type ServerName = (typeof serverNames)[number];
/** DATABASE_URL of a superuser, with NAME in the database's place. */
export type ServerUrls = Readonly<Record<ServerName, string>>;

export const testMasterKey = toMasterKey(Buffer.alloc(32, 7));
export const TEMPLATE = 'candor_template';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: Vitest is told of what is provided by merging into its interface.
  export interface ProvidedContext {
    databaseServers: ServerUrls;
  }
}

type Stop = () => Promise<void>;

export const startServers = async (): Promise<{ urls: ServerUrls; stop: Stop }> => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-test-'));
  await chmod(folder, 0o711);
  const stops: Stop[] = [];
  const stop = async () => {
    for (const each of stops) await each();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const embedded = await startEmbedded(join(folder, 'embedded'), silentLog);
    stops.push(embedded.stop);
    const debian = await startDebian(join(folder, 'debian'));
    stops.push(debian.stop);
    const urls = {
      'embedded 18': `postgres://${SUPERUSER}@localhost/NAME?host=${embedded.socketFolder}`,
      'Debian 15': debian.url,
    };
    for (const name of serverNames) await makeTemplate(urls[name]);
    return { urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Runs SQL as the superuser of a server. */
export const asSuperuser = async (url: string, database: string, ...statements: string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url.replace('NAME', database) });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

export const setup = async (project: { provide: (key: 'databaseServers', value: ServerUrls) => void }) => {
  const { urls, stop } = await startServers();
  project.provide('databaseServers', urls);
  return stop;
};

const run = promisify(execFile);

const makeTemplate = async (url: string): Promise<void> => {
  await asSuperuser(url, 'postgres', `create database ${TEMPLATE}`);
  const database = await openDatabase({
    dataFolder: '',
    databaseUrl: url.replace('NAME', TEMPLATE),
    masterKey: testMasterKey,
    log: silentLog,
    clock: systemClock,
  });
  await database.close();
};

const startDebian = async (folder: string): Promise<{ url: string; stop: Stop }> => {
  const programs = findPostgres();
  if (programs === undefined)
    throw new Error('No PostgreSQL 15 to 17 on this system: run tests/system/prepare.ts.');
  const user = await requireOsUser({ uid: process.getuid?.() ?? -1, name: userInfo().username });
  const { uid, gid } = user.database ?? { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  const password = randomBytes(16).toString('hex');
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await chown(passwordFile, uid, gid);
  const home = await mkdtemp(`${folder}-`);
  await chown(home, uid, gid);
  const data = join(home, 'data');
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
  await run(
    join(programs.bin, 'initdb'),
    ['-D', data, '-U', 'setup', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--no-sync'],
    { uid, gid, cwd: home, env },
  );
  const server = spawn(
    join(programs.bin, 'postgres'),
    [
      '-D',
      data,
      '-c',
      'listen_addresses=',
      '-c',
      `unix_socket_directories=${home}`,
      '-c',
      'max_connections=200',
    ],
    { uid, gid, cwd: home, env, stdio: 'ignore', detached: true },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const url = `postgres://setup:${password}@localhost/NAME?host=${home}`;
  for (let round = 0; ; round += 1) {
    try {
      await asSuperuser(url, 'postgres');
      break;
    } catch (error) {
      if (round === 400 || server.exitCode !== null) throw error;
      await wait(25);
    }
  }
  return {
    url,
    stop: async () => {
      server.kill('SIGINT');
      await ended;
    },
  };
};
