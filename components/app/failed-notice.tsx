import type { WhyUnanswered } from '../../lib/client/live.ts';
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
