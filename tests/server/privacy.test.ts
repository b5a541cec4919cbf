/* The matrix: who stands how to the thread, what its owner decided, what the company's default is, and every way to read. */
import { beforeAll, describe, expect, test } from 'vitest';
import { PersonId, ThreadId } from '../../lib/contract/ids.ts';
import type { Stance } from '../../lib/contract/thread.ts';
import { type HiddenTier, hiddenTiers } from '../../lib/domain/visibility.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal, setStance, undo } from '../world/acts.ts';
import { answerOf, sightOf } from '../world/looks.ts';
import { ana, jane, mia, people, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
let threadId: ThreadId;
/** Each one's own open thread with Jane. */
const openThreads = new Map<WorldPerson, string>();
const openOf = (person: WorldPerson): string => openThreads.get(person) ?? '';
const setDefault = (visibility: 'owner-only' | 'record-access') =>
  world.sql('update candor.policy set default_visibility = $1', [visibility]);
const setTier = (tier: HiddenTier) => world.sql('update candor.policy set hidden_tier = $1', [tier]);
const setRole = (person: WorldPerson, role: string) =>
  world.sql('update candor.person set role = $2 where id = $1', [world.as(person).personId, role]);
const decide = (stance: Stance) => setStance(world.as(ana), openOf(ana), threadId, stance);

beforeAll(async () => {
  openThreads.set(ana, world.threadId(ana, 'jane'));
  openThreads.set(tom, world.threadId(tom, 'jane'));
  openThreads.set(mia, world.threadId(mia, 'jane-mia'));
  const [row] = [...world.send({ from: jane, to: [raj], subject: 'To Raj', text: 'Hi' }).values()];
  openThreads.set(raj, row ?? '');
  await log(world.as(ana), openOf(ana), [world.candidateId(jane.address)]);
  threadId = keptThread(await look(world.as(ana), openOf(ana))).threadId;
});

/** What nobody may tell of the thread to whom it is hidden from. */
const secrets = async (): Promise<readonly string[]> => {
  const { messages } = await world.as(ana).api.thread.read.query({ threadId });
  return [
    'interview next week',
    'another offer',
    threadId,
    ...messages.flatMap((each) => [each.sentAt, each.messageId]),
  ];
};

const relations = [
  { who: 'the owner, who holds it', person: ana, role: 'owner', own: 4, isTeam: true, seesCard: true },
  {
    who: 'a colleague on Cc of its first two messages',
    person: tom,
    role: 'hiring-manager',
    own: 2,
    isTeam: true,
    seesCard: true,
  },
  {
    who: 'a recruiter who was not on it',
    person: mia,
    role: 'recruiter',
    own: 0,
    isTeam: true,
    seesCard: true,
  },
  {
    who: 'an interviewer of another job',
    person: raj,
    role: 'interviewer',
    own: 0,
    isTeam: false,
    seesCard: false,
  },
  { who: 'an admin who was not on it', person: raj, role: 'admin', own: 0, isTeam: false, seesCard: true },
] as const;

describe.each(['owner-only', 'record-access'] as const)('where the company’s default is %s', (visibility) => {
  describe.each(['default', 'private', 'shared'] as const)('and the owner’s stance is %s', (stance) => {
    const isOpen = stance === 'shared' || (stance === 'default' && visibility === 'record-access');
    test.each(relations)(
      `$who reads just what is theirs, and is told of the rest what the company tells [N-18] [P-01] [DC-09] [JS-30] [JS-31] [JS-34] [LI-16] [LI-17]`,
      async (relation) => {
        const { person, role, own, isTeam, seesCard } = relation;
        await setDefault(visibility);
        await setRole(person, role);
        await decide(stance);
        const expected = isTeam && isOpen ? 4 : own;
        const isHidden = seesCard && expected === 0;
        for (const tier of hiddenTiers) {
          await setTier(tier);
          const sight = await sightOf(world.as(person), threadId, openOf(person));
          expect(sight.read).toBe(expected);
          expect(sight.listed).toBe(seesCard ? expected : 0);
          expect(sight.hiddenThreads).toBe(isHidden && tier !== 'nothing' ? 1 : 0);
          expect(sight.contacts).toEqual(isHidden && tier === 'contact' ? [ana.name, tom.name] : []);
          if (expected === 0) for (const secret of await secrets()) expect(sight.told).not.toContain(secret);
        }
        await setRole(raj, 'interviewer');
      },
    );
  });
});

describe('a private thread', () => {
  beforeAll(async () => {
    await setDefault('record-access');
    await setTier('count');
    await decide('private');
  });

  test('shows a colleague who was on its first messages those alone, in the panel as well [DC-05] [JS-34]', async () => {
    const view = await look(world.as(tom), openOf(tom));
    expect(keptThread(view)).toMatchObject({
      messageCount: 2,
      hiddenMessageCount: 2,
      privateTo: [{ name: ana.name }],
    });
    const read = await world.as(tom).api.thread.read.query({ threadId });
    expect(read.messages.map(({ text }) => text?.includes('another offer'))).toEqual([false, false]);
    expect(read.messages.map(({ canReadBecause }) => canReadBecause)).toEqual([
      'you were on Cc',
      'you were on Cc',
    ]);
  });

  test('is told of by no number, where the company tells nothing, to whom it is partly hidden from', async () => {
    await setTier('nothing');
    expect(keptThread(await look(world.as(tom), openOf(tom)))).toMatchObject({
      messageCount: 2,
      hiddenMessageCount: 0,
    });
    expect(await world.as(tom).api.thread.read.query({ threadId })).toMatchObject({ hiddenMessageCount: 0 });
    await setTier('count');
  });

  test('names nobody who has it by Bcc, or by a way its header does not tell [N-18]', async () => {
    await setTier('contact');
    await world.sql(
      "update candor.participant set role = 'bcc', bcc_known_by = $1 where address_hash in (select address_hash from candor.person_address where person_id = $2)",
      [world.as(ana).personId, world.as(tom).personId],
    );
    expect((await sightOf(world.as(mia), threadId, openOf(mia))).contacts).toEqual([ana.name]);
    await world.sql("update candor.participant set role = 'cc', bcc_known_by = null where role = 'bcc'");
    await setTier('count');
  });

  test('answers whom it is hidden from as a thread that never was', async () => {
    const never = ThreadId.parse(crypto.randomUUID());
    const asks = (id: ThreadId) => [
      answerOf(world.as(mia).api.thread.read.query({ threadId: id })),
      answerOf(world.as(mia).api.thread.previewStance.query({ threadId: id, stance: 'shared' })),
      answerOf(setStance(world.as(mia), openOf(mia), id, 'shared')),
    ];
    expect(await Promise.all(asks(threadId))).toEqual(await Promise.all(asks(never)));
  });

  test('is told of to its owner with everybody who reads it all the same [JS-34] [N-05]', async () => {
    const { readers, hiddenFromCount } = keptThread(await look(world.as(ana), openOf(ana)));
    expect(readers.map(({ person, because, messageCount }) => [person.name, because, messageCount])).toEqual([
      [ana.name, 'it is in your own mailbox', 4],
      [tom.name, 'was on Cc', 2],
    ]);
    expect(hiddenFromCount).toBe(2);
  });
});

describe('“Could somebody read this?”', () => {
  const ask = (person: WorldPerson, about: WorldPerson) =>
    world.as(person).api.thread.couldRead.query({ threadId, personId: world.as(about).personId });

  test('is answered by what they then read, for everybody, whatever is decided [N-01] [N-06]', async () => {
    for (const visibility of ['owner-only', 'record-access'] as const)
      for (const stance of ['default', 'private', 'shared'] as const) {
        await setDefault(visibility);
        await decide(stance);
        for (const person of people) {
          const { read } = await sightOf(world.as(person), threadId, openOf(person));
          expect((await ask(ana, person)).readCount).toBe(read);
        }
      }
  });

  test('says by which right, or why not, in words', async () => {
    await setDefault('record-access');
    await decide('private');
    expect((await ask(ana, tom)).said).toBe(
      `${tom.name} can read 2 of 4 messages: was on Cc. Not the rest: it is private to ${ana.name}.`,
    );
    expect((await ask(ana, mia)).said).toBe(`${mia.name} cannot read this. It is private to ${ana.name}.`);
    expect((await ask(ana, raj)).said).toBe(
      `${raj.name} cannot read this. ${raj.name} does not work with this candidate, and was not on it.`,
    );
    await setDefault('owner-only');
    await decide('default');
    expect((await ask(ana, mia)).said).toBe(
      `${mia.name} cannot read this. Nobody who holds it shared it with the team, and ${mia.name} was not on it.`,
    );
    await decide('shared');
    expect((await ask(ana, mia)).said).toMatch(/^Mia Chen can read all 4 messages: recruiter,/);
  });

  test('is not answered to whom the thread is hidden from, nor of somebody who is no colleague', async () => {
    await decide('private');
    expect(await refusal(ask(mia, tom))).toBe('not-found');
    expect(
      await refusal(
        world.as(ana).api.thread.couldRead.query({ threadId, personId: PersonId.parse(crypto.randomUUID()) }),
      ),
    ).toBe('not-found');
  });
});

describe('who reads a thread', () => {
  test('is not for a colleague to change who only reads it [LI-17]', async () => {
    await decide('shared');
    for (const person of [mia, tom]) {
      expect(await refusal(setStance(world.as(person), openOf(person), threadId, 'private'))).toBe(
        'policy-forbids',
      );
      expect(
        await refusal(world.as(person).api.thread.previewStance.query({ threadId, stance: 'private' })),
      ).toBe('policy-forbids');
    }
    expect(keptThread(await look(world.as(ana), openOf(ana))).stance).toBe('shared');
  });

  test('is as it was after undoing [N-23]', async () => {
    await decide('shared');
    const done = await decide('private');
    expect((await sightOf(world.as(mia), threadId, openOf(mia))).read).toBe(0);
    await undo(world.as(ana), openOf(ana), done);
    expect((await sightOf(world.as(mia), threadId, openOf(mia))).read).toBe(4);
    expect(keptThread(await look(world.as(ana), openOf(ana))).stance).toBe('shared');
  });

  test('becomes just what the preview said, from every stance to every other [N-05] [N-06]', async () => {
    const counts = async () =>
      new Map(
        await Promise.all(
          people.map(
            async (person) =>
              [
                world.as(person).personId,
                (await sightOf(world.as(person), threadId, openOf(person))).read,
              ] as const,
          ),
        ),
      );
    for (const visibility of ['owner-only', 'record-access'] as const) {
      await setDefault(visibility);
      for (const from of ['default', 'private', 'shared'] as const)
        for (const to of ['default', 'private', 'shared'] as const) {
          await decide(from);
          const before = await counts();
          const preview = await world.as(ana).api.thread.previewStance.query({ threadId, stance: to });
          await decide(to);
          const after = await counts();
          const changed = [...before].flatMap(([id, had]) =>
            (after.get(id) ?? 0) === had ? [] : [[id, (after.get(id) ?? 0) - had] as const],
          );
          expect(
            new Map([
              ...preview.gains.map(({ person, messageCount }) => [person.personId, messageCount] as const),
              ...preview.loses.map(({ person, messageCount }) => [person.personId, -messageCount] as const),
            ]),
          ).toEqual(new Map(changed));
          for (const { person, keepsCount } of preview.loses)
            expect(after.get(person.personId)).toBe(keepsCount);
          const { readers } = keptThread(await look(world.as(ana), openOf(ana)));
          expect(new Map(readers.map((each) => [each.person.personId, each.messageCount]))).toEqual(
            new Map([...after].filter(([, count]) => count > 0)),
          );
        }
    }
  });

  test('holds for the whole thread, its new mail too, shared or private [JS-37] [LF-14] [LI-18] [P-21]', async () => {
    for (const [stance, seen] of [
      ['shared', true],
      ['private', false],
    ] as const) {
      await decide(stance);
      const before = (await sightOf(world.as(mia), threadId, openOf(mia))).read;
      world.send({
        from: jane,
        to: [ana],
        subject: 'Re: On-site interview next week',
        text: `New while ${stance}`,
        references: ['jane.0@acme.test'],
      });
      await world.pull(ana);
      const { read } = await sightOf(world.as(mia), threadId, openOf(mia));
      expect(read).toBe(seen ? before + 1 : 0);
    }
  });

  test('is news to those it concerns within their request, and to nobody else', async () => {
    await setDefault('owner-only');
    await decide('shared');
    const wait = async (person: WorldPerson, signal?: AbortSignal) => {
      const { cursor } = await world.as(person).api.live.wait.query({});
      return () => world.as(person).api.live.wait.query({ cursor }, signal === undefined ? {} : { signal });
    };
    const stop = new AbortController();
    const [askMia, askRaj] = [await wait(mia), await wait(raj, stop.signal)];
    const miaHears = askMia();
    const rajHears = askRaj().then(
      (news) => news.changed,
      () => 'silence',
    );
    await decide('private');
    expect((await miaHears).changed).toBe(true);
    stop.abort();
    expect(await rajHears).toBe('silence');
  });
});
