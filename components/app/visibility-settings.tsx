import { useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { type Live, useLive } from '../../lib/client/live.ts';
import type { ChangeRequest, VisibilityState } from '../../lib/contract/visibility.ts';
import { presetOf, presetWords } from '../../lib/domain/visibility.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { clockWords } from '../words/when.ts';
import { FailedNotice } from './failed-notice.tsx';
import { PolicySection } from './policy-form.tsx';
import { VisibilityForm } from './visibility-form.tsx';

/** For admins: who sees what by default. A change is tried out first, and takes effect later. */
export const VisibilitySettings = () => (
  <PolicySection
    title="Who sees what"
    intro="What holds for every conversation that its owners say nothing about. What somebody made private stays private whatever you choose here."
    read={readState}
  >
    {(state) => <Settings first={state} />}
  </PolicySection>
);

const readState = (live: Live): Promise<VisibilityState> => live.visibility();

const Settings = ({ first }: { first: VisibilityState }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [state, setState] = useState(first);
  const [said, setSaid] = useState('');
  const { pending, undoable } = state;
  const steer = (change: ChangeRequest, done: string): void =>
    run(async () => {
      setState(await live.steerVisibility(change));
      setSaid(done);
    });
  return (
    <>
      {pending === undefined ? null : (
        <PendingChange
          pending={pending}
          now={live.now()}
          isBusy={isBusy}
          onAgree={() =>
            steer({ changeId: pending.changeId, how: 'agree' }, 'You agreed. The wait has begun.')
          }
          onWithdraw={() =>
            steer({ changeId: pending.changeId, how: 'withdraw' }, 'Withdrawn. Nothing was changed.')
          }
        />
      )}
      {undoable === undefined ? null : (
        <Notice
          title={`Changed by ${nameOf(undoable.by)} at ${clockWords(undoable.appliedAt, live.now())}`}
          actions={
            <Button
              isDisabled={isBusy}
              onClick={() =>
                steer({ changeId: undoable.changeId, how: 'undo' }, 'Taken back. It is as it was before.')
              }
            >
              Take the change back
            </Button>
          }
        >
          <p>
            {undoable.said} It can be taken back until {clockWords(undoable.undoUntil, live.now())}.
          </p>
        </Notice>
      )}
      {pending === undefined ? (
        <VisibilityForm
          state={state}
          onProposed={(next) => {
            setState(next);
            setSaid('');
          }}
        />
      ) : null}
      <p className="muted" role="status">
        {said}
      </p>
      <FailedNotice why={failedWhy} />
    </>
  );
};

const PendingChange = ({
  pending,
  now,
  isBusy,
  onAgree,
  onWithdraw,
}: {
  pending: NonNullable<VisibilityState['pending']>;
  now: number;
  isBusy: boolean;
  onAgree: () => void;
  onWithdraw: () => void;
}) => {
  const preset = presetOf(pending.to);
  const what = preset === undefined ? 'A change' : `“${presetWords[preset].name}”`;
  return (
    <Notice
      tone="waiting"
      title={
        pending.dueAt === undefined
          ? `${what}, proposed by ${nameOf(pending.by)}, waits for a second admin`
          : `${what}, proposed by ${nameOf(pending.by)}, takes effect at ${clockWords(pending.dueAt, now)}`
      }
      actions={
        <>
          {pending.mayAgree ? (
            <Button look="primary" isDisabled={isBusy} onClick={onAgree}>
              Agree to it
            </Button>
          ) : null}
          <Button isDisabled={isBusy} onClick={onWithdraw}>
            Withdraw it
          </Button>
        </>
      }
    >
      <p>{pending.said} Until then everything is as it was.</p>
    </Notice>
  );
};

const nameOf = (person: { readonly name: string; readonly isYou: boolean } | undefined): string => {
  if (person === undefined) return 'a former colleague';
  return person.isYou ? 'you' : person.name;
};
