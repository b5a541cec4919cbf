import type { OutsideParticipant } from '../../lib/contract/thread.ts';
import { Field } from '../ui/field.tsx';
import { nameToBeginWith } from './file-on.ts';

export type NewCandidateDraft = { readonly name: string; readonly address: string };

export const newCandidateFrom = (stranger: OutsideParticipant | undefined): NewCandidateDraft =>
  stranger === undefined
    ? { name: '', address: '' }
    : { name: nameToBeginWith(stranger), address: stranger.address };

/** Name and address of a candidate to be created, from one of the participants nobody knows yet. */
export const NewCandidate = ({
  strangers,
  draft,
  onDraft,
}: {
  strangers: readonly OutsideParticipant[];
  draft: NewCandidateDraft;
  onDraft: (draft: NewCandidateDraft) => void;
}) => (
  <div className="fields">
    <Field label="Name">
      {(parts) => (
        <input
          {...parts}
          className="input"
          autoComplete="off"
          value={draft.name}
          maxLength={200}
          onChange={(event) => onDraft({ ...draft, name: event.target.value })}
        />
      )}
    </Field>
    {strangers.length > 1 ? (
      <Field label="Address on this thread">
        {(parts) => (
          <select
            {...parts}
            className="input"
            value={draft.address}
            onChange={(event) =>
              onDraft(newCandidateFrom(strangers.find(({ address }) => address === event.target.value)))
            }
          >
            {strangers.map(({ address }) => (
              <option key={address} value={address}>
                {address}
              </option>
            ))}
          </select>
        )}
      </Field>
    ) : (
      <Field label="Address on this thread">
        {(parts) => <input {...parts} className="input" readOnly value={draft.address} />}
      </Field>
    )}
  </div>
);
