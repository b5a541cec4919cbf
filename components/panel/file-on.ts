import type { CandidateCard } from '../../lib/contract/candidate.ts';
import type { OutsideParticipant, ThreadView } from '../../lib/contract/thread.ts';

/** The thread's candidates, the sender's own first. */
export const candidatesSenderFirst = ({ candidates, participants }: ThreadView): CandidateCard[] => {
  const senders = new Set(
    participants.filter(({ isSender }) => isSender).map(({ candidateId }) => candidateId),
  );
  return [...candidates].sort(
    (a, b) => Number(senders.has(b.candidateId)) - Number(senders.has(a.candidateId)),
  );
};

/** People on the thread who are on no candidate's record, the sender first. */
export const strangersSenderFirst = ({ participants }: ThreadView): OutsideParticipant[] =>
  participants
    .filter(({ candidateId }) => candidateId === undefined)
    .sort((a, b) => Number(b.isSender) - Number(a.isSender));

/** A name to begin with: as the mail gives it, else made from the address ("dana.reyes@…" → "Dana Reyes"). */
export const nameToBeginWith = ({ name, address }: OutsideParticipant): string => {
  if (name !== undefined && name.trim() !== '' && !name.includes('@')) return name.trim();
  const local = address.split('@')[0] ?? '';
  return local
    .split(/[._+-]+/u)
    .filter((word) => /\p{L}/u.test(word))
    .map((word) => word.slice(0, 1).toLocaleUpperCase() + word.slice(1))
    .join(' ');
};
