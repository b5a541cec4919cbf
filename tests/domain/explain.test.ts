import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainHidden, explainOwnRight, explainRefusal, explainRight } from '../../lib/domain/explain.ts';
import { explainStancePreview } from '../../lib/domain/explain-change.ts';
import { explainDrop, explainHold, explainKeep, explainKeptBy } from '../../lib/domain/explain-keeping.ts';
import type { DropReason, KeepRule } from '../../lib/domain/interest.ts';
import { knownCandidates, type Matching, repliesOnly } from '../../lib/domain/matching.ts';
import type { ReaderChange, Refusal, Right } from '../../lib/domain/readable.ts';
import { formatDay } from '../../lib/domain/wording.ts';
import { aMessageId, anAddress } from '../build/a-message.ts';

const third = Date.UTC(2026, 4, 3, 23, 59);
const tenth = Date.UTC(2026, 4, 10);
const known = new Map([
  ['p1', 'Ana'],
  ['p2', 'Tom'],
  ['p3', 'Bo'],
  ['p4', 'Zoe'],
]);
const nameOf = (personId: string) => known.get(personId) ?? 'somebody';
const team: Right = { right: 'team', access: { by: 'hiring-team', jobTitle: 'Backend' }, sharedBy: ['p1'] };

describe('explainRight', () => {
  test.each<[Right, string]>([
    [{ right: 'copy' }, 'has it in their own mailbox'],
    [{ right: 'participant', role: 'from' }, 'sent it'],
    [{ right: 'participant', role: 'to' }, 'was on To'],
    [{ right: 'participant', role: 'cc' }, 'was on Cc'],
    [{ right: 'participant', role: 'bcc' }, 'received it'],
    [{ right: 'grant', ownerId: 'p1', grantedAt: third }, 'granted by Ana on 3 May 2026'],
    [
      { right: 'grant', ownerId: 'p1', grantedAt: third, endsAt: tenth },
      'granted by Ana on 3 May 2026, until 10 May 2026',
    ],
    [team, 'hiring team of Backend'],
    [{ right: 'team', access: { by: 'candidate-owner' }, sharedBy: ['p1'] }, 'looks after the candidate'],
    [
      { right: 'team', access: { by: 'role', role: 'recruiter' }, sharedBy: ['p1'] },
      'recruiter, with access to every candidate',
    ],
    [{ right: 'override', usedAt: third }, 'used the company’s override on 3 May 2026'],
  ])('%o reads: %s', (right, words) => {
    expect(explainRight(right, nameOf)).toBe(words);
  });
});

describe('explainOwnRight', () => {
  test.each<[Right, string]>([
    [{ right: 'copy' }, 'it is in your own mailbox'],
    [{ right: 'participant', role: 'from' }, 'you sent it'],
    [{ right: 'participant', role: 'cc' }, 'you were on Cc'],
    [{ right: 'participant', role: 'bcc' }, 'you received it'],
    [team, 'hiring team of Backend'],
    [{ right: 'override', usedAt: third }, 'you used the company’s override on 3 May 2026'],
  ])('%o reads: %s', (right, words) => {
    expect(explainOwnRight(right, nameOf)).toBe(words);
  });
});

describe('explainRefusal', () => {
  const refusals: readonly Refusal[] = [
    { refusal: 'private', ownerIds: ['p1', 'p2', 'p3'] },
    { refusal: 'owner-only' },
    { refusal: 'no-candidate-access' },
  ];

  test('whose thread it is, is told where the company lets it', () => {
    expect(explainRefusal(refusals[0] ?? { refusal: 'owner-only' }, nameOf)).toBe(
      'This thread is private to Ana, Tom and Bo, who can let you read it.',
    );
  });

  test.each(refusals)('without leave to name, %o names nobody', (refusal) => {
    const words = explainRefusal(refusal);
    expect(words).toMatch(/^[A-Z].*\.$/);
    for (const name of [...known.keys(), ...known.values()]) expect(words).not.toContain(name);
  });
});

describe('explainKeep', () => {
  test('one address is named', () => {
    const addresses = [anAddress('jane@example.test')];
    expect(explainKeep({ rule: 'candidate-address', addresses })).toBe(
      'jane@example.test is on a candidate’s record.',
    );
  });

  test('several addresses are named', () => {
    const addresses = ['a@x.test', 'b@x.test', 'c@x.test'].map(anAddress);
    expect(explainKeep({ rule: 'candidate-address', addresses })).toBe(
      'a@x.test, b@x.test and c@x.test are on candidates’ records.',
    );
  });

  test('an ancestor is told in words, not by its id', () => {
    expect(explainKeep({ rule: 'ancestry', ancestor: aMessageId('1@x.test') })).toBe(
      'It answers a message that Candor sent or already keeps.',
    );
  });

  test.each<KeepRule>(['ancestry', 'candidate-address', 'verified-address', 'label', 'logged', 'asked'])(
    'where only the rule %s was recorded, it is one whole sentence',
    (rule) => {
      expect(explainKeptBy(rule)).toMatch(/^[A-Z][^.]*\.$/);
    },
  );
});

describe('explainHold', () => {
  test.each([
    ['colleague-is-candidate', 'bo@acme.test is a colleague’s address and is on a candidate’s record.'],
    ['shared-address', 'bo@acme.test is a shared address, so others read it too.'],
  ] as const)('%s says what is asked about, and that nothing is kept [LI-22]', (rule, words) => {
    expect(explainHold({ rule, address: anAddress('bo@acme.test') })).toBe(
      `${words} Nothing is kept until you say so.`,
    );
  });
});

describe('explainDrop', () => {
  const words = { labelName: 'Candidate', matching: knownCandidates };
  const reasons: Readonly<Record<DropReason['rule'], readonly DropReason[]>> = {
    draft: [{ rule: 'draft' }],
    spam: [{ rule: 'spam' }],
    trash: [{ rule: 'trash' }],
    'own-domains-only': [{ rule: 'own-domains-only' }],
    blocked: [{ rule: 'blocked', entry: '@law.test' }],
    removed: [{ rule: 'removed' }],
    'left-out': [{ rule: 'left-out' }],
    retired: [{ rule: 'retired' }],
    erased: [{ rule: 'erased' }],
    'person-erased': [{ rule: 'person-erased' }],
    'outside-window': [{ rule: 'outside-window', windowFrom: third }],
    automatic: (['auto-reply', 'auto-generated', 'bounce', 'bulk'] as const).map((kind) => ({
      rule: 'automatic',
      kind,
    })),
    'no-participants': [{ rule: 'no-participants' }],
    'no-rule': [{ rule: 'no-rule' }],
  };

  test.each(Object.values(reasons).flat())(
    '%o reads as two whole sentences or more: why, and what would change it [LI-22]',
    (reason) => {
      for (const matching of [knownCandidates, repliesOnly, []]) {
        const said = explainDrop(reason, { ...words, matching });
        expect(said).toMatch(/^[A-Z].*\. [A-Z].*\.$/);
        expect(said).not.toMatch(/undefined|\[object|-rule|own-domains/);
      }
    },
  );

  test('where a candidate’s address is not enough, what the company keeps is told in its place [P-05]', () => {
    const said = (matching: Matching) => explainDrop({ rule: 'no-rule' }, { ...words, matching });
    expect(said([['candidate-address', 'label']])).toBe(
      'Your company keeps mail only when an address on it is on a candidate’s record and its thread has the candidate label in the mailbox. Log the thread to keep it.',
    );
    expect(said([])).toBe('Your company keeps no mail by itself. Log the thread to keep it.');
  });

  test('a message outside the window names the day and the ways in', () => {
    expect(
      explainDrop({ rule: 'outside-window', windowFrom: third }, { ...words, labelName: 'Hiring' }),
    ).toBe(
      'This message is older than 3 May 2026, where the import of this mailbox begins. Log the thread, or label it “Hiring”, to keep it.',
    );
  });

  test('mail nobody knows names what is missing: the address on a record [JS-28] [JS-29]', () => {
    expect(explainDrop({ rule: 'no-rule' }, words)).toContain(
      'Nobody on this message is on a candidate’s record. Add one of the addresses to a candidate.',
    );
  });

  test('the entry of the block list is named', () => {
    expect(explainDrop({ rule: 'blocked', entry: '@law.test' }, words)).toContain(
      'The block list has @law.test',
    );
  });
});

describe('explainStancePreview', () => {
  const change = (personId: string, messageCount: number, kept?: readonly [number, Right]): ReaderChange => ({
    personId,
    messageCount,
    right: team,
    keepsCount: kept?.[0] ?? 0,
    ...(kept === undefined ? {} : { keepsBy: kept[1] }),
  });
  const cc: Right = { right: 'participant', role: 'cc' };

  test.each<[string, readonly ReaderChange[], readonly ReaderChange[], string]>([
    ['nobody', [], [], 'This changes nothing about who can read the thread.'],
    ['one who loses', [], [change('p2', 1)], 'Tom will no longer see 1 message.'],
    [
      'three who lose',
      [],
      [change('p2', 4), change('p3', 4), change('p4', 4)],
      'Tom and 2 others will no longer see 4 messages.',
    ],
    ['two who lose', [], [change('p2', 4), change('p3', 4)], 'Tom and Bo will no longer see 4 messages.'],
    [
      'four, one of whom keeps what reached them',
      [],
      [change('p2', 4), change('p3', 4), change('p4', 4), change('p1', 4, [2, cc])],
      'Tom and 3 others will no longer see 4 messages. Ana keeps 2 that they sent or received.',
    ],
    [
      'some who lose more than others',
      [],
      [change('p2', 4), change('p3', 2)],
      'Tom and Bo will no longer see up to 4 messages.',
    ],
    [
      'one who keeps by a grant',
      [],
      [change('p2', 2, [1, { right: 'grant', ownerId: 'p1', grantedAt: third }])],
      'Tom will no longer see 2 messages. Tom keeps 1 by a grant.',
    ],
    [
      'those who gain',
      [change('p2', 3), change('p3', 3)],
      [],
      'Tom and Bo will see 3 messages they cannot read now.',
    ],
    [
      'one who gains and one who loses',
      [change('p2', 1)],
      [change('p3', 2)],
      'Bo will no longer see 2 messages. Tom will see 1 message they cannot read now.',
    ],
  ])('%s', (_, gains, loses, words) => {
    expect(explainStancePreview(gains, loses, nameOf)).toBe(words);
  });

  test('many who keep something are told as a number', () => {
    const loses = ['p1', 'p2', 'p3', 'p4'].map((personId) => change(personId, 2, [1, cc]));
    expect(explainStancePreview([], loses, nameOf)).toBe(
      'Ana and 3 others will no longer see 2 messages. 4 of them keep messages they could read anyway.',
    );
  });

  test('it is always whole sentences', () => {
    const some = fc.array(
      fc
        .tuple(fc.constantFrom(...known.keys()), fc.integer({ min: 1, max: 9 }), fc.nat(3))
        .map(([who, count, kept]) => change(who, count, kept === 0 ? undefined : [kept, cc])),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(some, some, (gains, loses) => {
        expect(explainStancePreview(gains, loses, nameOf)).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });
});

describe('formatDay', () => {
  test.each([
    [Date.UTC(2026, 0, 1), '1 January 2026'],
    [Date.UTC(2026, 11, 31, 23, 59, 59, 999), '31 December 2026'],
    [0, '1 January 1970'],
    [Number.NaN, 'an unknown day'],
    [8.65e15, 'an unknown day'],
  ])('%s is %s', (epochMs, words) => {
    expect(formatDay(epochMs)).toBe(words);
  });
});

describe('explainHidden', () => {
  const nameOf = (id: string) => id.charAt(0).toUpperCase() + id.slice(1);

  test('says from how many and why, the commonest reason first [N-01]', () => {
    const out = { refusal: 'no-candidate-access' } as const;
    expect(
      explainHidden(
        [out, { refusal: 'private', ownerIds: ['ana'] }, { refusal: 'private', ownerIds: ['ana'] }],
        nameOf,
      ),
    ).toBe(
      'Hidden from 3 people: 2 because it is private to Ana; 1 because they do not work with the candidate.',
    );
    expect(explainHidden([out], nameOf)).toBe(
      'Hidden from 1 person, because they do not work with the candidate.',
    );
    expect(explainHidden([{ refusal: 'withheld', ownerIds: ['ana', 'bo'] }], nameOf)).toBe(
      'Hidden from 1 person, because Ana and Bo left it out of what is shared.',
    );
    expect(explainHidden([{ refusal: 'owner-only' }], nameOf)).toContain('nobody who holds it shared it');
    expect(explainHidden([], nameOf)).toBeUndefined();
  });
});
