import { useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { AccessAsk, AccessRequests, AskableThread } from '../../lib/contract/access-request.ts';
import type { ThreadId } from '../../lib/contract/ids.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';
import { EndingField, useEnding } from './ending-field.tsx';
import { ThreadReader } from './thread-reader.tsx';

/** That a colleague asks to read mail with a candidate, and the way to answer. */
export const AccessAskNotice = ({
  ask,
  openThreadId,
  now,
  onAnswered,
}: {
  ask: AccessAsk;
  /** Of the thread beside it: stands chosen when the answer begins. */
  openThreadId?: ThreadId | undefined;
  now: number;
  onAnswered: (requests: AccessRequests) => void;
}) => {
  const [isAnswering, setAnswering] = useState(false);
  return (
    <>
      <Notice
        tone="waiting"
        title={`${ask.asker.name} asks to read your mail with ${ask.candidate.name}.`}
        actions={<Button onClick={() => setAnswering(true)}>Answer</Button>}
      >
        {ask.reason === undefined ? null : <p className="any-break">“{ask.reason}”</p>}
        <p className="small muted">
          Asked on {dayWords(ask.at, now)}. They read nothing of it until you say so.
        </p>
      </Notice>
      {isAnswering ? (
        <AnswerDialog
          ask={ask}
          openThreadId={openThreadId}
          now={now}
          onAnswered={(requests) => {
            setAnswering(false);
            onAnswered(requests);
          }}
          onClose={() => setAnswering(false)}
        />
      ) : null}
    </>
  );
};

type How = 'threads' | 'all' | 'refuse';

const AnswerDialog = ({
  ask,
  openThreadId,
  now,
  onAnswered,
  onClose,
}: {
  ask: AccessAsk;
  openThreadId: ThreadId | undefined;
  now: number;
  onAnswered: (requests: AccessRequests) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { answer, again } = useAnswer(useCallback(() => live.askableThreads(ask.id), [live, ask.id]));
  const [how, setHow] = useState<How>('threads');
  const [chosen, setChosen] = useState<ReadonlySet<ThreadId>>(
    new Set(openThreadId === undefined ? [] : [openThreadId]),
  );
  const until = useEnding(now);
  const { isBusy, failedWhy, run } = useErrand();
  const threads = answer.state === 'here' ? answer.value : [];
  const picked = threads.filter(({ threadId }) => chosen.has(threadId));
  const isReady =
    how === 'refuse' || (until.isReady && (how === 'all' ? threads.length > 0 : picked.length > 0));
  const name = ask.asker.name;
  const send = (): void =>
    run(async () => {
      const { id } = ask;
      const ends = until.endsAt === undefined ? {} : { endsAt: until.endsAt };
      if (how === 'refuse') onAnswered(await live.answerAccess({ id, how }));
      else if (how === 'all') onAnswered(await live.answerAccess({ id, how, ...ends }));
      else
        onAnswered(
          await live.answerAccess({ id, how, threadIds: picked.map(({ threadId }) => threadId), ...ends }),
        );
    });
  const choose = (threadId: ThreadId, isIn: boolean): void => {
    const next = new Set(chosen);
    if (isIn) next.add(threadId);
    else next.delete(threadId);
    setChosen(next);
  };
  return (
    <Dialog title={`What may ${name} read?`} onClose={onClose}>
      <fieldset>
        <legend className="unseen">What may {name} read?</legend>
        {(
          [
            ['threads', 'The conversations I choose'],
            ['all', `All my conversations with ${ask.candidate.name} that there are now`],
            ['refuse', 'None of them'],
          ] as const
        ).map(([value, words]) => (
          <label className="choice" key={value}>
            <input type="radio" name="how" checked={how === value} onChange={() => setHow(value)} />
            {words}
          </label>
        ))}
      </fieldset>
      {how === 'refuse' ? (
        <p className="muted">{name} is told that you did not share it, and can ask again in seven days.</p>
      ) : null}
      {answer.state === 'asking' ? (
        <Skeleton name="Looking up your conversations" widths={['80%', '60%']} />
      ) : null}
      {answer.state === 'failed' ? (
        <Notice
          tone="warn"
          title="Candor cannot list your conversations."
          actions={<Button onClick={again}>Look again</Button>}
        >
          <p>
            {whyWords(answer.why).happened} {whyWords(answer.why).safe}
          </p>
        </Notice>
      ) : null}
      {answer.state === 'here' && threads.length === 0 ? (
        <p>No mailbox of yours holds mail with {ask.candidate.name} that is kept here.</p>
      ) : null}
      {how === 'threads' && threads.length > 0 ? (
        <ul className="rows">
          {threads.map((thread) => (
            <AskableRow
              key={thread.threadId}
              thread={thread}
              isChosen={chosen.has(thread.threadId)}
              onChoose={(isIn) => choose(thread.threadId, isIn)}
              now={now}
            />
          ))}
        </ul>
      ) : null}
      {how === 'refuse' ? null : <EndingField chosen={until} />}
      {failedWhy === undefined ? null : (
        <p className="field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).safe} {whyWords(failedWhy).next}
        </p>
      )}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" isDisabled={!isReady || isBusy} onClick={send}>
          {confirmWords(how, how === 'all' ? threads.length : picked.length)}
        </Button>
      </div>
    </Dialog>
  );
};

const confirmWords = (how: How, count: number): string =>
  how === 'refuse' ? 'Do not share' : `Share ${counted(count, 'conversation')}`;

const AskableRow = ({
  thread: { threadId, subject, lastAt, messageCount, isRead },
  isChosen,
  onChoose,
  now,
}: {
  thread: AskableThread;
  isChosen: boolean;
  onChoose: (isIn: boolean) => void;
  now: number;
}) => {
  const [isOpen, setOpen] = useState(false);
  const title = subject || 'No subject';
  return (
    <li>
      <label className="choice">
        <input type="checkbox" checked={isChosen} onChange={(event) => onChoose(event.target.checked)} />
        <span className="any-break">{title}</span>
        <span className="choice-hint small muted">
          {counted(messageCount, 'message')} · {dayWords(lastAt, now)}
          {isRead ? ' · they read it already' : ''}
        </span>
      </label>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="small">Review “{title}”</summary>
        {isOpen ? <ThreadReader threadId={threadId} now={now} /> : null}
      </details>
    </li>
  );
};
