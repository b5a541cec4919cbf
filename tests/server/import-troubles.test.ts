import { expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look } from '../world/acts.ts';
import { choose, importMail, importsOf, latestOf, steer, untilState } from '../world/imports.ts';
import { ana, jane, mia, raj, tom } from '../world/people.ts';
import { connectMailbox } from '../world/start-world.ts';

const world = aWorld();
const day = 86_400_000;
const patience = { timeout: 30_000 };

test('a thread that can not be read is counted and passed; the others come in', async () => {
  const poisoned = world.threadId(mia, 'jane-salary');
  world.lab.fail({ match: `/threads/${poisoned}`, times: 1_000, how: 'not-json' });
  const row = await importMail(world, mia, '3-months');
  expect(row).toMatchObject({ state: 'done', keptMessages: 2, leftCounts: { unreadable: 2 } });
  expect(await world.sql(`select rule from candor.decision where decision = 'unreadable'`)).toEqual([
    { rule: 'provider-refused' },
    { rule: 'provider-refused' },
  ]);
});

test('a message that is deleted while it is fetched is left out', async () => {
  const at = world.clock.now() - 30 * day;
  const threads = world.send({ from: jane, to: [raj], subject: 'Gone soon', text: 'Hi', at });
  const threadId = threads.get(raj.address) ?? '';
  const [stored] = world.lab.mailbox(raj.address).thread(threadId);
  await choose(world, raj, '3-months');
  await untilState(world, raj, 'estimated');
  const held = world.lab.hold(`/messages/${stored?.id}`);
  await steer(world, raj, 'start');
  await held.reached(1);
  world.lab.mailbox(raj.address).remove(stored?.id ?? '');
  held.release();
  expect(await untilState(world, raj, 'done')).toMatchObject({ keptMessages: 0, lookedThreads: 1 });
});

test('when nothing is answered the import stops and says so, and goes on at the person’s word', async () => {
  await choose(world, tom, '3-months');
  await untilState(world, tom, 'estimated');
  world.lab.fail({ match: /gmail\/v1\/users\/me\/(messages|threads|profile)/, times: 40, how: 503 });
  await steer(world, tom, 'start');
  const failed = await untilState(world, tom, 'failed');
  expect(failed).toMatchObject({ failedFor: 'provider-refused', keptMessages: 0 });
  // The lab's patience with us is over before ours is.
  for (let tries = 0; (await latestOf(world, tom)).state !== 'done' && tries < 20; tries += 1) {
    if ((await latestOf(world, tom)).state === 'failed') await steer(world, tom, 'resume');
    await expect.poll(async () => (await latestOf(world, tom)).state, patience).toMatch(/done|failed/);
  }
  expect(await latestOf(world, tom)).toMatchObject({ state: 'done', keptMessages: 2 });
});

test('a mailbox that does not let us in holds no other up, and its import goes on once it does', async () => {
  await choose(world, ana, '12-months');
  await untilState(world, ana, 'estimated');
  world.lab.revoke(ana.address);
  world.lab.expireAccessTokens();
  await steer(world, ana, 'start');
  await importMail(world, tom, '12-months');
  await expect
    .poll(async () => (await world.as(ana).api.mailbox.list.query())[0]?.state, patience)
    .toBe('needs-reconnect');
  expect((await importsOf(world, ana)).latest).toMatchObject({ state: 'running', keptMessages: 0 });
  await connectMailbox(world.lab, world.as(ana));
  await world.server.services.enqueue({ kind: 'poll' });
  await untilState(world, ana, 'done');
  expect(keptThread(await look(world.as(ana), world.threadId(ana, 'jane'))).messageCount).toBe(4);
});

test('an import leaves a part of the mailbox’s minute to its person’s clicks [N-16]', async () => {
  for (let count = 0; count < 60; count += 1)
    world.send({
      from: jane,
      to: [raj],
      subject: `Many ${count}`,
      text: 'Hi',
      at: world.clock.now() - (count + 2) * day,
    });
  await choose(world, raj, '12-months');
  await untilState(world, raj, 'estimated');
  world.clock.pass(60_000);
  await steer(world, raj, 'start');
  // Sixty threads cost more than background work may spend in a minute: the rest waits for the next one.
  await expect.poll(async () => (await latestOf(world, raj)).lookedThreads, patience).toBeGreaterThan(40);
  const seen = await look(world.as(raj), world.threadId(raj, 'noise-3'));
  expect(seen.thread.state).toBe('not-kept');
  world.clock.pass(60_000);
  // The queue goes by the database's own clock, for which no minute has passed.
  await world.sql(`update queue.job_common set start_after = now() where state in ('created', 'retry')`);
  await world.server.services.enqueue({ kind: 'poll' });
  await untilState(world, raj, 'done');
  // Whether by the import or by the look that ran beside it.
  expect(
    await world.sql('select count(*)::int as n from candor.message_copy where person_id = $1', [
      world.as(raj).personId,
    ]),
  ).toEqual([{ n: 60 }]);
});
