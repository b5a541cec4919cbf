/* Mail appears within seconds because Gmail says so: with no browser open, no person's act, and no look by the clock. */
import { describe, expect, test } from 'vitest';
import { scope } from '../lab/gmail/scopes.ts';
import { clientOf, me } from '../lab/gmail-lab-client.ts';
import { aWorld, type TestWorld } from '../world/a-world.ts';
import { keptThread, look } from '../world/acts.ts';
import { writeMessage } from '../world/mail.ts';
import { ana, jane, mia, tom, type WorldPerson } from '../world/people.ts';
import { connectMailbox, pushSubscription } from '../world/start-world.ts';

const dayMs = 86_400_000;

/** What the person's panel waits on; resolves when it is told that something changed. */
const news = async (world: TestWorld, person: WorldPerson) => {
  const { api } = world.as(person);
  let { cursor } = await api.live.wait.query({});
  return {
    next: async (): Promise<void> => {
      for (;;) {
        const told = await api.live.wait.query({ cursor });
        cursor = told.cursor;
        if (told.changed) return;
      }
    },
  };
};
/** Another program of the person's at their mailbox, which knows nothing of Candor. */
const phoneOf = (world: TestWorld, person: WorldPerson) =>
  clientOf(world.lab, world.lab.grant(person.address, [scope.all]).accessToken);
const sendFromPhone = async (
  world: TestWorld,
  person: WorldPerson,
  facts: Omit<Parameters<typeof writeMessage>[0], 'from' | 'at'>,
): Promise<string> => {
  // Gmail tells of a mailbox once a second at most.
  world.clock.pass(1_000);
  const raw = Buffer.from(writeMessage({ ...facts, from: person, at: world.clock.now() }));
  const { data } = await phoneOf(world, person).messages.send({
    ...me,
    requestBody: { raw: raw.toString('base64url') },
  });
  return data.threadId ?? '';
};
const lastPulledAt = async (world: TestWorld, person: WorldPerson) =>
  Date.parse((await world.as(person).api.mailbox.list.query())[0]?.lastPulledAt ?? '');
/** Nothing is under way: what a job was asked for is written down. */
const isQuiet = async (world: TestWorld) =>
  (await world.sql("select from queue.job where state in ('created', 'active')")).length === 0;
const poll = (world: TestWorld) => world.server.services.enqueue({ kind: 'poll' });

describe('by notices that are fetched', () => {
  const world = aWorld({ push: 'pull', connected: [ana, mia, tom] });

  test('what is sent from a phone, and its answer, change the panel’s data by themselves [KL-06] [DC-08]', async () => {
    const anas = await news(world, ana);
    const threadId = await sendFromPhone(world, ana, {
      id: 'phone-1@acme.test',
      to: [jane],
      subject: 'From the train',
      text: 'Can we talk tomorrow?',
    });
    await anas.next();
    expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(1);
    world.clock.pass(1_000);
    world.send({
      from: jane,
      to: [ana],
      subject: 'Re: From the train',
      text: 'Yes',
      references: ['phone-1@acme.test'],
    });
    await anas.next();
    expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(2);
  });

  test('mail that one colleague sends another about a candidate arrives in both mailboxes by itself', async () => {
    const toms = await news(world, tom);
    await sendFromPhone(world, ana, {
      id: 'both-1@acme.test',
      to: [tom, jane],
      subject: 'The three of us',
      text: 'Hello',
    });
    await toms.next();
    const [{ threadId } = { threadId: '' }] = world.lab.mailbox(tom.address).messages();
    expect(keptThread(await look(world.as(tom), threadId)).messageCount).toBe(1);
  });

  test('a change that Gmail never told of is brought by the clock, and how fresh the mailbox is stays true [KL-14] [P-17]', async () => {
    world.clock.pass(1_000);
    world.lab.deliver(ana.address, 'From: shop@x.test\r\nTo: ana@acme.test\r\nSubject: first\r\n\r\nx');
    const dropped = world.lab.watches.dropped();
    const threads = world.send({ from: jane, to: [ana], subject: 'Dropped', text: 'Hi' });
    expect(world.lab.watches.dropped()).toBe(dropped + 1);
    world.clock.pass(60_000);
    const since = world.clock.now();
    await poll(world);
    await expect
      .poll(async () => (await look(world.as(ana), threads.get(ana.address) ?? '')).thread.state)
      .toBe('kept');
    await expect.poll(() => lastPulledAt(world, ana)).toBeGreaterThanOrEqual(since);
  });

  test('a notice that comes twice, or for an address nobody connected, changes nothing and is settled', async () => {
    await expect.poll(() => world.pubsub.unacknowledged(pushSubscription)).toBe(0);
    const before = await world.sql('select id from candor.message order by id');
    world.pubsub.repeatLast(pushSubscription);
    world.pubsub.publish(
      'projects/acme/topics/gmail',
      'gmail-api-push@system.gserviceaccount.com',
      Buffer.from(JSON.stringify({ emailAddress: 'stranger@elsewhere.test', historyId: 1 })),
    );
    await expect.poll(() => world.pubsub.unacknowledged(pushSubscription)).toBe(0);
    expect(await world.sql('select id from candor.message order by id')).toEqual(before);
  });

  test('the watch is renewed every day, long before it ends, and a lost day is no matter', async () => {
    const renewed = () =>
      world.lab.requests.filter(
        ({ apiMethod, account }) => apiMethod === 'users.watch' && account === mia.address,
      ).length;
    expect(renewed()).toBe(1);
    for (const days of [1, 3]) {
      world.clock.pass(days * dayMs);
      const before = renewed();
      await poll(world);
      await expect.poll(renewed).toBe(before + 1);
      await expect.poll(() => isQuiet(world)).toBe(true);
    }
    expect(world.lab.watches.isWatched(mia.address)).toBe(true);
  });

  test('reconnecting a mailbox begins its watch anew, though the old one was not due', async () => {
    world.lab.revoke(mia.address);
    world.lab.expireAccessTokens();
    await expect(world.pull(mia)).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    const watched = () =>
      world.lab.requests.filter(
        ({ apiMethod, account, status }) =>
          apiMethod === 'users.watch' && account === mia.address && status === 200,
      ).length;
    const before = watched();
    await connectMailbox(world.lab, world.as(mia));
    await expect.poll(watched).toBe(before + 1);
  });

  test('turning a mailbox off ends its watch before the consent is given back', async () => {
    expect(world.lab.watches.isWatched(tom.address)).toBe(true);
    await world.as(tom).api.mailbox.change.mutate({
      kind: 'turn-off',
      mailboxId: world.mailboxId(tom),
      brought: 'keep',
    });
    expect(world.lab.watches.isWatched(tom.address)).toBe(false);
    const asked = world.lab.requests.map(({ method, path }) => `${method} ${path}`);
    expect(asked.lastIndexOf('POST /gmail/v1/users/me/stop')).toBeLessThan(
      asked.findLastIndex((one) => one.startsWith('POST /revoke')),
    );
    expect(
      await world.sql('select from candor.mailbox_push where mailbox_id = $1', [world.mailboxId(tom)]),
    ).toEqual([]);
  });
});

describe('by calls that Google signed', () => {
  const world = aWorld({ push: 'call', connected: [ana] });

  test('mail from a candidate changes the panel’s data by itself [KL-14]', async () => {
    const anas = await news(world, ana);
    world.clock.pass(1_000);
    const threads = world.send({ from: jane, to: [ana], subject: 'A question', text: 'When?' });
    await anas.next();
    expect((await look(world.as(ana), threads.get(ana.address) ?? '')).thread.state).toBe('kept');
    expect(new Set(world.pubsub.calls)).toEqual(new Set([204]));
  });
});
