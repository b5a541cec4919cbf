import { beforeAll, describe, expect, test } from 'vitest';
import type { ThreadId } from '../../lib/contract/ids.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look, setStance } from '../world/acts.ts';
import { answerOf } from '../world/looks.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const readBy = async (person: WorldPerson, threadId: ThreadId): Promise<string[]> => {
  const answer = await answerOf(world.as(person).api.thread.read.query({ threadId }));
  return 'messages' in answer ? answer.messages.map(({ text }) => text?.trim() ?? '') : [];
};
const keptOf = async (person: WorldPerson, openThreadId: string) =>
  keptThread(await look(world.as(person), openThreadId));

describe('a colleague on Bcc', () => {
  let threads: ReadonlyMap<string, string>;
  const openOf = (person: WorldPerson): string => threads.get(person.address) ?? '';

  beforeAll(async () => {
    threads = world.send({
      from: mia,
      to: [jane],
      cc: [tom],
      bcc: [raj],
      subject: 'With a witness',
      text: 'Hello',
    });
    for (const person of [mia, tom, raj]) await world.pull(person);
    await world.sql(`update candor.policy set default_visibility = 'record-access'`);
  });

  test('reads the message, and the sender sees that they do', async () => {
    const { threadId } = await keptOf(raj, openOf(raj));
    expect(await readBy(raj, threadId)).toEqual(['Hello']);
    expect((await keptOf(mia, openOf(mia))).readers.map(({ person }) => person.name)).toContain(raj.name);
  });

  test('is neither named nor counted to others who read it, by whatever right they do', async () => {
    const { threadId } = await keptOf(mia, openOf(mia));
    const tomsView = await look(world.as(tom), openOf(tom));
    const janesThread = world.threadId(ana, 'jane');
    const anasView = await look(world.as(ana), janesThread);
    expect(await readBy(ana, threadId)).toEqual(['Hello']);
    const told = JSON.stringify([
      tomsView,
      anasView,
      await world.as(tom).api.thread.read.query({ threadId }),
      await world.as(ana).api.thread.read.query({ threadId }),
      await world.as(tom).api.thread.previewStance.query({ threadId, stance: 'private' }),
    ]);
    expect(told).not.toContain(raj.name);
    expect(told).not.toContain(raj.address);
    expect(told).not.toContain(world.as(raj).personId);
    const { readers, hiddenFromCount } = keptThread(tomsView);
    expect(readers.length + hiddenFromCount).toBe(4);
    expect(hiddenFromCount).toBe(1);
  });

  test('is not given away by making it private either', async () => {
    const { threadId } = await keptOf(raj, openOf(raj));
    await setStance(world.as(raj), openOf(raj), threadId, 'private');
    const told = JSON.stringify(await look(world.as(tom), openOf(tom)));
    expect(told).not.toContain(raj.name);
    const asked = { threadId, personId: world.as(ana).personId };
    const { said } = await world.as(tom).api.thread.couldRead.query(asked);
    expect(said).toContain('cannot read this');
    // Not even that somebody, whoever it is, keeps it private.
    for (const words of [raj.name, 'private']) expect(said).not.toContain(words);
    const { hiddenBecause } = keptThread(await look(world.as(tom), openOf(tom)));
    expect(hiddenBecause).toBeDefined();
    expect(hiddenBecause).not.toContain('private');
    expect((await keptOf(mia, openOf(mia))).privateTo.map(({ name }) => name)).toEqual([raj.name]);
    await setStance(world.as(raj), openOf(raj), threadId, 'default');
  });
});

describe('two threads that turn out to be one', () => {
  const first = {
    id: 'first-of-two@acme.test',
    from: ana,
    to: [jane],
    subject: 'First of two',
    text: 'Anas words',
  };
  const second = {
    id: 'second-of-two@acme.test',
    from: mia,
    to: [jane],
    subject: 'Second of two',
    text: 'Mias words',
  };
  let anas: string;
  let mias: string;

  beforeAll(async () => {
    await world.sql(`update candor.policy set default_visibility = 'record-access'`);
    anas = world.send(first).get(ana.address) ?? '';
    world.clock.pass(60_000);
    mias = world.send(second).get(mia.address) ?? '';
    world.clock.pass(60_000);
    await world.pull(ana);
    await world.pull(mia);
    await setStance(world.as(mia), mias, (await keptOf(mia, mias)).threadId, 'private');
    const both = [first.id, second.id];
    world.send({
      from: jane,
      to: [mia],
      subject: 'Re: Second of two',
      text: 'Janes answer',
      references: both,
    });
    await world.pull(mia);
  });

  test('a join widens nobody’s sight: the private one stays private, its next mail too [N-11]', async () => {
    const { threadId } = await keptOf(ana, anas);
    expect(await readBy(ana, threadId)).toEqual(['Anas words']);
    expect(await readBy(tom, threadId)).toEqual(['Anas words']);
    expect(await readBy(mia, threadId)).toEqual(['Anas words', 'Mias words', 'Janes answer']);
    expect(await readBy(raj, threadId)).toEqual([]);
  });

  test('they stand once in the history, as long as each one may see', async () => {
    const { history } = await look(world.as(ana), world.threadId(ana, 'jane'));
    const found = history.threads.filter(({ subject }) => /of two/.test(subject));
    expect(found.map(({ subject, messageCount }) => [subject, messageCount])).toEqual([['First of two', 1]]);
  });

  test('each owner decides for their own messages only', async () => {
    const { threadId } = await keptOf(ana, anas);
    await setStance(world.as(ana), anas, threadId, 'shared');
    expect(await readBy(tom, threadId)).toEqual(['Anas words']);
    await setStance(world.as(mia), mias, threadId, 'shared');
    expect(await readBy(tom, threadId)).toEqual(['Anas words', 'Mias words', 'Janes answer']);
  });
});
