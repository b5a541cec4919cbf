import { expect, test } from 'vitest';
import { auditGroups, auditKind, explainAudit, kindsOf, showFacts } from '../../lib/domain/audit.ts';

const names = {
  person: (id: string) => ({ ana: 'Ana', tom: 'Tom' })[id] ?? 'a former colleague',
  job: () => 'Backend',
};
const said = (kind: string, facts: Record<string, unknown>, actorId?: string): string =>
  explainAudit(kind, facts, { ...names, actorId });
const third = Date.UTC(2026, 4, 3, 12);

test.each([
  ['stance-made', { stance: 'private' }, 'ana', 'Ana made a thread private.'],
  ['stance-changed', { stance: 'default' }, 'ana', 'Ana let a thread follow the company’s default.'],
  [
    'grant-made',
    { grantee_id: 'tom', ends_at: third },
    'ana',
    'Ana gave Tom access to a thread, until 3 May 2026.',
  ],
  [
    'grant-made',
    { grantee_id: 'tom', ends_at: null },
    'ana',
    'Ana gave Tom access to a thread, with no end.',
  ],
  ['grant-ended', { grantee_id: 'tom' }, 'ana', 'Ana ended Tom’s access to a thread.'],
  ['mailbox-made', { person_id: 'ana' }, 'ana', 'Ana connected their own mailbox.'],
  [
    'mailbox-changed',
    { person_id: 'tom', state: 'needs-reconnect', was: { state: 'connected' } },
    undefined,
    'Candor found that Tom’s mailbox has to be reconnected.',
  ],
  [
    'mailbox-changed',
    {
      person_id: 'tom',
      state: 'off',
      erase_asked_at: third,
      was: { state: 'connected', erase_asked_at: null },
    },
    'tom',
    'Tom asked to erase what their own mailbox had brought.',
  ],
  [
    'policy-changed',
    { is_override_allowed: true, matching: [], was: { is_override_allowed: false, matching: [[]] } },
    'ana',
    'Ana turned the company’s override on and changed the company’s policy: which mail is kept.',
  ],
  [
    'person-changed',
    { id: 'tom', role: 'admin', was: { role: 'recruiter' } },
    'ana',
    'Ana made Tom an admin.',
  ],
  ['person-changed', { id: 'tom', is_active: false, was: { is_active: true } }, 'ana', 'Ana locked Tom out.'],
  ['messages-erased', { message_ids: ['1', '2'] }, undefined, 'Candor erased 2 messages.'],
  [
    'thread-moved',
    { candidate_ids: ['1'] },
    'gone',
    'A former colleague filed a thread on other candidates.',
  ],
  ['of-tomorrow', {}, 'ana', 'Ana did what is called “of-tomorrow”.'],
] as const)('%s of %j by %s in words', (kind, facts, actorId, words) => {
  expect(said(kind, facts, actorId)).toBe(words);
});

test('each kind is one sentence whatever its facts, and stands in one group', () => {
  const kinds = auditGroups.flatMap(kindsOf);
  expect(new Set(kinds).size).toBe(kinds.length);
  for (const kind of kinds) {
    expect(auditKind(kind)).toBeDefined();
    for (const facts of [{}, { was: {} }, { id: null, person_id: null, role: 1, state: {}, ends_at: '' }])
      expect(said(kind, facts, 'ana')).toMatch(/^Ana [a-z][^.]*\.$/);
  }
});

test('a fact nobody has thought about is withheld, and so is a candidate in every row', () => {
  expect(showFacts('candidate-changed', { id: '1', owner_id: 'ana', was: { id: '1' } })).toEqual({
    shown: { owner_id: 'ana', was: {} },
    withheld: ['id', 'was.id'],
  });
  expect(showFacts('mailbox-made', { id: '1', subject: 'Hi', candidate_id: '2' })).toEqual({
    shown: { id: '1' },
    withheld: ['subject', 'candidate_id'],
  });
});
