import type { CandidateCard } from '../../lib/contract/candidate.ts';
import { Notice } from '../ui/notice.tsx';
import { calledName } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';

/** That mail with the candidate must stay as it is, and why. */
export const HoldNotice = ({ card, now }: { card: CandidateCard; now: number }) => {
  if (card.hold === undefined) return null;
  const { at, by, reason } = card.hold;
  return (
    <Notice title={`Legal hold since ${dayWords(at, now)}`}>
      <p className="any-break">
        “{reason}” ({by === undefined ? 'a former colleague' : calledName(by)}). Mail with {card.name} can’t
        be erased, removed or deleted until an admin lifts it.
      </p>
    </Notice>
  );
};
