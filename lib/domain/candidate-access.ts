/*
 * Who may open a candidate's card, and who may open the mail of one. Holding the company's switches does not open mail:
 * its owner and its admins read a candidate's mail only where they work on the job or look after the candidate.
 */
import type { CandidateAccessReason } from './readable.ts';

export type Role = 'owner' | 'admin' | 'recruiter' | 'hiring-manager' | 'interviewer';

/** How one person stands towards one candidate. */
export type CandidateRelation = {
  readonly role: Role;
  /** Jobs the candidate applied to on whose hiring team the person is. */
  readonly teamJobs: readonly { readonly jobId: string; readonly title: string }[];
  readonly isCandidateOwner: boolean;
};

/** `mail` is absent when the person may not open the candidate's mail. Whoever may open the mail sees the card. */
export type CandidateAccess = { readonly card: boolean; readonly mail?: CandidateAccessReason };

/** What the person may open, by the nearest reason: a job they share, then looking after the candidate, then their role. */
export const decideCandidateAccess = (relation: CandidateRelation): CandidateAccess => {
  const mail = mailReason(relation);
  if (mail !== undefined) return { card: true, mail };
  return { card: relation.role === 'owner' || relation.role === 'admin' };
};

const mailReason = ({
  role,
  teamJobs,
  isCandidateOwner,
}: CandidateRelation): CandidateAccessReason | undefined => {
  const [job] = teamJobs;
  if (job !== undefined) return { by: 'hiring-team', jobTitle: job.title };
  if (isCandidateOwner) return { by: 'candidate-owner' };
  return role === 'recruiter' ? { by: 'role', role } : undefined;
};
