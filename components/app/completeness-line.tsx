import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { Button } from '../ui/button.tsx';
import { completenessWords } from '../words/mailbox-words.ts';
import { whyWords } from '../words/why-words.ts';

/** What of the mailbox is on record, what is missing since when, and one click to mend it. */
export const CompletenessLine = ({ mailbox, now }: { mailbox: MailboxRow; now: number }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const { completeness, mailboxId, address } = mailbox;
  const words = completenessWords(completeness, now);
  if (words === undefined) return null;
  const isLacking = completeness.state === 'told' && completeness.missingCount > 0;
  return (
    <div className="import-line">
      <p className={isLacking ? 'small' : 'small muted'} role="status">
        {words}
      </p>
      {isLacking ? (
        <div className="button-row">
          <Button
            look="primary"
            isDisabled={isBusy || completeness.underWay !== undefined}
            onClick={() => run(() => live.checkMailbox({ mailboxId, how: 'mend' }))}
          >
            Fetch them now<span className="unseen"> {address}</span>
          </Button>
        </div>
      ) : null}
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </div>
  );
};
