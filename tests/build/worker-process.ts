/* What a worker does, in a process of its own that can be killed on the way: both ends of it. */
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { CompanyId } from '../../lib/contract/ids.ts';
import type { Clock } from '../../server/base/clock.ts';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { gmailAccounts } from '../../server/providers/gmail/accounts.ts';
import { graphAccounts } from '../../server/providers/graph/accounts.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import type { Services } from '../../server/services/services.ts';
import { testMasterKey } from './database-servers.ts';
import { silentLog } from './silent-log.ts';
import { servicesOn } from './some-services.ts';

/** Where the worker finds its provider: a lab, or an IMAP server by the certificate it proves itself with. */
export const ProviderAt = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['gmail', 'graph']),
    issuer: z.url(),
    rootUrl: z.url(),
    clientId: z.string(),
    clientSecret: z.string(),
  }),
  z.object({ kind: z.literal('imap'), certificate: z.string() }),
]);
export type ProviderAt = z.infer<typeof ProviderAt>;

export const WorkerAt = z.object({
  databaseUrl: z.string(),
  provider: ProviderAt,
  companyId: CompanyId,
});

/** The provider as the services meet it; `pageSize`: changes in one page, where the provider itself does not say. */
export const providersAt = (at: ProviderAt, clock: Clock, pageSize?: number): Services['providers'] => {
  if (at.kind === 'imap')
    return {
      imap: imapAccounts({
        clock,
        trust: trusting([at.certificate]),
        inside: ['localhost'],
        ...(pageSize === undefined ? {} : { pageSize }),
      }),
    };
  const options = { ...at, redirectUri: 'http://127.0.0.1/unused', clock, fetch: systemFetch };
  return at.kind === 'gmail' ? { gmail: gmailAccounts(options) } : { graph: graphAccounts(options) };
};

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
  const providers = providersAt(at.provider, clock, killedPageSize);
  await work(servicesOn({ db, masterKey: testMasterKey, clock }, { providers }));
  for (const accounts of Object.values(providers)) accounts.close();
  await db.close();
};

/** Small, so that a mailbox of few hundred messages has many. */
export const killedPageSize = 20;

/** Starts the program and kills it once there was so much traffic with the provider, and some ms more; true when it was through before. */
export const startAndKill = async (
  program: string,
  traffic: () => number,
  at: z.infer<typeof WorkerAt>,
  after: { readonly requests: number; readonly ms: number },
): Promise<boolean> => {
  const child = spawn(process.execPath, [program, JSON.stringify(at)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const asked = traffic();
  const watch = setInterval(() => {
    if (traffic() - asked < after.requests) return;
    clearInterval(watch);
    setTimeout(() => child.kill('SIGKILL'), after.ms);
  }, 1);
  const code = await ended;
  clearInterval(watch);
  if (code !== null && code !== 0) throw new Error(`The process failed by itself with ${code}.`);
  return code === 0;
};
