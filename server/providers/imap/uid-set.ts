/* Sets of UIDs as runs, so that a folder of a million messages costs what its gaps cost. */

/** Both ends are in. */
type Run = readonly [from: number, to: number];
/** Runs in rising order that neither touch nor overlap. */
export type UidSet = readonly Run[];

export const noUids: UidSet = [];

/** A sequence set as servers write it ("1:5,7"). Ends may stand in any order. Throws a RangeError for anything else. */
export const fromSequence = (text: string): UidSet => {
  if (text === '') return noUids;
  const runs = text.split(',').map((part): Run => {
    const ends = part.split(':').map(Number);
    const [a, b = a] = ends;
    if (ends.length > 2 || !isUid(a) || !isUid(b)) throw new RangeError('A sequence set cannot be read');
    return a < b ? [a, b] : [b, a];
  });
  return joined(runs);
};

export const fromUids = (uids: Iterable<number>): UidSet => joined([...uids].map((uid): Run => [uid, uid]));

/** Only for a set that is not empty: IMAP has no way to write one. */
export const toSequence = (set: UidSet): string =>
  set.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',');

export const sizeOf = (set: UidSet): number => set.reduce((sum, [from, to]) => sum + to - from + 1, 0);

export const union = (a: UidSet, b: UidSet): UidSet => joined([...a, ...b]);

export const minus = (a: UidSet, b: UidSet): UidSet => {
  const left: Run[] = [];
  let next = 0;
  for (const [from, to] of a) {
    let start = from;
    while (next < b.length && (b[next]?.[1] ?? 0) < start) next += 1;
    for (let at = next; at < b.length; at += 1) {
      const [cutFrom, cutTo] = b[at] as Run;
      if (cutFrom > to) break;
      if (cutFrom > start) left.push([start, cutFrom - 1]);
      start = cutTo + 1;
    }
    if (start <= to) left.push([start, to]);
  }
  return left;
};

export const inBoth = (a: UidSet, b: UidSet): UidSet => minus(a, minus(a, b));

/** What is in one of the two alone. */
export const differing = (a: UidSet, b: UidSet): UidSet => union(minus(a, b), minus(b, a));

/** The lowest `count`. */
export const lowest = (set: UidSet, count: number): readonly number[] => {
  const uids: number[] = [];
  for (const [from, to] of set)
    for (let uid = from; uid <= to; uid += 1) {
      if (uids.length >= count) return uids;
      uids.push(uid);
    }
  return uids;
};

export const allOf = (set: UidSet): readonly number[] => lowest(set, Number.POSITIVE_INFINITY);

const isUid = (value: number | undefined): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 1 && value <= 0xffff_ffff;

const joined = (runs: readonly Run[]): UidSet => {
  const whole: [number, number][] = [];
  for (const [from, to] of [...runs].sort((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else whole.push([from, to]);
  }
  return whole;
};
