import { useCallback, useEffect, useRef, useState } from 'react';
import { type Answer, useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MessageId, ThreadId } from '../../lib/contract/ids.ts';
import type { LeavableMessage } from '../../lib/contract/withheld.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** What is left out of what a person shares: what they left out before until they choose, once that is known. */
export type LeftOut = {
  readonly messages: Answer<readonly LeavableMessage[]>;
  readonly again: () => void;
  readonly chosen: ReadonlySet<MessageId>;
  readonly choose: (messageIds: readonly MessageId[], isOut: boolean) => void;
  readonly isChanged: boolean;
};

/** `isWanted`: the messages are looked up only then. */
export const useLeftOut = (threadId: ThreadId, isWanted: boolean): LeftOut => {
  const live = useLive();
  const { answer: messages, again } = useAnswer(
    useCallback(() => (isWanted ? live.leavable(threadId) : Promise.resolve([])), [live, threadId, isWanted]),
  );
  const [changes, setChanges] = useState<ReadonlyMap<MessageId, boolean>>(new Map());
  const all = messages.state === 'here' ? messages.value : [];
  const chosen = new Set(
    all
      .filter(({ messageId, isLeftOut }) => changes.get(messageId) ?? isLeftOut)
      .map(({ messageId }) => messageId),
  );
  return {
    messages,
    again,
    chosen,
    choose: (messageIds, isOut) =>
      setChanges(new Map([...changes, ...messageIds.map((messageId) => [messageId, isOut] as const)])),
    isChanged: all.some(({ messageId, isLeftOut }) => chosen.has(messageId) !== isLeftOut),
  };
};

/** The same list again as long as the same ids stand in it, so that what is asked with it is asked once. */
export const useSteady = (ids: MessageId[] | undefined): MessageId[] | undefined => {
  const last = useRef(ids);
  if (last.current?.join() !== ids?.join()) last.current = ids;
  return last.current;
};

/** Messages to leave out of what is shared, and a warning of those that went past the candidates. */
export const LeaveOut = ({ left, now }: { left: LeftOut; now: number }) => {
  const { messages, again, chosen, choose } = left;
  const box = useRef<HTMLDetailsElement>(null);
  const hasAny = chosen.size > 0;
  // Open where something is left out already; from then on as the person has it.
  useEffect(() => {
    if (hasAny && box.current !== null) box.current.open = true;
  }, [hasAny]);
  if (messages.state === 'asking') return <Skeleton name="Looking up its messages" widths={['60%']} />;
  if (messages.state === 'failed') {
    const { happened, safe } = whyWords(messages.why);
    return (
      <Notice
        tone="warn"
        title="Candor cannot list the messages to leave out."
        actions={<Button onClick={again}>Look again</Button>}
      >
        <p>
          {happened} {safe}
        </p>
      </Notice>
    );
  }
  const aside = messages.value.filter(({ isSideBranch }) => isSideBranch);
  const asideShared = aside.filter(({ messageId }) => !chosen.has(messageId));
  return (
    <>
      {asideShared.length === 0 ? null : (
        <Notice
          tone="warn"
          title={`${counted(asideShared.length, 'message')} of this thread did not go to the candidate.`}
          actions={
            <Button
              onClick={() =>
                choose(
                  asideShared.map(({ messageId }) => messageId),
                  true,
                )
              }
            >
              Leave {asideShared.length === 1 ? 'it' : 'them'} out
            </Button>
          }
        >
          <p>
            {asideShared.length === 1 ? 'It was' : 'They were'} written to fewer people than the rest, and
            would be read by as many.
          </p>
        </Notice>
      )}
      <details ref={box} className="leave-out">
        <summary className="small">
          {hasAny ? `${counted(chosen.size, 'message')} left out` : 'Leave out messages'}
        </summary>
        <ul className="rows">
          {messages.value.map(({ messageId, subject, from, sentAt, isSideBranch }) => (
            <li key={messageId}>
              <label className="choice">
                <input
                  type="checkbox"
                  checked={chosen.has(messageId)}
                  onChange={(event) => choose([messageId], event.target.checked)}
                />
                <span className="any-break">{subject || 'No subject'}</span>
                <span className="choice-hint small muted">
                  {from} · {dayWords(sentAt, now)}
                  {isSideBranch ? ' · not to the candidate' : ''}
                </span>
              </label>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
};
