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
import { silentLog } from '../build/silent-log.ts';
import { connectedCompany } from './connected-company.ts';
import type { Bench } from './figures.ts';
import { findFreePort } from './free-port.ts';
import { type BenchLab, startBenchLab } from './lab.ts';
import { readRssMB, readTreePssMB } from './process-memory.ts';

const mostMB = 300;
const longestWaitMs = 180_000;

export const measureMemory = async (bench: Bench): Promise<void> => {
  const mailboxCount = bench.isQuick ? 10 : 100;
  const addresses = Array.from({ length: mailboxCount }, (_, index) => `person-${index}@acme.test`);
  const dataFolder = await mkdtemp(join(tmpdir(), 'candor-bench-'));
  const lab = await startBenchLab(addresses);
  try {
    await fillDatabase(dataFolder, addresses, lab);
    const server = startServerProcess(dataFolder, lab, await findFreePort());
    try {
      bench.say(
        `memory: ${mailboxCount} mailboxes, looked at ${bench.isQuick ? 'once' : 'twice, a minute apart'}`,
      );
      // The first look asks where the mailbox stands, each later one what happened since.
      const lastAsked = bench.isQuick ? 'users.getProfile' : 'users.history.list';
      const peakMB = await watchUntil(
        server.pid,
        async () => (await lab.accountsAsked(lastAsked)) === mailboxCount,
      );
      await pause(settleMs);
      bench.add('memory', {
        what: `server, ${mailboxCount} mailboxes, idle`,
        value: await readRssMB(server.pid),
        unit: 'MB',
        budget: { is: 'at most', value: mostMB },
        peer: { what: 'at most while it worked', value: peakMB },
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

const settleMs = 5_000;

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

/** Gives back the largest resident set seen meanwhile, MB. Throws when it takes too long or the server ends. */
const watchUntil = async (pid: number, isSo: () => Promise<boolean>): Promise<number> => {
  let largestMB = 0;
  for (const startedAt = performance.now(); performance.now() - startedAt < longestWaitMs; ) {
    largestMB = Math.max(largestMB, await readRssMB(pid));
    if (await isSo()) return largestMB;
    await pause(250);
  }
  throw new Error('The server did not look at all the mailboxes in time.');
};

const readPostmaster = async (dataFolder: string): Promise<number> =>
  Number((await readFile(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
