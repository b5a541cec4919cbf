import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file under the folder, in the order of the paths. */
export const filesUnder = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
