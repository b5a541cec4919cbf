import { type FormEvent, useRef, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateCard } from '../../lib/contract/candidate.ts';
import { SetHold } from '../../lib/contract/erasure.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { whyWords } from '../words/why-words.ts';

/** Keeps all mail with a candidate as it is, for a reason that stands on their card. */
export const HoldDialog = ({
  card,
  onHeld,
  onClose,
}: {
  card: CandidateCard;
  onHeld: () => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const input = useRef<HTMLTextAreaElement>(null);
  const [reason, setReason] = useState('');
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = SetHold.safeParse({ candidateId: card.candidateId, reason });
    setWrong(!parsed.success);
    if (!parsed.success) {
      input.current?.focus();
      return;
    }
    if (isBusy) return;
    run(async () => {
      await live.setHold(parsed.data);
      onHeld();
    });
  };
  return (
    <Dialog title={`Legal hold on ${card.name}`} onClose={onClose}>
      <form className="parts" onSubmit={submit} noValidate>
        <p>
          Until you lift it, nothing of {card.name} is erased: not on request, not by your company’s time for
          candidates. Nobody can remove, move or delete mail with them in Candor, and what is deleted in
          mailboxes stays on record.
        </p>
        <Field
          label="Reason"
          hint="Everybody who may open the candidate reads it."
          error={isWrong ? 'Give the reason in a few words.' : undefined}
        >
          {(parts) => (
            <textarea
              {...parts}
              ref={input}
              className="input"
              name="reason"
              rows={3}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <Failed why={failedWhy} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isDisabled={isBusy}>
            Set the hold
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

export const LiftDialog = ({
  card,
  onLifted,
  onClose,
}: {
  card: CandidateCard;
  onLifted: () => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const lift = (): void => {
    if (isBusy) return;
    run(async () => {
      await live.liftHold(card.candidateId);
      onLifted();
    });
  };
  return (
    <ConfirmDialog
      title={`Lift the legal hold on ${card.name}?`}
      confirm="Lift the hold"
      cancel="Leave it"
      onConfirm={lift}
      onClose={onClose}
    >
      <p>
        Mail with {card.name} can be erased, removed and deleted again. What was deleted in every mailbox
        meanwhile leaves the record now; where your company’s time for them is over, they go after a week.
      </p>
      <Failed why={failedWhy} />
    </ConfirmDialog>
  );
};

const Failed = ({ why }: { why: ReturnType<typeof useErrand>['failedWhy'] }) =>
  why === undefined ? null : (
    <p className="field-error" role="alert">
      {whyWords(why).happened} {whyWords(why).next}
    </p>
  );
