/* Job kind to service call, and nothing else. */
import type { Queue } from '../queue/queue.ts';
import { eraseDue } from '../services/ingest/erase.ts';
import { enqueuePulls, pullMailbox } from '../services/mailboxes/sync.ts';
import type { Services } from '../services/services.ts';

/** Mailboxes pulled side by side in one process. */
const pullsAtOnce = 4;

export const startHandlers = async (services: Services, queue: Queue): Promise<void> => {
  await queue.work('mailbox.pull', pullsAtOnce, (job, signal) => pullMailbox(services, job, signal));
  await queue.work('erase', 1, (_, signal) => eraseDue(services, signal));
  await queue.work('poll', 1, () => enqueuePulls(services));
};
