/* Mailboxes that tell of changes by a connection: one listener each, in one process, for as long as it is wanted. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CompanyId, MailboxId } from '../../lib/contract/ids.ts';
import { Failure } from '../../server/base/failure.ts';
import type { Job } from '../../server/queue/jobs.ts';
import { keepPush } from '../../server/services/mailboxes/push.ts';
import type { Services } from '../../server/services/services.ts';
import { startListeners } from '../../server/workers/listeners.ts';
import { aCompany, type TestCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { connectScripted, scriptedAccounts } from '../build/scripted-provider.ts';
import { servicesOn } from '../build/some-services.ts';
import { type SteppedClock, steppedClock } from '../build/stepped-clock.ts';

const database = aDatabase();
const lookMs = 5_000;
const never = new AbortController().signal;

/** One connection that stays open until the test breaks it or the signal aborts. */
type Connection = {
  readonly mailboxId: string;
  readonly hint: () => void;
  readonly break: (why: Error) => void;
  isOpen: boolean;
};

let clock: SteppedClock;
let services: Services;
let jobs: Job[];
let connections: Connection[];
let company: TestCompany;
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  clock = steppedClock(Date.UTC(2026, 0, 10));
  jobs = [];
  connections = [];
  stops = [];
  services = servicesOn(database, {
    clock,
    enqueue: async (job) => {
      jobs.push(job);
    },
    providers: {
      graph: scriptedAccounts({
        push: (mailboxId) => ({
          by: 'connection',
          listen: (onChange, signal) =>
            new Promise((_, reject) => {
              const connection: Connection = {
                mailboxId,
                isOpen: true,
                hint: onChange,
                break: (why) => {
                  connection.isOpen = false;
                  reject(why);
                },
              };
              signal.addEventListener('abort', () => connection.break(new Error('stopped')), { once: true });
              connections.push(connection);
            }),
        }),
      }),
    },
  });
  await database.query("update candor.mailbox set state = 'off'");
  company = await aCompany(database);
});
afterEach(async () => {
  for (const stop of stops) await stop();
});

const connect = async (): Promise<{ readonly companyId: CompanyId; readonly mailboxId: MailboxId }> => {
  const at = await connectScripted(services, company.companyId, await company.person());
  await keepPush(services, at, never);
  return at;
};
/** A worker process, as far as listening goes. */
const startWorker = () => {
  const stopping = new AbortController();
  const ended = startListeners(services, lookMs, stopping.signal);
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  stops.push(stop);
  return stop;
};
const open = () => connections.filter(({ isOpen }) => isOpen).map(({ mailboxId }) => mailboxId);
const look = async () => {
  await clock.sleeping(1);
  clock.pass(lookMs);
};

test('a hint leads to a pull, as does each new connection, for what came while there was none', async () => {
  const at = await connect();
  startWorker();
  await expect.poll(open).toEqual([at.mailboxId]);
  expect(jobs).toEqual([{ kind: 'mailbox.pull', ...at }]);
  connections[0]?.hint();
  expect(jobs.length).toBe(2);
});

test('of several processes one listens, and another takes over when it stops', async () => {
  const at = await connect();
  const stopFirst = startWorker();
  await expect.poll(open).toEqual([at.mailboxId]);
  startWorker();
  await clock.sleeping(2);
  clock.pass(lookMs);
  await clock.sleeping(2);
  expect(connections.length).toBe(1);
  await stopFirst();
  expect(open()).toEqual([]);
  await look();
  await expect.poll(open).toEqual([at.mailboxId]);
});

test('a process that died gives its mailboxes up after a while, without a word', async () => {
  const at = await connect();
  await database.query(
    `update candor.mailbox_push set listener_id = gen_random_uuid(), listens_until = ${clock.now() + 2 * lookMs}`,
  );
  startWorker();
  await look();
  await clock.sleeping(1);
  expect(open()).toEqual([]);
  await look();
  await expect.poll(open).toEqual([at.mailboxId]);
});

test('mailboxes that come are taken up and those that go are left, while it runs', async () => {
  const first = await connect();
  startWorker();
  await expect.poll(open).toEqual([first.mailboxId]);
  const second = await connect();
  await look();
  await expect.poll(open).toEqual([first.mailboxId, second.mailboxId]);
  await database.query(`update candor.mailbox set state = 'off' where id = '${first.mailboxId}'`);
  await look();
  await expect.poll(open).toEqual([second.mailboxId]);
});

test('a connection that breaks is made again after growing waits, and never twice at a time', async () => {
  await connect();
  startWorker();
  for (const waitMs of [5_000, 10_000, 20_000]) {
    await expect.poll(() => open().length).toBe(1);
    connections.at(-1)?.break(new Failure('provider-refused', 'scripted'));
    await clock.sleeping(2);
    clock.pass(waitMs - 1);
    await clock.sleeping(2);
    expect(open()).toEqual([]);
    clock.pass(1);
  }
  await expect.poll(() => open().length).toBe(1);
  expect(connections.length).toBe(4);
});

test('a provider that asks to wait is left alone as long as it asks', async () => {
  await connect();
  startWorker();
  await expect.poll(() => open().length).toBe(1);
  connections[0]?.break(new Failure('provider-busy', 'scripted', { retryAfterMs: 60_000 }));
  await clock.sleeping(2);
  clock.pass(59_999);
  await clock.sleeping(2);
  expect(open()).toEqual([]);
  clock.pass(1);
  await expect.poll(() => open().length).toBe(1);
});

test('a mailbox that lets us in no more is left, its owner told, and listened to again once reconnected', async () => {
  const at = await connect();
  startWorker();
  await expect.poll(open).toEqual([at.mailboxId]);
  connections[0]?.break(new Failure('mailbox-disconnected', 'scripted'));
  const state = async () =>
    (
      await database.query<{ state: string }>(`select state from candor.mailbox where id = '${at.mailboxId}'`)
    )[0]?.state;
  await expect.poll(state).toBe('needs-reconnect');
  await look();
  await clock.sleeping(1);
  expect(open()).toEqual([]);
  await database.query(`update candor.mailbox set state = 'connected' where id = '${at.mailboxId}'`);
  await look();
  await expect.poll(open).toEqual([at.mailboxId]);
});

test('one mailbox’s broken connection does not touch another’s', async () => {
  const first = await connect();
  const second = await connect();
  startWorker();
  await expect.poll(() => open().length).toBe(2);
  connections.find(({ mailboxId }) => mailboxId === first.mailboxId)?.break(new Error('a bug'));
  expect(open()).toEqual([second.mailboxId]);
  jobs = [];
  connections.find(({ mailboxId }) => mailboxId === second.mailboxId)?.hint();
  expect(jobs).toEqual([{ kind: 'mailbox.pull', ...second }]);
});
