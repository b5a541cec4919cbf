import { useCallback } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive, useNow } from '../../lib/client/live.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { adminTroubleWords } from '../words/mailbox-words.ts';
import { FailedNotice } from './failed-notice.tsx';

const lookAtClockEveryMs = 20_000;

/** For admins: whose mailboxes need somebody and why; nothing of what is in them. */
export const TroubledMailboxes = () => {
  const live = useLive();
  const now = useNow(lookAtClockEveryMs);
  const { answer } = useAnswer(useCallback(() => live.troubledMailboxes(), [live]));
  return (
    <section aria-label="Mailboxes that need somebody">
      <h2 className="strong">Mailboxes that need somebody</h2>
      {answer.state === 'asking' ? <Skeleton name="Looking up mailboxes" widths={['60%']} /> : null}
      {answer.state === 'failed' ? <FailedNotice why={answer.why} /> : null}
      {answer.state === 'here' && answer.value.length === 0 ? (
        <p className="muted">None: every mailbox that is connected is looked at as it should be.</p>
      ) : null}
      {answer.state === 'here' && answer.value.length > 0 ? (
        <>
          <p className="muted">
            Only its own person can reconnect a mailbox. They are told in Candor too; a word from you may be
            quicker.
          </p>
          <ul className="entries">
            {answer.value.map(({ mailboxId, personName, address, health }) => (
              <li key={mailboxId} className="question">
                <span className="grow">
                  <span className="strong">{personName}</span>{' '}
                  <span className="muted any-break">{address}</span>
                  <br />
                  <span className="small">{adminTroubleWords(health, now)}.</span>
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
};
