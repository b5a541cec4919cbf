import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import type { CheckKind } from '../../lib/domain/completeness.ts';
import { Button } from '../ui/button.tsx';
import { completenessWords, noticedWords, quotaWords } from '../words/mailbox-words.ts';
import { agoWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** What of the mailbox is on record and what is missing, one click to mend it, and how Candor treats the mailbox. */
export const CompletenessLine = ({ mailbox, now }: { mailbox: MailboxRow; now: number }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const { completeness, mailboxId, address } = mailbox;
  if (completeness.state === 'untold' && completeness.because === 'not-on') return null;
  const ask = (how: CheckKind): void => run(() => live.checkMailbox({ mailboxId, how }));
  const words = completenessWords(completeness, now);
  const isFree = completeness.underWay === undefined && !isBusy;
  const lacks = completeness.state === 'told' && completeness.missingCount > 0;
  const canCount =
    completeness.state === 'told' || completeness.because === 'not-yet' || completeness.because === 'failed';
  const quota = quotaWords(mailbox);
  return (
    <div className="import-line">
      {words === undefined ? null : (
        <p className="small" role="status">
          {words}
        </p>
      )}
      {lacks ? (
        <div className="button-row">
          <Button look="primary" isDisabled={!isFree} onClick={() => ask('mend')}>
            Fetch them now<span className="unseen"> {address}</span>
          </Button>
        </div>
      ) : null}
      <details className="small muted">
        <summary>
          Details<span className="unseen"> of {address}</span>
        </summary>
        <p>{noticedWords(mailbox)}</p>
        {quota === undefined ? null : <p>{quota}</p>}
        {canCount ? (
          <p>
            {completeness.state === 'told'
              ? `What is missing was counted ${agoWords(completeness.countedAt, now)}, and is counted once a day. `
              : 'What is missing is counted once a day. '}
            <Button look="link" isDisabled={!isFree} onClick={() => ask('count')}>
              Count now
            </Button>
          </p>
        ) : null}
      </details>
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </div>
  );
};
