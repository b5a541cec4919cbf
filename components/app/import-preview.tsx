import { useEffect, useState } from 'react';
import { whyOf } from '../../lib/client/asking.ts';
import { useLive, type WhyUnanswered } from '../../lib/client/live.ts';
import type { ImportChoice, OldMailWindow } from '../../lib/contract/import.ts';
import type { PreviewThread } from '../../lib/contract/import-preview.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { listNames } from '../../lib/domain/wording.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { windowWords } from '../words/import-words.ts';
import { counted } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** More than these are not listed: who has so many chooses a narrower time. */
const mostThreads = 2_000;

type Looked = {
  readonly threads: ReadonlyMap<string, PreviewThread>;
  readonly lookedThreads: number;
  readonly next: string | undefined;
  readonly state: 'looking' | 'stopped' | 'done' | 'full' | { readonly failed: WhyUnanswered };
};
const nothing: Looked = { threads: new Map(), lookedThreads: 0, next: undefined, state: 'looking' };

/** What an import would keep and who would read it, before anything is stored; each conversation can be left out. */
export const ImportPreview = ({
  mailbox,
  window,
  isBusy,
  onChoose,
  onBack,
}: {
  mailbox: MailboxRow;
  window: OldMailWindow;
  isBusy: boolean;
  onChoose: (leaveOut: NonNullable<ImportChoice['leaveOut']>) => void;
  onBack: () => void;
}) => {
  const live = useLive();
  const { mailboxId } = mailbox;
  const [looked, setLooked] = useState(nothing);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const { state, next } = looked;

  useEffect(() => {
    if (state !== 'looking') return;
    let isStale = false;
    live.previewImport({ mailboxId, window, ...(next === undefined ? {} : { position: next }) }).then(
      (page) => {
        if (!isStale) setLooked((before) => withPage(before, page));
      },
      (thrown: unknown) => {
        if (!isStale) setLooked((before) => ({ ...before, state: { failed: whyOf(thrown) } }));
      },
    );
    return () => {
      isStale = true;
    };
  }, [live, mailboxId, window, state, next]);

  const groups = byPerson([...looked.threads.values()]);
  const keeps = [...looked.threads.values()].filter(({ providerThreadId }) => !left.has(providerThreadId));
  const leave = (threads: readonly PreviewThread[], isOut: boolean): void => {
    const changed = new Set(left);
    for (const { providerThreadId } of threads)
      if (isOut) changed.add(providerThreadId);
      else changed.delete(providerThreadId);
    setLeft(changed);
  };
  const choose = (): void =>
    onChoose(
      [...looked.threads.values()]
        .filter(({ providerThreadId }) => left.has(providerThreadId))
        .flatMap(({ hashes }) => hashes),
    );

  return (
    <>
      <p className="strong">{windowWords[window].name}</p>
      <p className="muted">
        Only headers are read, and nothing is stored. What you leave out stays out, new mail of it too.
      </p>
      <p role="status">{stateWords(looked)}</p>
      {typeof state === 'object' ? (
        <Notice
          tone="warn"
          title={whyWords(state.failed).happened}
          actions={
            <Button onClick={() => setLooked((before) => ({ ...before, state: 'looking' }))}>Go on</Button>
          }
        >
          <p>{whyWords(state.failed).safe}</p>
        </Notice>
      ) : null}
      {groups.map(({ name, threads }) => (
        <Group key={name} name={name} threads={threads} left={left} leave={leave} now={live.now()} />
      ))}
      <div className="dialog-actions">
        <Button onClick={onBack}>Not now</Button>
        {state === 'looking' ? (
          <Button onClick={() => setLooked((before) => ({ ...before, state: 'stopped' }))}>
            Stop looking
          </Button>
        ) : null}
        {state === 'stopped' ? (
          <Button onClick={() => setLooked((before) => ({ ...before, state: 'looking' }))}>
            Go on looking
          </Button>
        ) : null}
        <Button look="primary" isDisabled={isBusy || state !== 'done'} onClick={choose}>
          {keeps.length === 0 ? 'Keep none of these' : `Keep ${counted(keeps.length, 'conversation')}`}
        </Button>
      </div>
    </>
  );
};

const withPage = (
  before: Looked,
  page: {
    readonly threads: readonly PreviewThread[];
    readonly lookedThreads: number;
    readonly next?: string | undefined;
  },
): Looked => {
  const threads = new Map([
    ...before.threads,
    ...page.threads.map((thread) => [thread.providerThreadId, thread] as const),
  ]);
  const isFull = threads.size >= mostThreads && page.next !== undefined;
  return {
    threads,
    lookedThreads: before.lookedThreads + page.lookedThreads,
    next: page.next,
    state: isFull ? 'full' : page.next === undefined ? 'done' : before.state,
  };
};

const stateWords = ({ threads, lookedThreads, state }: Looked): string => {
  const found = `${counted(threads.size, 'conversation')} would be kept.`;
  if (state === 'looking')
    return `Looking through the mailbox: ${counted(lookedThreads, 'conversation')} so far.`;
  if (state === 'stopped') return `Stopped: there may be more. ${found}`;
  if (state === 'full')
    return `There are more than ${mostThreads.toLocaleString('en')}: choose a narrower time.`;
  return typeof state === 'object' ? `Looking stopped. So far ${found}` : found;
};

type Person = { readonly name: string; readonly threads: readonly PreviewThread[] };

/** By the candidates they are with, each thread once. */
const byPerson = (threads: readonly PreviewThread[]): readonly Person[] => {
  const groups = Map.groupBy(threads, ({ candidates, others }) =>
    candidates.length > 0 ? listNames(candidates.map(({ name }) => name)) : (others[0] ?? 'Others'),
  );
  return [...groups]
    .map(([name, each]) => ({ name, threads: each.toSorted((a, b) => b.lastAt.localeCompare(a.lastAt)) }))
    .sort((a, b) => a.name.localeCompare(b.name));
};

const Group = ({
  name,
  threads,
  left,
  leave,
  now,
}: Person & {
  left: ReadonlySet<string>;
  leave: (threads: readonly PreviewThread[], isOut: boolean) => void;
  now: number;
}) => {
  const outCount = threads.filter(({ providerThreadId }) => left.has(providerThreadId)).length;
  return (
    <details className="preview-group" open={threads.length <= 5}>
      <summary>
        <span className="strong any-break">{name}</span>{' '}
        <span className="small muted">
          {counted(threads.length, 'conversation')}
          {outCount === 0 ? '' : `, ${outCount} left out`}
        </span>
      </summary>
      <Button look="link" onClick={() => leave(threads, outCount < threads.length)}>
        {outCount < threads.length ? `Leave out all with ${name}` : `Keep all with ${name}`}
      </Button>
      <ul className="rows">
        {threads.map((thread) => (
          <li key={thread.providerThreadId}>
            <label className="choice">
              <input
                type="checkbox"
                checked={!left.has(thread.providerThreadId)}
                onChange={(event) => leave([thread], !event.target.checked)}
              />
              <span className="any-break">{thread.subject || 'No subject'}</span>
              <span className="choice-hint small muted any-break">{threadWords(thread, now)}</span>
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
};

const threadWords = (
  { messageCount, firstAt, lastAt, because, readers, isOnRecord }: PreviewThread,
  now: number,
): string => {
  const days =
    dayWords(firstAt, now) === dayWords(lastAt, now)
      ? dayWords(lastAt, now)
      : `${dayWords(firstAt, now)} to ${dayWords(lastAt, now)}`;
  const others = readers.filter(({ person }) => !person.isYou);
  const who =
    others.length === 0
      ? 'Only you would read it.'
      : `Read by you and ${others.map(({ person, because: why }) => `${person.name} (${why})`).join(', ')}.`;
  return `${counted(messageCount, 'message')} · ${days}. ${because.join(' ')} ${who}${isOnRecord ? ' Some of it is on record already.' : ''}`;
};
