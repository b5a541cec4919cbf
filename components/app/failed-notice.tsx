import type { WhyUnanswered } from '../../lib/client/live.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { whyWords } from '../words/why-words.ts';

/** What was asked and did not come about, said at once. Nothing when all went well. */
export const FailedNotice = ({ why }: { why: WhyUnanswered | undefined }) =>
  why === undefined ? null : (
    <div role="alert">
      <Notice tone="failed" title={whyWords(why).happened}>
        <p>
          {whyWords(why).safe} {whyWords(why).next}
        </p>
      </Notice>
    </div>
  );

/** The same of a question that can be asked again. */
export const FailedAnswer = ({ why, again }: { why: WhyUnanswered; again: () => void }) => (
  <>
    <FailedNotice why={why} />
    <div className="button-row">
      <Button onClick={again}>Try again</Button>
    </div>
  </>
);
