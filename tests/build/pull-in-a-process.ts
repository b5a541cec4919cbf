/* A program: looks at one mailbox as the worker does, until nothing is new, and ends; or is killed on the way. */
import type { z } from 'zod';
import { MailboxId } from '../../lib/contract/ids.ts';
import type { Clock } from '../../server/base/clock.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { WorkerAt, workAt } from './worker-process.ts';

const At = WorkerAt.extend({ mailboxId: MailboxId });
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
await workAt(at, clock, (services) => pullMailbox(services, at, AbortSignal.timeout(120_000)));
