import { useLive } from '../../lib/client/live.ts';
import type { ThreadId } from '../../lib/contract/ids.ts';
import type { ThreadRef } from '../../lib/contract/page.ts';
import type { SharePause } from '../../lib/contract/withheld.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../words/people-words.ts';

/** That new mail of a thread this person shares is not shared until they say so, why, and the two answers. */
export const PauseNotice = ({
  title,
  threadId,
  threadRef,
  pause: { said, messageCount },
  isAsked,
  onAnswer,
}: {
  title: string;
  threadId: ThreadId;
  threadRef: ThreadRef;
  pause: SharePause;
  /** An answer is on its way. */
  isAsked: boolean;
  onAnswer?: () => void;
}) => {
  const live = useLive();
  const answer = (holdsBack: boolean) => (): void => {
    live.act({
      kind: 'stance',
      ref: threadRef,
      threadId,
      stance: 'shared',
      ...(holdsBack ? { holdsBack } : {}),
    });
    onAnswer?.();
  };
  const isOne = messageCount === 1;
  return (
    <Notice
      tone="warn"
      title={title}
      {...(isAsked
        ? {}
        : {
            actions: (
              <>
                <Button onClick={answer(false)}>Share {isOne ? 'it' : 'them'} too</Button>
                <Button onClick={answer(true)}>Not from here on</Button>
              </>
            ),
          })}
    >
      <p>
        {said} Your team does not see {isOne ? 'the message' : `the ${counted(messageCount, 'message')}`} that
        came since, until you say so.
      </p>
    </Notice>
  );
};
