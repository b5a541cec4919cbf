import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { CompanyId, MailboxId } from '../../lib/contract/ids.ts';
import { systemClock } from '../../server/base/clock.ts';
import { Failure } from '../../server/base/failure.ts';
import type { MailboxPull } from '../../server/queue/jobs.ts';
import { openQueue, type Queue } from '../../server/queue/queue.ts';
import { aDatabase } from '../build/a-database.ts';
import { silentLog } from '../build/silent-log.ts';

type Pull = z.infer<typeof MailboxPull>;

const database = aDatabase();
let queue: Queue;
let handle: (job: Pull, signal: AbortSignal) => Promise<void>;
const companyId = CompanyId.parse(crypto.randomUUID());

beforeAll(async () => {
  queue = await openQueue(database.db, systemClock, silentLog);
  await queue.work('mailbox.pull', 2, (job, signal) => handle(job, signal));
});
afterAll(async () => {
  await queue.stop(5_000);
});

const aPull = (): Pull => ({
  kind: 'mailbox.pull',
  companyId,
  mailboxId: MailboxId.parse(crypto.randomUUID()),
});

test('more mailboxes than workers are all looked at, without waiting for the next clock', async () => {
  const jobs = Array.from({ length: 12 }, aPull);
  const seen = new Set<MailboxId>();
  const all = new Promise<void>((resolve) => {
    handle = async ({ mailboxId }) => {
      seen.add(mailboxId);
      if (seen.size === jobs.length) resolve();
    };
  });
  for (const job of jobs) await queue.enqueue(job);
  await all;
  expect(seen).toEqual(new Set(jobs.map(({ mailboxId }) => mailboxId)));
});

test('a mailbox is never pulled twice at the same time, and what comes during a pull is looked at by the next', async () => {
  const job = aPull();
  let running = 0;
  let most = 0;
  let runs = 0;
  const twice = new Promise<void>((resolve) => {
    handle = async () => {
      running += 1;
      most = Math.max(most, running);
      runs += 1;
      if (runs === 1) {
        await queue.enqueue(job);
        await queue.enqueue(job);
      }
      running -= 1;
      if (runs === 2) resolve();
    };
  });
  await queue.enqueue(job);
  await twice;
  expect(most).toBe(1);
});

test('a busy provider costs no attempt: the job comes again after the wait it asked for', async () => {
  let runs = 0;
  const again = new Promise<void>((resolve) => {
    handle = async () => {
      runs += 1;
      if (runs <= 4) throw new Failure('provider-busy', 'asked to wait', { retryAfterMs: 1 });
      resolve();
    };
  });
  await queue.enqueue(aPull());
  await again;
  expect(runs).toBe(5);
});

test('a job enqueued in a transaction that is rolled back never runs', async () => {
  const dropped = aPull();
  const kept = aPull();
  const seen: MailboxId[] = [];
  const done = new Promise<void>((resolve) => {
    handle = async ({ mailboxId }) => {
      seen.push(mailboxId);
      if (mailboxId === kept.mailboxId) resolve();
    };
  });
  await expect(
    database.db.transaction({ kind: 'system' }, async () => {
      await queue.enqueue(dropped);
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  await queue.enqueue(kept);
  await done;
  expect(seen).toEqual([kept.mailboxId]);
});
