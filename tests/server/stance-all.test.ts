/* One stance on all of one's threads with a candidate, or with everybody of a job. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobId, ThreadId } from '../../lib/contract/ids.ts';
import type { Stance } from '../../lib/contract/thread.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refusal, setStance } from '../world/acts.ts';
import { ana, candidates, jane, mia, raj, tom } from '../world/people.ts';

const world = aWorld();
const luca = candidates.find(({ name }) => name === 'Luca Moretti') ?? jane;
let [janes, lucas, tomsOwn]: ThreadId[] = [];
let jobId: JobId;
const opens = new Map<ThreadId, string>();

beforeAll(async () => {
  const keep = async (name: string, address: string): Promise<ThreadId> => {
    const open = world.threadId(ana, name);
    await log(world.as(ana), open, [world.candidateId(address)]);
    const { threadId } = keptThread(await look(world.as(ana), open));
    opens.set(threadId, open);
    return threadId;
  };
  janes = await keep('jane', jane.address);
  lucas = await keep('invitation-0', luca.address);
  const [open] = [...world.send({ from: jane, to: [tom], subject: 'To Tom alone', text: 'Hi' }).values()];
  await log(world.as(tom), open ?? '', [world.candidateId(jane.address)]);
  tomsOwn = keptThread(await look(world.as(tom), open ?? '')).threadId;
  const [job] = await world.sql<{ id: JobId }>("select id from candor.job where title = 'Backend Engineer'");
  jobId = job?.id as JobId;
});
beforeEach(() => world.sql('delete from candor.stance'));

const stanceOf = async (threadId: ThreadId | undefined): Promise<string | undefined> =>
  (
    await world.sql<{ stance: string }>('select stance from candor.stance where thread_id = $1', [threadId])
  )[0]?.stance;
const all = (scope: { candidateId: string } | { jobId: string }, stance: Stance) =>
  world.as(ana).api.thread.setStanceAll.mutate({ key: newKey(), scope: scope as never, stance });
const undoAll = (of: string) =>
  world.as(ana).api.thread.undoStanceAll.mutate({ key: newKey(), of: of as never });
const janesAll = () => ({ candidateId: world.candidateId(jane.address) });

describe('all with a candidate, all of a job', () => {
  test('is previewed by name and number, and is then so; nobody else’s threads change [JS-32]', async () => {
    const scope = janesAll();
    const preview = await world.as(ana).api.thread.previewStanceAll.query({ scope, stance: 'shared' });
    expect(preview).toMatchObject({ threadCount: 1, sameCount: 0, loses: [] });
    expect(preview.gains.map(({ person }) => person.name)).toEqual(
      expect.arrayContaining([mia.name, tom.name]),
    );
    expect(await stanceOf(janes)).toBeUndefined();
    const { said } = await all(scope, 'shared');
    expect(said).toBe('1 conversation is open to the team.');
    expect([await stanceOf(janes), await stanceOf(lucas), await stanceOf(tomsOwn)]).toEqual([
      'shared',
      undefined,
      undefined,
    ]);
    expect(
      await refusal(world.as(mia).api.thread.read.query({ threadId: janes as ThreadId })),
    ).toBeUndefined();
  });

  test('of a job is everybody who applied for it', async () => {
    await all({ jobId }, 'private');
    expect([await stanceOf(janes), await stanceOf(lucas), await stanceOf(tomsOwn)]).toEqual([
      'private',
      'private',
      undefined,
    ]);
    const again = { jobId };
    expect(
      await world.as(ana).api.thread.previewStanceAll.query({ scope: again, stance: 'private' }),
    ).toMatchObject({
      threadCount: 0,
      sameCount: 2,
      said: 'All of them are so already. Nothing would change.',
    });
    expect(await refusal(all(again, 'private'))).toBe('already-done');
  });

  test('is undone as one, but for what was decided anew since [N-23]', async () => {
    const done = await all({ jobId }, 'shared');
    world.clock.pass(1_000);
    await setStance(world.as(ana), opens.get(lucas as ThreadId) ?? '', lucas as ThreadId, 'private');
    await undoAll(done.key);
    expect([await stanceOf(janes), await stanceOf(lucas)]).toEqual([undefined, 'private']);
    expect(await refusal(undoAll(done.key))).toBe('already-done');
    const first = await all(janesAll(), 'shared');
    world.clock.pass(1_000);
    const second = await all(janesAll(), 'private');
    expect(await refusal(undoAll(first.key))).toBe('already-done');
    await undoAll(second.key);
    expect(await stanceOf(janes)).toBe('shared');
    world.clock.pass(11 * 60_000);
    expect(await refusal(undoAll(second.key))).toBe('already-done');
  });

  test('is for candidates one may open alone', async () => {
    const of = world.as(raj).api.thread;
    expect(await refusal(of.previewStanceAll.query({ scope: janesAll(), stance: 'shared' }))).toBe(
      'not-found',
    );
    expect(await refusal(of.setStanceAll.mutate({ key: newKey(), scope: { jobId }, stance: 'shared' }))).toBe(
      'not-found',
    );
  });

  test('is done once by its key', async () => {
    const key = newKey();
    const act = { key, scope: janesAll(), stance: 'private' } as const;
    const [one, two] = await Promise.all([
      world.as(ana).api.thread.setStanceAll.mutate(act),
      world.as(ana).api.thread.setStanceAll.mutate(act),
    ]);
    expect(one).toEqual(two);
  });
});
