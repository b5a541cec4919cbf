import { useId } from 'react';
import type { Receipt } from '../../lib/contract/thread.ts';
import { Avatar } from '../ui/avatar.tsx';
import { counted } from '../words/people-words.ts';
import { clockWords, fullWords } from '../words/when.ts';

/** For an owner: who opened it in Candor, by which right, and when. */
export const OpenedBy = ({ receipts, now }: { receipts: readonly Receipt[]; now: number }) => {
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
    </section>
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
