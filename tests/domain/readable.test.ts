import { describe, expect, test } from 'vitest';
import {
  decideReadable,
  overrideMs,
  type ReadableMessage,
  type Right,
  readersOf,
  rightOfReceipt,
  type ThreadWorld,
} from '../../lib/domain/readable.ts';
import {
  addressOf,
  aWorld,
  grant,
  heldBy,
  now,
  stances,
  team,
  veraOnTeam,
  viewer,
  withPeople,
} from './a-thread-world.ts';

const decide = (message: ReadableMessage, world: Partial<ThreadWorld> = {}) =>
  decideReadable(viewer('vera'), message, aWorld(world));

describe('decideReadable', () => {
  test('whose mailbox holds a copy reads it, however private', () => {
    expect(
      decide(heldBy('vera'), { stances: stances({ vera: 'private' }), defaultVisibility: 'owner-only' }),
    ).toEqual({
      readable: true,
      because: [{ right: 'copy' }],
    });
  });

  test.each(['from', 'to', 'cc', 'bcc'] as const)('who was in %s reads a private thread [JS-34]', (role) => {
    const message = withPeople(heldBy('ana'), [{ address: 'vera@home.test', role }]);
    expect(decide(message, { stances: stances({ ana: 'private' }) })).toEqual({
      readable: true,
      because: [{ right: 'participant', role }],
    });
  });

  test('of several roles the one nearest to writing is told', () => {
    const message = withPeople(heldBy(), [
      { address: addressOf('vera'), role: 'cc' },
      { address: addressOf('vera'), role: 'to' },
    ]);
    expect(decide(message)).toMatchObject({ because: [{ role: 'to' }] });
  });

  test('a colleague who was on the first message of a private thread reads that one and no later one [JS-34]', () => {
    const world = { stances: stances({ ana: 'private' }), candidateAccess: veraOnTeam };
    const first = withPeople(heldBy('ana'), [{ address: addressOf('vera'), role: 'cc' }]);
    expect(decide(first, world).readable).toBe(true);
    expect(decide(heldBy('ana'), world)).toEqual({
      readable: false,
      because: { refusal: 'private', ownerIds: ['ana'] },
    });
  });

  test.each([
    ['an owner gave it', true, {}],
    ['it ends later', true, { endsAt: now + 1 }],
    ['it ends this moment', false, { endsAt: now }],
    ['it ended', false, { endsAt: now - 1 }],
    ['somebody gave it who holds no copy', false, { ownerId: 'bo' }],
    ['it was given to another', false, { granteeId: 'zoe' }],
  ])('a grant where %s opens a private thread: %s', (_, readable, facts) => {
    const world = { stances: stances({ ana: 'private' }), grants: [grant(facts)] };
    expect(decide(heldBy('ana'), world).readable).toBe(readable);
  });

  test('a grant is told with its giver and its time', () => {
    expect(decide(heldBy('ana'), { grants: [grant({ endsAt: now + 5 })] })).toEqual({
      readable: true,
      because: [{ right: 'grant', ownerId: 'ana', grantedAt: now - 10, endsAt: now + 5 }],
    });
  });

  test('a grant without an end tells of none', () => {
    const decision = decide(heldBy('ana'), { grants: [grant()] });
    expect(decision.readable && decision.because).toStrictEqual([
      { right: 'grant', ownerId: 'ana', grantedAt: now - 10 },
    ]);
  });

  test('a message that its owner withholds is open by nothing of theirs, and told as withheld where they share [N-10] [N-12]', () => {
    const withheld = { ...heldBy('ana'), withheldBy: new Set(['ana']) };
    const shared = { defaultVisibility: 'owner-only', stances: stances({ ana: 'shared' }) } as const;
    expect(decide(withheld, { ...shared, grants: [grant()], candidateAccess: veraOnTeam })).toEqual({
      readable: false,
      because: { refusal: 'withheld', ownerIds: ['ana'] },
    });
    expect(decide(withheld, { defaultVisibility: 'owner-only', candidateAccess: veraOnTeam })).toEqual({
      readable: false,
      because: { refusal: 'owner-only' },
    });
    const both = { ...heldBy('ana', 'bo'), withheldBy: new Set(['ana']) };
    expect(
      decide(both, {
        ...shared,
        stances: stances({ ana: 'shared', bo: 'shared' }),
        candidateAccess: veraOnTeam,
      }),
    ).toEqual({ readable: true, because: [{ right: 'team', access: team, sharedBy: ['bo'] }] });
  });

  test.each([
    ['record-access', 'default', true],
    ['record-access', 'private', false],
    ['record-access', 'shared', true],
    ['owner-only', 'default', false],
    ['owner-only', 'private', false],
    ['owner-only', 'shared', true],
  ] as const)(
    'with %s, the team reads what its owner holds as %s: %s [JS-30] [LI-16]',
    (visibility, stance, readable) => {
      const world = {
        defaultVisibility: visibility,
        stances: stances({ ana: stance }),
        candidateAccess: veraOnTeam,
      };
      expect(decide(heldBy('ana'), world).readable).toBe(readable);
    },
  );

  test('private of any owner wins over shared of another, for what both hold', () => {
    const world = { stances: stances({ ana: 'private', bo: 'shared' }), candidateAccess: veraOnTeam };
    expect(decide(heldBy('ana', 'bo'), world)).toMatchObject({
      because: { refusal: 'private', ownerIds: ['ana'] },
    });
    expect(decide(heldBy('bo'), world)).toEqual({
      readable: true,
      because: [{ right: 'team', access: team, sharedBy: ['bo'] }],
    });
  });

  test('a stance of somebody who holds no copy neither opens nor hides', () => {
    const world = { defaultVisibility: 'owner-only', candidateAccess: veraOnTeam } as const;
    expect(decide(heldBy('ana'), { ...world, stances: stances({ bo: 'shared' }) }).readable).toBe(false);
    expect(
      decide(heldBy('ana'), { ...world, stances: stances({ ana: 'shared', bo: 'private' }) }).readable,
    ).toBe(true);
  });

  test('new mail of a shared thread is readable like the rest of it [LI-18]', () => {
    const shared = {
      defaultVisibility: 'owner-only',
      stances: stances({ ana: 'shared' }),
      candidateAccess: veraOnTeam,
    } as const;
    const thread = [heldBy('ana'), heldBy('ana')];
    const [reader] = readersOf([viewer('vera')], [...thread, heldBy('ana', 'bo')], aWorld(shared));
    expect(reader?.messageCount).toBe(3);
  });

  test('sharing opens nothing to somebody without access to the candidate', () => {
    expect(decide(heldBy('ana'), { stances: stances({ ana: 'shared' }) })).toEqual({
      readable: false,
      because: { refusal: 'no-candidate-access' },
    });
  });

  test.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])('override: allowed %s, used %s, opens %s', (isOverrideAllowed, isUsed, readable) => {
    const overrides = new Map(isUsed ? [['vera', now]] : []);
    expect(decide(heldBy('ana'), { isOverrideAllowed, overrides }).readable).toBe(readable);
  });

  test.each([
    [0, true],
    [overrideMs - 1, true],
    [overrideMs, false],
    [30 * overrideMs, false],
  ])('an override opens for a day: used %s ms ago, opens %s', (agoMs, readable) => {
    const overrides = new Map([['vera', now - agoMs]]);
    expect(decide(heldBy('ana'), { isOverrideAllowed: true, overrides }).readable).toBe(readable);
  });

  test('every right that applies is told, the strongest first', () => {
    const message = withPeople(heldBy('vera', 'ana'), [{ address: addressOf('vera'), role: 'to' }]);
    const decision = decide(message, {
      grants: [grant()],
      candidateAccess: veraOnTeam,
      isOverrideAllowed: true,
      overrides: new Map([['vera', now]]),
    });
    expect(decision.readable && decision.because.map(({ right }) => right)).toEqual([
      'copy',
      'participant',
      'grant',
      'team',
      'override',
    ]);
  });

  test('who does not work with the candidate is not told that anybody holds the thread private', () => {
    expect(decide(heldBy('ana'), { stances: stances({ ana: 'private' }) })).toEqual({
      readable: false,
      because: { refusal: 'no-candidate-access' },
    });
  });
});

test.each([
  [[{ right: 'copy' }, { right: 'team' }], undefined],
  [[{ right: 'participant', role: 'bcc' }], undefined],
  [[{ right: 'participant', role: 'bcc' }, { right: 'team' }], 'team'],
  [[{ right: 'participant', role: 'cc' }, { right: 'team' }], 'participant'],
  [[{ right: 'override' }], 'override'],
])('of the rights %j the owners are told of %s', (rights, told) => {
  expect(rightOfReceipt(rights as unknown as readonly Right[])?.right).toBe(told);
});
