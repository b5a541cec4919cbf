import { useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import { AskedBy, type ErasureCounts, type ErasureRow } from '../../lib/contract/erasure.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Field } from '../ui/field.tsx';
import { askedByWords, goesWords, staysWords } from '../words/erasure-words.ts';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

/** Says in numbers what goes and what stays, asks who wanted it, and erases the candidate for good. */
export const EraseDialog = ({
  card,
  onErased,
  onClose,
}: {
  card: CandidateCard;
  onErased: (erasure: ErasureRow) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { candidateId, name } = card;
  const { answer } = useAnswer(useCallback(() => live.previewErasure(candidateId), [live, candidateId]));
  const { isBusy, failedWhy, run } = useErrand();
  const [askedBy, setAskedBy] = useState<AskedBy>('candidate');
  const counts = answer.state === 'here' ? answer.value : undefined;
  const erase = (): void => {
    // Nothing is erased before the person has seen how much.
    if (counts === undefined || isBusy) return;
    run(async () => onErased(await live.eraseCandidate({ candidateId, askedBy })));
  };
  return (
    <ConfirmDialog
      title={`Erase ${name} from Candor?`}
      confirm={confirmWords(name, counts)}
      cancel={`Keep ${name}`}
      isDanger
      onConfirm={erase}
      onClose={onClose}
    >
      <div className="parts">
        <div role="status">
          {answer.state === 'asking' ? <p className="muted">Counting…</p> : null}
          {answer.state === 'failed' ? (
            <p>{whyWords(answer.why).happened} Without a count nothing is erased.</p>
          ) : null}
          {counts === undefined ? null : <Follows counts={counts} />}
        </div>
        <Field label="Who asked for it" hint="It goes on the certificate, which names nobody.">
          {(parts) => (
            <select
              {...parts}
              className="input"
              name="asked-by"
              value={askedBy}
              onChange={(event) => setAskedBy(AskedBy.parse(event.target.value))}
            >
              {AskedBy.options.map((each) => (
                <option key={each} value={each}>
                  {askedByWords[each]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {failedWhy === undefined ? null : (
          <p className="field-error" role="alert">
            {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
          </p>
        )}
      </div>
    </ConfirmDialog>
  );
};

const confirmWords = (name: string, counts: ErasureCounts | undefined): string =>
  counts === undefined || counts.messages === 0
    ? `Erase ${name}`
    : `Erase ${name} and ${counted(counts.messages, 'message')}`;

const Follows = ({ counts }: { counts: ErasureCounts }) => (
  <div className="parts">
    <List title="This goes, for everybody and for good" lines={goesWords(counts)} />
    <List title="This stays" lines={staysWords(counts)} />
    <p>
      No sync, search or import brings them back. To work with them again, somebody creates them as a
      candidate by hand; what was erased stays erased. This cannot be undone.
    </p>
    <p className="muted">
      Whole back-ups of the database from before today still hold it: have them destroyed. The certificate
      says so too.
    </p>
  </div>
);

const List = ({ title, lines }: { title: string; lines: readonly string[] }) => (
  <div>
    <h3 className="strong">{title}</h3>
    <ul className="lines">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  </div>
);
