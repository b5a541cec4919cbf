import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CandidateRelation,
  decideCandidateAccess,
  type Role,
} from '../../lib/domain/candidate-access.ts';

const roles: readonly Role[] = ['owner', 'admin', 'recruiter', 'hiring-manager', 'interviewer'];
const backend = { jobId: 'j1', title: 'Backend' };
const relation = (role: Role, facts: Partial<CandidateRelation> = {}): CandidateRelation => ({
  role,
  teamJobs: [],
  isCandidateOwner: false,
  ...facts,
});

describe('decideCandidateAccess', () => {
  test.each([
    ['owner', true, undefined],
    ['admin', true, undefined],
    ['recruiter', true, { by: 'role', role: 'recruiter' }],
    ['hiring-manager', false, undefined],
    ['interviewer', false, undefined],
  ] as const)('by role alone, %s: card %s, mail %o [JS-31]', (role, card, mail) => {
    expect(decideCandidateAccess(relation(role))).toEqual(mail === undefined ? { card } : { card, mail });
  });

  test.each(roles)('%s on the hiring team opens the mail [JS-31]', (role) => {
    expect(decideCandidateAccess(relation(role, { teamJobs: [backend] }))).toEqual({
      card: true,
      mail: { by: 'hiring-team', jobTitle: 'Backend' },
    });
  });

  test.each(roles)('%s who looks after the candidate opens the mail', (role) => {
    expect(decideCandidateAccess(relation(role, { isCandidateOwner: true }))).toEqual({
      card: true,
      mail: { by: 'candidate-owner' },
    });
  });

  test('of several reasons the nearest is told: the team before the candidate’s owner before the role', () => {
    const both = relation('recruiter', { teamJobs: [backend], isCandidateOwner: true });
    expect(decideCandidateAccess(both).mail).toEqual({ by: 'hiring-team', jobTitle: 'Backend' });
    expect(decideCandidateAccess({ ...both, teamJobs: [] }).mail).toEqual({ by: 'candidate-owner' });
  });

  test('whoever may open the mail sees the card, and more relations never take anything away', () => {
    const anyRelation = fc.record({
      role: fc.constantFrom(...roles),
      teamJobs: fc.array(fc.record({ jobId: fc.string(), title: fc.string() }), { maxLength: 2 }),
      isCandidateOwner: fc.boolean(),
    });
    fc.assert(
      fc.property(anyRelation, (one) => {
        const access = decideCandidateAccess(one);
        const more = decideCandidateAccess({
          ...one,
          teamJobs: [...one.teamJobs, backend],
          isCandidateOwner: true,
        });
        if (access.mail !== undefined) expect(access.card).toBe(true);
        expect(more.card && more.mail !== undefined).toBe(true);
      }),
    );
  });
});
