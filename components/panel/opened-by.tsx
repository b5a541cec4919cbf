import { useId, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { AuditCheck } from '../../lib/contract/audit.ts';
import type { ThreadId } from '../../lib/contract/ids.ts';
import type { Receipt } from '../../lib/contract/thread.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../words/people-words.ts';
import { clockWords, fullWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** For an owner: who opened it in Candor, by which right, and when. */
export const OpenedBy = ({
  threadId,
  receipts,
  now,
}: {
  threadId: ThreadId;
  receipts: readonly Receipt[];
  now: number;
}) => {
  const titleId = useId();
  return (
    <section className="opened-by" aria-labelledby={titleId}>
      <h3 className="small strong" id={titleId}>
        Opened in Candor
      </h3>
      {receipts.length === 0 ? (
        <p className="small muted">Nobody whose own mailbox does not hold it has opened this.</p>
      ) : (
        <ul className="rows">
          {receipts.map((receipt) => (
            <ReceiptRow key={`${receipt.person.personId} ${receipt.because}`} receipt={receipt} now={now} />
          ))}
        </ul>
      )}
      <CheckReceipts threadId={threadId} />
    </section>
  );
};

/** That nobody was left out here: what is shown is compared with the audit's chain. */
const CheckReceipts = ({ threadId }: { threadId: ThreadId }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const [check, setCheck] = useState<AuditCheck>();
  return (
    <>
      <Button
        look="link"
        isDisabled={isBusy}
        onClick={() => run(async () => setCheck(await live.checkReceipts(threadId)))}
      >
        Check that nobody is missing
      </Button>
      <p className="small muted" role="status">
        {check === undefined || check.broken !== undefined
          ? ''
          : `The audit holds, all ${check.rowCount} rows of it, and tells of no other opening.`}
      </p>
      {check?.broken === undefined ? null : (
        <div role="alert">
          <Notice tone="failed" title="This can’t be relied on.">
            <p>{check.broken} Tell an admin of your company.</p>
          </Notice>
        </div>
      )}
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </>
  );
};

const ReceiptRow = ({
  receipt: { person, because, firstAt, lastAt, count },
  now,
}: {
  receipt: Receipt;
  now: number;
}) => (
  <li className="row">
    <Avatar id={person.personId} name={person.name} />
    <div className="grow">
      <p className="one-line">{person.name}</p>
      <p className="small muted any-break">
        <At at={lastAt} now={now} />
        {count === 1 ? null : (
          <>
            {' '}
            · {counted(count, 'time')} since <At at={firstAt} now={now} />
          </>
        )}{' '}
        · {because}
      </p>
    </div>
  </li>
);

const At = ({ at, now }: { at: string; now: number }) => (
  <time dateTime={at} title={fullWords(at)}>
    {clockWords(at, now)}
  </time>
);
