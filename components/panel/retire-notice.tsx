import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** When the candidate is erased, by the company's time for the stage they stand in; in the last week with the way to keep them. */
export const RetireNotice = ({ card, now }: { card: CandidateCard; now: number }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  if (card.retires === undefined) return null;
  const { at, isInGrace, canKeep } = card.retires;
  const day = dayWords(at, now);
  if (!isInGrace) return <p className="small muted">Kept in Candor until {day}, by your company’s rule.</p>;
  const keep = async (): Promise<void> => {
    await live.keepCandidate(card.candidateId);
    live.refresh();
  };
  return (
    <Notice
      tone="warn"
      title={`${card.name} is erased from Candor on ${day}.`}
      {...(canKeep
        ? {
            actions: (
              <Button isDisabled={isBusy} onClick={() => run(keep)}>
                Keep {card.name}
              </Button>
            ),
          }
        : {})}
    >
      <p>
        Your company’s time for candidates in this stage is over. The mail with them stays in your mailboxes.
      </p>
      {failedWhy === undefined ? null : (
        <p className="field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </Notice>
  );
};
