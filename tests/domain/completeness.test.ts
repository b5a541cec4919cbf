import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CompletenessFacts,
  type Count,
  decideCompleteness,
  isMissing,
} from '../../lib/domain/completeness.ts';

const now = Date.UTC(2026, 10, 10, 12);
const minute = 60_000;
const count: Count = {
  storedCount: 41,
  missingCount: 2,
  missingSince: now - 3_600_000,
  isWhole: true,
  countedAt: now - minute,
};
const facts = (some: Partial<CompletenessFacts> = {}): CompletenessFacts => ({
  mailbox: 'connected',
  isImporting: false,
  hasFailed: false,
  count,
  ...some,
});

describe('what is told of a mailbox', () => {
  test('the last count, as it was [N-14]', () => {
    expect(decideCompleteness(facts())).toEqual({ state: 'told', ...count });
  });

  test.each([
    [{ mailbox: 'needs-reconnect' }, 'reconnect'],
    [{ mailbox: 'paused' }, 'not-on'],
    [{ mailbox: 'off' }, 'not-on'],
    [{ isImporting: true }, 'importing'],
    [{ hasFailed: true }, 'failed'],
    [{ count: undefined }, 'not-yet'],
  ] as const)('no number where it would be false: %j [N-14]', (some, because) => {
    expect(decideCompleteness(facts(some))).toEqual({ state: 'untold', because });
  });

  test('a number is told of a mailbox that is connected and of no other', () => {
    fc.assert(
      fc.property(
        fc.record({
          mailbox: fc.constantFrom('connected', 'needs-reconnect', 'paused', 'off'),
          isImporting: fc.boolean(),
          hasFailed: fc.boolean(),
          count: fc.constantFrom(count, undefined),
        }),
        (some) => {
          const told = decideCompleteness(some).state === 'told';
          expect(told).toBe(
            some.mailbox === 'connected' && !some.isImporting && !some.hasFailed && some.count !== undefined,
          );
        },
      ),
    );
  });
});

describe('a message that is not on record', () => {
  test('is missing when a look went through since it came', () => {
    expect(isMissing(now - 5 * minute, { lastPulledAt: now - minute }, now)).toBe(true);
  });

  test('is on its way when no look went through since it came', () => {
    expect(isMissing(now - minute, { lastPulledAt: now - 5 * minute }, now)).toBe(false);
    expect(isMissing(now - minute, { lastPulledAt: undefined }, now)).toBe(false);
  });

  test('is on its way when it came with the last look: two clocks differ', () => {
    expect(isMissing(now - minute, { lastPulledAt: now - minute }, now)).toBe(false);
  });

  test('is missing when looks have failed for so long that none can be counted on', () => {
    expect(isMissing(now - 16 * minute, { lastPulledAt: now - 20 * minute }, now)).toBe(true);
  });
});
