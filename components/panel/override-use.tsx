import { type FormEvent, useRef, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateId } from '../../lib/contract/ids.ts';
import type { OverrideUsed } from '../../lib/contract/override.ts';
import type { OverrideReceipt } from '../../lib/contract/thread.ts';
import { isReason } from '../../lib/domain/override.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../words/people-words.ts';
import { clockWords, dayWords, fullWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** For an owner: who opened the thread by the company's override, and why. */
export const OverrideReceipts = ({ receipts, now }: { receipts: readonly OverrideReceipt[]; now: number }) =>
  receipts.length === 0 ? null : (
    <ul className="override-uses" aria-label="Uses of the company’s override">
      {receipts.map((receipt) => (
        <li key={`${receipt.person.personId} ${receipt.usedAt}`}>
          <Notice
            tone="warn"
            title={
              <>
                {receipt.person.isYou ? 'You' : receipt.person.name} used the company’s override on{' '}
                <time dateTime={receipt.usedAt} title={fullWords(receipt.usedAt)}>
                  {dayWords(receipt.usedAt, now)}
                </time>
              </>
            }
          >
            <p className="any-break">“{receipt.reason}”</p>
            <p className="small muted">
              {receipt.endsAt === undefined
                ? 'The override is off now, so it opens nothing.'
                : `${isOpenBy(receipt, now) ? 'This is open to them until' : 'It opened this until'} ${clockWords(receipt.endsAt, now)}.`}
            </p>
          </Notice>
        </li>
      ))}
    </ul>
  );

export const isOpenBy = ({ endsAt }: OverrideReceipt, now: number): boolean =>
  endsAt !== undefined && now < Date.parse(endsAt);

/** For an admin, beside the number of hidden conversations, where the company allows it. */
export const UseOverride = ({
  candidateIds,
  hiddenCount,
  now,
}: {
  candidateIds: readonly CandidateId[];
  /** Of those that may be opened. */
  hiddenCount: number;
  now: number;
}) => {
  const [isAsking, setAsking] = useState(false);
  const [used, setUsed] = useState<OverrideUsed>();
  if (hiddenCount === 0 && used === undefined) return null;
  return (
    <>
      {hiddenCount === 0 ? null : (
        <Button look="link" onClick={() => setAsking(true)}>
          Open by the override…
        </Button>
      )}
      <p role="status">
        {used === undefined
          ? ''
          : `Opened ${counted(used.threadCount, 'conversation')} to you until ${clockWords(used.endsAt, now)}. Whoever holds them was told.`}
      </p>
      {isAsking ? (
        <ReasonDialog
          candidateIds={candidateIds}
          hiddenCount={hiddenCount}
          onUsed={(done) => {
            setUsed(done);
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
};

const ReasonDialog = ({
  candidateIds,
  hiddenCount,
  onUsed,
  onClose,
}: {
  candidateIds: readonly CandidateId[];
  hiddenCount: number;
  onUsed: (done: OverrideUsed) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const field = useRef<HTMLTextAreaElement>(null);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isBusy) return;
    const isEnough = isReason(reason);
    setError(isEnough ? undefined : 'Give the reason in a whole sentence.');
    if (!isEnough) field.current?.focus();
    else run(async () => onUsed(await live.openByOverride({ candidateIds: [...candidateIds], reason })));
  };
  return (
    <Dialog title="Use the company’s override?" onClose={onClose}>
      <form className="fields" onSubmit={submit} noValidate>
        <p>
          {hiddenCount === 1
            ? 'The hidden conversation opens'
            : `All ${hiddenCount} hidden conversations open`}{' '}
          to you for 24 hours. Whoever holds {hiddenCount === 1 ? 'it' : 'them'} is told at once that you did
          this and why. Nobody can hide or undo that.
        </p>
        <Field label="Your reason, which they read" error={error}>
          {(parts) => (
            <textarea
              {...parts}
              ref={field}
              className="input"
              rows={3}
              maxLength={1_000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {failedWhy === undefined ? null : (
          <p className="small field-error" role="alert">
            {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
          </p>
        )}
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" type="submit" isDisabled={isBusy}>
            Open and tell them
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
