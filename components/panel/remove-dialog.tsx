import type { ThreadView } from '../../lib/contract/thread.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { counted, listed } from '../words/people-words.ts';
import { partsOf } from './parts.ts';

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
  const threads = partsOf(view).map(({ thread }) => thread);
  const messageCount = threads.reduce((sum, thread) => sum + thread.messageCount, 0);
  const holders = [
    ...new Map(
      threads
        .flatMap(({ readers }) => readers)
        .filter(({ right, person }) => right === 'copy' && !person.isYou)
        .map((holder) => [holder.person.personId, holder]),
    ).values(),
  ];
  const names = view.candidates.map(({ name }) => name);
  return (
    <ConfirmDialog
      title={
        threads.length > 1
          ? 'Remove all parts of this thread from Candor?'
          : 'Remove this thread from Candor?'
      }
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
