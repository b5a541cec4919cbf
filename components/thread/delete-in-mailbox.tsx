/* "Delete in my mailbox": one message of the person's own, into their mailbox's trash, after it was said what follows. */
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { DeletedInMailbox, ThreadMessage } from '../../lib/contract/thread.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Menu } from '../ui/menu.tsx';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

export const DeleteInMailbox = ({ message, now }: { message: ThreadMessage; now: number }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [isAsking, setAsking] = useState(false);
  const [deleted, setDeleted] = useState<DeletedInMailbox>();
  if (!message.canDeleteInMailbox) return null;
  const remove = async (): Promise<void> => {
    setDeleted(await live.deleteInMailbox(message.messageId));
    live.refresh();
  };
  return (
    <>
      {deleted === undefined ? (
        <Menu
          name={`More for the message ${message.subject}`}
          items={[
            {
              name: 'Delete in my mailbox…',
              icon: <Trash2 size={16} aria-hidden="true" />,
              isDisabled: isBusy,
              onChoose: () => setAsking(true),
            },
          ]}
        />
      ) : null}
      <p className="small muted" role="status">
        {deleted === undefined ? '' : deletedWords(deleted, now)}
      </p>
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
      {isAsking ? (
        <ConfirmDialog
          title="Delete this message in your mailbox?"
          confirm="Delete in my mailbox"
          cancel="Keep it"
          isDanger
          onConfirm={() => {
            setAsking(false);
            run(remove);
          }}
          onClose={() => setAsking(false)}
        >
          <p>
            This one message goes to the trash of your own mailbox, and your provider empties that in its own
            time. Until then you can take it out again there.
          </p>
          <p>
            Candor deletes in nobody else’s mailbox, and keeps the message while another mailbox holds it.
            When none does, it leaves Candor after seven days, unless your company keeps what is deleted.
          </p>
        </ConfirmDialog>
      ) : null}
    </>
  );
};

const deletedWords = ({ erasedAt }: DeletedInMailbox, now: number): string =>
  erasedAt === undefined
    ? 'In the trash of your mailbox. It stays in Candor.'
    : `In the trash of your mailbox. It goes from Candor on ${dayWords(erasedAt, now)}.`;
