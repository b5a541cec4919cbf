import { expect, test } from 'vitest';
import { undoMs } from '../../lib/domain/undo.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, label, log, look, newKey, refusal, setStance, undo } from '../world/acts.ts';
import { ana, jane, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const sam = { name: 'Sam Field', address: 'sam.field@mailbox.test' };
const idOf = (threads: ReadonlyMap<string, string>, person: WorldPerson): string =>
  threads.get(person.address) ?? '';
/** Tables that hold what an act brings. */
const record = () =>
  world.sql(
    `select (select count(*) from candor.message) as messages, (select count(*) from candor.message_copy) as copies,
      (select count(*) from candor.thread) as threads, (select count(*) from candor.mention) as mentions,
      (select count(*) from candor.thread_candidate) as filed, (select count(*) from candor.candidate) as candidates,
      (select count(*) from candor.participant) as participants, (select count(*) from candor.decision) as decisions,
      (select sum(cardinality(reader_ids)) from candor.message) as readers`,
  );

test('undoing a log takes away all it brought, the candidate it made included [N-23]', async () => {
  const before = await record();
  const threadId = idOf(world.send({ from: sam, to: [ana], subject: 'From Sam', text: 'Hi' }), ana);
  const done = await log(world.as(ana), threadId, [{ create: sam }]);
  expect((await look(world.as(ana), threadId)).undoable).toMatchObject([{ key: done.key, kind: 'log' }]);
  await undo(world.as(ana), threadId, done);
  expect(await record()).toEqual(before);
  expect((await look(world.as(ana), threadId)).thread.state).toBe('not-kept');
});

test('a reply that was kept only because it answers the logged thread goes with it', async () => {
  const before = await record();
  const letter = {
    id: 'before-reply@mailbox.test',
    from: sam,
    to: [ana],
    subject: 'With a reply',
    text: 'Hi',
  };
  const threadId = idOf(world.send(letter), ana);
  const done = await log(world.as(ana), threadId, [{ create: sam }]);
  world.send({ from: ana, to: [sam], subject: 'Re: With a reply', text: 'Hello', references: [letter.id] });
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(2);
  await undo(world.as(ana), threadId, done);
  const after = await record();
  expect(after).toEqual(before);
});

test('a reply from a candidate’s known address stays, and stays on their record', async () => {
  const letter = {
    id: 'jane-before@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'Jane again',
    text: 'Hi',
    at: world.clock.now() - 86_400_000,
  };
  const threadId = idOf(world.send(letter), ana);
  const done = await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
  world.send({ from: jane, to: [ana], subject: 'Re: Jane again', text: 'One more', references: [letter.id] });
  await world.pull(ana);
  await undo(world.as(ana), threadId, done);
  const kept = keptThread(await look(world.as(ana), threadId));
  expect(kept.messageCount).toBe(1);
  expect(kept.logged).toBeUndefined();
  expect((await look(world.as(ana), threadId)).history.threads.map(({ subject }) => subject)).toContain(
    'Re: Jane again',
  );
});

test('what a colleague logged meanwhile stays with them, under their name', async () => {
  const threads = world.send({ from: sam, to: [ana, tom], subject: 'Both log', text: 'Hi' });
  const done = await log(world.as(ana), idOf(threads, ana), [world.candidateId(jane.address)]);
  await log(world.as(tom), idOf(threads, tom), [world.candidateId(jane.address)]);
  await undo(world.as(ana), idOf(threads, ana), done);
  const kept = keptThread(await look(world.as(tom), idOf(threads, tom)));
  expect(kept).toMatchObject({ messageCount: 1, logged: { by: { name: tom.name } } });
  expect(
    await world.sql('select person_id from candor.message_copy where provider_thread_id = any($1)', [
      [...threads.values()],
    ]),
  ).toEqual([{ person_id: world.as(tom).personId }]);
});

test('when both undo, in whatever order, nothing is left', async () => {
  for (const order of [
    [ana, tom],
    [tom, ana],
  ]) {
    const before = await record();
    const threads = world.send({ from: sam, to: [ana, tom], subject: 'Both undo', text: 'Hi' });
    const done = new Map<WorldPerson, Awaited<ReturnType<typeof log>>>();
    for (const person of [ana, tom])
      done.set(person, await log(world.as(person), idOf(threads, person), [world.candidateId(jane.address)]));
    for (const person of order)
      await undo(world.as(person), idOf(threads, person), done.get(person) ?? { key: newKey() });
    expect(await record()).toEqual(before);
  }
});

test('undoing a log of a thread that was kept before leaves it kept as it was', async () => {
  const threadId = idOf(world.send({ from: ana, to: [jane], subject: 'Kept before', text: 'Hi' }), ana);
  await world.pull(ana);
  const before = await record();
  const done = await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
  await undo(world.as(ana), threadId, done);
  expect(await record()).toEqual(before);
  expect(keptThread(await look(world.as(ana), threadId)).logged).toBeUndefined();
});

test('undoing twice is refused the second time, and is one undoing under one key', async () => {
  const threadId = idOf(world.send({ from: sam, to: [ana], subject: 'Twice', text: 'Hi' }), ana);
  const done = await log(world.as(ana), threadId, [{ create: sam }]);
  const key = newKey();
  const first = await undo(world.as(ana), threadId, done, key);
  expect(await undo(world.as(ana), threadId, done, key)).toEqual(first);
  expect(await refusal(undo(world.as(ana), threadId, done))).toBe('already-done');
});

test('an earlier stance can not be undone over a later one, so that what was made private stays so', async () => {
  const who = world.as(ana);
  const openId = idOf(world.send({ from: sam, to: [ana], subject: 'Stances', text: 'Hi' }), ana);
  await log(who, openId, [{ create: sam }]);
  const { threadId } = keptThread(await look(who, openId));
  const opened = await setStance(who, openId, threadId, 'shared');
  world.clock.pass(1_000);
  const closed = await setStance(who, openId, threadId, 'private');
  const stances = (await look(who, openId)).undoable.filter(({ kind }) => kind === 'stance');
  expect(stances.map(({ key }) => key)).toEqual([closed.key]);
  expect(await refusal(undo(who, openId, opened))).toBe('already-done');
  expect(keptThread(await look(who, openId)).stance).toBe('private');
  await undo(who, openId, closed);
  expect(keptThread(await look(who, openId)).stance).toBe('shared');
  await undo(who, openId, opened);
  expect(keptThread(await look(who, openId)).stance).toBe('default');
});

test('an earlier labelling can not be undone over a later one', async () => {
  const who = world.as(ana);
  const openId = idOf(world.send({ from: sam, to: [ana], subject: 'Labels', text: 'Hi' }), ana);
  const on = await label(who, openId, true);
  world.clock.pass(1_000);
  const off = await label(who, openId, false);
  expect(await refusal(undo(who, openId, on))).toBe('already-done');
  await undo(who, openId, off);
  expect((await look(who, openId)).thread).toMatchObject({ isLabelled: true });
});

test('a colleague can not undo it', async () => {
  const threads = world.send({ from: sam, to: [ana, tom], subject: 'Not yours', text: 'Hi' });
  const done = await log(world.as(ana), idOf(threads, ana), [{ create: sam }]);
  expect(await refusal(undo(world.as(tom), idOf(threads, tom), done))).toBe('not-found');
  await undo(world.as(ana), idOf(threads, ana), done);
});

test('a candidate made by the log stays when a job is on their record by then', async () => {
  const threadId = idOf(world.send({ from: sam, to: [ana], subject: 'With a job', text: 'Hi' }), ana);
  const done = await log(world.as(ana), threadId, [{ create: sam }]);
  await world.sql(
    `insert into candor.application (company_id, candidate_id, job_id, stage, stage_since)
     select c.company_id, c.id, j.id, 'Applied', 0 from candor.candidate c, candor.job j where c.name = $1 limit 1`,
    [sam.name],
  );
  await undo(world.as(ana), threadId, done);
  expect(await world.sql('select from candor.candidate where name = $1', [sam.name])).toHaveLength(1);
  expect((await look(world.as(ana), threadId)).thread.state).toBe('not-kept');
});

test('after ten minutes an act stands', async () => {
  const threadId = idOf(world.send({ from: ana, to: [jane], subject: 'Too late', text: 'Hi' }), ana);
  const done = await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
  world.clock.pass(undoMs);
  expect((await look(world.as(ana), threadId)).undoable).toEqual([]);
  expect(await refusal(undo(world.as(ana), threadId, done))).toBe('already-done');
  expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(1);
});
