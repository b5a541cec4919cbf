import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareReaders,
  decideReadable,
  type Grant,
  type ReadableMessage,
  readersOf,
  type Stance,
  type ThreadWorld,
  type Viewer,
} from '../../lib/domain/readable.ts';
import { addressOf, now, team, viewer } from './a-thread-world.ts';

test('one more grant never takes sight away, and opens to nobody but its receiver', () => {
  fc.assert(
    fc.property(someThread, someGrant, ({ messages, world }, added) => {
      const change = compare(messages, world, { ...world, grants: [...world.grants, added] });
      expect(change.loses).toEqual([]);
      expect(change.gains.map(({ personId }) => personId).filter((who) => who !== added.granteeId)).toEqual(
        [],
      );
    }),
  );
});

test('making a thread private never gives sight, sharing it never takes it', () => {
  fc.assert(
    fc.property(someThread, somebody, ({ messages, world }, owner) => {
      const set = (stance: Stance) => ({
        ...world,
        stances: new Map([...world.stances, [owner, stance]] as const),
      });
      expect(compare(messages, world, set('private')).gains).toEqual([]);
      expect(compare(messages, set('private'), set('default')).loses).toEqual([]);
      expect(compare(messages, set('default'), set('shared')).loses).toEqual([]);
    }),
  );
});

test('who stands on a message or holds it reads it in every world [JS-34]', () => {
  fc.assert(
    fc.property(someThread, ({ messages, world }) => {
      for (const person of people)
        for (const message of messages) {
          const isOn = message.participants.some(({ address }) => person.addresses.has(address));
          if (isOn || message.ownerIds.has(person.personId))
            expect(decideReadable(person, message, world).readable).toBe(true);
        }
    }),
  );
});

test('what a thread’s owner shares opens each of its messages they hold and do not withhold, the newest like the first [LI-18]', () => {
  fc.assert(
    fc.property(someThread, somebody, ({ messages, world }, owner) => {
      const shared = { ...world, stances: new Map([...world.stances, [owner, 'shared']] as const) };
      for (const message of messages) {
        const isHidden = [...message.ownerIds].some((one) => shared.stances.get(one) === 'private');
        if (!message.ownerIds.has(owner) || message.withheldBy.has(owner) || isHidden) continue;
        for (const person of people.filter(({ personId }) => shared.candidateAccess.has(personId)))
          expect(decideReadable(person, message, shared).readable).toBe(true);
      }
    }),
  );
});

test('what an owner withholds opens to nobody by that owner, and changes nothing else [N-10] [N-12]', () => {
  fc.assert(
    fc.property(someThread, somebody, ({ messages, world }, owner) => {
      for (const message of messages) {
        const withheld = { ...message, withheldBy: new Set([...message.withheldBy, owner]) };
        for (const person of people) {
          const before = decideReadable(person, message, world);
          const after = decideReadable(person, withheld, world);
          const byOwner = (decision: typeof before) =>
            decision.readable
              ? decision.because.filter(
                  (each) =>
                    (each.right === 'grant' && each.ownerId === owner) ||
                    (each.right === 'team' && each.sharedBy.includes(owner)),
                )
              : [];
          expect(byOwner(after)).toEqual([]);
          if (byOwner(before).length === 0) expect(after.readable).toBe(before.readable);
        }
      }
    }),
  );
});

test('a private thread keeps every message its owner holds from the team, none more and none less [LF-15]', () => {
  fc.assert(
    fc.property(someThread, somebody, ({ messages, world }, owner) => {
      const hidden = { ...world, stances: new Map([...world.stances, [owner, 'private']] as const) };
      for (const message of messages.filter(({ ownerIds }) => ownerIds.has(owner)))
        for (const person of people) expect(rightsOf(person, message, hidden)).not.toContain('team');
      for (const message of messages.filter(({ ownerIds }) => !ownerIds.has(owner)))
        for (const person of people)
          expect(rightsOf(person, message, hidden)).toEqual(rightsOf(person, message, world));
    }),
  );
});

test('a copy in one more mailbox takes no right away but the team’s', () => {
  fc.assert(
    fc.property(someThread, somebody, ({ messages, world }, owner) => {
      const more = messages.map((one) => ({ ...one, ownerIds: new Set([...one.ownerIds, owner]) }));
      for (const person of people)
        messages.forEach((message, i) => {
          const before = rightsOf(person, message, world).filter((right) => right !== 'team');
          expect(rightsOf(person, more[i] ?? message, world)).toEqual(expect.arrayContaining(before));
        });
    }),
  );
});

test('a refusal for want of access tells nothing about the thread', () => {
  fc.assert(
    fc.property(someThread, ({ messages, world }) => {
      for (const person of people)
        for (const message of messages) {
          const decision = decideReadable(person, message, world);
          if (decision.readable || world.candidateAccess.has(person.personId)) continue;
          expect(decision.because).toEqual({ refusal: 'no-candidate-access' });
        }
    }),
  );
});

test('the readers of a thread are exactly those who may read one of its messages', () => {
  fc.assert(
    fc.property(someThread, ({ messages, world }) => {
      const readers = readersOf(people, messages, world);
      for (const person of people) {
        const readable = messages.flatMap((message, i) =>
          decideReadable(person, message, world).readable ? [i] : [],
        );
        const reader = readers.find(({ personId }) => personId === person.personId);
        expect([...(reader?.rights.keys() ?? [])]).toEqual(readable);
        expect(reader?.messageCount ?? 0).toBe(readable.length);
      }
    }),
  );
});

test('gains and losses are exactly what a look at each message before and after shows', () => {
  fc.assert(
    fc.property(someThread, someThread, ({ messages, world }, { world: other }) => {
      const { gains, loses } = compare(messages, world, other);
      for (const person of people) {
        const seen = messages.map((message) => ({
          before: decideReadable(person, message, world).readable,
          after: decideReadable(person, message, other).readable,
        }));
        const count = (before: boolean, after: boolean) =>
          seen.filter((one) => one.before === before && one.after === after).length;
        const gain = gains.find(({ personId }) => personId === person.personId);
        const loss = loses.find(({ personId }) => personId === person.personId);
        expect(gain?.messageCount ?? 0).toBe(count(false, true));
        expect(loss?.messageCount ?? 0).toBe(count(true, false));
        for (const change of [gain, loss])
          if (change !== undefined) expect(change.keepsCount).toBe(count(true, true));
      }
    }),
  );
});

const names = ['ana', 'bo', 'vera', 'zoe'];
const people = names.map(viewer);
const rightsOf = (person: Viewer, message: ReadableMessage, world: ThreadWorld) => {
  const decision = decideReadable(person, message, world);
  return decision.readable ? decision.because.map(({ right }) => right) : [];
};
const compare = (messages: readonly ReadableMessage[], before: ThreadWorld, after: ThreadWorld) =>
  compareReaders(readersOf(people, messages, before), readersOf(people, messages, after));

const somebody = fc.constantFrom(...names);
const someGrant: fc.Arbitrary<Grant> = fc
  .record({
    ownerId: somebody,
    granteeId: somebody,
    grantedAt: fc.constant(now - 1),
    endsAt: fc.option(fc.integer({ min: now - 2, max: now + 2 }), { nil: undefined }),
  })
  .map(({ endsAt, ...rest }) => (endsAt === undefined ? rest : { ...rest, endsAt }));
const someMessage: fc.Arbitrary<ReadableMessage> = fc.record({
  ownerIds: fc.subarray(names).map((owners) => new Set(owners)),
  withheldBy: fc.subarray(names).map((owners) => new Set(owners)),
  participants: fc.array(
    fc.record({
      address: fc.constantFrom(...names.map(addressOf), 'jane@example.test'),
      role: fc.constantFrom('from' as const, 'to' as const, 'cc' as const, 'bcc' as const),
    }),
    { maxLength: 3 },
  ),
});
const someWorld: fc.Arbitrary<ThreadWorld> = fc.record({
  now: fc.constant(now),
  defaultVisibility: fc.constantFrom('record-access' as const, 'owner-only' as const),
  stances: fc
    .array(fc.tuple(somebody, fc.constantFrom<Stance>('default', 'private', 'shared')), { maxLength: 4 })
    .map((entries) => new Map(entries)),
  grants: fc.array(someGrant, { maxLength: 3 }),
  candidateAccess: fc.subarray(names).map((some) => new Map(some.map((name) => [name, team]))),
  isOverrideAllowed: fc.boolean(),
  overrides: fc.subarray(names).map((some) => new Map(some.map((name) => [name, now - 1]))),
});
const someThread = fc.record({ messages: fc.array(someMessage, { maxLength: 4 }), world: someWorld });
