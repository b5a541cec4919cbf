import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideErasure, keepDeletedMs, type MessageHold } from '../../lib/domain/deletion.ts';
import { undoMs } from '../../lib/domain/undo.ts';

const hold = (facts: Partial<MessageHold>): MessageHold => ({
  copies: [],
  propagatesDeletions: true,
  ...facts,
});
const day = 86_400_000;

describe('a message deleted in mailboxes', () => {
  test('goes seven days after its last copy is gone [LI-23] [P-07a]', () => {
    expect(decideErasure(hold({ copies: [{ goneAt: 5 }, { goneAt: 9 }] }))).toEqual({
      erase: true,
      at: 9 + 7 * day,
      because: 'last-copy-gone',
    });
  });

  test('stays while one mailbox still holds it, or says nothing any more [LI-24]', () => {
    expect(decideErasure(hold({ copies: [{ goneAt: 5 }, {}] }))).toEqual({
      erase: false,
      because: 'copy-remains',
    });
  });

  test('stays where the company does not take deletions over [P-07a]', () => {
    expect(decideErasure(hold({ copies: [{ goneAt: 5 }], propagatesDeletions: false }))).toEqual({
      erase: false,
      because: 'company-keeps',
    });
  });

  test('stays under a legal hold, whatever was deleted or removed [N-22]', () => {
    for (const facts of [{ copies: [{ goneAt: 5 }] }, { copies: [], removedAt: 5 }])
      expect(decideErasure(hold({ ...facts, isOnHold: true }))).toEqual({
        erase: false,
        because: 'legal-hold',
      });
  });

  test('stays when an owner says so, until it is deleted once more', () => {
    const copies = [{ goneAt: 5 }];
    expect(decideErasure(hold({ copies, keptAt: 5 }))).toEqual({ erase: false, because: 'owner-keeps' });
    expect(decideErasure(hold({ copies: [{ goneAt: 6 }], keptAt: 5 })).erase).toBe(true);
  });

  test('removed by hand from the last mailbox goes when the time to undo is over [LF-17]', () => {
    expect(decideErasure(hold({ removedAt: 100 }))).toEqual({
      erase: true,
      at: 100 + undoMs,
      because: 'removed',
    });
    expect(decideErasure(hold({ removedAt: 100, copies: [{}] }))).toEqual({
      erase: false,
      because: 'copy-remains',
    });
  });
});

const time = fc.nat({ max: 1_000 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const holds: fc.Arbitrary<MessageHold> = fc
  .record({
    gone: fc.array(optional(time), { maxLength: 4 }),
    propagatesDeletions: fc.boolean(),
    keptAt: optional(time),
    removedAt: optional(time),
  })
  .map(({ gone, propagatesDeletions, keptAt, removedAt }) => ({
    copies: gone.map((goneAt) => (goneAt === undefined ? {} : { goneAt })),
    propagatesDeletions,
    ...(keptAt === undefined ? {} : { keptAt }),
    ...(removedAt === undefined ? {} : { removedAt }),
  }));

describe('whatever happened to its copies', () => {
  test('a message that a mailbox may still hold never goes', () => {
    fc.assert(
      fc.property(holds, (facts) => {
        const decided = decideErasure({ ...facts, copies: [...facts.copies, {}] });
        expect(decided).toEqual({ erase: false, because: 'copy-remains' });
      }),
    );
  });

  test('a message never goes sooner than there is time to take it back', () => {
    fc.assert(
      fc.property(holds, (facts) => {
        const decided = decideErasure(facts);
        if (!decided.erase) return;
        if (decided.because === 'removed') expect(decided.at).toBe((facts.removedAt ?? 0) + undoMs);
        else
          for (const { goneAt = 0 } of facts.copies)
            expect(decided.at).toBeGreaterThanOrEqual(goneAt + keepDeletedMs);
      }),
    );
  });

  test('the order of its copies says nothing', () => {
    fc.assert(
      fc.property(holds, (facts) => {
        expect(decideErasure({ ...facts, copies: facts.copies.toReversed() })).toEqual(decideErasure(facts));
      }),
    );
  });
});
