import { useId, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import { AccessRequestId, type AskedAccess } from '../../lib/contract/access-request.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import type { PersonRef } from '../../lib/contract/person.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** Below what is hidden: asking a colleague who is in contact, and what became of that. */
export const AskForAccess = ({
  candidates,
  contacts,
  asked,
  isOffline,
  now,
}: {
  candidates: readonly CandidateCard[];
  contacts: readonly PersonRef[];
  /** About these candidates. */
  asked: readonly AskedAccess[];
  isOffline: boolean;
  now: number;
}) => {
  const live = useLive();
  const [isAsking, setAsking] = useState(false);
  const { isBusy, failedWhy, run } = useErrand();
  const withdraw = (id: AskedAccess['id']): void =>
    run(async () => {
      await live.withdrawAccessAsk(id);
      live.refresh();
    });
  return (
    <>
      {asked.length === 0 ? null : (
        <ul className="outcomes" aria-label="What you asked for">
          {asked.map((each) => (
            <li key={each.id} className="outcome">
              <span className="grow small">{askedWords(each, now)}</span>
              {each.state === 'waiting' ? (
                <Button look="link" isDisabled={isBusy} onClick={() => withdraw(each.id)}>
                  Take it back
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
      {contacts.length === 0 || candidates.length === 0 || isOffline ? null : (
        <div className="button-row">
          <Button onClick={() => setAsking(true)}>Ask for access</Button>
        </div>
      )}
      {isAsking ? (
        <AskDialog
          candidates={candidates}
          contacts={contacts}
          onAsked={() => {
            setAsking(false);
            live.refresh();
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
};

const askedWords = ({ owner, candidate, state, at }: AskedAccess, now: number): string => {
  if (state === 'waiting') return `You asked ${owner.name} about ${candidate.name} on ${dayWords(at, now)}.`;
  return state === 'granted'
    ? `${owner.name} let you read what they chose with ${candidate.name} on ${dayWords(at, now)}.`
    : `${owner.name} did not share mail with ${candidate.name} on ${dayWords(at, now)}.`;
};

const AskDialog = ({
  candidates,
  contacts,
  onAsked,
  onClose,
}: {
  candidates: readonly CandidateCard[];
  contacts: readonly PersonRef[];
  onAsked: () => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const [owner, setOwner] = useState(contacts[0]);
  const [candidate, setCandidate] = useState(candidates[0]);
  const [reason, setReason] = useState('');
  // One request, however often its button is pressed.
  const [id] = useState(() => AccessRequestId.parse(crypto.randomUUID()));
  const { isBusy, failedWhy, run } = useErrand();
  const names = useId();
  if (owner === undefined || candidate === undefined) return null;
  const send = (): void =>
    run(async () => {
      const said = reason.trim();
      const request = { id, candidateId: candidate.candidateId, ownerId: owner.personId };
      await live.askAccess(said === '' ? request : { ...request, reason: said });
      onAsked();
    });
  return (
    <Dialog title="Ask for access" onClose={onClose}>
      <p>They see that you ask, and choose what you may read. What is hidden stays hidden until then.</p>
      <Choices
        name={`owner ${names}`}
        title="Whom to ask"
        options={contacts.map((each) => ({
          key: each.personId,
          words: each.name,
          is: each === owner,
          choose: () => setOwner(each),
        }))}
      />
      {candidates.length === 1 ? null : (
        <Choices
          name={`candidate ${names}`}
          title="About whom"
          options={candidates.map((each) => ({
            key: each.candidateId,
            words: each.name,
            is: each === candidate,
            choose: () => setCandidate(each),
          }))}
        />
      )}
      <Field label="Why you ask (optional)" hint={`${owner.name} reads this.`}>
        {(parts) => (
          <textarea
            {...parts}
            className="input"
            rows={3}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {failedWhy === undefined ? null : (
        <p className="field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).safe} {whyWords(failedWhy).next}
        </p>
      )}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" isDisabled={isBusy} onClick={send}>
          Ask {owner.name}
        </Button>
      </div>
    </Dialog>
  );
};

const Choices = ({
  name,
  title,
  options,
}: {
  name: string;
  title: string;
  options: readonly { key: string; words: string; is: boolean; choose: () => void }[];
}) => (
  <fieldset>
    <legend className="strong">{title}</legend>
    {options.map(({ key, words, is, choose }) => (
      <label className="choice" key={key}>
        <input type="radio" name={name} checked={is} onChange={choose} />
        {words}
      </label>
    ))}
  </fieldset>
);
