import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldAddress, isOwnDomain } from '../../lib/domain/address.ts';
import { decideInterest, type InterestContext, type InterestSubject } from '../../lib/domain/interest.ts';
import { matchRules } from '../../lib/domain/matching.ts';
import { aMessage, aMessageId } from '../build/a-message.ts';

const may = Date.UTC(2026, 4, 3);

test('with no rule on and no act, nothing is kept or asked about [LF-04]', () => {
  fc.assert(
    fc.property(someSubject, someContext, (subject, context) => {
      const { act: _, ...withoutAct } = context;
      for (const matching of [[], [[]]])
        expect(decideInterest(subject, { ...withoutAct, matching }).decision).toBe('drop');
    }),
    { numRuns: 1000 },
  );
});

test('only what a rule names as its reason is kept [LF-06]', () => {
  fc.assert(
    fc.property(someSubject, someContext, (subject, context) => {
      const decision = decideInterest(subject, context);
      if (decision.decision !== 'keep') return;
      for (const evidence of decision.because) {
        if (evidence.rule === 'ancestry') {
          expect(context.keptIds.has(evidence.ancestor)).toBe(true);
          expect([...subject.headers.inReplyTo, ...subject.headers.references]).toContain(evidence.ancestor);
        } else if (evidence.rule === 'candidate-address' || evidence.rule === 'verified-address') {
          const known =
            evidence.rule === 'verified-address' ? context.verifiedAddresses : context.candidateAddresses;
          for (const address of evidence.addresses) {
            expect(known.has(foldAddress(address))).toBe(true);
            expect(context.colleagueAddresses.has(foldAddress(address))).toBe(false);
            expect(subject.headers.participants.map((one) => one.address)).toContain(address);
          }
        } else if (evidence.rule === 'label') expect(subject.place.isLabelled).toBe(true);
        else expect(evidence.rule).toBe(context.act);
      }
    }),
    { numRuns: 3000 },
  );
});

test('mail whose every participant is at the own domains is dropped [LI-21]', () => {
  fc.assert(
    fc.property(someSubject, someContext, (subject, context) => {
      const isInternal = subject.headers.participants.every(({ address }) =>
        isOwnDomain(address, context.ownDomains),
      );
      if (isInternal) expect(decideInterest(subject, context).decision).toBe('drop');
    }),
    { numRuns: 2000 },
  );
});

test('the decision to drop carries nothing of the message [LF-07]', () => {
  fc.assert(
    fc.property(someSubject, someContext, (subject, context) => {
      const decision = decideInterest(subject, context);
      if (decision.decision !== 'drop') return;
      const text = JSON.stringify(decision);
      expect(text).not.toContain(subject.headers.subject);
      for (const { address } of subject.headers.participants)
        if (!context.blocked.has(foldAddress(address))) expect(text).not.toContain(`"${address}"`);
    }),
    { numRuns: 1000 },
  );
});

test('a person’s act never makes less kept than the rules alone, but for a question', () => {
  fc.assert(
    fc.property(someSubject, someContext, (subject, context) => {
      const { act: _, ...withoutAct } = context;
      if (decideInterest(subject, withoutAct).decision !== 'keep') return;
      expect(decideInterest(subject, { ...withoutAct, act: 'logged' }).decision).toBe('keep');
      expect(decideInterest(subject, { ...withoutAct, act: 'asked' }).decision).toBe('keep');
    }),
    { numRuns: 1000 },
  );
});

test('one more alternative never drops what was kept before [P-05]', () => {
  fc.assert(
    fc.property(someSubject, someContext, someRules, (subject, context, more) => {
      if (decideInterest(subject, context).decision !== 'keep') return;
      const matching = [...context.matching, more];
      expect(decideInterest(subject, { ...context, matching }).decision).toBe('keep');
    }),
    { numRuns: 3000 },
  );
});

test('rules that must both hold never keep more than either alone [P-05]', () => {
  fc.assert(
    fc.property(someSubject, someContext, someRules, someRules, (subject, context, some, others) => {
      const under = (rules: typeof some) =>
        decideInterest(subject, { ...context, matching: [...context.matching, rules] }).decision;
      if (under([...new Set([...some, ...others])]) !== 'keep') return;
      expect([under(some), under(others)]).toEqual(['keep', 'keep']);
    }),
    { numRuns: 3000 },
  );
});

test('a hold names an address that stands on the message, and logging ends it', () => {
  fc.assert(
    fc.property(someSubject, someContext, (subject, context) => {
      const decision = decideInterest(subject, context);
      if (decision.decision !== 'hold') return;
      expect(subject.headers.participants.map((one) => one.address)).toContain(decision.because.address);
      expect(decideInterest(subject, { ...context, act: 'logged' }).decision).toBe('keep');
    }),
    { numRuns: 2000 },
  );
});

const addresses = [
  'ana@acme.test',
  'bo@mail.acme.test',
  'tom@home.test',
  'jobs@acme.test',
  'jane@example.test',
  'carl@stranger.test',
];
const ids = ['1@x.test', '2@x.test', 'kept@acme.test'];
const someAddresses = fc.subarray(addresses);
const often = fc.boolean();
const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);

const someSubject: fc.Arbitrary<InterestSubject> = fc.record({
  headers: fc
    .record({
      id: fc.constantFrom(...ids),
      from: fc.constantFrom(...addresses),
      to: someAddresses,
      cc: someAddresses,
      inReplyTo: fc.subarray(ids),
      references: fc.subarray(ids),
      sentAt: fc.integer({ min: may - 5, max: may + 5 }),
      automatic: fc.constantFrom(undefined, undefined, 'auto-reply' as const, 'bulk' as const),
    })
    .map((facts) => aMessage({ ...facts, subject: 'A subject nobody else uses' })),
  place: fc.record({ isDraft: rarely, isSpam: rarely, isTrash: rarely, isLabelled: often }),
});

const someSet = (from: readonly string[]) => fc.subarray([...from]).map((entries) => new Set(entries));
const someRules = fc.subarray([...matchRules], { minLength: 1 });
const someContext: fc.Arbitrary<InterestContext> = fc
  .record({
    matching: fc.array(someRules, { maxLength: 3 }),
    ownDomains: fc.constantFrom(new Set<string>(), new Set(['acme.test'])),
    blocked: fc.constantFrom(
      new Set<string>(),
      new Set<string>(),
      new Set(['@stranger.test', 'tom@home.test']),
    ),
    windowFrom: fc.option(fc.constant(may), { nil: undefined }),
    known: fc.tuple(someSet(addresses), someSet(addresses)).map(([candidates, verified]) => ({
      candidateAddresses: candidates,
      verifiedAddresses: new Set([...candidates].filter((address) => verified.has(address))),
    })),
    colleagueAddresses: someSet(['tom@home.test', 'ana@acme.test']),
    sharedAddresses: someSet(['jobs@acme.test']),
    keptIds: fc.subarray(ids).map((kept) => new Set(kept.map(aMessageId))),
    automaticMail: fc.constantFrom('drop' as const, 'mark' as const),
    act: fc.constantFrom(undefined, undefined, 'logged' as const, 'asked' as const),
  })
  .map(({ windowFrom, act, known, ...context }) => ({
    ...context,
    ...known,
    ...(windowFrom === undefined ? {} : { windowFrom }),
    ...(act === undefined ? {} : { act }),
  }));
