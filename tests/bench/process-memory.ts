/* What Linux says of a process's memory. */
import { readdir, readFile } from 'node:fs/promises';

/** Resident set of one process, MB. */
export const readRssMB = async (pid: number): Promise<number> =>
  readKB(await readFile(`/proc/${pid}/status`, 'utf8'), 'VmRSS') / 1_000;

/** Proportional set of a process and all it started, MB: memory they share counts once. */
export const readTreePssMB = async (pid: number): Promise<number> => {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc'))
    if (/^\d+$/.test(name)) parents.set(Number(name), await readParent(Number(name)));
  const isOfTree = (each: number): boolean => each === pid || (each > 1 && isOfTree(parents.get(each) ?? 0));
  let sumKB = 0;
  for (const each of parents.keys())
    if (isOfTree(each)) sumKB += readKB(await readOrEmpty(`/proc/${each}/smaps_rollup`), 'Pss');
  return sumKB / 1_000;
};

const readParent = async (pid: number): Promise<number> =>
  Number(/^PPid:\s+(\d+)/m.exec(await readOrEmpty(`/proc/${pid}/status`))?.[1] ?? 0);

const readKB = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1.024;

/** A process may end between being listed and being read. */
const readOrEmpty = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
};
