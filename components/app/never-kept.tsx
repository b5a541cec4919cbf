import { Trash2 } from 'lucide-react';
import { type FormEvent, useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { GuardChange, Guards } from '../../lib/contract/guard.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { whyWords } from '../words/why-words.ts';
import { FailedNotice } from './failed-notice.tsx';
import { HeldQuestions } from './held-questions.tsx';

/** What is never kept, whoever writes it, and the mail that waits for the person's word. */
export const NeverKept = ({ isAdmin }: { isAdmin: boolean }) => {
  const live = useLive();
  const { answer, again } = useAnswer(useCallback(() => live.readGuards(), [live]));
  const [changed, setChanged] = useState<Guards>();
  const { isBusy, failedWhy, run } = useErrand();
  const change = (wanted: GuardChange): void => run(async () => setChanged(await live.changeGuards(wanted)));
  const guards = changed ?? (answer.state === 'here' ? answer.value : undefined);
  return (
    <>
      <h1 className="title">What is kept</h1>
      <HeldQuestions />
      <FailedNotice why={failedWhy} />
      {answer.state === 'failed' ? (
        <Notice tone="failed" title={whyWords(answer.why).happened}>
          <Button onClick={again}>Try again</Button>
        </Notice>
      ) : null}
      {guards === undefined && answer.state === 'asking' ? (
        <Skeleton name="Looking up what is never kept" widths={['60%', '40%']} />
      ) : null}
      {guards === undefined ? null : (
        <>
          <EntryList
            title="Never from my mailboxes"
            says="Mail with one of these on it is never kept from your mailboxes. A domain counts with all below it. What was kept before stays."
            empty="You block nothing."
            label="Address or domain I block"
            entries={guards.mine.map(({ id, entry }) => ({
              key: id,
              entry,
              takeAway: { change: 'unblock', id },
            }))}
            add={(entry) => ({ change: 'block', whose: 'mine', entry })}
            isBusy={isBusy}
            onChange={change}
          />
          <EntryList
            title="Never at this company"
            says="Mail with one of these on it is kept from nobody’s mailbox."
            empty="The company blocks nothing."
            label="Address or domain the company blocks"
            entries={guards.company.map(({ id, entry }) => ({
              key: id,
              entry,
              takeAway: { change: 'unblock', id },
            }))}
            add={isAdmin ? (entry) => ({ change: 'block', whose: 'company', entry }) : undefined}
            isBusy={isBusy}
            onChange={change}
          />
          <EntryList
            title="Shared boxes and lists"
            says="Several people read these. Mail that also goes to one of them is not kept before the person whose mailbox it is in has been asked."
            empty="No shared box or list is known."
            label="Address of a shared box or list"
            entries={guards.sharedAddresses.map((address) => ({
              key: address,
              entry: address,
              takeAway: { change: 'share', address, on: false },
            }))}
            add={isAdmin ? (address) => ({ change: 'share', address, on: true }) : undefined}
            isBusy={isBusy}
            onChange={change}
          />
        </>
      )}
    </>
  );
};

const EntryList = ({
  title,
  says,
  empty,
  label,
  entries,
  add,
  isBusy,
  onChange,
}: {
  title: string;
  says: string;
  empty: string;
  label: string;
  entries: readonly { key: string; entry: string; takeAway: GuardChange }[];
  /** Absent for whom the list is not theirs to change. */
  add: ((entry: string) => GuardChange) | undefined;
  isBusy: boolean;
  onChange: (change: GuardChange) => void;
}) => {
  const [typed, setTyped] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (add === undefined || typed.trim() === '') return;
    onChange(add(typed.trim()));
    setTyped('');
  };
  return (
    <section className="stack" aria-label={title}>
      <h2 className="strong">{title}</h2>
      <p className="muted">{says}</p>
      {entries.length === 0 ? (
        <p>{empty}</p>
      ) : (
        <ul className="entries">
          {entries.map(({ key, entry, takeAway }) => (
            <li key={key} className="entry">
              <span className="any-break grow">{entry}</span>
              {add === undefined ? null : (
                <Button
                  look="icon"
                  isDisabled={isBusy}
                  icon={<Trash2 size={16} aria-hidden="true" />}
                  onClick={() => onChange(takeAway)}
                >
                  <span className="unseen">Take {entry} off the list</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {add === undefined ? (
        <p className="small muted">Admins change this list.</p>
      ) : (
        <form className="entry-form" onSubmit={submit}>
          <Field label={label}>
            {(parts) => (
              <input
                {...parts}
                className="input"
                autoComplete="off"
                spellCheck={false}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" isDisabled={isBusy}>
            Add<span className="unseen"> to {title}</span>
          </Button>
        </form>
      )}
    </section>
  );
};
