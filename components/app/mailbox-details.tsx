import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { Button } from '../ui/button.tsx';
import { countedWords, noticedWords, quotaWords, shutWords } from '../words/mailbox-words.ts';
import { whyWords } from '../words/why-words.ts';

/** How Candor treats a mailbox that is on: how it notices new mail, what it spends there, and when it counts what is missing. */
export const MailboxDetails = ({ mailbox, now }: { mailbox: MailboxRow; now: number }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const { completeness, mailboxId, address } = mailbox;
  if (mailbox.state !== 'connected') return null;
  const quota = quotaWords(mailbox);
  const shut = shutWords(mailbox);
  const counted = countedWords(completeness, now);
  return (
    <details className="small muted details">
      <summary>
        Details<span className="unseen"> of {address}</span>
      </summary>
      <p>{noticedWords(mailbox)}</p>
      {shut === undefined ? null : <p>{shut}</p>}
      {quota === undefined ? null : <p>{quota}</p>}
      {counted === undefined ? null : (
        <p>
          {counted}{' '}
          <Button
            look="link"
            isDisabled={isBusy || completeness.underWay !== undefined}
            onClick={() => run(() => live.checkMailbox({ mailboxId, how: 'count' }))}
          >
            Count now<span className="unseen"> {address}</span>
          </Button>
        </p>
      )}
      {failedWhy === undefined ? null : (
        <p className="field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </details>
  );
};
