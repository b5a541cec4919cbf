import { useLive } from '../../lib/client/live.ts';
import type { ThreadRef } from '../../lib/contract/page.ts';
import type { KeptThread } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import type { Standing } from './standing.ts';

/** That messages of the thread were deleted in every mailbox, when they go from here, and the way to keep them. */
export const GoesNotice = ({
  thread,
  threadRef,
  standing,
  now,
}: {
  thread: KeptThread;
  threadRef: ThreadRef;
  standing: Standing;
  now: number;
}) => {
  const live = useLive();
  if (thread.goes === undefined) return null;
  const { threadId } = thread;
  const { messageCount, at, canKeep } = thread.goes;
  const isOne = messageCount === 1;
  const isAsked = standing.underWay.some(
    ({ action }) => action.kind === 'keep' && action.threadId === threadId,
  );
  return (
    <Notice
      tone="warn"
      title={`${counted(messageCount, 'message')} ${isOne ? 'was' : 'were'} deleted in every mailbox that held ${isOne ? 'it' : 'them'}.`}
      {...(canKeep && !isAsked
        ? {
            actions: (
              <Button onClick={() => live.act({ kind: 'keep', ref: threadRef, threadId })}>
                Keep in Candor
              </Button>
            ),
          }
        : {})}
    >
      <p>
        {isOne ? 'It goes' : 'They go'} from Candor on {dayWords(at, now)}.
      </p>
    </Notice>
  );
};
