import { beforeAll, describe, expect, test } from 'vitest';
import type { CandidateId, MessageId, ThreadId } from '../../lib/contract/ids.ts';
import { undoMs } from '../../lib/domain/undo.ts';
import { formatDay } from '../../lib/domain/wording.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal, setStance, undo } from '../world/acts.ts';
import { answerOf } from '../world/looks.ts';
import { ana, candidates, jane, mia, people, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const aisha = candidates.find(({ name }) => name === 'Aisha Khan') ?? jane;
let sent = 0;

/** A letter from Jane to Ana, Ana’s answer and Jane’s; others may be on Cc of the first. */
const aThread = async (more: { readonly cc?: readonly WorldPerson[] } = {}) => {
  sent += 1;
  const name = `split-${sent}`;
  const ids = [0, 1, 2].map((n) => `${name}.${n}@mailbox.test`);
  const at = world.clock.now();
  let open = '';
  for (const [n, id] of ids.entries()) {
    const threads = world.send({
      id,
      from: n === 1 ? ana : jane,
      to: [n === 1 ? jane : ana],
      ...(n === 0 && more.cc !== undefined ? { cc: more.cc } : {}),
      subject: n === 0 ? name : `Re: ${name}`,
      text: `${name}, message ${n}`,
      references: ids.slice(0, n),
      at: at + n * 1000,
    });
    open = threads.get(ana.address) ?? open;
  }
  await world.pull(ana);
  for (const person of more.cc ?? []) await world.pull(person);
  return { name, ids, open, rootId: keptThread(await look(world.as(ana), open)).threadId };
};
const readBy = async (person: WorldPerson, threadId: ThreadId): Promise<string[]> => {
  const answer = await answerOf(world.as(person).api.thread.read.query({ threadId }));
  return 'messages' in answer ? answer.messages.map(({ text }) => text?.trim() ?? '') : [];
};
const readers = async (threadId: ThreadId) =>
  Object.fromEntries(
    await Promise.all(
      people.map(async (each) => [each.name, (await readBy(each, threadId)).length] as const),
    ),
  );
const evidence = (person: WorldPerson, threadId: ThreadId) =>
  world.as(person).api.thread.evidence.query({ threadId });
const move = (person: WorldPerson, open: string, threadId: ThreadId, ...to: readonly CandidateId[]) =>
  world.as(person).api.thread.move.mutate({
    kind: 'move',
    key: newKey(),
    ref: refOf(world.as(person), open),
    threadId,
    candidateIds: [...to],
  });
const split = (
  person: WorldPerson,
  open: string,
  threadId: ThreadId,
  messageIds: readonly MessageId[],
  ...to: readonly CandidateId[]
) =>
  world.as(person).api.thread.split.mutate({
    kind: 'split',
    key: newKey(),
    ref: refOf(world.as(person), open),
    threadId,
    messageIds: [...messageIds],
    candidateIds: [...to],
  });
const filedOn = async (threadId: ThreadId) =>
  (await evidence(ana, threadId)).filed.map(({ name, because }) => `${name}: ${because}`);
const rootOf = async (id: string): Promise<ThreadId> => {
  const [row] = await world.sql<{ root_id: ThreadId }>(
    `select t.root_id from candor.message m join candor.thread t on t.id = m.thread_id where m.message_id_hash = $1`,
    [
      world.server.services.sealing.messageIdHash(
        world.companyId,
        id as Parameters<typeof world.server.services.sealing.messageIdHash>[1],
      ),
    ],
  );
  if (row === undefined) throw new Error('The message is not on record.');
  return row.root_id;
};
const reply = async (references: readonly string[], from = jane as { name: string; address: string }) => {
  sent += 1;
  const id = `reply-${sent}@mailbox.test`;
  world.send({ id, from, to: [ana], subject: 'Re: on', text: `Reply ${sent}`, references });
  await world.pull(ana);
  return id;
};
const lastFrom = async (rootId: ThreadId, count: number): Promise<MessageId[]> =>
  (await evidence(ana, rootId)).messages.slice(-count).map(({ messageId }) => messageId);

beforeAll(async () => {
  await world.sql(`update candor.policy set default_visibility = 'record-access'`);
});

describe('the evidence of a thread', () => {
  test('says for each message what ties it to the others, and whom it is filed on and why [N-11]', async () => {
    const { name, rootId } = await aThread();
    const told = await evidence(ana, rootId);
    const today = formatDay(Date.parse(told.messages[0]?.sentAt ?? ''));
    expect(told.messages.map(({ subject, from, because }) => [subject, from, because])).toEqual([
      [name, 'Jane Doe', 'first of its thread'],
      [`Re: ${name}`, 'Ana Ortiz', `answers “${name}” of ${today}`],
      [`Re: ${name}`, 'Jane Doe', `answers “Re: ${name}” of ${today}`],
    ]);
    expect(told.filed).toMatchObject([
      { name: 'Jane Doe', because: 'jane.doe@mailbox.test is on the record' },
    ]);
  });

  test('tells nothing of messages its reader may not read', async () => {
    const { rootId, open } = await aThread({ cc: [raj] });
    await setStance(world.as(ana), open, rootId, 'private');
    const told = await evidence(raj, rootId);
    expect(told.messages).toHaveLength(1);
    expect(told.filed).toEqual([]);
    expect(await refusal(evidence(mia, rootId))).toBe('not-found');
  });

  test('says by which message two threads were joined', async () => {
    const [one, other] = [await aThread(), await aThread()];
    await reply([one.ids[0] ?? '', other.ids[0] ?? '']);
    const told = await evidence(ana, one.rootId);
    expect(new Set(told.messages.map(({ partId }) => partId)).size).toBe(2);
    expect(told.messages.map(({ because }) => because)).toContainEqual(
      expect.stringMatching(/^joined on .* because of “Re: on”$/),
    );
  });
});

describe('a thread filed on the wrong candidate', () => {
  test('is moved: who may read it follows, as the preview said by name, and undo puts it all back [N-11] [N-05]', async () => {
    const { rootId, open } = await aThread();
    const before = await readers(rootId);
    expect(before).toEqual({ 'Ana Ortiz': 3, 'Mia Chen': 3, 'Tom Becker': 3, 'Raj Patel': 0 });
    const candidateIds = [world.candidateId(aisha.address)];
    const preview = await world.as(ana).api.thread.previewFiling.query({ threadId: rootId, candidateIds });
    expect(preview.said).toBe(
      'Raj Patel will see 3 messages they cannot read now. Tom Becker will no longer see 3 messages.',
    );
    const done = await move(ana, open, rootId, ...candidateIds);
    expect(done.said).toBe('Moved to Aisha Khan.');
    expect(await readers(rootId)).toEqual({ ...before, 'Tom Becker': 0, 'Raj Patel': 3 });
    expect(await filedOn(rootId)).toEqual([
      expect.stringMatching(/^Aisha Khan: moved here by Ana Ortiz on /),
    ]);
    await undo(world.as(ana), open, done);
    expect(await readers(rootId)).toEqual(before);
    expect(await filedOn(rootId)).toEqual(['Jane Doe: jane.doe@mailbox.test is on the record']);
  });

  test('stays moved when more mail of the thread comes from the same address', async () => {
    const { rootId, open, ids } = await aThread();
    await move(ana, open, rootId, world.candidateId(aisha.address));
    await reply(ids);
    expect((await evidence(ana, rootId)).messages).toHaveLength(4);
    expect(await filedOn(rootId)).toEqual([expect.stringMatching(/^Aisha Khan: moved here/)]);
  });

  test('is filed by the address again once the move is undone', async () => {
    const { rootId, open, ids } = await aThread();
    await undo(world.as(ana), open, await move(ana, open, rootId, world.candidateId(aisha.address)));
    await world.sql(`delete from candor.thread_candidate where thread_id = $1`, [rootId]);
    await reply(ids);
    expect(await filedOn(rootId)).toEqual(['Jane Doe: jane.doe@mailbox.test is on the record']);
  });

  test('logging by hand files it there again, and undoing the log does not leave it there', async () => {
    const { rootId, open } = await aThread();
    await move(ana, open, rootId, world.candidateId(aisha.address));
    const logged = await log(world.as(ana), open, [world.candidateId(jane.address)]);
    expect(await filedOn(rootId)).toHaveLength(2);
    await undo(world.as(ana), open, logged);
    expect(await filedOn(rootId)).toEqual([expect.stringMatching(/^Aisha Khan: moved here/)]);
  });

  test('is moved by nobody without a copy, and to nobody they may not open [N-06]', async () => {
    const { rootId, open } = await aThread({ cc: [raj] });
    const [to] = [world.candidateId(aisha.address)];
    expect(await refusal(move(mia, open, rootId, to))).toBe('policy-forbids');
    expect(await refusal(move(raj, open, rootId, world.candidateId(jane.address)))).toBe('not-found');
    expect(await refusal(move(tom, open, rootId, to))).toBe('policy-forbids');
    expect(await filedOn(rootId)).toHaveLength(1);
  });

  test('who holds one message of it opens the others to nobody by moving it, themself included [N-06]', async () => {
    const { rootId, open } = await aThread({ cc: [raj] });
    expect(await readers(rootId)).toMatchObject({ 'Raj Patel': 1 });
    const to = world.candidateId(aisha.address);
    expect(await refusal(move(raj, open, rootId, to))).toBe('policy-forbids');
    expect(
      await refusal(world.as(raj).api.thread.previewFiling.query({ threadId: rootId, candidateIds: [to] })),
    ).toBe('policy-forbids');
    expect(await readers(rootId)).toMatchObject({ 'Raj Patel': 1 });
  });

  test('is done once under one key, and undone within ten minutes only', async () => {
    const { rootId, open } = await aThread();
    const action = {
      kind: 'move' as const,
      key: newKey(),
      ref: refOf(world.as(ana), open),
      threadId: rootId,
      candidateIds: [world.candidateId(aisha.address)],
    };
    const done = await world.as(ana).api.thread.move.mutate(action);
    expect(await world.as(ana).api.thread.move.mutate(action)).toEqual(done);
    expect((await look(world.as(ana), open)).undoable).toMatchObject([{ key: done.key, kind: 'move' }]);
    world.clock.pass(undoMs);
    expect(await refusal(undo(world.as(ana), open, done))).toBe('already-done');
  });
});

describe('a thread split in two', () => {
  test('changes nobody’s sight, with stances and grants as they were [N-11]', async () => {
    const { rootId, open, ids } = await aThread({ cc: [mia] });
    await setStance(world.as(ana), open, rootId, 'private');
    await world.sql(
      `insert into candor."grant" (company_id, thread_id, owner_id, grantee_id, granted_at)
       select company_id, id, $2, $3, 0 from candor.thread where id = $1`,
      [rootId, world.as(ana).personId, world.as(raj).personId],
    );
    const before = await readers(rootId);
    expect(before).toEqual({ 'Ana Ortiz': 3, 'Mia Chen': 1, 'Tom Becker': 0, 'Raj Patel': 3 });
    const messageIds = await lastFrom(rootId, 2);
    expect(
      (await world.as(ana).api.thread.previewFiling.query({ threadId: rootId, messageIds, candidateIds: [] }))
        .said,
    ).toBe('This changes nothing about who can read it.');
    await split(ana, open, rootId, messageIds);
    const newId = await rootOf(ids[2] ?? '');
    expect(newId).not.toBe(rootId);
    const view = await look(world.as(ana), open);
    expect(keptThread(view)).toMatchObject({ threadId: rootId, messageCount: 1 });
    expect(view.parts?.map(({ thread }) => [thread.threadId, thread.messageCount, thread.stance])).toEqual([
      [rootId, 1, 'private'],
      [newId, 2, 'private'],
    ]);
    const [kept, off] = [await readers(rootId), await readers(newId)];
    expect(
      Object.fromEntries(people.map(({ name }) => [name, (kept[name] ?? 0) + (off[name] ?? 0)])),
    ).toEqual(before);
    expect(await readBy(mia, newId)).toEqual([]);
  });

  test('a reply after the split goes where it belongs, and joins nothing [N-11]', async () => {
    const { rootId, open, ids } = await aThread();
    await split(ana, open, rootId, await lastFrom(rootId, 1));
    const newId = await rootOf(ids[2] ?? '');
    expect(await rootOf(await reply(ids))).toBe(newId);
    expect(await rootOf(await reply(ids.slice(0, 2)))).toBe(rootId);
    expect(await rootOf(await reply([...ids].reverse()))).toBe(rootId);
    expect(await rootOf(ids[0] ?? '')).toBe(rootId);
    expect(await rootOf(ids[2] ?? '')).toBe(newId);
  });

  test('is filed on another candidate at once, and not back on the wrong one', async () => {
    const { rootId, open, ids } = await aThread();
    const done = await split(ana, open, rootId, await lastFrom(rootId, 1), world.candidateId(aisha.address));
    expect(done.said).toBe('Split 1 message off into a thread of its own, filed on Aisha Khan.');
    const newId = await rootOf(await reply(ids));
    expect(await filedOn(newId)).toEqual([expect.stringMatching(/^Aisha Khan: moved here/)]);
    expect(await filedOn(rootId)).toEqual(['Jane Doe: jane.doe@mailbox.test is on the record']);
    expect(await readers(newId)).toMatchObject({ 'Tom Becker': 0, 'Raj Patel': 2 });
  });

  test('undone it is one thread again, with what came since, and mail joins it as before', async () => {
    const { rootId, open, ids } = await aThread();
    const before = await readers(rootId);
    const done = await split(ana, open, rootId, await lastFrom(rootId, 1), world.candidateId(aisha.address));
    await undo(world.as(ana), open, done);
    expect(await readers(rootId)).toEqual(before);
    expect(await rootOf(await reply(ids))).toBe(rootId);
    expect((await evidence(ana, rootId)).messages).toHaveLength(4);
  });

  test('undoing it opens nothing that was made private since', async () => {
    const { rootId, open, ids } = await aThread();
    const done = await split(ana, open, rootId, await lastFrom(rootId, 1));
    const newId = await rootOf(ids[2] ?? '');
    await setStance(world.as(ana), open, newId, 'private');
    await undo(world.as(ana), open, done);
    expect(await readBy(tom, rootId)).toHaveLength(2);
    expect(await readBy(ana, rootId)).toHaveLength(3);
  });

  test('a join is undone by splitting just what it joined', async () => {
    const [one, other] = [await aThread(), await aThread()];
    await reply([one.ids[0] ?? '', other.ids[0] ?? '']);
    const told = await evidence(ana, one.rootId);
    const joined = told.messages.filter(({ partId }) => partId === other.rootId);
    const threads = () => world.sql(`select count(*) from candor.thread`);
    const count = await threads();
    await split(
      ana,
      other.open,
      one.rootId,
      joined.map(({ messageId }) => messageId),
    );
    expect(await threads()).toEqual(count);
    expect(await rootOf(other.ids[0] ?? '')).toBe(other.rootId);
    expect(
      await world.sql(`select from candor.thread_join where thread_id = $1 and undone_at is not null`, [
        other.rootId,
      ]),
    ).toHaveLength(1);
  });

  test('nothing is split off whole, or by somebody without a copy, or of what they may not read', async () => {
    const { rootId, open } = await aThread({ cc: [raj] });
    const all = await lastFrom(rootId, 3);
    expect(await refusal(split(ana, open, rootId, all))).toBe('bad-input');
    expect(await refusal(split(mia, open, rootId, all.slice(2)))).toBe('policy-forbids');
    expect(await refusal(split(raj, open, rootId, all.slice(2)))).toBe('not-found');
  });

  test('both acts are in the audit', async () => {
    const { rootId, open } = await aThread();
    await split(ana, open, rootId, await lastFrom(rootId, 1));
    await move(ana, open, rootId, world.candidateId(aisha.address));
    const rows = await world.sql<{ kind: string; actor_id: string | null }>(
      `select kind, actor_id from candor.audit order by seq desc limit 20`,
    );
    for (const kind of ['thread-split', 'thread-moved', 'thread_candidate-made', 'thread_candidate-ended'])
      expect(rows).toContainEqual({ kind, actor_id: world.as(ana).personId });
  });
});
