/* The import of a file as a program: on the server's own database, with nothing to serve and no provider to speak to. */
import { systemClock } from '../base/clock.ts';
import { type Env, readEnv } from '../base/env.ts';
import { createLog } from '../base/log.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { readMasterKey } from '../base/vault.ts';
import { openDatabase } from '../db/connection.ts';
import { createDataKeys } from '../db/keys.ts';
import { Unreadable } from '../inspect/read-file.ts';
import { detector } from '../providers/detect.ts';
import { openQueue } from '../queue/queue.ts';
import { createNewsBoard } from '../services/news/news-board.ts';
import { createSealing } from '../services/sealing.ts';
import { bringFile, help, readWanted, type Summary, type Wanted } from './import-file.ts';

const run = async (env: Env, wanted: Wanted, signal: AbortSignal): Promise<Summary> => {
  const clock = systemClock;
  // How far it is stands there already, in words.
  const log = { ...createLog(process.stderr), info: () => undefined };
  const masterKey = await readMasterKey(env.dataFolder, env.masterKey);
  const { dataFolder, databaseUrl } = env;
  const db = await openDatabase({ dataFolder, databaseUrl, masterKey, log, clock });
  try {
    const queue = await openQueue(db, clock, log);
    try {
      const services = {
        db,
        sealing: createSealing(masterKey, createDataKeys(masterKey, clock)),
        clock,
        log,
        enqueue: queue.enqueue,
        news: createNewsBoard(),
        publicUrl: env.publicUrl ?? '',
        providers: {},
        detect: detector(),
      };
      return await bringFile(services, wanted, (line) => process.stderr.write(`${line}\n`), signal);
    } finally {
      await queue.stop(0);
    }
  } finally {
    await db.close();
  }
};

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
try {
  const wanted = readWanted(process.argv.slice(2));
  process.stdout.write(
    wanted === undefined
      ? help
      : `${JSON.stringify(await run(readEnv(), wanted, stopping.signal), undefined, 2)}\n`,
  );
} catch (thrown) {
  const isRefusal = thrown instanceof Unreadable || thrown instanceof StartRefusal;
  if (!stopping.signal.aborted && !isRefusal) throw thrown;
  const sentence = isRefusal ? thrown.message : 'Stopped: what was kept stays, and the same command goes on.';
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
