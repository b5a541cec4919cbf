import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import type { OutsideParticipant, ThreadView } from '../../lib/contract/thread.ts';
import type { FileOn } from '../../lib/contract/thread-action.ts';
import { Button } from '../ui/button.tsx';
import { counted } from '../words/people-words.ts';
import { CandidateLine } from './candidate-card.tsx';
import { CandidatePicker } from './candidate-picker.tsx';
import { candidatesSenderFirst, strangersSenderFirst } from './file-on.ts';
import { NewCandidate, type NewCandidateDraft, newCandidateFrom } from './new-candidate.tsx';

type How = 'on-thread' | 'create' | 'pick';

/** Whom to file the open thread on: its candidates (all ticked), somebody new from its participants, or anybody on record. */
export const LogForm = ({
  view,
  aim,
  onFile,
  onClose,
}: {
  view: ThreadView;
  aim: 'log' | 'label';
  onFile: (fileOn: FileOn[]) => void;
  onClose: () => void;
}) => {
  const titleId = useId();
  const form = useRef<HTMLFormElement>(null);
  const known = candidatesSenderFirst(view);
  const found = strangersSenderFirst(view);
  const strangers = view.mayCreateCandidates ? found : [];
  const [how, setHow] = useState<How>(firstWay(known, strangers));
  const [unticked, setUnticked] = useState<ReadonlySet<string>>(new Set());
  const [draft, setDraft] = useState<NewCandidateDraft>(newCandidateFrom(strangers[0]));
  const [picked, setPicked] = useState<CandidateCard>();
  const [error, setError] = useState<string>();

  useEffect(() => form.current?.querySelector<HTMLInputElement>('input:not([type=radio])')?.focus(), []);

  const ticked = known.filter(({ candidateId }) => !unticked.has(candidateId));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const chosen = fileOnFrom(how, ticked, draft, picked);
    if (typeof chosen === 'string') setError(chosen);
    else onFile(chosen);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };

  const ways: { way: How; name: string }[] = [
    ...(known.length === 0 ? [] : [{ way: 'on-thread' as const, name: 'Candidates on this thread' }]),
    ...(strangers.length === 0 ? [] : [{ way: 'create' as const, name: 'Create a candidate' }]),
    { way: 'pick', name: 'Pick a candidate' },
  ];

  return (
    <form
      className="log-form"
      ref={form}
      aria-labelledby={titleId}
      onSubmit={submit}
      onKeyDown={onKeyDown}
      noValidate
    >
      <h2 className="strong" id={titleId}>
        {aim === 'log' ? 'Log this thread on' : 'Label this thread as mail with'}
      </h2>
      {ways.length === 1 ? null : (
        <fieldset className="ways">
          <legend className="unseen">Whom</legend>
          {ways.map(({ way, name }) => (
            <label key={way} className="choice">
              <input
                type="radio"
                name={titleId}
                checked={how === way}
                onChange={() => {
                  setHow(way);
                  setError(undefined);
                }}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      )}
      {how === 'on-thread' ? (
        <fieldset className="rows">
          <legend className="unseen">Candidates on this thread</legend>
          {known.map((card) => (
            <label key={card.candidateId} className="row tick">
              <input
                type="checkbox"
                checked={!unticked.has(card.candidateId)}
                onChange={() => setUnticked(toggled(unticked, card.candidateId))}
              />
              <CandidateLine card={card} />
            </label>
          ))}
        </fieldset>
      ) : null}
      {how === 'create' ? <NewCandidate strangers={strangers} draft={draft} onDraft={setDraft} /> : null}
      {found.length > strangers.length ? (
        <p className="small muted">
          Your company lets nobody create a candidate from mail. An admin can allow it, on the app page under
          Company.
        </p>
      ) : null}
      {how === 'pick' ? <CandidatePicker picked={picked} onPick={setPicked} /> : null}
      <p className="small field-error" role="alert">
        {error}
      </p>
      <div className="form-actions">
        <Button type="submit" look="primary">
          {submitWords(aim, how, ticked, draft, picked)}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
};

const firstWay = (known: readonly CandidateCard[], strangers: readonly OutsideParticipant[]): How => {
  if (known.length > 1) return 'on-thread';
  return strangers.length > 0 ? 'create' : 'pick';
};

/** What to file on, or what is missing, in words. */
const fileOnFrom = (
  how: How,
  ticked: readonly CandidateCard[],
  draft: NewCandidateDraft,
  picked: CandidateCard | undefined,
): FileOn[] | string => {
  if (how === 'on-thread') {
    return ticked.length === 0
      ? 'Tick at least one candidate.'
      : ticked.map(({ candidateId }) => ({ candidateId }));
  }
  if (how === 'pick')
    return picked === undefined ? 'Pick a candidate first.' : [{ candidateId: picked.candidateId }];
  const name = draft.name.trim();
  return name === '' ? 'Give the candidate a name.' : [{ create: { name, address: draft.address } }];
};

const submitWords = (
  aim: 'log' | 'label',
  how: How,
  ticked: readonly CandidateCard[],
  draft: NewCandidateDraft,
  picked: CandidateCard | undefined,
): string => {
  const verb = aim === 'log' ? 'log' : 'label';
  if (how === 'create') return `Create ${draft.name.trim() || 'the candidate'} and ${verb}`;
  const first = how === 'pick' ? picked : ticked[0];
  const whom = how === 'on-thread' && ticked.length > 1 ? counted(ticked.length, 'candidate') : first?.name;
  const start = aim === 'log' ? 'Log' : 'Label';
  return whom === undefined ? start : `${start} ${aim === 'log' ? 'on' : 'for'} ${whom}`;
};

const toggled = (set: ReadonlySet<string>, id: string): ReadonlySet<string> => {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
};
