import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decidePlaces,
  explainJoin,
  explainPlace,
  type PlacedMessage,
} from '../../lib/domain/thread-evidence.ts';

const may = (day: number) => Date.UTC(2026, 4, day);
const placed = (name: string, answers: readonly string[] = [], subject = name): PlacedMessage => ({
  messageId: name,
  ownId: name,
  answers,
  subject,
  sentAt: may(3),
});
const said = (...messages: readonly PlacedMessage[]) => decidePlaces(messages).map(explainPlace);

describe('why a message stands in its thread', () => {
  test('the first one begins it, and each answer names what it answers [N-11]', () => {
    expect(said(placed('a', [], 'Interview'), placed('b', ['a']))).toEqual([
      'first of its thread',
      'answers “Interview” of 3 May 2026',
    ]);
  });

  test('of several that it answers, the nearest is named', () => {
    expect(said(placed('a'), placed('b', ['a']), placed('c', ['b', 'a'])).at(-1)).toBe(
      'answers “b” of 3 May 2026',
    );
  });

  test('two that mention an earlier one nobody has are tied by that', () => {
    expect(said(placed('b', ['gone']), placed('c', ['gone']))).toEqual([
      'by its ids',
      'mentions the same earlier message as “b” of 3 May 2026',
    ]);
  });

  test('mail whose ids were not kept stands by its ids', () => {
    const { ownId: _, ...old } = placed('b');
    expect(said(placed('a'), old)).toEqual(['first of its thread', 'by its ids']);
  });

  test('a message without a subject is said to have none', () => {
    expect(said(placed('a', [], ' '), placed('b', ['a'])).at(-1)).toBe(
      'answers a message without a subject of 3 May 2026',
    );
  });

  test('only messages that were given are ever named', () => {
    const some = fc.array(fc.record({ own: fc.nat(8), answers: fc.array(fc.nat(8), { maxLength: 3 }) }));
    fc.assert(
      fc.property(some, (rows) => {
        const messages = rows.map(({ own, answers }, at) => ({
          ...placed(`${at}`, answers.map(String)),
          ownId: `${own}`,
        }));
        decidePlaces(messages).forEach((place, at) => {
          if (place.reason !== 'answers' && place.reason !== 'mentions-same') return;
          expect(messages).toContain(place.message);
          expect(place.message).not.toBe(messages[at]);
        });
      }),
    );
  });
});

test('a join is told with its day, and with the message that showed it where that may be read', () => {
  expect(explainJoin(may(3), 'Re: Interview')).toBe('joined on 3 May 2026 because of “Re: Interview”');
  expect(explainJoin(may(3), undefined)).toBe('joined on 3 May 2026');
});
