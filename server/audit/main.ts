/* The audit as a program: on the server's own database, with nothing to serve. */
import { once } from 'node:events';
import { systemClock } from '../base/clock.ts';
import { readEnv } from '../base/env.ts';
import { createLog } from '../base/log.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { readMasterKey } from '../base/vault.ts';
import { type OpenDatabase, openDatabase } from '../db/connection.ts';
import { Unreadable } from '../inspect/read-file.ts';
import { help, readWanted, verify, verifyFile, type Wanted, writeOut } from './audit.ts';

const onDatabase = async <T>(use: (services: { db: OpenDatabase }) => Promise<T>): Promise<T> => {
  const { dataFolder, databaseUrl, masterKey: given } = readEnv();
  const log = { ...createLog(process.stderr), info: () => undefined };
  const masterKey = await readMasterKey(dataFolder, given);
  const db = await openDatabase({ dataFolder, databaseUrl, masterKey, log, clock: systemClock });
  try {
    return await use({ db });
  } finally {
    await db.close();
  }
};

const write = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Returns whether all is well. */
const run = async (wanted: Wanted | undefined): Promise<boolean> => {
  switch (wanted?.verb) {
    case undefined:
      await write(help);
      return true;
    case 'verify':
      return onDatabase((services) => verify(services, wanted, say));
    case 'verify-file':
      return verifyFile(wanted, say);
    case 'export':
      await onDatabase((services) => writeOut(services, wanted, write));
      return true;
  }
};

try {
  if (!(await run(readWanted(process.argv.slice(2))))) process.exitCode = 1;
} catch (thrown) {
  if (!(thrown instanceof Unreadable || thrown instanceof StartRefusal)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
}
