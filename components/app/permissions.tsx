import { useId } from 'react';
import type { AccessLevel } from '../../lib/domain/access-level.ts';

/** What the person allows, each apart: mail is asked for now, the others are named so that it is plain they are not. */
export const Permissions = ({
  access = 'full',
  isMailTicked,
  error,
  onTick,
}: {
  access?: AccessLevel;
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
        {mailWords[access].name}
        <span className="choice-hint small muted">{mailWords[access].follows}</span>
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

const mailWords: Readonly<Record<AccessLevel, { readonly name: string; readonly follows: string }>> = {
  full: {
    name: 'Mail: synchronise e-mails with candidates',
    follows:
      'Candor looks at the headers of mail from now on, keeps only what a rule of your company keeps, sets the candidates’ label when you do, and sends what you write here.',
  },
  'send-only': {
    name: 'Mail: send what you write here',
    follows:
      'Candor sends by this mailbox and reads nothing of it. Replies will not come back by themselves.',
  },
};

const notAskedFor = ['Calendar', 'Contacts'] as const;
export const tickMailFirst = 'Tick this to go on: without it there is nothing to connect.';
