import { accessRequestRouter } from './access-request.ts';
import { auditRouter } from './audit.ts';
import { candidateRouter } from './candidate.ts';
import { companyRouter } from './company.ts';
import { erasureRouter } from './erasure.ts';
import { guardRouter } from './guard.ts';
import { importRouter } from './import.ts';
import { router } from './init.ts';
import { liveRouter } from './live.ts';
import { mailboxRouter } from './mailbox.ts';
import { overrideRouter } from './override.ts';
import { peopleRouter } from './people.ts';
import { searchRouter } from './search.ts';
import { sendRouter } from './send.ts';
import { sessionRouter } from './session.ts';
import { threadRouter } from './thread.ts';

export const appRouter = router({
  session: sessionRouter,
  people: peopleRouter,
  company: companyRouter,
  candidate: candidateRouter,
  erasure: erasureRouter,
  mailbox: mailboxRouter,
  import: importRouter,
  thread: threadRouter,
  accessRequest: accessRequestRouter,
  search: searchRouter,
  send: sendRouter,
  guard: guardRouter,
  audit: auditRouter,
  override: overrideRouter,
  live: liveRouter,
});
export type AppRouter = typeof appRouter;
