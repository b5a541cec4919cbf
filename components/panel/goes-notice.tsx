import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { ThreadState } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** That messages of the thread were deleted in every mailbox, when they go from here, and the way to keep them. */
export const GoesNotice = ({ thread, now }: { thread: ThreadState; now: number }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  if (thread.state !== 'kept' || thread.goes === undefined) return null;
  const { threadId } = thread;
  const { messageCount, at, canKeep } = thread.goes;
  const isOne = messageCount === 1;
  const keep = async (): Promise<void> => {
    await live.keepDeleted(threadId);
    live.refresh();
  };
  return (
    <Notice
      tone="warn"
      title={`${counted(messageCount, 'message')} ${isOne ? 'was' : 'were'} deleted in every mailbox that held ${isOne ? 'it' : 'them'}.`}
      {...(canKeep
        ? {
            actions: (
              <Button isDisabled={isBusy} onClick={() => run(keep)}>
                Keep in Candor
              </Button>
            ),
          }
        : {})}
    >
      <p>
        {isOne ? 'It goes' : 'They go'} from Candor on {dayWords(at, now)}.
      </p>
      {failedWhy === undefined ? null : (
        <p className="field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </Notice>
  );
};
