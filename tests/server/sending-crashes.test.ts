/* Whenever a worker ends between the click and the last commit, the message goes once. KILLS: how many for the long run. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverOutgoing } from '../../server/services/sending/deliver.ts';
import { seededRandom } from '../bench/seeded-random.ts';
import { aDatabase } from '../build/a-database.ts';
import { aWaitingReply, stateOf, timesSent, type WaitingReply } from '../build/a-reply.ts';
import { ana, aSyncingCompany, type SyncingCompany } from '../build/a-syncing-company.ts';
import { recordOf } from '../build/record-of.ts';
import type { At } from '../build/send-in-a-process.ts';
import { type Step, watchServices } from '../build/watched-services.ts';
import { startAndKill } from '../build/worker-process.ts';

const database = aDatabase();
const kills = Number(process.env.KILLS ?? 3);
const never = new AbortController().signal;

let company: SyncingCompany;
beforeAll(async () => {
  company = await aSyncingCompany(database);
});
afterAll(() => company.close());

class Ended extends Error {}

const deliver = (reply: WaitingReply) => deliverOutgoing(company.services, reply, never);

test.each([
  ['call to the provider', (step: Step) => step === 'call'],
  ['statement', (step: Step) => step === 'statement'],
  ['commit', (step: Step) => step === 'commit' || step === 'committed'],
] as const)(
  'a worker that ends at any %s has sent once, or not yet, and the next one makes it once',
  async (_, isCounted) => {
    for (let nth = 1, isThrough = false; !isThrough; nth += 1) {
      const reply = await aWaitingReply(company, database.clock.at);
      let count = 0;
      const services = watchServices(company.services, (step) => {
        if (isCounted(step)) count += 1;
        if (count >= nth) throw new Ended(`at step ${count}`);
      });
      await deliverOutgoing(services, reply, never).catch((thrown: unknown) => {
        if (count < nth) throw thrown;
      });
      isThrough = count < nth;
      expect(timesSent(company, reply), `ended at step ${nth}`).toBeLessThanOrEqual(1);
      database.clock.at += 60_000;
      await deliver(reply);
      expect(timesSent(company, reply), `ended at step ${nth}`).toBe(1);
      expect(await stateOf(company, reply)).toEqual({ state: 'sent', failure_reason: null });
    }
  },
  120_000,
);

test('an answer that is lost on its way is looked for before anything is sent again', async () => {
  const reply = await aWaitingReply(company, database.clock.at);
  company.lab.fail({ match: '/messages/send', times: 1, how: 'reset-after' });
  await expect(deliver(reply)).rejects.toMatchObject({ reason: 'provider-refused' });
  expect(await stateOf(company, reply)).toEqual({ state: 'sending', failure_reason: 'provider-refused' });
  database.clock.at += 60_000;
  const asked = company.lab.requests.length;
  await deliver(reply);
  expect(timesSent(company, reply)).toBe(1);
  const methods = company.lab.requests.slice(asked).map(({ apiMethod }) => apiMethod);
  expect(methods).toContain('users.messages.list');
  expect(methods).not.toContain('users.messages.send');
});

test('a provider that never answers as it should is given up after some tries, and its person is told', async () => {
  const reply = await aWaitingReply(company, database.clock.at);
  company.lab.fail({ match: '/messages/send', times: 5, how: 503 });
  for (let nth = 0; nth < 5; nth += 1) {
    await expect(deliver(reply)).rejects.toMatchObject({ reason: 'provider-refused' });
    database.clock.at += 24 * 3_600_000;
  }
  expect(await stateOf(company, reply)).toEqual({ state: 'failed', failure_reason: 'provider-refused' });
  await deliver(reply);
  expect(timesSent(company, reply)).toBe(0);
});

/** Runs until the lab was asked so often, and some ms more. */
const runAndKill = async (reply: WaitingReply, after: { readonly requests: number; readonly ms: number }) => {
  const at: At = {
    databaseUrl: database.superuserUrl,
    provider: company.at,
    ...reply,
  };
  const program = fileURLToPath(new URL('../build/send-in-a-process.ts', import.meta.url));
  await startAndKill(program, () => company.lab.requests.length, at, after);
};

test(
  `workers killed ${kills} times in the middle have sent each message once, and it is on the record once`,
  async () => {
    const random = seededRandom(7);
    for (let nth = 0; nth < kills; nth += 1) {
      const reply = await aWaitingReply(company, database.clock.at);
      await runAndKill(reply, { requests: 1 + Math.floor(random() * 4), ms: Math.floor(random() * 30) });
      expect(timesSent(company, reply)).toBeLessThanOrEqual(1);
      await deliver(reply);
      expect(timesSent(company, reply)).toBe(1);
      expect(await stateOf(company, reply)).toMatchObject({ state: 'sent' });
    }
    await company.pull();
    // All that lies in the mailbox is a question of a candidate's, or an answer that was sent from here.
    const record = await recordOf(company.services, company.mailbox.companyId);
    expect(record.messages).toHaveLength(company.lab.mailbox(ana).messages().length);
  },
  60_000 + kills * 30_000,
);
