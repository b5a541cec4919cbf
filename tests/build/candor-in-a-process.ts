/* A program: opens the database of a data folder, says so, and stays until it is stopped or killed. */
import { systemClock } from '../../server/base/clock.ts';
import { readMasterKey } from '../../server/base/vault.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { silentLog } from './silent-log.ts';

const dataFolder = process.argv[2] ?? '';
const database = await openDatabase({
  dataFolder,
  masterKey: await readMasterKey(dataFolder, undefined),
  log: silentLog,
  clock: systemClock,
});
const companyId = await database.transaction({ kind: 'system' }, (tx) =>
  tx
    .insertInto('candor.company')
    .values({ name: 'Acme', created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow(),
);
process.once('SIGTERM', () => {
  void database.close().then(() => process.exit(0));
});
console.log(companyId.id);
setInterval(() => {}, 60_000);
