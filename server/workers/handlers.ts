/* Job kind to service call, and nothing else. */
import type { Queue } from '../queue/queue.ts';
import { enqueueImports, runImports } from '../services/import/run-import.ts';
import { enqueuePulls, pullMailbox } from '../services/mailboxes/sync.ts';
import type { Services } from '../services/services.ts';

/** Mailboxes pulled side by side in one process. */
const pullsAtOnce = 4;
/** Imports side by side; fewer, because one keeps its place for minutes. */
const importsAtOnce = 2;

export const startHandlers = async (services: Services, queue: Queue): Promise<void> => {
  await queue.work('mailbox.pull', pullsAtOnce, (job, signal) => pullMailbox(services, job, signal));
  await queue.work('mailbox.import', importsAtOnce, (job, signal) => runImports(services, job, signal));
  await queue.work('poll', 1, async () => {
    await enqueuePulls(services);
    await enqueueImports(services);
  });
};
