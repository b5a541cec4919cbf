/* Mail found by its words, page after page, each message opened in place in its thread. */
import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type Ref, useCallback, useId, useState } from 'react';
import { useAnswer, usePaused } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateId } from '../../lib/contract/ids.ts';
import type { SearchHit, SearchRequest } from '../../lib/contract/search.ts';
import { readQuery } from '../../lib/domain/search-query.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { alsoWords, howItSearches, noOlder, nothingFound, totalWords } from '../words/search-words.ts';
import { fullWords, whenWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';
import { Marked } from './marked.tsx';
import { ThreadReader } from './thread-reader.tsx';

/** Long enough that half a word is rarely looked for: a search opens what it finds. */
const typingPauseMs = 300;

export const MailSearch = ({
  label,
  candidateId,
  from,
  until,
  now,
  inputRef,
}: {
  label: string;
  /** Only mail filed on them. */
  candidateId?: CandidateId;
  from?: string | undefined;
  until?: string | undefined;
  now: number;
  inputRef?: Ref<HTMLInputElement>;
}) => {
  const [text, setText] = useState('');
  const wanted = usePaused(text, typingPauseMs);
  const query = readQuery(wanted);
  const request: SearchRequest = {
    text: wanted,
    ...(candidateId === undefined ? {} : { candidateId }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
  return (
    <search className="mail-search" onKeyDown={walkRows}>
      <Field
        label={label}
        hint={howItSearches}
        error={query.state === 'too-long' ? whyWords('search-too-long').next : undefined}
      >
        {(parts) => (
          <input
            {...parts}
            ref={inputRef}
            className="input"
            type="search"
            name="search"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {query.state === 'asked' ? (
        <Page key={JSON.stringify(request)} request={request} isFirst now={now} />
      ) : null}
    </search>
  );
};

/** Arrows go from the field to the first row, and from row to row. */
const walkRows = (event: KeyboardEvent<HTMLElement>): void => {
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input[type=search], .history-row')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const next = step === undefined || at < 0 ? undefined : stops[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
};

/** The next page stands below this one, once it is asked for. */
const Page = ({ request, isFirst, now }: { request: SearchRequest; isFirst: boolean; now: number }) => {
  const live = useLive();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page is made anew for another request
  const { answer, again } = useAnswer(useCallback(() => live.searchMessages(request), [live]));
  const [isMoreWanted, setMoreWanted] = useState(false);
  if (answer.state === 'asking') return <Skeleton name="Searching" widths={['80%', '95%', '70%']} />;
  if (answer.state === 'failed') {
    const words = whyWords(answer.why);
    return (
      <div role="alert">
        <Notice
          tone="warn"
          title="The search did not come through."
          actions={<Button onClick={again}>Try again</Button>}
        >
          <p>
            {words.happened} {words.next}
          </p>
        </Notice>
      </div>
    );
  }
  const { hits, next, total } = answer.value;
  return (
    <>
      {isFirst ? (
        <p className="small muted" role="status">
          {hits.length === 0 && next === undefined ? nothingFound : totalWords(total)}
        </p>
      ) : hits.length === 0 && next === undefined ? (
        <p className="small muted" role="status">
          {noOlder}
        </p>
      ) : null}
      {hits.length === 0 ? null : (
        <ul className="history" aria-label={isFirst ? 'Messages found' : 'More messages found'}>
          {hits.map((hit) => (
            <Hit key={hit.messageId} hit={hit} now={now} />
          ))}
        </ul>
      )}
      {next === undefined ? null : isMoreWanted || hits.length === 0 ? (
        <Page request={{ ...request, after: next }} isFirst={false} now={now} />
      ) : (
        <Button onClick={() => setMoreWanted(true)}>Show older ones</Button>
      )}
    </>
  );
};

const Hit = ({ hit, now }: { hit: SearchHit; now: number }) => {
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
          <span className="history-subject one-line strong">
            {hit.from === undefined ? 'Unknown sender' : <Marked {...hit.from} />}
          </span>
          <span className="history-subject one-line">
            {hit.subject.text === '' ? 'No subject' : <Marked {...hit.subject} />}
          </span>
          {hit.excerpt === undefined ? null : (
            <span className="history-subject muted any-break">
              <Marked {...hit.excerpt} />
            </span>
          )}
          {hit.also.map((each) => (
            <span key={`${each.in} ${each.text}`} className="history-subject small muted any-break">
              {alsoWords[each.in]}: <Marked {...each} />
            </span>
          ))}
          {hit.candidates.length === 0 ? null : (
            <span className="history-subject small muted any-break">
              Filed on {hit.candidates.map(({ name }) => name).join(', ')}
            </span>
          )}
        </span>
        <time className="small muted" dateTime={hit.sentAt} title={fullWords(hit.sentAt)}>
          {whenWords(hit.sentAt, now)}
        </time>
      </button>
      <div id={readerId} hidden={!isOpen} className="reader">
        {isOpen ? <ThreadReader threadId={hit.threadId} sought={hit.messageId} now={now} /> : null}
      </div>
    </li>
  );
};
