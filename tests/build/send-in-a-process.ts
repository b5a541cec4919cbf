/* A program: sends one message as the worker does, and ends; or is killed on the way. */
import { z } from 'zod';
import { ActionKey, CompanyId } from '../../lib/contract/ids.ts';
import { systemClock } from '../../server/base/clock.ts';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { openDatabase } from '../../server/db/connection.ts';
import { gmailAccounts } from '../../server/providers/gmail/accounts.ts';
import { deliverOutgoing } from '../../server/services/sending/deliver.ts';
import { testMasterKey } from './database-servers.ts';
import { silentLog } from './silent-log.ts';
import { servicesOn } from './some-services.ts';

const At = z.object({
  databaseUrl: z.string(),
  labUrl: z.url(),
  clientId: z.string(),
  clientSecret: z.string(),
  companyId: CompanyId,
  outgoingId: ActionKey,
});
export type At = z.infer<typeof At>;

const at = At.parse(JSON.parse(process.argv[2] ?? ''));
const clock = systemClock;
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
await deliverOutgoing(services, at, AbortSignal.timeout(120_000));
gmail.close();
await db.close();
