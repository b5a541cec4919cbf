import { describe, expect, test } from 'vitest';
import { decideInterest, type InterestContext } from '../../lib/domain/interest.ts';
import { knownCandidates, repliesOnly } from '../../lib/domain/matching.ts';
import type { CopyPlace } from '../../lib/domain/message.ts';
import { aMessage, aMessageId, aPlace, type MessageFacts } from '../build/a-message.ts';

const may = Date.UTC(2026, 4, 3);

/** The rules a company begins with, acme.test the own domain, jane@example.test a candidate, kept@acme.test a message already kept. */
const aContext = (facts: Partial<InterestContext> = {}): InterestContext => ({
  matching: knownCandidates,
  ownDomains: new Set(['acme.test']),
  blocked: new Set(),
  candidateAddresses: new Set(['jane@example.test']),
  verifiedAddresses: new Set(),
  colleagueAddresses: new Set(['tom@home.test']),
  sharedAddresses: new Set(['jobs@acme.test']),
  keptIds: new Set([aMessageId('kept@acme.test')]),
  automaticMail: 'drop',
  ...facts,
});
const decide = (
  message: MessageFacts,
  context: Partial<InterestContext> = {},
  place: Partial<CopyPlace> = {},
) => decideInterest({ headers: aMessage(message), place: aPlace(place) }, aContext(context));
const keptBy = (decision: ReturnType<typeof decide>) =>
  decision.decision === 'keep' ? decision.because.map(({ rule }) => rule) : decision;

const stranger = { to: ['carl@stranger.test'] };
const byHand: readonly Partial<InterestContext>[] = [{}, { act: 'logged' }, { act: 'asked' }];

describe('keep', () => {
  test('a message to a candidate’s address is kept, with the address [JS-08]', () => {
    expect(decide({ to: ['Jane@Example.test'] })).toEqual({
      decision: 'keep',
      because: [{ rule: 'candidate-address', addresses: ['Jane@example.test'] }],
      isAutomatic: false,
    });
  });

  test.each([
    ['from', { from: 'jane@example.test', to: ['ana@acme.test'] }],
    ['to', {}],
    ['cc', { to: ['bo@acme.test'], cc: ['jane@example.test'] }],
    ['bcc', { to: ['bo@acme.test'], bcc: ['jane@example.test'] }],
  ])('a candidate counts in %s', (_, message) => {
    expect(keptBy(decide(message))).toEqual(['candidate-address']);
  });

  test.each([
    ['In-Reply-To', { inReplyTo: ['kept@acme.test'] }],
    ['References', { references: ['kept@acme.test', 'other@acme.test'] }],
  ])('an answer to a kept message is kept by its %s alone, whoever is on it [LF-05]', (_, ancestors) => {
    expect(decide({ ...stranger, ...ancestors })).toEqual({
      decision: 'keep',
      because: [{ rule: 'ancestry', ancestor: 'kept@acme.test' }],
      isAutomatic: false,
    });
  });

  test('the nearest kept ancestor is told', () => {
    const keptIds = new Set(['1@acme.test', '2@acme.test'].map(aMessageId));
    const decision = decide(
      { ...stranger, references: ['1@acme.test', '2@acme.test', '3@acme.test'] },
      { keptIds },
    );
    expect(decision).toMatchObject({ because: [{ ancestor: '2@acme.test' }] });
  });

  test('a message that names itself is not its own ancestor', () => {
    const decision = decide({ ...stranger, id: 'kept@acme.test', references: ['kept@acme.test'] });
    expect(decision).toMatchObject({ decision: 'drop', because: { rule: 'no-rule' } });
  });

  test('a thread with the candidate label is kept [LF-11]', () => {
    expect(keptBy(decide(stranger, {}, { isLabelled: true }))).toEqual(['label']);
  });

  test.each(['logged', 'asked'] as const)('what a person %s is kept with every company rule off', (act) => {
    expect(keptBy(decide(stranger, { matching: [], act }))).toEqual([act]);
  });

  test('every rule that applies is told, in a fixed order', () => {
    const decision = decide({ inReplyTo: ['kept@acme.test'] }, { act: 'logged' }, { isLabelled: true });
    expect(keptBy(decision)).toEqual(['ancestry', 'candidate-address', 'label', 'logged']);
  });

  test.each([
    ['ancestry', { ...stranger, inReplyTo: ['kept@acme.test'] }, {}],
    ['candidate-address', {}, {}],
    ['label', stranger, { isLabelled: true }],
  ] as const)('a rule the company switched off keeps nothing: %s', (rule, message, place) => {
    const matching = knownCandidates.filter(([one]) => one !== rule);
    expect(decide(message, { matching }, place)).toEqual({
      decision: 'drop',
      because: { rule: 'no-rule' },
    });
  });

  describe('by a company’s own alternatives', () => {
    const verifiedAddresses = new Set(['jane@example.test']);
    const answer = { ...stranger, inReplyTo: ['kept@acme.test'] };

    test('rules that must all hold keep only mail for which they do, and are all told [P-05]', () => {
      const matching = [['candidate-address', 'label']] as const;
      expect(decide({}, { matching }).decision).toBe('drop');
      expect(decide(stranger, { matching }, { isLabelled: true }).decision).toBe('drop');
      expect(keptBy(decide({}, { matching }, { isLabelled: true }))).toEqual(['candidate-address', 'label']);
    });

    test('of alternatives, the rules of each that holds are told and of no other [P-05]', () => {
      const matching = [['ancestry', 'label'], ['candidate-address']] as const;
      expect(keptBy(decide({}, { matching }, { isLabelled: true }))).toEqual(['candidate-address']);
      expect(keptBy(decide({ inReplyTo: ['kept@acme.test'] }, { matching }, { isLabelled: true }))).toEqual([
        'ancestry',
        'candidate-address',
        'label',
      ]);
    });

    test('“replies only” keeps answers and labelled threads, and no other mail of a candidate [P-05]', () => {
      expect(decide({}, { matching: repliesOnly }).decision).toBe('drop');
      expect(keptBy(decide(answer, { matching: repliesOnly }))).toEqual(['ancestry']);
      expect(keptBy(decide({}, { matching: repliesOnly }, { isLabelled: true }))).toEqual(['label']);
    });

    test('a verified address keeps mail, with the address, and one that is only known does not [P-05] [LI-20]', () => {
      const matching = [['verified-address']] as const;
      expect(decide({}, { matching }).decision).toBe('drop');
      expect(decide({}, { matching, verifiedAddresses })).toMatchObject({
        decision: 'keep',
        because: [{ rule: 'verified-address', addresses: ['jane@example.test'] }],
      });
    });

    test('a colleague’s address is asked about only where the company would keep a candidate’s', () => {
      const onRecord = {
        candidateAddresses: new Set(['tom@home.test']),
        matching: [['verified-address']],
      } as const;
      const toTom = { to: ['tom@home.test'] };
      expect(decide(toTom, onRecord).decision).toBe('drop');
      expect(decide(toTom, { ...onRecord, verifiedAddresses: new Set(['tom@home.test']) }).decision).toBe(
        'hold',
      );
    });
  });

  test('a colleague on Cc of a candidate’s mail is kept without a question', () => {
    const candidateAddresses = new Set(['jane@example.test', 'tom@home.test']);
    expect(decide({ cc: ['tom@home.test'] }, { candidateAddresses })).toMatchObject({
      decision: 'keep',
      because: [{ rule: 'candidate-address', addresses: ['jane@example.test'] }],
    });
  });
});

describe('never', () => {
  test.each([
    ['draft', {}, {}, { isDraft: true }],
    ['spam', {}, {}, { isSpam: true }],
    ['trash', {}, {}, { isTrash: true }],
    ['blocked', {}, { blocked: new Set(['jane@example.test']) }, {}],
    ['blocked', { cc: ['x@mail.law.test'] }, { blocked: new Set(['@law.test']) }, {}],
    ['own-domains-only', { to: ['bo@acme.test'], cc: ['eu@mail.acme.test'] }, {}, {}],
  ] as const)('%s is dropped whatever rule or act would keep it', (rule, message, context, place) => {
    for (const act of byHand)
      expect(
        decide(
          { ...message, inReplyTo: ['kept@acme.test'] },
          { ...context, ...act },
          { ...place, isLabelled: true },
        ),
      ).toMatchObject({ decision: 'drop', because: { rule } });
  });

  test('mail whose every participant is at the own domains is dropped, also with a candidate on it [LI-21]', () => {
    const candidateAddresses = new Set(['bo@acme.test']);
    expect(decide({ to: ['bo@acme.test'] }, { candidateAddresses, act: 'logged' })).toEqual({
      decision: 'drop',
      because: { rule: 'own-domains-only' },
    });
  });

  test('one person from outside is enough to make mail with the own domain of interest [LI-21] [P-13]', () => {
    expect(keptBy(decide({ to: ['bo@acme.test'], cc: ['jane@example.test'] }))).toEqual([
      'candidate-address',
    ]);
  });

  test('a message on which nobody can be read is dropped', () => {
    const headers = { ...aMessage(), participants: [] };
    const decision = decideInterest(
      { headers, place: aPlace({ isLabelled: true }) },
      aContext({ act: 'logged' }),
    );
    expect(decision).toEqual({ decision: 'drop', because: { rule: 'no-participants' } });
  });

  test('the entry of the block list is told', () => {
    expect(decide({ cc: ['x@mail.law.test'] }, { blocked: new Set(['@law.test']) })).toEqual({
      decision: 'drop',
      because: { rule: 'blocked', entry: '@law.test' },
    });
  });
});

describe('the import window', () => {
  const old = { sentAt: may - 1 };

  test.each([
    ['a candidate’s address', old],
    ['ancestry', { ...old, ...stranger, inReplyTo: ['kept@acme.test'] }],
  ])('mail older than it is not kept by %s', (_, message) => {
    expect(decide(message, { windowFrom: may })).toEqual({
      decision: 'drop',
      because: { rule: 'outside-window', windowFrom: may },
    });
  });

  test('mail of the very moment it begins is inside', () => {
    expect(decide({ sentAt: may }, { windowFrom: may }).decision).toBe('keep');
  });

  test('a labelled thread reaches back beyond it', () => {
    expect(keptBy(decide({ ...old, ...stranger }, { windowFrom: may }, { isLabelled: true }))).toEqual([
      'label',
    ]);
  });

  test('a label reaches back only where the company lets it keep mail by itself', () => {
    for (const matching of [[['candidate-address']], [['label', 'candidate-address']]] as const)
      expect(decide(old, { windowFrom: may, matching }, { isLabelled: true }).decision).toBe('drop');
  });

  test.each(['logged', 'asked'] as const)('what a person %s reaches back beyond it', (act) => {
    expect(keptBy(decide({ ...old, ...stranger }, { windowFrom: may, act }))).toEqual([act]);
  });
});

describe('hold', () => {
  const onRecord = { candidateAddresses: new Set(['jane@example.test', 'tom@home.test', 'bo@acme.test']) };
  const toTom = { to: ['tom@home.test'] };
  const toBo = { from: 'agent@stranger.test', to: ['bo@acme.test'] };
  const toShared = { cc: ['jobs@acme.test'] };

  test.each([
    ['who writes from elsewhere', toTom, 'tom@home.test'],
    ['at the own domain who never signed in', toBo, 'bo@acme.test'],
  ])('a colleague %s and is the only candidate on a message is asked about', (_, message, address) => {
    const because = { rule: 'colleague-is-candidate', address };
    expect(decide(message, onRecord)).toEqual({ decision: 'hold', because });
    expect(decide(message, { ...onRecord, act: 'asked' })).toEqual({ decision: 'hold', because });
  });

  test('a colleague who is no candidate makes no question', () => {
    expect(decide(toTom)).toEqual({ decision: 'drop', because: { rule: 'no-rule' } });
  });

  test('where addresses do not count, a colleague’s does not either', () => {
    expect(decide(toTom, { ...onRecord, matching: [['label']] }).decision).toBe('drop');
  });

  test('what a person asked for is asked back about where it is a colleague’s, also with the rule switched off', () => {
    expect(decide(toTom, { ...onRecord, matching: [], act: 'asked' }).decision).toBe('hold');
  });

  test.each([
    ['an answer to a kept message', { ...toTom, inReplyTo: ['kept@acme.test'] }, {}],
    ['a labelled thread', toTom, { isLabelled: true }],
  ])('%s is kept, colleague or not', (_, message, place) => {
    expect(decide(message, onRecord, place).decision).toBe('keep');
  });

  test.each(['to', 'cc', 'bcc'] as const)(
    'a shared box in %s of a candidate’s mail is asked about',
    (role) => {
      const decision = decide({
        from: 'jane@example.test',
        to: ['ana@acme.test'],
        [role]: ['jobs@acme.test'],
      });
      expect(decision).toEqual({
        decision: 'hold',
        because: { rule: 'shared-address', address: 'jobs@acme.test' },
      });
    },
  );

  test.each([
    ['the shared box sent it', { from: 'jobs@acme.test' }, {}, 'keep'],
    ['a person logged it', toShared, { act: 'logged' }, 'keep'],
    ['a person asked for the candidate', toShared, { act: 'asked' }, 'hold'],
    ['no rule would keep it', { ...stranger, ...toShared }, {}, 'drop'],
  ] as const)('a shared box, and %s: %o', (_, message, context, outcome) => {
    expect(decide(message, context).decision).toBe(outcome);
  });

  test('logging a thread answers the question', () => {
    expect(decide(toTom, { ...onRecord, act: 'logged' }).decision).toBe('keep');
  });

  test('a question comes before the rule for automatic mail', () => {
    expect(decide({ ...toShared, automatic: 'auto-reply' }).decision).toBe('hold');
  });
});

describe('automatic mail', () => {
  const kinds = ['auto-reply', 'auto-generated', 'bounce', 'bulk'] as const;

  test.each(kinds)('%s is kept out where the company drops it', (automatic) => {
    expect(decide({ automatic })).toEqual({
      decision: 'drop',
      because: { rule: 'automatic', kind: automatic },
    });
  });

  test.each(kinds)(
    '%s where the company marks it: kept and marked, but for bulk [KL-23] [P-18]',
    (automatic) => {
      expect(decide({ automatic }, { automaticMail: 'mark' })).toMatchObject(
        automatic === 'bulk'
          ? { decision: 'drop', because: { rule: 'automatic', kind: 'bulk' } }
          : { decision: 'keep', isAutomatic: true },
      );
    },
  );

  test.each(kinds)('%s that a person logs is kept and marked', (automatic) => {
    expect(decide({ automatic }, { act: 'logged' })).toMatchObject({ decision: 'keep', isAutomatic: true });
  });

  test('a mark keeps nothing that no rule keeps', () => {
    expect(decide({ ...stranger, automatic: 'bounce' }, { automaticMail: 'mark' })).toMatchObject({
      because: { rule: 'no-rule' },
    });
  });
});

describe('mail with somebody who was erased because they asked for it', () => {
  const erasedAddresses = new Set(['carl@stranger.test']);

  test.each(byHand)('is kept by no rule and no act of a person (%o) [LI-26]', (act) => {
    const ties = { ...stranger, inReplyTo: ['kept@acme.test'] };
    expect(decide(ties, { ...act, erasedAddresses }, { isLabelled: true })).toEqual({
      decision: 'drop',
      because: { rule: 'person-erased' },
    });
  });

  test('is kept where a candidate is on it, and where their address stands on a record again [LI-26]', () => {
    const both = { to: ['carl@stranger.test'], cc: ['jane@example.test'] };
    expect(keptBy(decide(both, { erasedAddresses }))).toEqual(['candidate-address']);
    const again = new Set(['carl@stranger.test']);
    expect(keptBy(decide(stranger, { erasedAddresses, candidateAddresses: again }))).toEqual([
      'candidate-address',
    ]);
  });

  test('stays out where only a colleague’s own address stands on a record [LI-26]', () => {
    const withTom = { to: ['carl@stranger.test', 'tom@home.test'] };
    const context = {
      erasedAddresses,
      candidateAddresses: new Set(['tom@home.test']),
      colleagueAddresses: new Set(['tom@home.test']),
    };
    expect(decide(withTom, context)).toEqual({ decision: 'drop', because: { rule: 'person-erased' } });
  });
});

describe('mail that was taken off the record', () => {
  test.each(['removed', 'retired', 'erased'] as const)('stays out until it is logged: %s', (removal) => {
    const again = (act: Partial<InterestContext>) =>
      decideInterest(
        { headers: aMessage({ to: ['jane@example.test'] }), place: aPlace({ isLabelled: true }), removal },
        aContext(act),
      );
    for (const act of [{}, { act: 'asked' }] as const)
      expect(again(act)).toEqual({ decision: 'drop', because: { rule: removal } });
    expect(keptBy(again({ act: 'logged' }))).toEqual(['candidate-address', 'label', 'logged']);
  });
});

describe('what was sent through Candor', () => {
  const sentIds = new Set([aMessageId('sent@acme.test')]);

  test('is the first of its line, whoever it went to [LF-05]', () => {
    const message = { ...stranger, id: 'sent@acme.test' };
    expect(decide(message, { sentIds })).toMatchObject({
      decision: 'keep',
      because: [{ rule: 'ancestry', ancestor: 'sent@acme.test' }],
    });
    expect(decide({ ...stranger, id: 'other@acme.test' }, { sentIds })).toMatchObject({
      because: { rule: 'no-rule' },
    });
  });
});

describe('a colleague whose address stands on a record', () => {
  const tomOnRecord = { candidateAddresses: new Set(['tom@home.test', 'jane@example.test']) };

  test('is no reason to ask where a candidate is on it, whatever rules the company goes by', () => {
    const both = { to: ['tom@home.test', 'jane@example.test'] };
    expect(keptBy(decide(both, { ...tomOnRecord, matching: repliesOnly, act: 'asked' }))).toEqual(['asked']);
  });

  test('is asked about where the address would keep it together with what holds already', () => {
    const matching = [['label', 'candidate-address']] as const;
    const toTom = { to: ['tom@home.test'] };
    expect(decide(toTom, { ...tomOnRecord, matching }, { isLabelled: true })).toMatchObject({
      decision: 'hold',
      because: { rule: 'colleague-is-candidate', address: 'tom@home.test' },
    });
    expect(decide(toTom, { ...tomOnRecord, matching })).toMatchObject({ because: { rule: 'no-rule' } });
  });

  test('is asked about where the address is verified, and one that is not would do', () => {
    const verifiedAddresses = new Set(['tom@home.test']);
    expect(decide({ to: ['tom@home.test'] }, { ...tomOnRecord, verifiedAddresses })).toMatchObject({
      decision: 'hold',
    });
  });
});

test('nobody erased is on mail with others, whoever was erased [LI-26]', () => {
  expect(decide(stranger, { erasedAddresses: new Set(['other@stranger.test']) })).toMatchObject({
    because: { rule: 'no-rule' },
  });
});
