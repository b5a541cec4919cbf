import { useId } from 'react';

/** What the person allows, each apart: mail is asked for now, the others are named so that it is plain they are not. */
export const Permissions = ({
  isMailTicked,
  error,
  onTick,
}: {
  isMailTicked: boolean;
  error: string | undefined;
  onTick: (isTicked: boolean) => void;
}) => {
  const id = useId();
  return (
    <fieldset className="choices">
      <legend className="strong">What Candor may do</legend>
      <label className="choice">
        <input
          type="checkbox"
          name="mail"
          checked={isMailTicked}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onChange={(event) => onTick(event.target.checked)}
        />
        Mail: synchronise e-mails with candidates
        <span className="choice-hint small muted">
          Candor looks at the headers of mail from now on, keeps only what a rule of your company keeps, and
          sets the candidates’ label when you do.
        </span>
      </label>
      {error === undefined ? null : (
        <p className="small field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {notAskedFor.map((name) => (
        <label className="choice muted" key={name}>
          <input type="checkbox" disabled />
          {name}
          <span className="choice-hint small">Not asked for: a permission of its own, if ever.</span>
        </label>
      ))}
    </fieldset>
  );
};

const notAskedFor = ['Calendar', 'Contacts'] as const;
export const tickMailFirst = 'Tick this to go on: without it there is nothing to connect.';
