/* Notices that are fetched: settled once they are dealt with, and fetched again after whatever went wrong. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../server/base/failure.ts';
import type { Notices } from '../../server/providers/notice-feed.ts';
import type { Job } from '../../server/queue/jobs.ts';
import { keepPush } from '../../server/services/mailboxes/push.ts';
import { startNotices } from '../../server/workers/notices.ts';
import { aCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { connectScripted, scriptedAccounts } from '../build/scripted-provider.ts';
import { servicesOn } from '../build/some-services.ts';
import { type SteppedClock, steppedClock } from '../build/stepped-clock.ts';

const database = aDatabase();
const name = 'ana@acme.test';

let clock: SteppedClock;
let jobs: Job[];
let settled: number;
/** What the channel answers, in order; then it waits. */
let answers: (() => Promise<readonly string[]>)[];
let enqueueing: () => Promise<void>;
/** A worker, as far as notices go. */
let start: () => void;
let stop: () => Promise<void>;

beforeEach(async () => {
  clock = steppedClock(Date.UTC(2026, 0, 10));
  jobs = [];
  settled = 0;
  answers = [];
  enqueueing = async () => undefined;
  const services = servicesOn(database, {
    clock,
    enqueue: async (job) => {
      await enqueueing();
      jobs.push(job);
    },
    providers: {
      graph: scriptedAccounts({
        push: () => ({
          by: 'subscription',
          renew: async () => ({ name, renewAt: clock.now() + 1_000, expiresAt: clock.now() + 2_000 }),
          end: async () => undefined,
        }),
      }),
    },
    gmailNotices: {
      by: 'pull',
      next: async (signal): Promise<Notices> => {
        const answer = answers.shift();
        if (answer === undefined) await untilAborted(signal);
        return {
          names: (await answer?.()) ?? [],
          unreadableCount: 0,
          settle: async () => {
            settled += 1;
          },
        };
      },
    },
  });
  await database.query("update candor.mailbox set state = 'off'");
  const company = await aCompany(database);
  const at = await connectScripted(services, company.companyId, await company.person());
  await keepPush(services, at, new AbortController().signal);
  // Notices on this channel are of Gmail's mailboxes alone.
  await database.query(
    `update candor.mailbox_push set provider = 'gmail' where mailbox_id = '${at.mailboxId}'`,
  );
  stop = () => Promise.resolve();
  start = () => {
    const stopping = new AbortController();
    const ended = startNotices(services, stopping.signal);
    stop = async () => {
      stopping.abort();
      await ended;
    };
  };
});
afterEach(() => stop());

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

test('many notices for one mailbox are one pull, and are settled after it is enqueued', async () => {
  answers = [async () => [name, name, 'stranger@elsewhere.test']];
  enqueueing = async () => expect(settled).toBe(0);
  start();
  await expect.poll(() => settled).toBe(1);
  expect(jobs.map(({ kind }) => kind)).toEqual(['mailbox.pull']);
});

test('notices that could not be dealt with are not settled, and so come again', async () => {
  answers = [async () => [name], async () => [name]];
  enqueueing = async () => {
    throw new Error('the database is gone');
  };
  start();
  await clock.sleeping(1);
  expect([settled, jobs]).toEqual([0, []]);
  enqueueing = async () => undefined;
  clock.pass(1_000);
  await expect.poll(() => settled).toBe(1);
  expect(jobs.length).toBe(1);
});

test('a channel that fails is asked again after growing waits, or after as long as it says', async () => {
  const refuse = (retryAfterMs?: number) => async () => {
    throw new Failure('provider-refused', 'scripted', retryAfterMs === undefined ? {} : { retryAfterMs });
  };
  answers = [refuse(), refuse(), refuse(60_000), async () => [name]];
  start();
  for (const waitMs of [1_000, 2_000, 60_000]) {
    await clock.sleeping(1);
    clock.pass(waitMs - 1);
    expect(settled).toBe(0);
    await clock.sleeping(1);
    clock.pass(1);
  }
  await expect.poll(() => settled).toBe(1);
});

test('a channel that answers nothing at once is not asked without end', async () => {
  answers = Array.from({ length: 10 }, () => async () => []);
  start();
  await clock.sleeping(1);
  expect(answers.length).toBe(9);
  clock.pass(1_000);
  await clock.sleeping(1);
  expect(answers.length).toBe(8);
});
