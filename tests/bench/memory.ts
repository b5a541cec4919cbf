/* What the server takes while nothing happens: as the program people run, with many mailboxes connected and looked at every minute. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../server/base/clock.ts';
import { readMasterKey } from '../../server/base/vault.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { createDataKeys } from '../../server/db/keys.ts';
import { createSealing } from '../../server/services/sealing.ts';
import { findFreePort } from '../build/free-port.ts';
import { silentLog } from '../build/silent-log.ts';
import { connectedCompany } from './connected-company.ts';
import { type Bench, timed } from './figures.ts';
import { type BenchLab, startBenchLab } from './lab.ts';
import { readRssMB, readTreePssMB } from './process-memory.ts';

const mostMB = 300;
const longestWaitMs = 120_000;

export const measureMemory = async (bench: Bench): Promise<void> => {
  const mailboxCount = bench.isQuick ? 10 : 100;
  // Long enough for another round over all the mailboxes.
  const idleMs = bench.isQuick ? 5_000 : 70_000;
  const addresses = Array.from({ length: mailboxCount }, (_, index) => `person-${index}@acme.test`);
  const dataFolder = await mkdtemp(join(tmpdir(), 'candor-bench-'));
  const lab = await startBenchLab(addresses);
  try {
    await fillDatabase(dataFolder, addresses, lab);
    const server = startServerProcess(dataFolder, lab, await findFreePort());
    try {
      const hasSeenAll = async () => (await lab.mailboxesSeen()) === mailboxCount;
      const looks = await timed(() => watch(server.pid, longestWaitMs, hasSeenAll));
      if (!(await hasSeenAll())) throw new Error('The server did not look at all the mailboxes in time.');
      bench.add('memory', {
        what: `from the start until all ${mailboxCount} mailboxes were looked at`,
        value: looks.ms / 1_000,
        unit: 's',
      });
      bench.say(`memory: ${mailboxCount} mailboxes, idle for ${idleMs / 1_000} seconds`);
      const idlePeakMB = await watch(server.pid, idleMs, async () => false);
      bench.add('memory', {
        what: `server, ${mailboxCount} mailboxes, idle`,
        value: await readRssMB(server.pid),
        unit: 'MB',
        budget: { is: 'at most', value: mostMB },
        peer: { what: 'at most while it worked', value: Math.max(looks.value, idlePeakMB) },
      });
      bench.add('memory', {
        what: 'embedded PostgreSQL beside it, shared memory counted once',
        value: await readTreePssMB(await readPostmaster(dataFolder)),
        unit: 'MB',
      });
    } finally {
      await server.stop();
    }
  } finally {
    await lab.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
};

const fillDatabase = async (
  dataFolder: string,
  addresses: readonly string[],
  lab: BenchLab,
): Promise<void> => {
  const clock = systemClock;
  const masterKey = await readMasterKey(dataFolder, undefined);
  const db = await openDatabase({ dataFolder, masterKey, log: silentLog, clock });
  try {
    await connectedCompany(
      { db, sealing: createSealing(masterKey, createDataKeys(masterKey, clock)), clock },
      addresses.map((address, index) => ({ address, refreshToken: lab.refreshTokens[index] ?? '' })),
    );
  } finally {
    await db.close();
  }
};

const startServerProcess = (dataFolder: string, lab: BenchLab, port: number) => {
  const server = spawn(process.execPath, [fileURLToPath(new URL('../../server/main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATA_FOLDER: dataFolder,
      PORT: String(port),
      GOOGLE_CLIENT_ID: lab.clientId,
      GOOGLE_CLIENT_SECRET: lab.clientSecret,
      GOOGLE_ISSUER: lab.url,
      GMAIL_ROOT_URL: `${lab.url}/`,
    },
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  if (server.pid === undefined) throw new Error('The server did not start.');
  return {
    pid: server.pid,
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
    },
  };
};

/** The largest resident set seen until it is so or the time is over, MB. Throws when the server ends. */
const watch = async (pid: number, longestMs: number, isSo: () => Promise<boolean>): Promise<number> => {
  let largestMB = 0;
  for (const startedAt = performance.now(); performance.now() - startedAt < longestMs; await pause(250)) {
    largestMB = Math.max(largestMB, await readRssMB(pid));
    if (await isSo()) break;
  }
  return largestMB;
};

const readPostmaster = async (dataFolder: string): Promise<number> =>
  Number((await readFile(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
