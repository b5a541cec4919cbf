/* PostgreSQL's own lock on its folder: postmaster.pid, whose first line is the process id of the server. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const readPidFile = async (cluster: string): Promise<{ pid: number; lines: string[] } | undefined> => {
  const text = await readIfThere(join(cluster, 'postmaster.pid'));
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, lines } : undefined;
};

/**
 * PostgreSQL takes a dead server's file away by itself, but not while any process has its id: a zombie in a container
 * without an init, or a stranger after the id was used again. Then our own id is written in its place, which PostgreSQL
 * knows to be its parent's and passes over, and it still checks that no part of the old server holds its memory.
 */
export const freeStalePidFile = async (cluster: string): Promise<void> => {
  const file = await readPidFile(cluster);
  if (file === undefined || process.platform !== 'linux') return;
  if (await isPostgresOn(cluster, file.pid)) return;
  await writeFile(join(cluster, 'postmaster.pid'), [String(process.pid), ...file.lines.slice(1)].join('\n'));
};

const isPostgresOn = async (cluster: string, pid: number): Promise<boolean> => {
  // Empty for a zombie.
  const commandLine = (await readIfThere(`/proc/${pid}/cmdline`)) ?? '';
  return commandLine.split('\0').includes(cluster);
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
};
