/*
 * PostgreSQL refuses to run as root. Started as root, Candor runs it as an OS user of its own, `candor-db`; a user that
 * other programs also run as (nobody, postgres) could read the record. Started as anybody else: as oneself.
 */
import { execFile } from 'node:child_process';
import { cp, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { StartRefusal } from '../base/start-refusal.ts';

export type OsUser = {
  /** Who runs Candor, as PostgreSQL's peer authentication names them. */
  readonly candorName: string;
  /** Set when the database runs as another user than Candor. */
  readonly database: { readonly name: string; readonly uid: number; readonly gid: number } | undefined;
};

/** Throws StartRefusal when Candor is root and the user cannot be made. */
export const requireOsUser = async (candor: { uid: number; name: string }): Promise<OsUser> => {
  if (candor.uid !== 0) return { candorName: candor.name, database: undefined };
  return { candorName: candor.name, database: (await readUser(USER)) ?? (await makeUser()) };
};

/** The first folder on the way to `path` (or `path` itself) that a user who owns nothing there cannot enter. */
export const findClosedFolder = async (path: string): Promise<string | undefined> => {
  const closed: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) closed.push(folder);
    if (folder === dirname(folder)) return closed.at(-1);
  }
};

/** Copies a folder of programs to where the database's user reaches it; whole or not at all. */
export const copyPrograms = async (from: string, to: string): Promise<void> => {
  const half = `${to}.new-${process.pid}`;
  await rm(half, { recursive: true, force: true });
  // Links between the libraries must stay relative, or they would point back at the folder that cannot be reached.
  await cp(from, half, { recursive: true, verbatimSymlinks: true });
  await rm(to, { recursive: true, force: true });
  await rename(half, to);
};

const USER = 'candor-db';
const run = promisify(execFile);

const readUser = async (name: string): Promise<OsUser['database']> => {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((row) => row.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
};

const makeUser = async () => {
  const refusal = (cause?: unknown) =>
    new StartRefusal(
      `PostgreSQL does not run as root and the user ${USER} could not be made: start Candor as an ordinary user, or set DATABASE_URL.`,
      cause,
    );
  try {
    await run('/usr/sbin/useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir=/nonexistent',
      '--shell=/usr/sbin/nologin',
      USER,
    ]);
  } catch (error) {
    // 9: another start made it a moment ago.
    if ((error as { code?: unknown }).code !== 9) throw refusal(error);
  }
  const made = await readUser(USER);
  if (made === undefined) throw refusal();
  return made;
};
