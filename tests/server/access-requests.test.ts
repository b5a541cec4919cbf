/* Asking a colleague for access to what the company told there is, and the answers. */
import { beforeEach, describe, expect, test } from 'vitest';
import { AccessRequestId, type AnswerAccess } from '../../lib/contract/access-request.ts';
import type { PersonId, ThreadId } from '../../lib/contract/ids.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal, setStance, undo } from '../world/acts.ts';
import { answerOf } from '../world/looks.ts';
import { ana, candidates, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
let threadId: ThreadId;
let otherId: ThreadId;
const api = (person: WorldPerson) => world.as(person).api;
const idOf = (person: WorldPerson) => world.as(person).personId;

const ask = async (
  from: WorldPerson,
  of: PersonId,
  {
    id = crypto.randomUUID() as string,
    candidate = jane,
    reason,
  }: { id?: string; candidate?: typeof jane; reason?: string } = {},
): Promise<AccessRequestId> => {
  const requestId = AccessRequestId.parse(id);
  await api(from).accessRequest.ask.mutate({
    id: requestId,
    candidateId: world.candidateId(candidate.address),
    ownerId: of,
    ...(reason === undefined ? {} : { reason }),
  });
  return requestId;
};
type Answer = AnswerAccess extends infer Each ? (Each extends unknown ? Omit<Each, 'id'> : never) : never;
const answer = (id: AccessRequestId, how: Answer) =>
  api(ana).accessRequest.answer.mutate({ ...how, id } as AnswerAccess);
const reads = async (person: WorldPerson, id: ThreadId): Promise<boolean> =>
  (await refusal(api(person).thread.read.query({ threadId: id }))) === undefined;

const kept = async (name: string): Promise<ThreadId> => {
  const open = world.threadId(ana, name);
  await log(world.as(ana), open, [world.candidateId(jane.address)]);
  return keptThread(await look(world.as(ana), open)).threadId;
};

beforeEach(async () => {
  await world.sql('delete from candor.access_request');
  await world.sql('delete from candor."grant"');
  await world.sql("update candor.policy set hidden_tier = 'contact', default_visibility = 'owner-only'");
  threadId = await kept('jane');
  otherId = await kept('noor');
  world.clock.pass(8 * 86_400_000);
});

describe('asking for access [N-18] [JS-35]', () => {
  test('is for colleagues whom the company names as in contact; the one asked sees who, of whom and why', async () => {
    const id = await ask(mia, idOf(ana), { reason: 'I meet her on Friday' });
    expect(await api(ana).accessRequest.list.query()).toMatchObject({
      mine: [],
      toMe: [
        { id, asker: { name: mia.name }, candidate: { name: jane.name }, reason: 'I meet her on Friday' },
      ],
    });
    expect(await api(mia).accessRequest.list.query()).toMatchObject({
      mine: [{ id, owner: { name: ana.name }, state: 'waiting' }],
      toMe: [],
    });
    for (const other of [tom, raj])
      expect(await api(other).accessRequest.list.query()).toEqual({ mine: [], toMe: [] });
  });

  test.each([
    ['oneself', () => idOf(mia)],
    ['a colleague with no mail with them', () => idOf(raj)],
    ['nobody', () => crypto.randomUUID() as PersonId],
  ])('is refused of %s, each in the same way', async (_, of) => {
    const first = await answerOf(ask(mia, of()));
    expect(first).toEqual(await answerOf(ask(mia, crypto.randomUUID() as PersonId)));
    expect(first).toMatchObject({ refused: { reason: 'not-found' } });
  });

  test.each(['count', 'nothing'])(
    'is refused where the company tells no names, as if there was nothing: %s',
    async (tier) => {
      await world.sql('update candor.policy set hidden_tier = $1', [tier]);
      expect(await refusal(ask(mia, idOf(ana)))).toBe('not-found');
      expect((await world.sql('select from candor.access_request')).length).toBe(0);
    },
  );

  test('is refused to whom the candidate is not theirs to open, and once everything is theirs to read', async () => {
    expect(await refusal(ask(raj, idOf(ana)))).toBe('not-found');
    for (const id of [threadId, otherId])
      await setStance(world.as(ana), world.threadId(ana, id === threadId ? 'jane' : 'noor'), id, 'shared');
    expect(await refusal(ask(mia, idOf(ana)))).toBe('not-found');
    for (const id of [threadId, otherId])
      await setStance(world.as(ana), world.threadId(ana, id === threadId ? 'jane' : 'noor'), id, 'default');
  });

  test('is done once: the same request again is the same, another one while it waits is refused', async () => {
    const id = await ask(mia, idOf(ana));
    await ask(mia, idOf(ana), { id });
    expect(await refusal(ask(mia, idOf(ana)))).toBe('asked-before');
    expect((await api(mia).accessRequest.list.query()).mine).toHaveLength(1);
  });

  test('is taken back by who asked alone, and can be asked anew', async () => {
    const id = await ask(mia, idOf(ana));
    expect(await refusal(api(tom).accessRequest.withdraw.mutate({ id }))).toBe('not-found');
    expect(await api(mia).accessRequest.withdraw.mutate({ id })).toEqual({ mine: [], toMe: [] });
    expect((await api(ana).accessRequest.list.query()).toMe).toEqual([]);
    expect(await refusal(answer(id, { how: 'all' }))).toBe('not-found');
    await ask(mia, idOf(ana));
  });

  test('is refused of a colleague who could not answer, and beyond thirty that wait, with what to do', async () => {
    await world.sql("update candor.person set role = 'interviewer' where id = $1", [idOf(tom)]);
    await world.sql('delete from candor.team_member where person_id = $1', [idOf(tom)]);
    expect(await refusal(ask(mia, idOf(tom)))).toBe('cannot-answer');
    await world.sql("update candor.person set role = 'recruiter' where id = $1", [idOf(tom)]);
    await world.sql(
      `with made as (
         insert into candor.candidate (company_id, name, created_at)
         select company_id, 'One of thirty', 0 from candor.policy, generate_series(1, 30) returning id, company_id)
       insert into candor.access_request (id, company_id, candidate_id, asker_id, owner_id, state, asked_at)
       select gen_random_uuid(), company_id, id, $1, $2, 'waiting', 0 from made`,
      [idOf(mia), idOf(ana)],
    );
    expect(await refusal(ask(mia, idOf(ana)))).toBe('asks-waiting');
  });

  test('says nothing in the database to anybody else, and its reason stands there in no readable way [LV-05]', async () => {
    await ask(mia, idOf(ana), { reason: 'zebra-in-the-reason' });
    expect(await world.dump()).not.toContain('zebra-in-the-reason');
    expect(await world.dump()).not.toContain(Buffer.from('zebra-in-the-reason').toString('hex'));
  });

  test('ends with the work of who asks, and with their leaving', async () => {
    const id = await ask(mia, idOf(ana));
    await world.sql("update candor.person set role = 'interviewer' where id = $1", [idOf(mia)]);
    expect((await api(ana).accessRequest.list.query()).toMe).toEqual([]);
    expect(await refusal(answer(id, { how: 'all' }))).toBe('not-found');
    await world.sql("update candor.person set role = 'recruiter' where id = $1", [idOf(mia)]);
    await world.sql('update candor.person set is_active = false where id = $1', [idOf(mia)]);
    expect((await api(ana).accessRequest.list.query()).toMe).toEqual([]);
    await world.sql('update candor.person set is_active = true where id = $1', [idOf(mia)]);
  });
});

describe('answering', () => {
  test('lists the threads with the candidate that one holds, and what the asker reads of them already', async () => {
    const id = await ask(mia, idOf(ana));
    const threads = await api(ana).accessRequest.threads.query({ id });
    expect(threads.map((each) => [each.threadId, each.isRead])).toEqual(
      expect.arrayContaining([
        [threadId, false],
        [otherId, false],
      ]),
    );
    expect(await refusal(api(mia).accessRequest.threads.query({ id }))).toBe('not-found');
  });

  test('“this thread” opens that one alone, until the day that was said', async () => {
    const id = await ask(mia, idOf(ana));
    const endsAt = new Date(world.clock.now() + 86_400_000).toISOString();
    await answer(id, { how: 'threads', threadIds: [threadId], endsAt });
    expect([await reads(mia, threadId), await reads(mia, otherId)]).toEqual([true, false]);
    expect((await api(mia).accessRequest.list.query()).mine).toMatchObject([{ id, state: 'granted' }]);
    world.clock.pass(2 * 86_400_000);
    expect(await reads(mia, threadId)).toBe(false);
  });

  test('“all with this candidate” opens those there are, each undone by itself [N-23]', async () => {
    const id = await ask(mia, idOf(ana));
    await answer(id, { how: 'all' });
    expect([await reads(mia, threadId), await reads(mia, otherId)]).toEqual([true, true]);
    const { undoable } = await look(world.as(ana), world.threadId(ana, 'jane'));
    const granted = undoable.find(({ kind }) => kind === 'grant');
    await undo(world.as(ana), world.threadId(ana, 'jane'), { key: granted?.key ?? ('' as never) });
    expect([await reads(mia, threadId), await reads(mia, otherId)]).toEqual([false, true]);
  });

  test('“no” opens nothing, is told, and rests for seven days', async () => {
    const id = await ask(mia, idOf(ana));
    await answer(id, { how: 'refuse' });
    expect(await reads(mia, threadId)).toBe(false);
    expect((await api(mia).accessRequest.list.query()).mine).toMatchObject([{ id, state: 'refused' }]);
    expect(await refusal(ask(mia, idOf(ana)))).toBe('asked-before');
    world.clock.pass(8 * 86_400_000);
    await ask(mia, idOf(ana));
  });

  test('is for who was asked, once, with threads of theirs with the candidate, and an end that is to come', async () => {
    const id = await ask(mia, idOf(ana));
    const open = world.threadId(mia, 'jane-mia');
    await log(world.as(mia), open, [world.candidateId(jane.address)]);
    const mine = keptThread(await look(world.as(mia), open)).threadId;
    for (const how of [
      { how: 'threads', threadIds: [crypto.randomUUID() as ThreadId] },
      { how: 'threads', threadIds: [mine] },
    ] as const)
      expect(await refusal(answer(id, { ...how, threadIds: [...how.threadIds] }))).toBe('not-found');
    expect(await refusal(answer(id, { how: 'all', endsAt: new Date(0).toISOString() }))).toBe('bad-input');
    expect(await refusal(api(tom).accessRequest.answer.mutate({ id, how: 'all' }))).toBe('not-found');
    expect(await reads(mia, threadId)).toBe(false);
    const both = await Promise.all([
      refusal(answer(id, { how: 'all' })),
      refusal(answer(id, { how: 'refuse' })),
    ]);
    expect(both.filter((each) => each === undefined)).toHaveLength(1);
  });

  test('goes with the candidate, when they are erased', async () => {
    const luca = candidates[1] ?? jane;
    const open = world.threadId(ana, 'invitation-0');
    await log(world.as(ana), open, [world.candidateId(luca.address)]);
    await ask(mia, idOf(ana), { candidate: luca });
    await api(ana).erasure.erase.mutate({
      candidateId: world.candidateId(luca.address),
      askedBy: 'candidate',
    });
    expect((await world.sql('select from candor.access_request')).length).toBe(0);
    expect((await api(mia).accessRequest.list.query()).mine).toEqual([]);
  });

  test('is in the audit without the candidate [LV-06]', async () => {
    const id = await ask(mia, idOf(ana));
    await answer(id, { how: 'refuse' });
    const { entries } = await api(ana).audit.list.query({ group: 'access' });
    const said = entries.map((each) => each.said).join('\n');
    expect(said).toContain(`${mia.name} asked ${ana.name} for access to conversations`);
    expect(said).toContain(`said no to ${mia.name}, who asked for access to conversations`);
    expect(said).not.toContain(jane.name);
  });
});
