import { describe, expect, test } from 'vitest';
import { standingOf } from '../../components/panel/standing.ts';
import { listed, readersSentence, shortName } from '../../components/words/people-words.ts';
import { agoWords, clockWords, sinceWords, whenWords } from '../../components/words/when.ts';
import * as f from './fixtures.ts';

const now = Date.now();
const reader = (who: typeof f.you) => f.reader(who, 'team', 'hiring team of Backend');

describe('sentences about people', () => {
  test.each([
    [[], ''],
    [['Ana'], 'Ana'],
    [['Ana', 'Tom'], 'Ana and Tom'],
    [['Ana', 'Tom', 'Raj'], 'Ana, Tom and Raj'],
    [['Ana', 'Tom', 'Raj', 'Léa'], 'Ana, Tom, Raj and Léa'],
    [['Ana', 'Tom', 'Raj', 'Léa', 'Yuki'], 'Ana, Tom, Raj and 2 others'],
  ])('%j is read as %j', (names, sentence) => {
    expect(listed(names)).toBe(sentence);
  });

  test('a first name two people share is given in full', () => {
    const other = { ...f.tom, personId: f.ana.personId, name: 'Tom Okoro' };
    expect(shortName(f.tom, [f.tom, other])).toBe('Tom Baker');
    expect(shortName(f.tom, [f.tom, f.ana])).toBe('Tom');
  });

  test('you come first, and those it is hidden from are counted', () => {
    expect(
      readersSentence({ readers: [reader(f.tom), reader(f.ana), reader(f.you)], hiddenFromCount: 14 }),
    ).toBe('You, Tom and Ana can read this. Hidden from 14.');
  });

  test('one reader alone is said to be the only one', () => {
    expect(readersSentence({ readers: [reader(f.you)], hiddenFromCount: 3 })).toBe(
      'Only you can read this. Hidden from 3.',
    );
  });

  test('hidden from nobody goes without saying', () => {
    expect(readersSentence({ readers: [reader(f.you), reader(f.tom)], hiddenFromCount: 0 })).toBe(
      'You and Tom can read this.',
    );
  });
});

describe('times', () => {
  test.each([
    [9_000, 'just now'],
    [12_000, '12 s ago'],
    [59_000, '59 s ago'],
    [61_000, '1 min ago'],
    [59 * 60_000, '59 min ago'],
  ])('%i ms ago is %s', (agoMs, words) => {
    expect(agoWords(new Date(now - agoMs).toISOString(), now)).toBe(words);
  });

  test('a day of this year has no year, an older one has', () => {
    const december = Date.parse('2026-12-20T12:00:00');
    expect(whenWords('2026-11-03T09:00:00', december)).toBe('3 Nov');
    expect(whenWords('2025-11-03T09:00:00', december)).toBe('3 Nov 2025');
    expect(whenWords('2026-12-18T09:00:00', december)).toBe('Fri');
    expect(whenWords('2026-12-20T09:05:00', december)).toBe('09:05');
    expect(clockWords('2026-12-18T09:05:00', december)).toBe('18 Dec, 09:05');
    expect(sinceWords('2026-12-15T09:10:00', december)).toBe('Tuesday 09:10');
    expect(sinceWords('2026-12-20T09:10:00', december)).toBe('09:10');
    expect(sinceWords('2026-11-03T09:10:00', december)).toBe('3 Nov, 09:10');
  });
});

describe('how a thread stands with what is pending', () => {
  test('an act and its undo, both waiting, cancel each other', () => {
    const log = f.pendingAct({ kind: 'log', fileOn: [] }, 'queued');
    const undo = { ...f.pendingAct({ kind: 'undo', of: log.key }, 'queued'), key: f.actionKey(9) };
    const standing = standingOf(f.threadView(), [log, undo], now);
    expect(standing.log).toEqual({ state: 'open' });
    expect(standing.underWay).toEqual([]);
  });

  test('undoing a label that was put on shows it off at once', () => {
    const done = f.undoable('label', 'Labelled.');
    const view = f.threadView({ thread: f.keptThread({ isLabelled: true }), undoable: [done] });
    const standing = standingOf(view, [f.pendingAct({ kind: 'undo', of: done.key }, 'sending')], now);
    expect(standing.label.on).toBe(false);
    expect(standing.undoable).toEqual([]);
  });

  test('a refused act counts for nothing but itself', () => {
    const refused = f.pendingAct({ kind: 'label', on: true, fileOn: [] }, 'refused', 'provider-refused');
    const standing = standingOf(f.threadView(), [refused], now);
    expect(standing.label).toEqual({ on: false, how: 'settled' });
    expect(standing.refused).toEqual([refused]);
  });
});
