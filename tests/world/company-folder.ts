/*
 * The company that worlds begin with, set up once a run by its people's own steps: a world starts its own database server on
 * a copy of the data folder. Setting up costs more than most tests do, for what protects passwords is slow on purpose.
 */
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../server/base/clock.ts';
import { readEnv } from '../../server/base/env.ts';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { startServer } from '../../server/start.ts';
import { findFreePort } from '../build/free-port.ts';
import { silentLog } from '../build/silent-log.ts';
import { bringPeople, type SetUpCompany } from './start-world.ts';
import { longWaitMs } from './world-clock.ts';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: Vitest is told of what is provided by merging into its interface.
  export interface ProvidedContext {
    companyFolder: string;
  }
}

/** A folder for the run, empty until the first world needs the company. */
export const makeCompanyFolder = async (): Promise<{ folder: string; remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-company-'));
  // For a database that runs as a user of its own.
  await chmod(folder, 0o711);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
};

/** As Vitest's globalSetup. */
export const setup = async (project: { provide: (key: 'companyFolder', value: string) => void }) => {
  const { folder, remove } = await makeCompanyFolder();
  project.provide('companyFolder', folder);
  return remove;
};

/** The company in the run's folder; whoever is first there sets it up. */
export const companyIn = async (folder: string): Promise<SetUpCompany> => {
  const place = join(folder, 'company');
  return (await readCompany(place)) ?? (await setUpCompany(place));
};

const readCompany = async (place: string): Promise<SetUpCompany | undefined> => {
  try {
    const members = JSON.parse(await readFile(join(place, 'members.json'), 'utf8'));
    return { dataFolder: join(place, 'data'), members };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const setUpCompany = async (place: string): Promise<SetUpCompany> => {
  const half = await mkdtemp(`${place}.new-`);
  await chmod(half, 0o711);
  const dataFolder = join(half, 'data');
  await mkdir(dataFolder);
  const env = readEnv({ DATA_FOLDER: dataFolder, PORT: String(await findFreePort()) });
  const server = await startServer(env, {
    clock: systemClock,
    log: silentLog,
    fetch: systemFetch,
    detect: async () => ({ kind: 'unknown' }),
    pollMs: longWaitMs,
    listenMs: longWaitMs,
  });
  try {
    const members = (await bringPeople(server)).map(({ api: _, ...member }) => member);
    await writeFile(join(half, 'members.json'), JSON.stringify(members));
  } finally {
    await server.stop();
  }
  try {
    await rename(half, place);
  } catch (error) {
    // Another file of tests was quicker, and its company serves as well.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    await rm(half, { recursive: true });
  }
  const made = await readCompany(place);
  if (made === undefined) throw new Error('The company’s folder has gone.');
  return made;
};
