import { useCallback, useMemo, useState } from 'react';
import { type Answer, useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import type { ThreadEvidence } from '../../lib/contract/thread.ts';
import type { FilingPreviewRequest, MoveAction, SplitAction } from '../../lib/contract/thread-action.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';
import { CandidatePicker } from './candidate-picker.tsx';
import type { Part } from './parts.ts';
import { SightPreview } from './sight-preview.tsx';

export type RefileAct = Omit<MoveAction, 'key' | 'ref'> | Omit<SplitAction, 'key' | 'ref'>;

/** Why the thread is as it is; then the whole of it moves to another candidate, or is split from one message on. */
export const RefileDialog = ({
  part: { thread, called },
  now,
  onDecide,
  onClose,
}: {
  part: Part;
  now: number;
  onDecide: (act: RefileAct) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { threadId } = thread;
  const { answer, again } = useAnswer(useCallback(() => live.readEvidence(threadId), [live, threadId]));
  return (
    <Dialog title={`Move or split ${called}`} onClose={onClose}>
      {answer.state === 'here' ? (
        <Refile
          evidence={answer.value}
          hiddenCount={thread.hiddenMessageCount}
          now={now}
          onDecide={onDecide}
          onClose={onClose}
        />
      ) : (
        <>
          <NoEvidence answer={answer} again={again} />
          <div className="dialog-actions">
            <Button onClick={onClose}>Cancel</Button>
          </div>
        </>
      )}
    </Dialog>
  );
};

const NoEvidence = ({
  answer,
  again,
}: {
  answer: Exclude<Answer<ThreadEvidence>, { state: 'here' }>;
  again: () => void;
}) => {
  if (answer.state === 'asking')
    return <Skeleton name="Looking up why this thread is here" widths={['80%', '60%', '70%']} />;
  const words = whyWords(answer.why);
  return (
    <Notice
      tone="warn"
      title="Candor cannot say why this thread is here."
      actions={<Button onClick={again}>Look again</Button>}
    >
      <p>
        {words.happened} {words.safe}
      </p>
    </Notice>
  );
};

const Refile = ({
  evidence,
  hiddenCount,
  now,
  onDecide,
  onClose,
}: {
  evidence: ThreadEvidence;
  hiddenCount: number;
  now: number;
  onDecide: (act: RefileAct) => void;
  onClose: () => void;
}) => {
  const { threadId, messages, filed } = evidence;
  const [from, setFrom] = useState(0);
  const [picked, setPicked] = useState<CandidateCard>();
  const isSplit = from > 0;
  const request = useMemo<FilingPreviewRequest | undefined>(() => {
    const candidateIds = picked === undefined ? [] : [picked.candidateId];
    if (!isSplit) return picked === undefined ? undefined : { threadId, candidateIds };
    const messageIds = messages
      .slice(from)
      .filter(({ canMove }) => canMove)
      .map(({ messageId }) => messageId);
    return { threadId, messageIds, candidateIds };
  }, [threadId, messages, from, isSplit, picked]);

  return (
    <>
      <ul className="rows small any-break" aria-label="Why it is filed so">
        {filed.map(({ partId, candidateId, name, because }) => (
          <li key={`${partId} ${candidateId}`}>
            Filed on <span className="strong">{name}</span>: {because}.
          </li>
        ))}
      </ul>
      <fieldset className="refile-messages">
        <legend className="small muted">
          What belongs elsewhere: the message you choose and all after it
        </legend>
        {messages.map(({ messageId, from: sender, subject, sentAt, because, canMove }, at) => (
          <label key={messageId} className="choice">
            <input
              type="radio"
              name="from-message"
              checked={from === at}
              disabled={at > 0 && !canMove}
              aria-labelledby={`from-${messageId}`}
              aria-describedby={`from-${messageId}-because`}
              onChange={() => setFrom(at)}
            />
            <span className="any-break" id={`from-${messageId}`}>
              {at === 0 ? <span className="strong">The whole thread · </span> : null}
              {sender} · {subject}
            </span>
            <span className="choice-hint small muted any-break" id={`from-${messageId}-because`}>
              {dayWords(sentAt, now)} · {because}
            </span>
          </label>
        ))}
      </fieldset>
      {isSplit && hiddenCount > 0 ? (
        <p className="small muted">{counted(hiddenCount, 'message')} you cannot read stay where they are.</p>
      ) : null}
      <section aria-label="Which candidate it belongs to">
        <p className="small muted">
          {isSplit ? 'File the new thread on somebody else, or leave it filed as it is.' : 'File it on:'}
        </p>
        <CandidatePicker picked={picked} onPick={setPicked} />
      </section>
      {request === undefined ? (
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" isDisabled>
            Move
          </Button>
        </div>
      ) : (
        <Decide
          request={request}
          confirm={confirmWords(isSplit, picked)}
          onDecide={() =>
            onDecide(
              request.messageIds === undefined
                ? { kind: 'move', threadId, candidateIds: request.candidateIds }
                : {
                    kind: 'split',
                    threadId,
                    messageIds: request.messageIds,
                    candidateIds: request.candidateIds,
                  },
            )
          }
          onClose={onClose}
        />
      )}
    </>
  );
};

/** Nothing is done before it was said who gains and who loses sight. */
const Decide = ({
  request,
  confirm,
  onDecide,
  onClose,
}: {
  request: FilingPreviewRequest;
  confirm: string;
  onDecide: () => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { answer, again } = useAnswer(useCallback(() => live.previewFiling(request), [live, request]));
  return (
    <>
      <div className="preview" aria-live="polite">
        <SightPreview answer={answer} again={again} first="gains" />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" isDisabled={answer.state !== 'here'} onClick={onDecide}>
          {confirm}
        </Button>
      </div>
    </>
  );
};

const confirmWords = (isSplit: boolean, picked: CandidateCard | undefined): string => {
  if (!isSplit) return picked === undefined ? 'Move' : `Move to ${picked.name}`;
  return picked === undefined ? 'Split off' : `Split off, on ${picked.name}`;
};
