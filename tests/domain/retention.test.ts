import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monthsFrom } from '../../lib/domain/months.ts';
import {
  decideRetention,
  explainRetention,
  type RetentionFacts,
  retireGraceMs,
} from '../../lib/domain/retention.ts';

const may = Date.UTC(2026, 4, 31);
const dayMs = 86_400_000;
const rules = [
  { stage: 'Rejected', months: 6 },
  { stage: 'Hired', months: 24 },
];
const decide = (
  applications: RetentionFacts['applications'],
  now: number,
  facts: Partial<RetentionFacts> = {},
) => decideRetention({ applications, rules, ...facts }, now);
const rejected = { stage: ' rejected', stageSince: may };

describe('a candidate', () => {
  test('without a rule for their stage, or without an application, stays for good', () => {
    expect(decide([rejected], may, { rules: [] })).toEqual({ retire: false, because: 'no-rule' });
    expect(decide([rejected, { stage: 'Offer', stageSince: 0 }], may * 2)).toEqual({
      retire: false,
      because: 'no-rule',
    });
    expect(decide([], may)).toEqual({ retire: false, because: 'no-application' });
  });

  test('under a legal hold stays, however long their time is over [N-22]', () => {
    expect(decide([rejected], monthsFrom(may, 40), { isOnHold: true, retireAt: may })).toEqual({
      retire: false,
      because: 'legal-hold',
    });
  });

  test('goes a week after the months of their stage, and after the latest of several [P-08]', () => {
    const at = Date.UTC(2026, 10, 30) + retireGraceMs;
    expect(decide([rejected], may)).toEqual({ retire: true, isDue: false, at });
    expect(decide([rejected, { stage: 'Hired', stageSince: may }], may)).toEqual({
      retire: true,
      isDue: false,
      at: monthsFrom(may, 24) + retireGraceMs,
    });
  });

  test('has the whole week also where the time was over long ago, and the week does not begin anew', () => {
    const now = monthsFrom(may, 40);
    expect(decide([rejected], now)).toEqual({ retire: true, isDue: true, at: now + retireGraceMs });
    const retireAt = now - dayMs;
    expect(decide([rejected], now, { retireAt })).toEqual({ retire: true, isDue: true, at: retireAt });
  });

  test('stays by somebody’s word, until a stage of theirs changes', () => {
    const now = monthsFrom(may, 40);
    const keptAt = monthsFrom(may, 7);
    expect(decide([rejected], now, { keptAt })).toEqual({ retire: false, because: 'kept' });
    expect(decide([{ ...rejected, stageSince: keptAt + 1 }], now, { keptAt })).toMatchObject({ isDue: true });
  });

  test('never goes without a week between the time when it is due and when they go', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 4_000 }),
        (since, months, days) => {
          const now = may + days * dayMs;
          const stageSince = may - since * dayMs;
          const decided = decide([{ stage: 'x', stageSince }], now, { rules: [{ stage: 'X', months }] });
          if (!decided.retire) throw new Error('The stage has a time.');
          expect(decided.at).toBeGreaterThanOrEqual(
            Math.max(monthsFrom(stageSince, months), now) + retireGraceMs,
          );
        },
      ),
    );
  });
});

test('what holds is said in words', () => {
  expect(explainRetention([])).toBe('Candidates and mail with them stay in Candor for good.');
  expect(explainRetention(rules)).toMatch(
    /^Candidates who stand in “Rejected” for 6 months, or in “Hired” for 24 months are erased/,
  );
});
