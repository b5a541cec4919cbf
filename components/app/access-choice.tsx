import { type AccessLevel, accessLevels } from '../../lib/domain/access-level.ts';

/** How much a person lets Candor do with a mailbox, where their company leaves them the choice. */
export const AccessChoice = ({
  access,
  onChoose,
}: {
  access: AccessLevel;
  onChoose: (access: AccessLevel) => void;
}) => (
  <fieldset className="choices">
    <legend className="strong">How much access</legend>
    {accessLevels.map((level) => (
      <label className="choice" key={level}>
        <input type="radio" name="access" checked={access === level} onChange={() => onChoose(level)} />
        {accessWords[level].name}
        <span className="choice-hint small muted">{accessWords[level].follows}</span>
      </label>
    ))}
  </fieldset>
);

export const accessWords: Readonly<Record<AccessLevel, { readonly name: string; readonly follows: string }>> =
  {
    full: {
      name: 'Full (recommended)',
      follows:
        'Mail with candidates comes onto their record by itself, replies too. Nothing else has to be set up.',
    },
    'send-only': {
      name: 'Send only',
      follows:
        'Nothing is read: replies will not come back by themselves, and “Sync e-mails” does not work. For companies that let no other service read their mail.',
    },
  };
