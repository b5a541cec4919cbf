import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bringsOldMail,
  decideWindow,
  type ImportWindow,
  importWindows,
  isWithin,
  type OldMailWindow,
} from '../../lib/domain/import-window.ts';

const anyWindow = fc.constantFrom(...importWindows);
const oldMail = fc.constantFrom<OldMailWindow>('3-months', '6-months', '12-months', 'all');
/** Between 2000 and 2100. */
const anyMoment = fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 });
const fromOf = (wanted: OldMailWindow, now: number): number => {
  const decision = decideWindow(wanted, 'all', now);
  if (!decision.allowed) throw new Error('All is refused.');
  return decision.from ?? Number.NEGATIVE_INFINITY;
};
const iso = (wanted: OldMailWindow, now: string) => new Date(fromOf(wanted, Date.parse(now))).toISOString();

describe('a window of old mail', () => {
  test.each<[OldMailWindow, string, string]>([
    ['3-months', '2026-11-25T10:20:30.999Z', '2026-08-25T10:20:30.000Z'],
    ['6-months', '2026-08-31T00:00:00.000Z', '2026-02-28T00:00:00.000Z'],
    ['12-months', '2028-02-29T12:00:00.000Z', '2027-02-28T12:00:00.000Z'],
    ['3-months', '2027-01-15T08:00:00.000Z', '2026-10-15T08:00:00.000Z'],
  ])('of %s seen at %s begins at %s [KL-21]', (wanted, now, from) => {
    expect(iso(wanted, now)).toBe(from);
  });

  test('of everything begins nowhere', () => {
    expect(decideWindow('all', 'all', 0)).toEqual({ allowed: true });
  });

  test('that is wider begins no later, and none begins after now', () => {
    fc.assert(
      fc.property(oldMail, oldMail, anyMoment, (a, b, now) => {
        const [narrow, wide] = isWithin(a, b) ? [a, b] : [b, a];
        expect(fromOf(wide, now)).toBeLessThanOrEqual(fromOf(narrow, now));
        expect(fromOf(narrow, now)).toBeLessThan(now);
      }),
    );
  });

  test('moves on with time, and holds whole seconds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('3-months', '6-months', '12-months'),
        anyMoment,
        anyMoment,
        (wanted, a, b) => {
          const [earlier, later] = a < b ? [a, b] : [b, a];
          expect(fromOf(wanted, earlier)).toBeLessThanOrEqual(fromOf(wanted, later));
          expect(fromOf(wanted, a) % 1_000).toBe(0);
        },
      ),
    );
  });

  test('of some months is never a day shorter or longer than those months can be', () => {
    const days = { '3-months': [89, 92], '6-months': [181, 184], '12-months': [365, 366] } as const;
    fc.assert(
      fc.property(fc.constantFrom('3-months', '6-months', '12-months'), anyMoment, (wanted, now) => {
        const long = (Math.floor(now / 1_000) * 1_000 - fromOf(wanted, now)) / 86_400_000;
        // A day that the earlier month does not have is taken for its last one, up to three days before.
        expect(long).toBeGreaterThanOrEqual(days[wanted][0]);
        expect(long).toBeLessThanOrEqual(days[wanted][1] + 3);
      }),
    );
  });

  test('wider than the company allows is refused, and one inside it never is [P-06]', () => {
    fc.assert(
      fc.property(oldMail, anyWindow, anyMoment, (wanted, most, now) => {
        expect(decideWindow(wanted, most, now).allowed).toBe(isWithin(wanted, most));
      }),
    );
    expect(decideWindow('12-months', '6-months', 0)).toEqual({
      allowed: false,
      because: 'wider-than-company-allows',
    });
  });
});

test('only a window of old mail lets Candor look through old mail', () => {
  const letting: ImportWindow[] = importWindows.filter(bringsOldMail);
  expect(letting).toEqual(['3-months', '6-months', '12-months', 'all']);
});
