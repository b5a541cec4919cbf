import { describe, expect, test } from 'vitest';
import { compareReaders, readersOf } from '../../lib/domain/readable.ts';
import { addressOf, aWorld, heldBy, stances, team, viewer, withPeople } from './a-thread-world.ts';

describe('readersOf and compareReaders', () => {
  const cc = (name: string) => ({ address: addressOf(name), role: 'cc' as const });
  const messages = [withPeople(heldBy('ana'), [cc('tom')]), heldBy('ana'), heldBy('ana')];
  const open = aWorld({
    candidateAccess: new Map([
      ['tom', team],
      ['vera', team],
    ]),
  });
  const closed = { ...open, stances: stances({ ana: 'private' }) };
  const everybody = ['ana', 'tom', 'vera', 'zoe'].map(viewer);

  test('a reader’s right is the one that opens most of the messages', () => {
    expect(
      readersOf(everybody, messages, open).map(({ personId, right, messageCount }) => [
        personId,
        right.right,
        messageCount,
      ]),
    ).toEqual([
      ['ana', 'copy', 3],
      ['tom', 'team', 3],
      ['vera', 'team', 3],
    ]);
  });

  test('of rights that open as many, the stronger is told', () => {
    const [tom] = readersOf([viewer('tom')], messages.slice(0, 2), open);
    expect(tom?.right).toEqual({ right: 'participant', role: 'cc' });
  });

  test('making private takes the team’s sight and leaves what people received', () => {
    const change = compareReaders(
      readersOf(everybody, messages, open),
      readersOf(everybody, messages, closed),
    );
    const byTeam = { right: 'team', access: team, sharedBy: ['ana'] };
    expect(change).toStrictEqual({
      gains: [],
      loses: [
        {
          personId: 'tom',
          messageCount: 2,
          right: byTeam,
          keepsCount: 1,
          keepsBy: { right: 'participant', role: 'cc' },
        },
        { personId: 'vera', messageCount: 3, right: byTeam, keepsCount: 0 },
      ],
    });
  });

  test('undoing it gives the same sight back', () => {
    const change = compareReaders(
      readersOf(everybody, messages, closed),
      readersOf(everybody, messages, open),
    );
    expect(change.loses).toEqual([]);
    expect(
      change.gains.map(({ personId, messageCount, keepsCount }) => [personId, messageCount, keepsCount]),
    ).toEqual([
      ['tom', 2, 1],
      ['vera', 3, 0],
    ]);
  });

  test('a thread without messages has no readers', () => {
    expect(readersOf(everybody, [], open)).toEqual([]);
  });

  test('people named like the prototype are people like others', () => {
    const odd = viewer('__proto__');
    expect(readersOf([odd], [heldBy('__proto__')], aWorld()).map(({ personId }) => personId)).toEqual([
      '__proto__',
    ]);
    expect(readersOf([viewer('constructor')], [heldBy('ana')], aWorld())).toEqual([]);
  });
});
