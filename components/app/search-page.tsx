import { useState } from 'react';
import { useLive } from '../../lib/client/live.ts';
import { MailSearch } from '../thread/mail-search.tsx';
import { Field } from '../ui/field.tsx';

/** All mail on record that this person may read, by its words. */
export const SearchPage = () => {
  const live = useLive();
  const [firstDay, setFirstDay] = useState('');
  const [lastDay, setLastDay] = useState('');
  return (
    <>
      <h1 className="title">Search</h1>
      <p className="muted">
        Finds messages by subject, by what they say, by who is on them and by the names of attachments. You
        find what you may read, and nothing tells of the rest.
      </p>
      <div className="days">
        <Day label="Sent from" value={firstDay} onChange={setFirstDay} />
        <Day label="Sent until" value={lastDay} onChange={setLastDay} />
      </div>
      <MailSearch label="Words" from={startOf(firstDay, 0)} until={startOf(lastDay, 1)} now={live.now()} />
    </>
  );
};

const Day = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (day: string) => void;
}) => (
  <Field label={label}>
    {(parts) => (
      <input
        {...parts}
        className="input"
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    )}
  </Field>
);

/** Midnight of the day, where this person is, or of the one so many days after. Undefined for no day, or one there is not. */
const startOf = (day: string, daysAfter: number): string | undefined => {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const start = new Date(year, month - 1, date + daysAfter);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
};
