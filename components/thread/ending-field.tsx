import { useState } from 'react';
import { Field } from '../ui/field.tsx';

type Ending = 'never' | 'week' | 'month' | 'date';
const dayMs = 24 * 60 * 60_000;

/** Until when somebody may read: what is chosen, and what the server is told of it. */
export const useEnding = (now: number) => {
  const [ending, setEnding] = useState<Ending>('never');
  const [date, setDate] = useState('');
  const endsAt = endOf(ending, date, now);
  const isOver = ending === 'date' && date !== '' && (endsAt === undefined || Date.parse(endsAt) <= now);
  return {
    ending,
    setEnding,
    date,
    setDate,
    endsAt,
    isOver,
    isReady: ending !== 'date' || (date !== '' && !isOver),
  };
};

export const EndingField = ({
  chosen: { ending, setEnding, date, setDate, isOver },
}: {
  chosen: ReturnType<typeof useEnding>;
}) => (
  <>
    <fieldset>
      <legend className="strong">For how long</legend>
      {endings.map(({ value, name }) => (
        <label className="choice" key={value}>
          <input type="radio" name="ending" checked={ending === value} onChange={() => setEnding(value)} />
          {name}
        </label>
      ))}
    </fieldset>
    {ending === 'date' ? (
      <Field
        label="Last day"
        error={isOver ? 'This day is over. Choose a later one.' : undefined}
        hint="They read it until the end of that day."
      >
        {(parts) => (
          <input
            {...parts}
            className="input"
            type="date"
            value={date}
            onChange={(event) => setDate(event.target.value)}
          />
        )}
      </Field>
    ) : null}
  </>
);

const endings: readonly { readonly value: Ending; readonly name: string }[] = [
  { value: 'never', name: 'Until I stop it' },
  { value: 'week', name: 'For a week' },
  { value: 'month', name: 'For 30 days' },
  { value: 'date', name: 'Until a day' },
];

/** As the server is told it; a day ends where the person is. */
const endOf = (ending: Ending, date: string, now: number): string | undefined => {
  if (ending === 'week') return new Date(now + 7 * dayMs).toISOString();
  if (ending === 'month') return new Date(now + 30 * dayMs).toISOString();
  if (ending === 'never') return undefined;
  const end = new Date(`${date}T23:59:59`);
  return Number.isNaN(end.getTime()) ? undefined : end.toISOString();
};
