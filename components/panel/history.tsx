import { ChevronRight, Lock, Paperclip } from 'lucide-react';
import { type ReactNode, type Ref, useId, useState } from 'react';
import type { HistoryThread, History as TeamHistory } from '../../lib/contract/thread.ts';
import { listNames } from '../../lib/domain/wording.ts';
import { ThreadReader } from '../thread/thread-reader.tsx';
import { counted } from '../words/people-words.ts';
import { fullWords, whenWords } from '../words/when.ts';

const searchFromCount = 9;

/** The team's threads with the candidates here, newest first. Hidden ones are a number and nothing more. */
export const History = ({
  history,
  now,
  searchRef,
  beside,
  ofHidden,
  search,
}: {
  history: TeamHistory;
  now: number;
  searchRef: Ref<HTMLInputElement>;
  /** Stands beside the title. */
  beside: ReactNode;
  /** Stands below the number of hidden ones. */
  ofHidden: ReactNode;
  /** Stands below the list. */
  search: ReactNode;
}) => {
  const titleId = useId();
  const [wanted, setWanted] = useState('');
  const { threads, hiddenCount, contacts } = history;
  const shown = threads.filter((thread) => matches(thread, wanted));
  return (
    <section className="part" aria-labelledby={titleId}>
      <div className="title-row">
        <h2 className="part-title" id={titleId}>
          History with the team
        </h2>
        {beside}
      </div>
      {threads.length < searchFromCount ? null : (
        <>
          <input
            ref={searchRef}
            type="search"
            className="input"
            aria-label="Search this history"
            aria-keyshortcuts="/"
            placeholder={`Search ${threads.length} conversations`}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
          <p className="unseen" role="status">
            {wanted === '' ? '' : counted(shown.length, 'conversation')}
          </p>
        </>
      )}
      {threads.length === 0 && hiddenCount === 0 ? (
        <p className="muted">Nobody on your team has written with them yet.</p>
      ) : null}
      {threads.length > 0 && shown.length === 0 ? (
        <p className="muted">Nothing here matches “{wanted}”.</p>
      ) : null}
      <ul className="history">
        {shown.map((thread) => (
          <HistoryRow key={thread.threadId} thread={thread} now={now} />
        ))}
      </ul>
      {threads.length === 0 ? null : search}
      {hiddenCount === 0 ? null : (
        <p className="hidden-count muted">
          <Lock size={16} aria-hidden="true" />
          {hiddenWords(hiddenCount, contacts)}
        </p>
      )}
      {ofHidden}
    </section>
  );
};

const hiddenWords = (count: number, contacts: TeamHistory['contacts']): string => {
  const hidden =
    count === 1 ? '1 conversation is hidden from you' : `${count} conversations are hidden from you`;
  if (contacts.length === 0) return hidden;
  return `${hidden}. In contact: ${listNames(contacts.map(({ name }) => name))}.`;
};

const HistoryRow = ({ thread, now }: { thread: HistoryThread; now: number }) => {
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
          <span className="history-head">
            <span className="one-line strong">{thread.from}</span>
            {thread.messageCount > 1 ? (
              <span className="small muted">
                {thread.messageCount}
                <span className="unseen"> messages</span>
              </span>
            ) : null}
            {thread.isPrivate ? (
              <>
                <Lock size={12} aria-hidden="true" />
                <span className="unseen">private</span>
              </>
            ) : null}
            {thread.hasAttachments ? (
              <>
                <Paperclip size={12} aria-hidden="true" />
                <span className="unseen">with attachments</span>
              </>
            ) : null}
          </span>
          <span className="one-line muted history-subject">
            {thread.isOpen ? <span className="here">Open now · </span> : null}
            {thread.subject === '' ? 'No subject' : thread.subject}
          </span>
        </span>
        <time className="small muted" dateTime={thread.lastAt} title={fullWords(thread.lastAt)}>
          {whenWords(thread.lastAt, now)}
        </time>
      </button>
      <div id={readerId} hidden={!isOpen} className="reader">
        {/* Read anew when there is more or less of it to read. */}
        {isOpen ? <ThreadReader key={thread.messageCount} threadId={thread.threadId} now={now} /> : null}
      </div>
    </li>
  );
};

const matches = (thread: HistoryThread, wanted: string): boolean => {
  const text = `${thread.from} ${thread.subject}`.toLocaleLowerCase();
  return wanted
    .toLocaleLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
};
