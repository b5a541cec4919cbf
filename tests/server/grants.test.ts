/* One colleague at a time is let read a thread: for good or until a time, stopped with a click, told to whom it is given. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PersonId, ThreadId } from '../../lib/contract/ids.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal, setStance, undo } from '../world/acts.ts';
import { sightOf } from '../world/looks.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const dayMs = 24 * 3_600_000;
let threadId: ThreadId;
let rajsOwn: string;
const openOf = (person: WorldPerson): string =>
  person === raj ? rajsOwn : world.threadId(person, person === mia ? 'jane-mia' : 'jane');
const idOf = (person: WorldPerson): PersonId => world.as(person).personId;
const act = (
  giver: WorldPerson,
  granteeId: PersonId,
  { on = true, endsAt, key = newKey(), of = threadId }: GrantFacts = {},
) =>
  world.as(giver).api.thread.setGrant.mutate({
    kind: 'grant',
    key,
    ref: refOf(world.as(giver), openOf(giver)),
    threadId: of,
    granteeId,
    on,
    ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt).toISOString() }),
  });
type GrantFacts = { on?: boolean; endsAt?: number; key?: ReturnType<typeof newKey>; of?: ThreadId };
const readBy = async (person: WorldPerson): Promise<number> =>
  (await sightOf(world.as(person), threadId, openOf(person))).read;
const grants = () => world.sql('select owner_id, grantee_id, ends_at from candor."grant" order by owner_id');

beforeAll(async () => {
  const [row] = [...world.send({ from: jane, to: [raj], subject: 'To Raj', text: 'Hi' }).values()];
  rajsOwn = row ?? '';
  await log(world.as(ana), openOf(ana), [world.candidateId(jane.address)]);
  threadId = keptThread(await look(world.as(ana), openOf(ana))).threadId;
  await setStance(world.as(ana), openOf(ana), threadId, 'private');
});
beforeEach(async () => {
  await world.sql('delete from candor."grant"');
});

describe('a grant', () => {
  test('opens what its owner holds to one person alone, who finds it by whom and until when [JS-35]', async () => {
    const endsAt = world.clock.now() + 7 * dayMs;
    const preview = await world.as(ana).api.thread.previewGrant.query({ threadId, granteeId: idOf(raj) });
    expect(preview.gains).toMatchObject([{ person: { name: raj.name }, messageCount: 4 }]);
    expect(preview.said).toContain('Raj Patel will see 4 messages they cannot read now.');
    expect(await readBy(raj)).toBe(0);
    const outcome = await act(ana, idOf(raj), { endsAt });
    expect(outcome.said).toMatch(/^Raj Patel can read this thread until \d+ \w+ \d{4}\.$/);
    expect(await readBy(raj)).toBe(4);
    expect(await readBy(mia)).toBe(0);
    expect(await world.as(raj).api.thread.granted.query()).toMatchObject([
      {
        threadId,
        by: { name: ana.name },
        endsAt: new Date(endsAt).toISOString(),
      },
    ]);
    const kept = keptThread(await look(world.as(ana), openOf(ana)));
    expect(kept.grants).toMatchObject([
      { person: { name: raj.name }, endsAt: new Date(endsAt).toISOString() },
    ]);
    expect(kept.readers.find(({ person }) => person.name === raj.name)?.because).toMatch(
      /^granted by Ana Ortiz on .*, until /,
    );
    // Whoever only reads is not told who else was let in.
    expect(keptThread(await look(world.as(tom), openOf(tom))).grants).toEqual([]);
  });

  test('ends at its time, without anybody doing anything', async () => {
    await act(ana, idOf(raj), { endsAt: world.clock.now() + dayMs });
    expect(await readBy(raj)).toBe(4);
    world.clock.pass(dayMs);
    expect(await readBy(raj)).toBe(0);
    expect(await world.as(raj).api.thread.granted.query()).toEqual([]);
    expect(keptThread(await look(world.as(ana), openOf(ana))).grants).toEqual([]);
  });

  test('is stopped with a click, and is news to the colleague both times', async () => {
    const cursorNow = async () => (await world.as(raj).api.live.wait.query({})).cursor;
    const heard = (cursor: string) => world.as(raj).api.live.wait.query({ cursor });
    const before = await cursorNow();
    await act(ana, idOf(raj));
    expect((await heard(before)).changed).toBe(true);
    const given = await cursorNow();
    expect((await act(ana, idOf(raj), { on: false })).said).toBe(
      'Raj Patel reads this thread no more by your leave.',
    );
    expect((await heard(given)).changed).toBe(true);
    expect(await readBy(raj)).toBe(0);
    expect(await refusal(act(ana, idOf(raj), { on: false }))).toBe('already-done');
  });

  test('holds for new mail of the thread that reaches its owner', async () => {
    await act(ana, idOf(raj));
    const before = await readBy(raj);
    world.send({
      from: jane,
      to: [ana],
      subject: 'Re: On-site interview next week',
      text: 'One thing more',
      references: ['jane.0@acme.test'],
    });
    await world.pull(ana);
    expect(await readBy(raj)).toBe(before + 1);
  });

  test('is undone within ten minutes, as it stood before, and not over a later one [N-23]', async () => {
    const first = await act(ana, idOf(raj), { endsAt: world.clock.now() + dayMs });
    const second = await act(ana, idOf(raj));
    const miasToo = await act(ana, idOf(mia));
    expect(await refusal(undo(world.as(ana), openOf(ana), first))).toBe('already-done');
    await undo(world.as(ana), openOf(ana), second);
    expect(
      (await grants()).map((row) => (row as { ends_at: string | null }).ends_at === null).sort(),
    ).toEqual([false, true]);
    await undo(world.as(ana), openOf(ana), miasToo);
    expect(await grants()).toHaveLength(1);
    await undo(world.as(ana), openOf(ana), first);
    expect(await grants()).toEqual([]);
  });

  test('is done once, however often it is asked', async () => {
    const key = newKey();
    const [one, two] = await Promise.all([act(ana, idOf(raj), { key }), act(ana, idOf(raj), { key })]);
    expect(one).toEqual(two);
    expect(await grants()).toHaveLength(1);
  });

  test('and its end are in the audit, with ids alone', async () => {
    await act(ana, idOf(raj));
    await act(ana, idOf(raj), { on: false });
    const rows = await world.sql<{ kind: string; actor_id: string }>(
      `select kind, actor_id from candor.audit where kind like 'grant-%' order by seq desc limit 2`,
    );
    expect(rows).toEqual([
      { kind: 'grant-ended', actor_id: idOf(ana) },
      { kind: 'grant-made', actor_id: idOf(ana) },
    ]);
  });
});

describe('what is no grant is refused, and nothing is changed', () => {
  test.each([
    ['to oneself', () => act(ana, idOf(ana)), 'bad-input'],
    ['to nobody', () => act(ana, PersonId.parse(crypto.randomUUID())), 'not-found'],
    ['with an end that is over', () => act(ana, idOf(raj), { endsAt: world.clock.now() - 1 }), 'bad-input'],
    ['on a thread one only reads', () => act(tom, idOf(raj)), 'policy-forbids'],
    ['on a thread that is hidden', () => act(mia, idOf(raj)), 'not-found'],
    [
      'on a thread that is none',
      () => act(ana, idOf(raj), { of: ThreadId.parse(crypto.randomUUID()) }),
      'not-found',
    ],
  ] as const)('%s', async (_, asked, reason) => {
    const before = await world.sql('select * from candor.audit order by seq');
    expect(await refusal(asked())).toBe(reason);
    expect(await grants()).toEqual([]);
    expect(await world.sql('select * from candor.audit order by seq')).toEqual(before);
  });

  test('to somebody who left, or is of another company', async () => {
    await world.sql('update candor.person set is_active = false where id = $1', [idOf(raj)]);
    expect(await refusal(act(ana, idOf(raj)))).toBe('not-found');
    await world.sql('update candor.person set is_active = true where id = $1', [idOf(raj)]);
    const stranger = PersonId.parse(crypto.randomUUID());
    await world.sql(
      `with other as (insert into candor.company (id, name, created_at) values ($2, 'Other', 0) returning id)
       insert into candor.person (id, company_id, name, address, role, created_at)
       select $1, id, 'Eve', 'eve@other.test', 'recruiter', 0 from other`,
      [stranger, crypto.randomUUID()],
    );
    expect(await refusal(act(ana, stranger))).toBe('not-found');
    expect(await grants()).toEqual([]);
    expect((await world.as(ana).api.people.colleagues.query()).map(({ name }) => name)).toEqual([
      mia.name,
      raj.name,
      tom.name,
    ]);
  });

  test('a clock that is set back opens nothing that had ended', async () => {
    const endsAt = world.clock.now() + dayMs;
    await act(ana, idOf(raj), { endsAt });
    await act(ana, idOf(raj), { on: false });
    world.clock.pass(-2 * dayMs);
    expect(await readBy(raj)).toBe(0);
    world.clock.pass(2 * dayMs);
  });
});
