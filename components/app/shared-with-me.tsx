import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { type Live, useLive } from '../../lib/client/live.ts';
import type { GrantedThread } from '../../lib/contract/thread.ts';
import { ThreadReader } from '../thread/thread-reader.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { dayWords } from '../words/when.ts';
import { AccessAsks } from './access-asks.tsx';
import { FailedAnswer } from './failed-notice.tsx';
import { PausedShares } from './paused-shares.tsx';

/** Conversations that colleagues let this person read, newest grant first. */
export const SharedWithMe = () => {
  const live = useLive();
  const { answer, again } = useAnswer(useReadGranted(live));
  return (
    <>
      <AccessAsks />
      <PausedShares />
      <h1 className="title">Shared with you</h1>
      <p className="muted">
        Conversations that a colleague let you read. Each stays theirs: they can stop it at any time.
      </p>
      {answer.state === 'asking' ? (
        <Skeleton name="Looking up what is shared with you" widths={['80%', '60%']} />
      ) : null}
      {answer.state === 'failed' ? <FailedAnswer why={answer.why} again={again} /> : null}
      {answer.state === 'here' && answer.value.length === 0 ? <p>Nothing is shared with you alone.</p> : null}
      {answer.state === 'here' ? (
        <ul className="history granted">
          {answer.value.map((thread) => (
            <GrantedRow key={`${thread.threadId} ${thread.by.personId}`} thread={thread} now={live.now()} />
          ))}
        </ul>
      ) : null}
    </>
  );
};

const useReadGranted = (live: Live) => {
  const [read] = useState(() => () => live.granted());
  return read;
};

const GrantedRow = ({ thread, now }: { thread: GrantedThread; now: number }) => {
  const readerId = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        className="history-row"
        aria-expanded={isOpen}
        aria-controls={readerId}
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight size={16} aria-hidden="true" className="turns" />
        <span className="grow">
          <span className="strong any-break">{thread.subject || 'No subject'}</span>
          <span className="small muted history-subject">{grantWords(thread, now)}</span>
        </span>
      </button>
      <div id={readerId} hidden={!isOpen} className="reader">
        {isOpen ? <ThreadReader threadId={thread.threadId} now={now} /> : null}
      </div>
    </li>
  );
};

const grantWords = ({ by, grantedAt, endsAt }: GrantedThread, now: number): string =>
  `${by.name} let you read it on ${dayWords(grantedAt, now)}${endsAt === undefined ? '' : `, until ${dayWords(endsAt, now)}`}`;
