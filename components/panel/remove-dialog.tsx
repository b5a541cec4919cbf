import type { ThreadView } from '../../lib/contract/thread.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { counted, listed } from '../words/people-words.ts';

/** What goes and what stays, by name, before the thread is taken off the record. */
export const RemoveDialog = ({
  view,
  onRemove,
  onClose,
}: {
  view: ThreadView;
  onRemove: () => void;
  onClose: () => void;
}) => {
  if (view.thread.state !== 'kept') return null;
  const { messageCount, readers } = view.thread;
  const holders = readers.filter(({ right, person }) => right === 'copy' && !person.isYou);
  const names = view.candidates.map(({ name }) => name);
  return (
    <ConfirmDialog
      title="Remove this thread from Candor?"
      confirm="Remove from Candor"
      cancel="Keep it"
      isDanger
      onConfirm={onRemove}
      onClose={onClose}
    >
      <p>
        Your copies of {counted(messageCount, 'message')} go
        {names.length === 0 ? '' : ` from what Candor keeps about ${listed(names)}`}. What nobody else’s
        mailbox holds is erased here; you can undo that for ten minutes.
      </p>
      {holders.length === 0 ? null : (
        <p>
          What {listed(holders.map(({ person }) => person.name))} also{' '}
          {holders.length === 1 ? 'holds' : 'hold'} stays.
        </p>
      )}
      <p>
        The originals stay in your mailbox, and Candor does not bring them back by itself. Logging the thread
        would.
      </p>
    </ConfirmDialog>
  );
};
