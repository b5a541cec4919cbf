import { type Live, useLive } from '../../lib/client/live.ts';
import type { DeletionPolicy } from '../../lib/contract/deletion.ts';
import { PolicyForm, PolicySection, PolicyTick } from './policy-form.tsx';

/** For admins: what deleting mail does, in mailboxes and on the record. */
export const DeletionSettings = () => (
  <PolicySection title="Deleting mail" read={readPolicy}>
    {(policy) => <DeletionPolicyForm policy={policy} />}
  </PolicySection>
);

const readPolicy = (live: Live): Promise<DeletionPolicy> => live.deletionPolicy();

const DeletionPolicyForm = ({ policy }: { policy: DeletionPolicy }) => {
  const live = useLive();
  return (
    <PolicyForm
      name="Deleting mail"
      first={policy}
      submit="Save what deleting does"
      saved="Saved. It holds for what is deleted from now on."
      save={(draft) => () => live.setDeletionPolicy(draft)}
    >
      {(draft, change) => (
        <>
          <PolicyTick
            name="delete-in-mailbox"
            isOn={draft.isMailboxDeletionAllowed}
            onChange={(isMailboxDeletionAllowed) => change({ isMailboxDeletionAllowed })}
            follows="One message by one click, into the trash of their own mailbox, never further. Off: Candor deletes nothing in any mailbox."
          >
            People may delete a message in their own mailbox from Candor
          </PolicyTick>
          <PolicyTick
            name="propagates-deletions"
            isOn={draft.propagatesDeletions}
            onChange={(propagatesDeletions) => change({ propagatesDeletions })}
            follows="Until then any of them can say that it stays. Off: it stays on record, also what waits to leave now."
          >
            A message that its owners deleted everywhere leaves the record after 7 days
          </PolicyTick>
        </>
      )}
    </PolicyForm>
  );
};
