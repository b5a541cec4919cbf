/* Job kind to service call, and nothing else. */
import type { Queue } from '../queue/queue.ts';
import { enqueueImports, runImports } from '../services/import/run-import.ts';
import { eraseDue } from '../services/ingest/erase.ts';
import { indexOldMail } from '../services/ingest/index-old-mail.ts';
import { checkMailbox } from '../services/mailboxes/completeness.ts';
import { enqueueChecks } from '../services/mailboxes/completeness-asked.ts';
import { eraseMailbox } from '../services/mailboxes/erase-mailbox.ts';
import { recordBuried } from '../services/mailboxes/health.ts';
import { enqueueWatches, keepPush } from '../services/mailboxes/push.ts';
import { enqueuePulls, pullMailbox } from '../services/mailboxes/sync.ts';
import { enqueueTelling, tellByMail } from '../services/mailboxes/tell-by-mail.ts';
import { retireDue } from '../services/people/retire.ts';
import { deliverOutgoing, enqueueSends, giveUpOutgoing } from '../services/sending/deliver.ts';
import type { Services } from '../services/services.ts';
import { applyDueVisibility } from '../services/visibility/changes.ts';

/** Mailboxes pulled side by side in one process. Most of a pull is waiting, for answers or for quota, and some hang. */
const pullsAtOnce = 8;
/** Imports side by side; fewer, because one keeps its place for minutes. */
const importsAtOnce = 2;
const watchesAtOnce = 2;
const checksAtOnce = 2;
const sendsAtOnce = 2;

export const startHandlers = async (services: Services, queue: Queue): Promise<void> => {
  await queue.work('mailbox.pull', pullsAtOnce, (job, signal) => pullMailbox(services, job, signal));
  await queue.work('mailbox.import', importsAtOnce, (job, signal) => runImports(services, job, signal));
  await queue.work('mailbox.watch', watchesAtOnce, (job, signal) => keepPush(services, job, signal));
  await queue.work('mailbox.check', checksAtOnce, (job, signal) => checkMailbox(services, job, signal));
  await queue.work('mailbox.erase', 1, (job, signal) => eraseMailbox(services, job, signal));
  await queue.work('mailbox.tell', 1, (job) => tellByMail(services, job));
  await queue.work('message.send', sendsAtOnce, (job, signal) => deliverOutgoing(services, job, signal));
  await queue.work('erase', 1, (_, signal) => eraseDue(services, signal));
  await queue.work('retire', 1, (_, signal) => retireDue(services, signal));
  await queue.work('visibility', 1, (_, signal) => applyDueVisibility(services, signal));
  await queue.work('index', 1, (_, signal) => indexOldMail(services, signal));
  await queue.work('poll', 1, async () => {
    await enqueuePulls(services);
    await enqueueWatches(services);
    await enqueueImports(services);
    await enqueueChecks(services);
    await enqueueSends(services);
    await enqueueTelling(services);
  });
  await queue.workBuried(async (job, because) => {
    await recordBuried(services, job, because);
    if (job.kind === 'message.send') await giveUpOutgoing(services, job);
  });
};
