import { useCallback, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import { PauseNotice } from '../thread/pause-notice.tsx';
import { FailedAnswer } from './failed-notice.tsx';

/** Conversations this person shares in which new mail waits for their word; nothing where none does. */
export const PausedShares = () => {
  const live = useLive();
  const { answer, again } = useAnswer(useCallback(() => live.pausedShares(), [live]));
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  if (answer.state === 'asking') return null;
  if (answer.state === 'failed') return <FailedAnswer why={answer.why} again={again} />;
  return answer.value.map(({ threadId, ref, subject, pause }) => (
    <PauseNotice
      key={threadId}
      title={`“${subject || 'No subject'}” is not shared on as it was.`}
      threadId={threadId}
      threadRef={ref}
      pause={pause}
      isAsked={answered.has(threadId)}
      onAnswer={() => setAnswered(new Set([...answered, threadId]))}
    />
  ));
};
