import { type FormEvent, type ReactNode, useCallback, useId, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { type Live, useLive } from '../../lib/client/live.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { FailedAnswer, FailedNotice } from './failed-notice.tsx';

/** One part of what the company decided: asked for, then shown by its form. `read` is one and the same from paint to paint. */
export const PolicySection = <P,>({
  title,
  intro,
  read,
  children,
}: {
  title: string;
  intro?: string;
  read: (live: Live) => Promise<P>;
  children: (policy: P) => ReactNode;
}) => {
  const live = useLive();
  const headingId = useId();
  const { answer, again } = useAnswer(useCallback(() => read(live), [live, read]));
  return (
    <section className="stack" aria-labelledby={headingId}>
      <h2 className="strong" id={headingId}>
        {title}
      </h2>
      {intro === undefined ? null : <p className="muted">{intro}</p>}
      {answer.state === 'asking' ? (
        <Skeleton name={`Reading the settings: ${title}`} widths={['60%', '80%']} />
      ) : null}
      {answer.state === 'failed' ? <FailedAnswer why={answer.why} again={again} /> : null}
      {answer.state === 'here' ? children(answer.value) : null}
    </section>
  );
};

/**
 * Its form: what is in it, one button, and what came of it. `save` gives undefined where the draft is not fit to be sent; what
 * is wrong then stands beside the field.
 */
export const PolicyForm = <D,>({
  name,
  first,
  submit,
  saved: savedWords,
  save,
  children,
}: {
  name: string;
  first: D;
  submit: string;
  saved: string;
  save: (draft: D) => (() => Promise<D>) | undefined;
  children: (draft: D, change: (what: Partial<D>) => void) => ReactNode;
}) => {
  const { isBusy, failedWhy, run } = useErrand();
  const [draft, setDraft] = useState(first);
  const [saved, setSaved] = useState('');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    setSaved('');
    const send = save(draft);
    if (send === undefined) return;
    run(async () => {
      setDraft(await send());
      setSaved(savedWords);
    });
  };
  return (
    <form className="stack" aria-label={name} onSubmit={onSubmit} noValidate>
      {children(draft, (what) => {
        setDraft({ ...draft, ...what });
        setSaved('');
      })}
      <Button type="submit" look="primary" isDisabled={isBusy}>
        {submit}
      </Button>
      <p className="muted" role="status">
        {saved}
      </p>
      <FailedNotice why={failedWhy} />
    </form>
  );
};

/** One thing that is on or off, with what follows from it. */
export const PolicyTick = ({
  name,
  isOn,
  isDisabled = false,
  onChange,
  follows,
  children,
}: {
  name: string;
  isOn: boolean;
  isDisabled?: boolean;
  onChange: (isOn: boolean) => void;
  follows?: string;
  children: string;
}) => (
  <label className="choice">
    <input
      type="checkbox"
      name={name}
      checked={isOn}
      disabled={isDisabled}
      onChange={(event) => onChange(event.target.checked)}
    />
    {children}
    {follows === undefined ? null : <span className="choice-hint small muted">{follows}</span>}
  </label>
);
