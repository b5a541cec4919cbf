import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canUndo, undoMs, undoUntil } from '../../lib/domain/undo.ts';

const doneAt = Date.UTC(2026, 4, 3);

test.each([
  ['at once', true, 0],
  ['in the last millisecond of ten minutes', true, undoMs - 1],
  ['when ten minutes are over', false, undoMs],
  ['a day later', false, 86_400_000],
  ['when the clock went back', true, -60_000],
])('an act can be undone %s: %s', (_, isPossible, later) => {
  expect(canUndo(doneAt, doneAt + later)).toBe(isPossible);
});

test('an act can be undone for ten minutes', () => {
  expect(undoMs).toBe(600_000);
});

test('an act can be undone exactly until the moment that is shown', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 40), fc.nat(2 ** 40), (done, now) => {
      expect(canUndo(done, now)).toBe(now < undoUntil(done));
    }),
  );
});
