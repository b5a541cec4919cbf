import { candidateRouter } from './candidate.ts';
import { guardRouter } from './guard.ts';
import { router } from './init.ts';
import { liveRouter } from './live.ts';
import { mailboxRouter } from './mailbox.ts';
import { peopleRouter } from './people.ts';
import { sessionRouter } from './session.ts';
import { threadRouter } from './thread.ts';

export const appRouter = router({
  session: sessionRouter,
  people: peopleRouter,
  candidate: candidateRouter,
  mailbox: mailboxRouter,
  thread: threadRouter,
  guard: guardRouter,
  live: liveRouter,
});
export type AppRouter = typeof appRouter;
