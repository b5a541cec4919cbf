import { describe, expect, test } from 'vitest';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { historyCursor } from '../../server/providers/gmail/delta.ts';
import { checkMailbox } from '../../server/services/mailboxes/completeness.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look, newKey, refOf, refusal } from '../world/acts.ts';
import { choose, untilState } from '../world/imports.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const patience = { timeout: 30_000 };
const hour = 3_600_000;

const rowOf = async (person: WorldPerson): Promise<MailboxRow> => {
  const [row] = await world.as(person).api.mailbox.list.query();
  if (row === undefined) throw new Error('The person has no mailbox.');
  return row;
};
const click = (person: WorldPerson, how: 'count' | 'mend', of = person) =>
  world.as(person).api.mailbox.check.mutate({ mailboxId: world.mailboxId(of), how });
/** Clicks, and waits until a worker has done it. */
const answered = async (person: WorldPerson, how: 'count' | 'mend') => {
  const [clicked] = await click(person, how);
  expect(clicked?.completeness.underWay).toBe(how);
  await expect.poll(async () => (await rowOf(person)).completeness.underWay, patience).toBeUndefined();
  return (await rowOf(person)).completeness;
};
const stateOf = async (person: WorldPerson, threadId: string) =>
  (await look(world.as(person), threadId)).thread.state;
const letter = (to: WorldPerson, subject: string, id?: string): string =>
  world
    .send({ from: jane, to: [to], subject, text: 'Hi', ...(id === undefined ? {} : { id }) })
    .get(to.address) ?? '';
/** As a fault would: the cursor stands past mail that was never looked at. */
const lose = async (person: WorldPerson): Promise<void> => {
  await world.sql('update candor.mailbox_cursor set cursor = $1 where mailbox_id = $2', [
    historyCursor(String(world.lab.mailbox(person.address).historyId())),
    world.mailboxId(person),
  ]);
  world.clock.pass(hour);
  await world.pull(person);
};
const at = (person: WorldPerson) => ({ companyId: world.companyId, mailboxId: world.mailboxId(person) });
const checks = () => world.sql('select * from candor.mailbox_check');

test('nobody has counted so far, and a mailbox that was connected today is not counted by itself', async () => {
  await world.server.services.enqueue({ kind: 'poll' });
  await expect
    .poll(() => world.sql("select from queue.job where name = 'poll' and state = 'completed'"), patience)
    .not.toEqual([]);
  expect((await rowOf(ana)).completeness).toEqual({ state: 'untold', because: 'not-yet' });
  expect(await checks()).toEqual([]);
});

test('messages that were lost are counted, with when the oldest came, and one click brings them all [N-14]', async () => {
  letter(ana, 'Was noticed');
  await world.pull(ana);
  const since = world.clock.now();
  const lost = letter(ana, 'Was lost', 'was-lost@mail.test');
  world.clock.pass(hour);
  // Found by no search: only what it answers leads to it.
  world.send({
    from: { name: 'Jane D.', address: 'jane.private@elsewhere.test' },
    to: [ana],
    subject: 'Re: Was lost',
    text: 'From my own account',
    references: ['was-lost@mail.test'],
  });
  await lose(ana);
  expect(await stateOf(ana, lost)).toBe('not-kept');

  const told = await answered(ana, 'count');
  expect(told).toMatchObject({ state: 'told', storedCount: 1, missingCount: 2, isWhole: true });
  const toldSince = told.state === 'told' ? Date.parse(told.missingSince ?? '') : 0;
  expect(Math.abs(toldSince - since)).toBeLessThan(1_000);
  expect(await stateOf(ana, lost)).toBe('not-kept');

  expect(await answered(ana, 'mend')).toMatchObject({ state: 'told', storedCount: 3, missingCount: 0 });
  expect(keptThread(await look(world.as(ana), lost)).messageCount).toBe(2);
});

test('a count stores nothing of what is missing but how many and since when [N-14]', async () => {
  letter(mia, 'Secret words in a subject');
  await lose(mia);
  const before = await world.dump();
  await answered(mia, 'count');
  const grown = (await world.dump()).split('\n').filter((line) => !before.includes(line));
  expect(
    new Set(grown.map((line) => line.split(' ')[0]).filter((name) => name?.startsWith('candor.'))),
  ).toEqual(new Set(['candor.mailbox_check', 'candor.person_news']));
  const ids = world.lab
    .mailbox(mia.address)
    .messages()
    .map(({ id }) => id);
  for (const line of grown.filter((each) => each.startsWith('candor.mailbox_check')))
    for (const id of ids) expect(line).not.toContain(id);
});

test('mail that no rule wants, and mail its person took off the record, is not missing', async () => {
  const lab = world.lab.mailbox(tom.address);
  const removed = letter(tom, 'Taken off');
  await world.pull(tom);
  await world
    .as(tom)
    .api.thread.remove.mutate({ kind: 'remove', key: newKey(), ref: refOf(world.as(tom), removed) });
  await world.as(tom).api.guard.block.mutate({ whose: 'mine', entry: 'shop.test' });
  world.send({
    from: jane,
    to: [tom, { name: 'Shop', address: 'offers@shop.test' }],
    subject: 'Blocked',
    text: 'Hi',
  });
  await lose(tom);
  expect(await answered(tom, 'count')).toMatchObject({ state: 'told', storedCount: 0, missingCount: 0 });
  const rules = await world.sql<{ rule: string }>(
    'select rule from candor.decision where mailbox_id = $1 order by rule',
    [world.mailboxId(tom)],
  );
  expect(rules.map(({ rule }) => rule)).toEqual(['blocked', 'removed']);
  expect(lab.messages().length).toBeGreaterThan(2);
});

test('what came since the last look is on its way, not missing', async () => {
  letter(tom, 'A moment ago');
  expect(await answered(tom, 'count')).toMatchObject({ missingCount: 0, storedCount: 0 });
  await world.pull(tom);
  expect(await answered(tom, 'count')).toMatchObject({ missingCount: 0, storedCount: 1 });
});

test('bringing in again brings nothing twice, and goes on past what is gone meanwhile', async () => {
  const copies = () =>
    world.sql('select id from candor.message_copy where mailbox_id = $1', [world.mailboxId(ana)]);
  const before = await copies();
  const gone = letter(ana, 'Gone before it is fetched');
  const stays = letter(ana, 'Stays');
  await lose(ana);
  world.lab.fail({ match: `/threads/${gone}`, times: 2, how: 404 });
  await answered(ana, 'mend');
  expect(await stateOf(ana, stays)).toBe('kept');
  await answered(ana, 'mend');
  const now = (await copies()).length;
  expect(now).toBeGreaterThan(before.length);
  await answered(ana, 'mend');
  expect((await copies()).length).toBe(now);
});

describe('no number is told', () => {
  test('while an import has yet to bring old mail; nothing is counted then [N-14]', async () => {
    await choose(world, raj, '12-months');
    await untilState(world, raj, 'estimated');
    await world.sql(`update candor.mailbox_import set state = 'paused' where mailbox_id = $1`, [
      world.mailboxId(raj),
    ]);
    expect((await rowOf(raj)).completeness).toEqual({ state: 'untold', because: 'importing' });
    expect(await refusal(click(raj, 'count'))).toBe('already-done');
    const asked = world.lab.requests.length;
    await checkMailbox(world.server.services, at(raj), AbortSignal.timeout(60_000));
    expect(world.lab.requests.slice(asked)).toEqual([]);
    await world.sql(`update candor.mailbox_import set state = 'cancelled' where mailbox_id = $1`, [
      world.mailboxId(raj),
    ]);
  });

  test('when the provider would not answer, and the next count is told again', async () => {
    world.lab.fail({ match: '/messages?', times: 1, how: 403, reason: 'domainPolicy' });
    expect(await answered(raj, 'count')).toEqual({ state: 'untold', because: 'failed' });
    expect(await answered(raj, 'count')).toMatchObject({ state: 'told', missingCount: 0 });
  });

  test('of a mailbox that needs to be reconnected: it says so instead [N-14]', async () => {
    world.lab.revoke(raj.address);
    world.lab.expireAccessTokens();
    await click(raj, 'count');
    await expect
      .poll(async () => (await rowOf(raj)).completeness, patience)
      .toEqual({
        state: 'untold',
        because: 'reconnect',
      });
    expect(await refusal(click(raj, 'mend'))).toBe('mailbox-disconnected');
  });
});

test('a mailbox is counted for its own person alone [LF-19]', async () => {
  expect(await refusal(click(ana, 'count', mia))).toBe('not-found');
  expect(await refusal(click(mia, 'mend', ana))).toBe('not-found');
});

test('once a day each connected mailbox is counted by itself', async () => {
  world.clock.pass(25 * hour);
  await world.server.services.enqueue({ kind: 'poll' });
  const counted = () =>
    world.sql('select from candor.mailbox_check where counted_at > $1', [world.clock.now() - hour]);
  await expect.poll(async () => (await counted()).length, patience).toBe(3);
});

test('what is asked for while a count goes on is done after it', async () => {
  const lost = letter(mia, 'Lost while counting');
  await lose(mia);
  const held = world.lab.hold('/messages?');
  await click(mia, 'count');
  await held.reached(1);
  await click(mia, 'mend');
  held.release();
  await expect.poll(() => stateOf(mia, lost), patience).toBe('kept');
  await expect.poll(async () => (await rowOf(mia)).completeness, patience).toMatchObject({ missingCount: 0 });
});

test('what a mailbox spent of its quota is told beside its limit, with what is left for its person [N-16]', async () => {
  const { quota } = await rowOf(ana);
  expect(quota).toMatchObject({ limitUnits: 6_000, reservedUnits: 1_200, windowMs: 60_000 });
  const before = quota?.spentUnits ?? 0;
  await look(world.as(ana), world.threadId(ana, 'jane'));
  expect((await rowOf(ana)).quota?.spentUnits).toBeGreaterThan(before);
});
