/* A program: looks at one mailbox as the worker does, until nothing is new, and ends; or is killed on the way. */
import { z } from 'zod';
import { CompanyId, MailboxId } from '../../lib/contract/ids.ts';
import type { Clock } from '../../server/base/clock.ts';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { gmailAccounts } from '../../server/providers/gmail/accounts.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { testMasterKey } from './database-servers.ts';
import { silentLog } from './silent-log.ts';
import { servicesOn } from './some-services.ts';

const At = z.object({
  databaseUrl: z.string(),
  labUrl: z.url(),
  clientId: z.string(),
  clientSecret: z.string(),
  companyId: CompanyId,
  mailboxId: MailboxId,
});
export type At = z.infer<typeof At>;

const at = At.parse(JSON.parse(process.argv[2] ?? ''));
let ahead = 0;
/** Waits for a quota take no time. */
const clock: Clock = {
  now: () => Date.now() + ahead,
  sleep: async (ms) => {
    ahead += ms;
  },
};
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
const services = servicesOn({ db, masterKey: testMasterKey, clock }, { providers: { gmail } });
await pullMailbox(services, at, AbortSignal.timeout(120_000));
gmail.close();
await db.close();
