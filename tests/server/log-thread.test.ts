import { describe, expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refusal } from '../world/acts.ts';
import { ana, candidates, jane, mia, noor, raj, tom } from '../world/people.ts';

const world = aWorld();
const countOf = async (table: string): Promise<number> =>
  Number((await world.sql<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n);
const messagesOf = async (providerThreadId: string): Promise<number> => {
  const [row] = await world.sql<{ n: string }>(
    'select count(distinct message_id) as n from candor.message_copy where provider_thread_id = $1',
    [providerThreadId],
  );
  return Number(row?.n);
};
const aThreadWithJane = (subject: string) => {
  const threadId = world.send({ from: ana, to: [jane], subject, text: 'Hello Jane' }).get(ana.address);
  if (threadId === undefined) throw new Error('Ana holds no copy.');
  return threadId;
};

describe('logging a thread', () => {
  test('keeps that thread alone: of the other mail in the mailbox nothing is found in any table [JS-08] [LF-07]', async () => {
    await log(world.as(ana), world.threadId(ana, 'jane'), [world.candidateId(jane.address)]);
    expect(await countOf('candor.message')).toBe(4);
    expect(await countOf('candor.thread')).toBe(1);
    expect(await countOf('candor.decision')).toBe(4);
    const dump = await world.dump();
    const others = world.lab
      .mailbox(ana.address)
      .messages()
      .filter(({ threadId }) => threadId !== world.threadId(ana, 'jane'));
    expect(others.length).toBeGreaterThan(30);
    for (const { id, threadId } of others) {
      expect(dump).not.toContain(id);
      expect(dump).not.toContain(threadId);
    }
  });

  test('puts it on the candidate’s record in the server’s database [DC-03] [JS-05]', async () => {
    const [row] = await world.sql<{ name: string; because: string }>(
      `select c.name, f.because from candor.thread_candidate f join candor.candidate c on c.id = f.candidate_id`,
    );
    expect(row).toEqual({ name: jane.name, because: 'logged' });
    const view = await look(world.as(ana), world.threadId(ana, 'jane'));
    expect(keptThread(view)).toMatchObject({
      messageCount: 4,
      logged: { by: { name: ana.name, isYou: true } },
    });
    expect(view.history.threads.map(({ subject }) => subject)).toEqual(['Re: On-site interview next week']);
  });

  test('is done once under one key, however often it is asked', async () => {
    const threadId = aThreadWithJane('Asked twice');
    const key = newKey();
    const first = await log(world.as(ana), threadId, [world.candidateId(jane.address)], key);
    const again = await log(world.as(ana), threadId, [world.candidateId(jane.address)], key);
    expect(again).toEqual(first);
    expect(await messagesOf(threadId)).toBe(1);
  });

  test('is done once under one key, also when two requests come at the same time', async () => {
    const threadId = aThreadWithJane('Asked at once');
    const key = newKey();
    const held = world.lab.hold(`/threads/${threadId}`);
    const asked = [1, 2].map(() => log(world.as(ana), threadId, [world.candidateId(jane.address)], key));
    await held.reached(2);
    held.release();
    const [first, second] = await Promise.all(asked);
    expect(second).toEqual(first);
    const rows = await world.sql(
      'select from candor.message m join candor.message_copy c on c.message_id = m.id where c.provider_thread_id = $1',
      [threadId],
    );
    expect(rows).toHaveLength(1);
  });

  test('under the key of a colleague’s act is refused, and nothing is kept', async () => {
    const key = newKey();
    await log(world.as(ana), aThreadWithJane('Ana’s own'), [world.candidateId(jane.address)], key);
    const before = await countOf('candor.message');
    const asked = log(world.as(mia), world.threadId(mia, 'jane-mia'), [world.candidateId(jane.address)], key);
    expect(await refusal(asked)).toBe('already-done');
    expect(await countOf('candor.message')).toBe(before);
  });

  test('by two people at the same time keeps one message with two copies', async () => {
    const threads = world.send({ from: ana, to: [jane], cc: [tom], subject: 'Both', text: 'Hello' });
    const held = world.lab.hold(/GET .*\/threads\//);
    const asked = [ana, tom].map((person) =>
      log(world.as(person), threads.get(person.address) ?? '', [world.candidateId(jane.address)]),
    );
    await held.reached(2);
    held.release();
    await Promise.all(asked);
    const rows = await world.sql(
      'select message_id, count(*)::int as copies from candor.message_copy where provider_thread_id = any($1) group by 1',
      [[...threads.values()]],
    );
    expect(rows).toEqual([{ message_id: expect.any(String), copies: 2 }]);
  });

  test('files it on every candidate who is on it', async () => {
    const [, luca, aisha] = candidates;
    if (luca === undefined || aisha === undefined) throw new Error('Two more candidates are needed.');
    const threadId =
      world.send({ from: ana, to: [jane, luca], subject: 'To both', text: 'Hello' }).get(ana.address) ?? '';
    await log(world.as(ana), threadId, [world.candidateId(jane.address), world.candidateId(aisha.address)]);
    const { candidates: cards } = await look(world.as(ana), threadId);
    expect(cards.map(({ name }) => name).sort()).toEqual([aisha.name, jane.name, luca.name]);
  });

  test('of somebody on no record creates the candidate from the participant [LF-20]', async () => {
    const threadId = world.threadId(ana, 'noor');
    const before = await look(world.as(ana), threadId);
    expect(before.participants).toEqual([{ address: noor.address, name: noor.name, isSender: true }]);
    await log(world.as(ana), threadId, [{ create: { name: noor.name, address: noor.address } }]);
    const view = await look(world.as(ana), threadId);
    expect(view.candidates).toMatchObject([
      { name: noor.name, addresses: [noor.address], owner: { isYou: true } },
    ]);
  });

  test('creates the same candidate once when two people do it at the same time', async () => {
    const kim = { name: 'Kim Berg', address: 'kim.berg@mailbox.test' };
    const threads = world.send({ from: kim, to: [ana, mia], subject: 'Open position?', text: 'Hello' });
    const held = world.lab.hold(/GET .*\/threads\//);
    const asked = [ana, mia].map((person) =>
      log(world.as(person), threads.get(person.address) ?? '', [{ create: kim }]),
    );
    await held.reached(2);
    held.release();
    await Promise.all(asked);
    expect(await world.sql('select from candor.candidate where name = $1', [kim.name])).toHaveLength(1);
  });

  test('with nobody to file it on is refused as bad input', async () => {
    expect(await refusal(log(world.as(ana), aThreadWithJane('Nobody'), []))).toBe('bad-input');
  });

  test('on a candidate the person may not open is refused as not found, and nothing is kept', async () => {
    const threadId =
      world
        .send({
          from: { name: 'Eve', address: 'eve@mailbox.test' },
          to: [raj],
          subject: 'For Raj',
          text: 'Hi',
        })
        .get(raj.address) ?? '';
    expect(await refusal(log(world.as(raj), threadId, [world.candidateId(jane.address)]))).toBe('not-found');
    expect(await messagesOf(threadId)).toBe(0);
  });

  test('of mail among colleagues is refused by policy [LI-21]', async () => {
    const threadId =
      world.send({ from: tom, to: [ana], subject: 'Lunch', text: 'Noodles?' }).get(ana.address) ?? '';
    expect(await refusal(log(world.as(ana), threadId, [world.candidateId(jane.address)]))).toBe(
      'policy-forbids',
    );
  });

  test('names the person who logged it on a thread that was kept by the candidate’s address already', async () => {
    const threadId = aThreadWithJane('Kept by address');
    await world.pull(ana);
    expect(keptThread(await look(world.as(ana), threadId)).logged).toBeUndefined();
    await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
    expect(keptThread(await look(world.as(ana), threadId)).logged).toMatchObject({ by: { isYou: true } });
  });
});
