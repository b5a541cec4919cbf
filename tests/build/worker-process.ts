/* What a worker does, in a process of its own that can be killed on the way: both ends of it. */
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { CompanyId } from '../../lib/contract/ids.ts';
import type { Clock } from '../../server/base/clock.ts';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { gmailAccounts } from '../../server/providers/gmail/accounts.ts';
import type { Services } from '../../server/services/services.ts';
import type { SyncingCompany } from './a-syncing-company.ts';
import { testMasterKey } from './database-servers.ts';
import { silentLog } from './silent-log.ts';
import { servicesOn } from './some-services.ts';

export const WorkerAt = z.object({
  databaseUrl: z.string(),
  labUrl: z.url(),
  clientId: z.string(),
  clientSecret: z.string(),
  companyId: CompanyId,
});

/** The process: does its work and ends. */
export const workAt = async (
  at: z.infer<typeof WorkerAt>,
  clock: Clock,
  work: (services: Services) => Promise<void>,
): Promise<void> => {
  const db = await openDatabase({
    dataFolder: '',
    databaseUrl: at.databaseUrl,
    masterKey: testMasterKey,
    log: silentLog,
    clock,
  });
  const gmail = gmailAccounts({
    clientId: at.clientId,
    clientSecret: at.clientSecret,
    issuer: at.labUrl,
    redirectUri: 'http://127.0.0.1/unused',
    rootUrl: `${at.labUrl}/`,
    clock,
    fetch: systemFetch,
  });
  await work(servicesOn({ db, masterKey: testMasterKey, clock }, { providers: { gmail } }));
  gmail.close();
  await db.close();
};

/** Starts the program and kills it once the lab was asked so often, and some ms more; true when it was through before. */
export const startAndKill = async (
  program: string,
  { lab }: SyncingCompany,
  at: z.infer<typeof WorkerAt>,
  after: { readonly requests: number; readonly ms: number },
): Promise<boolean> => {
  const child = spawn(process.execPath, [program, JSON.stringify(at)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const asked = lab.requests.length;
  const watch = setInterval(() => {
    if (lab.requests.length - asked < after.requests) return;
    clearInterval(watch);
    setTimeout(() => child.kill('SIGKILL'), after.ms);
  }, 1);
  const code = await ended;
  clearInterval(watch);
  if (code !== null && code !== 0) throw new Error(`The process failed by itself with ${code}.`);
  return code === 0;
};
