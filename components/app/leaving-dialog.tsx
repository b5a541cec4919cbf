import { useCallback, useRef, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import { PersonId } from '../../lib/contract/ids.ts';
import type { EndAccess, LeavingPreview, ListedColleague } from '../../lib/contract/leaving.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Field } from '../ui/field.tsx';
import { endWords, type MailAfter, mailAfterNames, mailAfterWords } from '../words/leaving-words.ts';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

const ways: readonly MailAfter[] = ['keep', 'pass-on', 'hide', 'erase'];

/** Ends a colleague's access, and asks what becomes of the mail their mailboxes brought; counts alone, no subject. */
export const LeavingDialog = ({
  leaver,
  others,
  onEnded,
  onClose,
}: {
  leaver: ListedColleague;
  /** Active colleagues their mail could be passed on to. */
  others: readonly ListedColleague[];
  onEnded: (rows: readonly ListedColleague[]) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { personId, name } = leaver;
  const { answer } = useAnswer(useCallback(() => live.previewLeaving(personId), [live, personId]));
  const { isBusy, failedWhy, run } = useErrand();
  const heirs = useRef<HTMLSelectElement>(null);
  const [mail, setMail] = useState<MailAfter>('keep');
  const [heirId, setHeirId] = useState<string>('');
  const [isWrong, setWrong] = useState(false);
  const heir = others.find((each) => each.personId === heirId);
  const counts = answer.state === 'here' ? answer.value : undefined;

  const end = (): void => {
    // Nothing is ended before the person has seen what follows.
    if (counts === undefined || isBusy) return;
    const order = toOrder(personId, mail, heir?.personId);
    setWrong(order === undefined);
    if (order === undefined) heirs.current?.focus();
    else run(async () => onEnded(await live.endAccess(order)));
  };

  return (
    <ConfirmDialog
      title={`End ${name}’s access?`}
      confirm={counts === undefined ? 'End access' : endWords(mail, counts, heir?.name)}
      cancel="Keep their access"
      isDanger
      onConfirm={end}
      onClose={onClose}
    >
      <div className="parts">
        <p>
          {name} is signed out everywhere at once.{' '}
          {counts === undefined || counts.mailboxes === 0
            ? ''
            : `${counted(counts.mailboxes, 'mailbox', 'mailboxes')} of theirs ${counts.mailboxes === 1 ? 'is' : 'are'} turned off, and Candor forgets the way in. Nothing in them changes.`}{' '}
          You can let them in again.
        </p>
        <div role="status">
          {answer.state === 'asking' ? <p className="muted">Counting…</p> : null}
          {answer.state === 'failed' ? (
            <p>{whyWords(answer.why).happened} Without a count nothing is ended.</p>
          ) : null}
          {counts?.conversations === 0 ? <p>Their mailboxes brought nothing.</p> : null}
        </div>
        {counts === undefined || counts.conversations === 0 ? null : (
          <Ways counts={counts} mail={mail} name={name} heir={heir?.name} onChoose={setMail} />
        )}
        {counts === undefined || counts.withCandidates.length === 0 ? null : (
          <details>
            <summary className="small">With {counted(counts.withCandidates.length, 'candidate')}</summary>
            <ul className="small">
              {counts.withCandidates.map((each) => (
                <li key={each.candidateId} className="any-break">
                  {each.name}: {counted(each.conversations, 'conversation')}
                </li>
              ))}
            </ul>
          </details>
        )}
        {mail === 'pass-on' ? (
          <Field
            label="Who will be able to read it"
            error={isWrong ? 'Choose who it is passed on to.' : undefined}
          >
            {(parts) => (
              <select
                {...parts}
                ref={heirs}
                className="input"
                name="heir"
                value={heirId}
                onChange={(event) => setHeirId(event.target.value)}
              >
                <option value="">Choose a colleague</option>
                {others.map((each) => (
                  <option key={each.personId} value={each.personId}>
                    {each.isYou ? `${each.name} (you)` : each.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        ) : null}
        {failedWhy === undefined ? null : (
          <p className="field-error" role="alert">
            {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
          </p>
        )}
      </div>
    </ConfirmDialog>
  );
};

/** Undefined while it is not said to whom mail is passed on. */
const toOrder = (personId: PersonId, mail: MailAfter, heirId: string | undefined): EndAccess | undefined => {
  if (mail !== 'pass-on') return { personId, mail };
  return heirId === undefined ? undefined : { personId, mail, heirId: PersonId.parse(heirId) };
};

const Ways = ({
  counts,
  mail,
  name,
  heir,
  onChoose,
}: {
  counts: LeavingPreview;
  mail: MailAfter;
  name: string;
  heir: string | undefined;
  onChoose: (mail: MailAfter) => void;
}) => (
  <fieldset className="choices">
    <legend className="strong">The mail their mailboxes brought</legend>
    {ways.map((way) => (
      <label key={way} className="choice">
        <input type="radio" name="mail" checked={mail === way} onChange={() => onChoose(way)} />
        {mailAfterNames[way]}
        <span className="choice-hint small muted">{mailAfterWords(way, counts, name, heir)}</span>
      </label>
    ))}
  </fieldset>
);
