import { Mail } from 'lucide-react';
import { useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive, useNow } from '../../lib/client/live.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../words/people-words.ts';
import { agoWords, fullWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';
import { ImportLine } from './import-line.tsx';

const lookAtClockEveryMs = 20_000;

/** The person's own mailboxes, how each stands, and the switches that are theirs alone. */
export const MyMailboxes = ({ mailboxes }: { mailboxes: readonly MailboxRow[] }) => {
  const live = useLive();
  const now = useNow(lookAtClockEveryMs);
  const { isBusy, failedWhy, run } = useErrand();
  const [turningOff, setTurningOff] = useState<MailboxRow>();
  const connect = (): void => run(live.connectGmail);
  return (
    <>
      <h1 className="title">My mailboxes</h1>
      <p className="muted">
        Candor keeps only mail with candidates. Only you can connect a mailbox of yours, and you can turn it
        off at any time.
      </p>
      {failedWhy === undefined ? null : (
        <div role="alert">
          <Notice tone="failed" title={whyWords(failedWhy).happened}>
            <p>
              {whyWords(failedWhy).safe} {whyWords(failedWhy).next}
            </p>
          </Notice>
        </div>
      )}
      {mailboxes.length === 0 ? (
        <p>No mailbox of yours is connected yet.</p>
      ) : (
        <table className="table">
          <caption className="unseen">My mailboxes</caption>
          <thead>
            <tr>
              <th scope="col">Mailbox</th>
              <th scope="col">Synced</th>
              <th scope="col" className="nowrap">
                Last looked at
              </th>
              <th scope="col">Kept</th>
              <th scope="col">
                <span className="unseen">What you can do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {mailboxes.map((mailbox) => (
              <tr key={mailbox.mailboxId}>
                <th scope="row">
                  <span>{mailbox.address}</span>
                  <span className="small muted">
                    Gmail{mailbox.isPrimary ? ' · you send from this one' : ''}
                  </span>
                </th>
                <td data-label="Synced">
                  <StateWords mailbox={mailbox} now={now} />
                  <ImportLine mailbox={mailbox} />
                </td>
                <td data-label="Last looked at" className="nowrap">
                  {mailbox.lastPulledAt === undefined ? (
                    'Not yet'
                  ) : (
                    <time dateTime={mailbox.lastPulledAt} title={fullWords(mailbox.lastPulledAt)}>
                      {agoWords(mailbox.lastPulledAt, now)}
                    </time>
                  )}
                </td>
                <td data-label="Kept" className="nowrap">
                  {counted(mailbox.keptCount, 'message')}
                </td>
                <td className="table-actions">
                  {mailbox.state === 'needs-reconnect' || mailbox.state === 'off' ? (
                    <Button look="primary" isDisabled={isBusy} onClick={connect}>
                      {mailbox.state === 'off' ? 'Turn on' : 'Reconnect'}
                      <span className="unseen"> {mailbox.address}</span>
                    </Button>
                  ) : null}
                  {mailbox.state === 'off' ? null : (
                    <Button isDisabled={isBusy} onClick={() => setTurningOff(mailbox)}>
                      Turn off<span className="unseen"> {mailbox.address}</span>
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="button-row">
        <Button
          look={mailboxes.length === 0 ? 'primary' : 'quiet'}
          isDisabled={isBusy}
          icon={<Mail size={16} aria-hidden="true" />}
          onClick={connect}
        >
          {mailboxes.length === 0 ? 'Connect my Gmail' : 'Connect another Gmail'}
        </Button>
      </div>
      {turningOff === undefined ? null : (
        <ConfirmDialog
          title={`Turn off ${turningOff.address}?`}
          confirm="Turn off"
          cancel="Keep it on"
          isDanger
          onConfirm={() => {
            run(() => live.disconnectMailbox(turningOff.mailboxId));
            setTurningOff(undefined);
          }}
          onClose={() => setTurningOff(undefined)}
        >
          <p>
            Candor reads no new mail from it and gives its permission back to Google.{' '}
            {keptOnSentence(turningOff.keptCount)} Nothing in the mailbox itself changes, and you can turn it
            on again.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
};

const keptOnSentence = (count: number): string =>
  count === 0
    ? 'Nothing was kept from it.'
    : `The ${counted(count, 'message')} already kept ${count === 1 ? 'stays' : 'stay'} on the candidates’ records.`;

const StateWords = ({ mailbox, now }: { mailbox: MailboxRow; now: number }) => {
  const failure = mailbox.lastFailure;
  return (
    <>
      <p>{stateWords[mailbox.state]}</p>
      {failure === undefined || mailbox.state === 'off' ? null : (
        <p className="small muted">
          {whyWords(failure.reason).happened} {whyWords(failure.reason).safe} ({agoWords(failure.at, now)})
        </p>
      )}
    </>
  );
};

const stateWords: Readonly<Record<MailboxRow['state'], string>> = {
  connected: 'Yes',
  'needs-reconnect': 'No: reconnect it',
  paused: 'No: paused',
  off: 'No: turned off',
};
