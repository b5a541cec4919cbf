import { type FormEvent, useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { DeletionPolicy } from '../../lib/contract/deletion.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { FailedNotice } from './failed-notice.tsx';

/** For admins: what deleting mail does, in mailboxes and on the record. */
export const DeletionSettings = () => {
  const live = useLive();
  const { answer, again } = useAnswer(useCallback(() => live.deletionPolicy(), [live]));
  return (
    <section className="stack" aria-labelledby="deleting-mail">
      <h2 id="deleting-mail">Deleting mail</h2>
      {answer.state === 'asking' ? (
        <Skeleton name="Reading what deleting does" widths={['60%', '80%']} />
      ) : null}
      {answer.state === 'failed' ? (
        <>
          <FailedNotice why={answer.why} />
          <div className="button-row">
            <Button onClick={again}>Try again</Button>
          </div>
        </>
      ) : null}
      {answer.state === 'here' ? <DeletionPolicyForm policy={answer.value} /> : null}
    </section>
  );
};

const DeletionPolicyForm = ({ policy: first }: { policy: DeletionPolicy }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [policy, setPolicy] = useState(first);
  const [saved, setSaved] = useState('');
  const change = (what: Partial<DeletionPolicy>): void => {
    setPolicy({ ...policy, ...what });
    setSaved('');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSaved('');
    run(async () => {
      setPolicy(await live.setDeletionPolicy(policy));
      setSaved('Saved. It holds for what is deleted from now on.');
    });
  };
  return (
    <form className="stack" aria-label="Deleting mail" onSubmit={submit} noValidate>
      <label className="choice">
        <input
          type="checkbox"
          name="delete-in-mailbox"
          checked={policy.isMailboxDeletionAllowed}
          onChange={(event) => change({ isMailboxDeletionAllowed: event.target.checked })}
        />
        People may delete a message in their own mailbox from Candor
        <span className="choice-hint small muted">
          One message by one click, into the trash of their own mailbox, never further. Off: Candor deletes
          nothing in any mailbox.
        </span>
      </label>
      <label className="choice">
        <input
          type="checkbox"
          name="propagates-deletions"
          checked={policy.propagatesDeletions}
          onChange={(event) => change({ propagatesDeletions: event.target.checked })}
        />
        A message that its owners deleted everywhere leaves the record after 7 days
        <span className="choice-hint small muted">
          Until then any of them can say that it stays. Off: it stays on record, also what waits to leave now.
        </span>
      </label>
      <Button type="submit" look="primary" isDisabled={isBusy}>
        Save what deleting does
      </Button>
      <p className="muted" role="status">
        {saved}
      </p>
      <FailedNotice why={failedWhy} />
    </form>
  );
};
