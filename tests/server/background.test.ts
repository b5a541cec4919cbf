/* Work in the background: no mailbox holds another up, and one in trouble is told of. With the real queue. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CompanyId, MailboxId, PersonId } from '../../lib/contract/ids.ts';
import { Failure } from '../../server/base/failure.ts';
import { openQueue, type Queue } from '../../server/queue/queue.ts';
import type { Actor } from '../../server/services/actor.ts';
import { listTroubled } from '../../server/services/mailboxes/health.ts';
import { listMailboxes } from '../../server/services/mailboxes/mailboxes.ts';
import type { Services } from '../../server/services/services.ts';
import { createCaller } from '../../server/trpc/init.ts';
import { appRouter } from '../../server/trpc/router.ts';
import { startHandlers } from '../../server/workers/handlers.ts';
import { aCompany, type TestCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { connectScripted, scriptedAccounts } from '../build/scripted-provider.ts';
import { silentLog } from '../build/silent-log.ts';
import { servicesOn } from '../build/some-services.ts';

const database = aDatabase();
const minute = 60_000;

type At = { readonly companyId: CompanyId; readonly mailboxId: MailboxId; readonly personId: PersonId };

let queue: Queue;
let services: Services;
let company: TestCompany;
const pulls = new Map<string, (signal: AbortSignal) => Promise<void>>();
const pulled: string[] = [];

beforeAll(async () => {
  queue = await openQueue(database.db, database.clock, silentLog);
  services = servicesOn(database, {
    enqueue: queue.enqueue,
    providers: {
      graph: scriptedAccounts({
        pull: async (mailboxKey, signal) => {
          pulled.push(mailboxKey);
          await pulls.get(mailboxKey)?.(signal);
        },
      }),
    },
  });
  await startHandlers(services, queue);
});
afterAll(async () => {
  await queue.stop(0);
});
beforeEach(async () => {
  company = await aCompany(database);
});

const connect = async (name?: string): Promise<At> => {
  const personId = await company.person(name === undefined ? {} : { name });
  const at = { ...(await connectScripted(services, company.companyId, personId)), personId };
  // The first look only notes where to go on from.
  await look(at);
  await expect.poll(() => lastPulledAt(at)).toBeTypeOf('number');
  return at;
};
const look = ({ companyId, mailboxId }: At) => queue.enqueue({ kind: 'mailbox.pull', companyId, mailboxId });
const lastPulledAt = async ({ mailboxId }: At): Promise<number | undefined> => {
  const [row] = await database.query<{ at: string | null }>(
    `select last_pulled_at as at from candor.mailbox where id = '${mailboxId}'`,
  );
  return row?.at == null ? undefined : Number(row.at);
};
const actor = (personId: PersonId, role: Actor['role'] = 'interviewer'): Actor => ({
  personId,
  companyId: company.companyId,
  name: 'A person',
  address: `${personId}@acme.example`,
  role,
});
const healthOf = async ({ personId }: At) => (await listMailboxes(services, actor(personId)))[0]?.health;
const isQuiet = async ({ mailboxId }: At) =>
  (
    await database.query(
      `select from queue.job where singleton_key = '${mailboxId}' and state in ('created', 'retry', 'active')`,
    )
  ).length === 0;
/** The waits between attempts are not waited for: what waits is due, and another mailbox's job wakes who takes it. */
const hurry = async (other: At) => {
  await database.query(
    "update queue.job set start_after = now() - interval '1 second' where state = 'retry' and start_after > now()",
  );
  await look(other);
};

test('a mailbox that always fails and some that hang until they are stopped hold up no other', async () => {
  const [failing, sound] = [await connect(), await connect()];
  const hanging: At[] = [];
  for (const _ of [1, 2, 3, 4, 5]) hanging.push(await connect());
  const signals: AbortSignal[] = [];
  const allHang = Promise.withResolvers<void>();
  pulls.set(failing.mailboxId, async () => {
    throw new Failure('provider-refused', 'scripted');
  });
  for (const { mailboxId } of hanging)
    pulls.set(mailboxId, (signal) => {
      signals.push(signal);
      if (signals.length === hanging.length) allHang.resolve();
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
    });
  database.clock.at += minute;
  await queue.enqueue({ kind: 'poll' });
  await allHang.promise;
  for (let round = 0; round < 3; round += 1) {
    database.clock.at += minute;
    await queue.enqueue({ kind: 'poll' });
    await expect.poll(() => lastPulledAt(sound)).toBe(database.clock.at);
  }
  expect(signals.some(({ aborted }) => aborted)).toBe(false);
  expect(await healthOf(failing)).toMatchObject({ state: 'behind', because: 'refused' });
  expect((await healthOf(sound))?.state).toBe('connected');
  await queue.stop(0);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
  queue = await openQueue(database.db, database.clock, silentLog);
  for (const { mailboxId } of hanging) pulls.delete(mailboxId);
  services = { ...services, enqueue: queue.enqueue };
  await startHandlers(services, queue);
});

test('hints while a pull runs lead to one more pull after it, however many they are', async () => {
  const at = await connect();
  const running = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  pulls.set(at.mailboxId, async () => {
    running.resolve();
    await release.promise;
  });
  pulled.length = 0;
  await look(at);
  await running.promise;
  for (const _ of [1, 2, 3, 4]) await look(at);
  expect(pulled).toEqual([at.mailboxId]);
  release.resolve();
  await expect.poll(() => isQuiet(at)).toBe(true);
  expect(pulled).toEqual([at.mailboxId, at.mailboxId]);
});

test('a provider that asks to wait is asked again after it, more often than any bug would be', async () => {
  const at = await connect();
  let busy = 6;
  pulls.set(at.mailboxId, async () => {
    busy -= 1;
    if (busy > 0) throw new Failure('provider-busy', 'scripted', { retryAfterMs: 1 });
  });
  database.clock.at = Date.now() - minute;
  await look(at);
  await expect.poll(() => lastPulledAt(at), { timeout: 30_000 }).toBe(database.clock.at);
  expect(busy).toBe(0);
  expect((await healthOf(at))?.state).toBe('connected');
});

describe('a look that fails by a bug', () => {
  test('is given up after its attempts, with our word for it and not the bug’s, and told to owner and admins', async () => {
    const [at, other] = [await connect('Mia Chen'), await connect()];
    const admin = await company.person({ role: 'admin' });
    pulls.set(at.mailboxId, async () => {
      throw new TypeError('a secret subject in an error message');
    });
    database.clock.at += minute;
    pulled.length = 0;
    await look(at);
    await expect
      .poll(
        async () => {
          await hurry(other);
          return (await healthOf(at))?.because;
        },
        { timeout: 50_000 },
      )
      .toBe('given-up');
    expect(pulled.filter((mailboxId) => mailboxId === at.mailboxId).length).toBe(4);
    expect(
      await database.query(`select kind, reason from candor.buried_job where mailbox_id = '${at.mailboxId}'`),
    ).toEqual([{ kind: 'mailbox.pull', reason: 'fault' }]);
    const troubled = await listTroubled(services, actor(admin, 'admin'));
    expect(troubled).toEqual([
      {
        mailboxId: at.mailboxId,
        address: `${at.personId}@acme.example`,
        personId: at.personId,
        personName: 'Mia Chen',
        health: { state: 'needs-you', because: 'given-up', since: expect.any(String) },
      },
    ]);
    const kept = await database.query<{ text: string }>(
      "select coalesce(string_agg(to_jsonb(j)::text, ''), '') as text from queue.job j",
    );
    expect(kept[0]?.text).not.toContain('secret subject');

    // The clock's next look goes through, and nobody is troubled any more.
    pulls.delete(at.mailboxId);
    database.clock.at += minute;
    await queue.enqueue({ kind: 'poll' });
    await expect.poll(async () => (await healthOf(at))?.state).toBe('connected');
    expect(await listTroubled(services, actor(admin, 'admin'))).toEqual([]);
  });
});

test('a look whose process died under it again and again is given up as one that ran too long', async () => {
  const at = await connect();
  const running = Promise.withResolvers<void>();
  pulls.set(at.mailboxId, (signal) => {
    running.resolve();
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    );
  });
  database.clock.at += minute;
  await look(at);
  await running.promise;
  // As the database sees the last attempt of a process that is not there any more.
  await database.query(
    `update queue.job set retry_count = retry_limit, heartbeat_on = now() - interval '61 seconds'
     where singleton_key = '${at.mailboxId}' and state = 'active'`,
  );
  await expect
    .poll(() => database.query(`select reason from candor.buried_job where mailbox_id = '${at.mailboxId}'`), {
      timeout: 50_000,
    })
    .toEqual([{ reason: 'time-out' }]);
  expect(await healthOf(at)).toMatchObject({ state: 'needs-you', because: 'given-up' });
});

test('who is in trouble is for admins alone, of their own company alone', async () => {
  const at = await connect();
  await database.query(`update candor.mailbox set state = 'needs-reconnect' where id = '${at.mailboxId}'`);
  const troubled = (personId: PersonId, role: Actor['role'], companyId = company.companyId) =>
    createCaller(appRouter)({
      services,
      actor: { ...actor(personId, role), companyId },
      signOut: async () => undefined,
      endSessions: async () => undefined,
      signal: new AbortController().signal,
    }).mailbox.troubled();
  const admin = await company.person({ role: 'admin' });
  expect((await troubled(admin, 'admin')).map(({ mailboxId }) => mailboxId)).toEqual([at.mailboxId]);
  for (const role of ['recruiter', 'hiring-manager', 'interviewer'] as const)
    await expect(troubled(await company.person({ role }), role)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const other = await aCompany(database);
  expect(await troubled(await other.person({ role: 'owner' }), 'owner', other.companyId)).toEqual([]);
});
