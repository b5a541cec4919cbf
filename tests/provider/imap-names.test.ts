import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCursor, writeCursor } from '../../server/providers/imap/cursor.ts';
import {
  readMessageName,
  readThreadName,
  threadOf,
  toMessageName,
  toThreadName,
} from '../../server/providers/imap/ids.ts';
import { keywordFor } from '../../server/providers/imap/keyword.ts';
import {
  allOf,
  differing,
  fromSequence,
  fromUids,
  inBoth,
  lowest,
  minus,
  sizeOf,
  toSequence,
  union,
} from '../../server/providers/imap/uid-set.ts';

const uids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }));
const sorted = (items: Iterable<number>) => [...items].sort((a, b) => a - b);

describe('sets of UIDs', () => {
  test('behave as sets of numbers do', () => {
    fc.assert(
      fc.property(uids, uids, (a, b) => {
        const [left, right] = [fromUids(a), fromUids(b)];
        const onlyIn = (some: number[], others: number[]) => some.filter((uid) => !others.includes(uid));
        expect(allOf(left)).toEqual(sorted(a));
        expect(sizeOf(left)).toBe(a.length);
        expect(allOf(union(left, right))).toEqual(sorted([...a, ...onlyIn(b, a)]));
        expect(allOf(minus(left, right))).toEqual(sorted(onlyIn(a, b)));
        expect(allOf(inBoth(left, right))).toEqual(sorted(a.filter((uid) => b.includes(uid))));
        expect(allOf(differing(left, right))).toEqual(sorted([...onlyIn(a, b), ...onlyIn(b, a)]));
        expect(lowest(left, 3)).toEqual(sorted(a).slice(0, 3));
        if (a.length > 0) expect(fromSequence(toSequence(left))).toEqual(left);
      }),
    );
  });

  test('are read as servers write them, and from nothing else', () => {
    expect(allOf(fromSequence('7,3:5,1,5:3'))).toEqual([1, 3, 4, 5, 7]);
    for (const text of ['0', '1:*', 'x', '1:2:3', '1,,2', '4294967296', '1.5', '-3', 'Infinity'])
      expect(() => fromSequence(text)).toThrow(RangeError);
  });
});

describe('names', () => {
  const copy = fc.record({
    path: fc.string({ minLength: 1, unit: 'grapheme' }),
    uidValidity: fc.integer({ min: 1, max: 0xffff_ffff }).map(String),
    uid: fc.integer({ min: 1, max: 0xffff_ffff }),
  });

  test('of copies and threads say where they are from, whatever the folder is called', () => {
    fc.assert(
      fc.property(copy, (at) => {
        expect(readMessageName(toMessageName(at))).toEqual(at);
        const alone = threadOf(at, { inReplyTo: [], references: [] });
        expect(readThreadName(toThreadName(alone))).toEqual({ by: 'copy', copy: at });
        const served = threadOf(at, { inReplyTo: [], references: [] }, '17');
        expect(readThreadName(toThreadName(served))).toEqual({ by: 'server', threadId: '17' });
      }),
    );
  });

  test('that nobody gave out are not found', () => {
    const made = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const name of [
      '',
      'x',
      made(null),
      made(['INBOX', '0', 1]),
      made(['INBOX', '1', 0]),
      made(['INBOX', '1', '1:*']),
    ])
      expect(() => readMessageName(name)).toThrow(expect.objectContaining({ reason: 'not-found' }));
  });
});

describe('cursors', () => {
  test('hold exactly what was written, in little room', () => {
    fc.assert(
      fc.property(uids, uids, uids, uids, (seen, labelled, drafts, deleted) => {
        const cursor = {
          walk: 'changes',
          folders: [
            {
              path: '__proto__',
              uidValidity: '7',
              seen: fromUids(seen),
              marks: { labelled: fromUids(labelled), drafts: fromUids(drafts), deleted: fromUids(deleted) },
            },
          ],
        } as const;
        expect(readCursor(writeCursor(cursor))).toEqual(cursor);
      }),
    );
    const whole = { path: 'INBOX', uidValidity: '7', marks: { labelled: [], drafts: [], deleted: [] } };
    const million = writeCursor({ walk: 'changes', folders: [{ ...whole, seen: [[1, 1_000_000]] }] });
    expect(million.length).toBeLessThan(200);
  });

  test.each(['0', '1-0', '1,', ',1', '1,0', '1:2', '1- 2', 'zzzzzzz', '*'])(
    'with a set written as %j are refused',
    (seen) => {
      const text = writeCursor({
        walk: 'changes',
        folders: [
          { path: 'a', uidValidity: '7', seen: [[5, 5]], marks: { labelled: [], drafts: [], deleted: [] } },
        ],
      }).replace('"seen":"5"', `"seen":${JSON.stringify(seen)}`);
      expect(() => readCursor(text)).toThrow(expect.objectContaining({ reason: 'bad-input' }));
    },
  );
});

describe('the label as a keyword', () => {
  test.each([
    ['Candor', 'Candor'],
    ['Bewerber 2026', 'Bewerber_2026'],
    ['Größe (alt)', 'Gr=C3=B6=C3=9Fe_=28alt=29'],
  ])('%s is %s', (name, keyword) => {
    expect(keywordFor(name)).toBe(keyword);
  });

  test('is an atom no server cuts short, and another for another name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        expect(keywordFor(a)).toMatch(/^[A-Za-z0-9._=-]{1,50}$/);
        if (a.toWellFormed() !== b.toWellFormed()) expect(keywordFor(a)).not.toBe(keywordFor(b));
      }),
    );
  });
});
