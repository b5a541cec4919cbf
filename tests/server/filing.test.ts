import { beforeAll, describe, expect, test } from 'vitest';
import type { CandidateId, ThreadId } from '../../lib/contract/ids.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, label, log, look, newKey, refOf, setStance, undo } from '../world/acts.ts';
import { answerOf } from '../world/looks.ts';
import { ana, candidates, jane, mia, people, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const aisha = candidates.find(({ name }) => name === 'Aisha Khan') ?? jane;
const luca = candidates.find(({ name }) => name === 'Luca Moretti') ?? jane;
const eve = { name: 'Eve Adler', address: 'eve.adler@mailbox.test' };
const leftOut = ' Only what you may read of this thread is filed there.';
let sent = 0;

type Mailer = { readonly name: string; readonly address: string };
type Sent = { readonly id: string; readonly open: (person: WorldPerson) => string };

const letter = (from: Mailer, to: readonly Mailer[], references: readonly string[] = []): Sent => {
  sent += 1;
  const id = `filing-${sent}@mailbox.test`;
  world.clock.pass(1_000);
  const threads = world.send({ id, from, to, subject: `Subject ${sent}`, text: `Words ${sent}`, references });
  return { id, open: (person) => threads.get(person.address) ?? '' };
};
/** What of the mail sent so far the person reads, of all that is on record. */
const readBy = async (person: WorldPerson): Promise<string[]> => {
  const roots = await world.sql<{ id: ThreadId }>(`select distinct root_id as id from candor.thread`);
  const answers = await Promise.all(
    roots.map(({ id: threadId }) => answerOf(world.as(person).api.thread.read.query({ threadId }))),
  );
  return answers
    .flatMap((answer) => ('messages' in answer ? answer.messages.map(({ text }) => text?.trim() ?? '') : []))
    .sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)));
};
const sight = async () =>
  new Map(await Promise.all(people.map(async (each) => [each, await readBy(each)] as const)));
/** Letters that people read by now and did not before. */
const gained = async (before: Awaited<ReturnType<typeof sight>>) =>
  Object.fromEntries(
    [...(await sight())].flatMap(([{ name }, texts]) => {
      const more = texts.filter(
        (text) => !before.get(people.find((each) => each.name === name) ?? ana)?.includes(text),
      );
      return more.length === 0 ? [] : [[name, more] as const];
    }),
  );
const filedOn = async (...names: readonly string[]): Promise<number[]> => {
  const rows = await world.sql<{ name: string; count: number }>(
    `select c.name, count(distinct m.id)::int as count from candor.thread_candidate f
     join candor.candidate c on c.id = f.candidate_id join candor.message m on m.thread_id = f.thread_id group by 1`,
  );
  return names.map((name) => rows.find((row) => row.name === name)?.count ?? 0);
};
const count = async (table: string): Promise<number> =>
  Number((await world.sql<{ n: string }>(`select count(*) as n from candor.${table}`))[0]?.n);
const on = (who: { readonly address: string }): CandidateId => world.candidateId(who.address);
const rootOf = async (person: WorldPerson, open: string): Promise<ThreadId> =>
  keptThread(await look(world.as(person), open)).threadId;

/** Mia writes to Jane: the team of Jane’s job reads it, Raj does not. */
const miasLetter = async (): Promise<Sent> => {
  const mias = letter(mia, [jane]);
  await world.pull(mia);
  return mias;
};

/** Jane writes to Ana and one colleague more, and then the two go on without them. */
const begunTogether = async (colleague: WorldPerson) => {
  const first = letter(jane, [ana, colleague]);
  const second = letter(ana, [jane], [first.id]);
  const third = letter(jane, [ana], [first.id, second.id]);
  await world.pull(ana);
  return { first, ids: [first.id, second.id, third.id], rootId: await rootOf(ana, first.open(ana)) };
};

beforeAll(async () => {
  await world.sql(`update candor.policy set default_visibility = 'record-access'`);
});

describe('mail whose References point at a colleague’s', () => {
  test('logged on a candidate of one’s own opens nothing of the colleague’s thread [N-11]', async () => {
    const mias = await miasLetter();
    const before = await sight();
    const forged = letter(eve, [raj], [mias.id]);
    const done = await log(world.as(raj), forged.open(raj), [{ create: eve }]);
    expect(await gained(before)).toMatchObject({ [raj.name]: [`Words ${sent}`] });
    expect(done.said).toBe(`Logged 1 message on Eve Adler’s record.${leftOut}`);
    expect(await filedOn(eve.name)).toEqual([1]);
    await undo(world.as(raj), forged.open(raj), done);
    expect(await gained(before)).toEqual({});
    expect(await readBy(mia)).toEqual(before.get(mia));
  });

  test('logged on a new candidate whose address a hidden one has is filed there and names nobody', async () => {
    const [theirs] = await world.sql<{ id: string }>(
      `select c.id from candor.candidate c where c.id = $1 and not exists (
         select from candor.candidate_access a join candor.person p on p.id = a.person_id
         where a.candidate_id = c.id and p.address = $2)`,
      [on(jane), raj.address],
    );
    expect(theirs).toBeDefined();
    const mail = letter(jane, [raj]);
    const done = await log(world.as(raj), mail.open(raj), [{ create: { ...eve, address: jane.address } }]);
    expect(done.said).toBe('Logged 1 message on the candidate’s record.');
  });

  test('labelled as a candidate’s opens nothing of it either', async () => {
    const mias = await miasLetter();
    const before = await sight();
    const forged = letter(eve, [raj], [mias.id]);
    const done = await label(world.as(raj), forged.open(raj), true, [on(aisha)]);
    expect(await gained(before)).toMatchObject({ [raj.name]: [`Words ${sent}`] });
    expect(done.said).toContain(leftOut);
  });

  test('kept by a candidate’s address opens nothing of it either, nor what is written on it later', async () => {
    const mias = await miasLetter();
    await world.pull(raj);
    const before = await sight();
    const [forgedNumber] = [sent + 1];
    letter(aisha, [raj], [mias.id]);
    await world.pull(raj);
    expect(await gained(before)).toMatchObject({ [raj.name]: [`Words ${forgedNumber}`] });
    letter(jane, [mia], [mias.id]);
    await world.pull(mia);
    expect((await gained(before))[raj.name]).toEqual([`Words ${forgedNumber}`]);
    expect((await gained(before))[tom.name]).toEqual([`Words ${forgedNumber}`, `Words ${sent}`]);
  });
});

describe('a thread of which a person holds only some', () => {
  test('is logged as far as they may read it; the rest opens to them neither now, nor with what its owner decides later [N-11]', async () => {
    const { first, ids, rootId } = await begunTogether(raj);
    const before = await sight();
    const [onAisha = 0] = await filedOn(aisha.name);
    const done = await log(world.as(raj), first.open(raj), [on(aisha)]);
    expect(done.said).toBe(`Logged 1 message on Aisha Khan’s record.${leftOut}`);
    expect(await gained(before)).toEqual({});
    expect(await filedOn(aisha.name)).toEqual([onAisha + 1]);
    for (const stance of ['private', 'shared'] as const) {
      await setStance(world.as(ana), first.open(ana), rootId, stance);
      expect(await gained(before)).toEqual({});
    }
    letter(jane, [ana], ids);
    await world.pull(ana);
    expect((await gained(before))[raj.name]).toBeUndefined();
    expect(keptThread(await look(world.as(ana), first.open(ana)))).toMatchObject({ messageCount: 4 });
  });

  test('is as before once the log is undone, and nothing of a colleague’s goes', async () => {
    const first = letter(jane, [ana]);
    const second = letter(ana, [{ name: 'Agency', address: 'desk@agency.test' }, raj], [first.id]);
    await world.pull(ana);
    const before = await sight();
    const counts = () => Promise.all(['message', 'message_copy', 'candidate'].map(count));
    const then = await counts();
    const done = await log(world.as(raj), second.open(raj), [on(aisha)]);
    expect(await counts()).not.toEqual(then);
    await undo(world.as(raj), second.open(raj), done);
    expect(await counts()).toEqual(then);
    expect(await sight()).toEqual(before);
  });

  test('is filed on several candidates as far as it was not before, and stays whole on the one it was', async () => {
    const { first, rootId } = await begunTogether(tom);
    await setStance(world.as(ana), first.open(ana), rootId, 'private');
    const [onJane = 0, onLuca = 0] = await filedOn(jane.name, luca.name);
    await log(world.as(tom), first.open(tom), [on(jane), on(luca)]);
    expect(await filedOn(jane.name, luca.name)).toEqual([onJane, onLuca + 1]);
  });

  test('all of which they may read is filed whole, in one thread', async () => {
    const { first } = await begunTogether(mia);
    const [onAisha = 0] = await filedOn(aisha.name);
    const threads = await count('thread');
    const done = await log(world.as(mia), first.open(mia), [on(aisha)]);
    expect(done.said).toBe('Logged 1 message on Aisha Khan’s record.');
    expect(await filedOn(aisha.name)).toEqual([onAisha + 3]);
    expect(await count('thread')).toBe(threads);
  });
});

describe('the key that seals a thread', () => {
  const [vera, wim] = [
    { name: 'Vera Lind', address: 'vera.lind@mailbox.test' },
    { name: 'Wim Aalders', address: 'wim.aalders@mailbox.test' },
  ];
  const idOf = async ({ name }: Mailer): Promise<CandidateId> => {
    const [row] = await world.sql<{ id: CandidateId }>(`select id from candor.candidate where name = $1`, [
      name,
    ]);
    if (row === undefined) throw new Error('There is no such candidate.');
    return row.id;
  };
  /** Whose keys seal heads, bodies and attachments of the thread; '' for the company's. */
  const keysOf = async (rootId: ThreadId): Promise<string[]> => {
    const rows = await world.sql<{ name: string }>(
      `with sealed(envelope) as (
         select unnest(array[m.head_sealed, m.body_sealed, a.meta_sealed, a.content_sealed])
         from candor.message m join candor.thread t on t.id = m.thread_id
         left join candor.attachment a on a.message_id = m.id where t.root_id = $1)
       select distinct coalesce(c.name, '') as name from sealed
       join candor.data_key k on k.id = encode(substring(envelope from 2 for 16), 'hex')::uuid
       left join candor.candidate c on c.id = k.candidate_id order by 1`,
      [rootId],
    );
    return rows.map(({ name }) => name);
  };
  const withCv = (from: Mailer, references: readonly string[] = []): string => {
    sent += 1;
    world.clock.pass(1_000);
    const raw = [
      `Message-ID: <filing-${sent}@mailbox.test>`,
      `Date: ${new Date(world.clock.now()).toUTCString()}`,
      `From: ${from.name} <${from.address}>`,
      `To: ${ana.name} <${ana.address}>`,
      `Subject: Subject ${sent}`,
      ...(references.length === 0 ? [] : [`References: ${references.map((id) => `<${id}>`).join(' ')}`]),
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=cv',
      '',
      '--cv',
      'Content-Type: text/plain',
      '',
      `Words ${sent}`,
      '--cv',
      'Content-Type: text/plain; name="cv.txt"',
      'Content-Disposition: attachment; filename="cv.txt"',
      '',
      `What ${from.name} did before`,
      '--cv--',
      '',
    ].join('\r\n');
    return world.lab.deliver(ana.address, raw, { at: world.clock.now(), labels: ['INBOX'] }).threadId;
  };
  const move = (open: string, threadId: ThreadId, ...to: readonly CandidateId[]) =>
    world.as(ana).api.thread.move.mutate({
      kind: 'move',
      key: newKey(),
      ref: refOf(world.as(ana), open),
      threadId,
      candidateIds: [...to],
    });

  test('follows what it is filed on: moved, moved back, filed on two, split', async () => {
    await log(world.as(ana), withCv(wim), [{ create: wim }]);
    const open = withCv(vera);
    const id = `filing-${sent}@mailbox.test`;
    await log(world.as(ana), open, [{ create: vera }]);
    const rootId = await rootOf(ana, open);
    expect(await keysOf(rootId)).toEqual([vera.name]);
    const moved = await move(open, rootId, await idOf(wim));
    expect(await keysOf(rootId)).toEqual([wim.name]);
    await undo(world.as(ana), open, moved);
    expect(await keysOf(rootId)).toEqual([vera.name]);
    await move(open, rootId, await idOf(vera), await idOf(wim));
    expect(await keysOf(rootId)).toEqual(['']);
    await move(open, rootId, await idOf(wim));
    withCv(vera, [id]);
    await world.pull(ana);
    expect(await keysOf(rootId)).toEqual([wim.name]);
    const { messages } = await world.as(ana).api.thread.evidence.query({ threadId: rootId });
    expect(messages).toHaveLength(2);
    const parts = await world.as(ana).api.thread.split.mutate({
      kind: 'split',
      key: newKey(),
      ref: refOf(world.as(ana), open),
      threadId: rootId,
      messageIds: messages.slice(1).map(({ messageId }) => messageId),
      candidateIds: [await idOf(vera)],
    });
    expect(await keysOf(rootId)).toEqual([wim.name]);
    await undo(world.as(ana), open, parts);
    expect(await keysOf(rootId)).toEqual([wim.name]);
  });

  test('is the candidate’s who stays when a log that made another is undone', async () => {
    const zoe = { name: 'Zoe Marsh', address: 'zoe.marsh@mailbox.test' };
    const both = letter(zoe, [ana, tom]);
    const done = await log(world.as(ana), both.open(ana), [{ create: zoe }]);
    await log(world.as(tom), both.open(tom), [on(jane)]);
    const rootId = await rootOf(tom, both.open(tom));
    expect(await keysOf(rootId)).toEqual(['']);
    await undo(world.as(ana), both.open(ana), done);
    expect(await keysOf(rootId)).toEqual([jane.name]);
  });

  test('destroyed, closes exactly what is filed on the candidate, and nothing of it stands in plain anywhere', async () => {
    const open = withCv(vera);
    await world.pull(ana);
    const rootId = await rootOf(ana, open);
    expect(await keysOf(rootId)).toEqual([vera.name]);
    await move(open, rootId, await idOf(wim));
    const read = () => answerOf(world.as(ana).api.thread.read.query({ threadId: rootId }));
    const destroyKey = async (of: Mailer) => {
      await world.sql(`delete from candor.data_key where candidate_id = $1`, [await idOf(of)]);
      // Until no process has it in memory any more.
      world.clock.pass(5 * 60_000);
    };
    await destroyKey(vera);
    expect(await read()).toMatchObject({ messages: [{ text: expect.stringContaining(`Words ${sent}`) }] });
    const dump = await world.dump();
    for (const plain of [`Words ${sent}`, `What ${vera.name} did before`]) {
      expect(dump).not.toContain(plain);
      expect(dump).not.toContain(Buffer.from(plain).toString('hex'));
    }
    await destroyKey(wim);
    expect(await read()).toMatchObject({ refused: expect.anything() });
  });
});
