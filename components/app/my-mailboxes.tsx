import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive, useNow } from '../../lib/client/live.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import type { Me } from '../../lib/contract/person.ts';
import { Button } from '../ui/button.tsx';
import { AddMailbox } from './add-mailbox.tsx';
import { FailedNotice } from './failed-notice.tsx';
import { MailboxLine } from './mailbox-line.tsx';
import { TurnOffDialog } from './turn-off-dialog.tsx';

/** Often enough for "12 s ago" to be true. */
const lookAtClockEveryMs = 5_000;

/** The address the form begins with, and whether the person asked for the form. */
type Adding = { readonly address: string; readonly isAskedFor: boolean };

/** The person's own mailboxes, how each stands, and the switches that are theirs alone. */
export const MyMailboxes = ({ me, mailboxes }: { me: Me; mailboxes: readonly MailboxRow[] }) => {
  const live = useLive();
  const now = useNow(lookAtClockEveryMs);
  const { isBusy, failedWhy, run } = useErrand();
  const [turningOff, setTurningOff] = useState<MailboxRow>();
  const [adding, setAdding] = useState<Adding | undefined>(() =>
    mailboxes.length === 0 ? { address: me.address, isAskedFor: false } : undefined,
  );
  /** A consent is asked for at the provider; a password is asked for here. */
  const reconnect = ({ provider, address }: MailboxRow): void => {
    if (provider === 'imap') setAdding({ address, isAskedFor: true });
    else run(() => live.connectMailbox({ provider, address }));
  };
  return (
    <>
      <h1 className="title">My mailboxes</h1>
      <p className="muted">
        Candor keeps only mail with candidates. Only you can connect a mailbox of yours, and you can turn it
        off at any time.
      </p>
      <FailedNotice why={failedWhy} />
      {mailboxes.length === 0 ? (
        <p>No mailbox of yours is connected yet.</p>
      ) : (
        <table className="table">
          <caption className="unseen">My mailboxes</caption>
          <thead>
            <tr>
              <th scope="col">Mailbox</th>
              <th scope="col">Synced</th>
              <th scope="col">Last message</th>
              <th scope="col">Last look</th>
              <th scope="col">Kept</th>
              <th scope="col">
                <span className="unseen">What you can do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {mailboxes.map((mailbox) => (
              <MailboxLine
                key={mailbox.mailboxId}
                mailbox={mailbox}
                now={now}
                isBusy={isBusy}
                onReconnect={() => reconnect(mailbox)}
                onChange={(kind) => run(() => live.changeMailbox({ kind, mailboxId: mailbox.mailboxId }))}
                onTurnOff={() => setTurningOff(mailbox)}
              />
            ))}
          </tbody>
        </table>
      )}
      {adding === undefined ? (
        <div className="button-row">
          <Button
            icon={<Plus size={16} aria-hidden="true" />}
            onClick={() => setAdding({ address: '', isAskedFor: true })}
          >
            Add a mailbox
          </Button>
        </div>
      ) : (
        <AddMailbox
          key={adding.address}
          {...adding}
          onClose={mailboxes.length === 0 ? undefined : () => setAdding(undefined)}
        />
      )}
      {turningOff === undefined ? null : (
        <TurnOffDialog
          mailbox={turningOff}
          onTurnOff={(brought) => {
            run(() => live.changeMailbox({ kind: 'turn-off', mailboxId: turningOff.mailboxId, brought }));
            setTurningOff(undefined);
          }}
          onClose={() => setTurningOff(undefined)}
        />
      )}
    </>
  );
};
