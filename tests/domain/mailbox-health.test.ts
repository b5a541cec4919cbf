import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  behindAfterMs,
  decideMailboxHealth,
  type MailboxHealthFacts,
  needsYouAfterMs,
} from '../../lib/domain/mailbox-health.ts';

const now = Date.UTC(2026, 0, 10, 12);
const minute = 60_000;
const day = 86_400_000;
const decide = (facts: Partial<MailboxHealthFacts>) =>
  decideMailboxHealth(
    { state: 'connected', access: 'full', stateSince: now - 30 * day, lastPulledAt: now - minute, ...facts },
    now,
  );

describe('how a mailbox is doing', () => {
  test('one whose last look went through a minute ago is connected, since it was', () => {
    expect(decide({})).toEqual({ state: 'connected', since: now - 30 * day });
  });

  test('one that was turned off or paused needs nobody', () => {
    for (const state of ['off', 'paused'] as const)
      expect(decide({ state, stateSince: now - day, lastPulledAt: now - 9 * day })).toEqual({
        state,
        since: now - day,
      });
  });

  test('one that lets us in no more needs its owner, since it does not', () => {
    expect(decide({ state: 'needs-reconnect', stateSince: now - day })).toEqual({
      state: 'needs-you',
      because: 'reconnect',
      since: now - day,
    });
  });

  test.each([
    [behindAfterMs - 1, 'connected', undefined],
    [behindAfterMs, 'behind', 'silent'],
    [needsYouAfterMs - 1, 'behind', 'silent'],
    [needsYouAfterMs, 'needs-you', 'silent'],
  ])('silent for %i ms it is %s', (silentMs, state, because) => {
    const lastPulledAt = now - silentMs;
    expect(decide({ lastPulledAt })).toMatchObject({ state });
    expect(decide({ lastPulledAt }).because).toBe(because);
  });

  test('a look that was refused puts it behind until one goes through', () => {
    const lastPulledAt = now - 2 * minute;
    expect(decide({ lastPulledAt, lastFailureAt: now - minute })).toEqual({
      state: 'behind',
      because: 'refused',
      since: lastPulledAt,
    });
    expect(decide({ lastPulledAt, lastFailureAt: lastPulledAt - minute }).state).toBe('connected');
  });

  test('a look that was given up needs its owner until one goes through', () => {
    const lastPulledAt = now - 2 * minute;
    expect(decide({ lastPulledAt, buriedAt: now - minute })).toEqual({
      state: 'needs-you',
      because: 'given-up',
      since: lastPulledAt,
    });
    expect(decide({ lastPulledAt, buriedAt: lastPulledAt - minute }).state).toBe('connected');
  });

  test('one that was just connected is not silent, however long ago its last look was', () => {
    expect(decide({ stateSince: now - minute, lastPulledAt: now - 9 * day }).state).toBe('connected');
    expect(decide({ stateSince: now - minute, lastPulledAt: undefined }).state).toBe('connected');
    expect(decide({ stateSince: now - day, lastPulledAt: undefined })).toMatchObject({
      state: 'needs-you',
      because: 'silent',
    });
  });

  test('as time passes without a look it never gets better, and no look that goes through leaves it in trouble', () => {
    const rank = { connected: 0, behind: 1, 'needs-you': 2, paused: 3, off: 3 } as const;
    const ago = fc.integer({ min: 0, max: 3 * day });
    const facts = fc.record({
      access: fc.constantFrom('full' as const, 'send-only' as const),
      state: fc.constantFrom('connected', 'needs-reconnect', 'paused', 'off'),
      stateSince: ago.map((ms) => now - ms),
      lastPulledAt: fc.option(
        ago.map((ms) => now - ms),
        { nil: undefined },
      ),
      lastFailureAt: fc.option(
        ago.map((ms) => now - ms),
        { nil: undefined },
      ),
      buriedAt: fc.option(
        ago.map((ms) => now - ms),
        { nil: undefined },
      ),
    }) satisfies fc.Arbitrary<MailboxHealthFacts>;
    fc.assert(
      fc.property(facts, ago, (given, laterMs) => {
        const early = decideMailboxHealth(given, now);
        const late = decideMailboxHealth(given, now + laterMs);
        expect(rank[late.state]).toBeGreaterThanOrEqual(rank[early.state]);
        expect(early.because !== undefined).toBe(rank[early.state] === 1 || rank[early.state] === 2);
        if (given.state === 'connected')
          expect(decideMailboxHealth({ ...given, lastPulledAt: now }, now).state).toBe('connected');
      }),
    );
  });
});
