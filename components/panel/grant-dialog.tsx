import { useCallback, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MessageId } from '../../lib/contract/ids.ts';
import type { Colleague } from '../../lib/contract/person.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { ColleaguePicker } from './colleague-picker.tsx';
import { LeaveOut, useLeftOut, useSteady } from './leave-out.tsx';
import type { Part } from './parts.ts';
import { SightPreview } from './sight-preview.tsx';

type Ending = 'never' | 'week' | 'month' | 'date';
const dayMs = 24 * 60 * 60_000;

/** Lets one colleague read a thread: who, until when, and what they would see, before anything changes. */
export const GrantDialog = ({
  part,
  onGrant,
  onClose,
}: {
  part: Part;
  onGrant: (grant: { granteeId: Colleague['personId']; endsAt?: string; leaveOut?: MessageId[] }) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const now = live.now();
  const [picked, setPicked] = useState<Colleague>();
  const [ending, setEnding] = useState<Ending>('never');
  const [date, setDate] = useState('');
  const left = useLeftOut(part.thread.threadId, true);
  const leaveOut = useSteady(left.isChanged ? [...left.chosen] : undefined);
  const endsAt = endOf(ending, date, now);
  const isOver = ending === 'date' && date !== '' && (endsAt === undefined || Date.parse(endsAt) <= now);
  const isReady = picked !== undefined && (ending !== 'date' || (date !== '' && !isOver));
  return (
    <Dialog title={`Let one colleague read ${part.called}`} onClose={onClose}>
      <ColleaguePicker picked={picked} onPick={setPicked} />
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
      <LeaveOut left={left} now={now} />
      <div className="preview" aria-live="polite">
        {picked === undefined ? (
          <p className="muted">Pick a colleague to see what they would read.</p>
        ) : (
          <Preview threadId={part.thread.threadId} granteeId={picked.personId} leaveOut={leaveOut} />
        )}
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          isDisabled={!isReady}
          onClick={() => {
            if (picked === undefined) return;
            onGrant({
              granteeId: picked.personId,
              ...(endsAt === undefined ? {} : { endsAt }),
              ...(leaveOut === undefined ? {} : { leaveOut }),
            });
          }}
        >
          {picked === undefined ? 'Let them read it' : `Let ${picked.name} read it`}
        </Button>
      </div>
    </Dialog>
  );
};

const Preview = ({
  threadId,
  granteeId,
  leaveOut,
}: {
  threadId: Part['thread']['threadId'];
  granteeId: Colleague['personId'];
  leaveOut: MessageId[] | undefined;
}) => {
  const live = useLive();
  const { answer, again } = useAnswer(
    useCallback(
      async () => ({
        ...(await live.previewGrant({
          threadId,
          granteeId,
          ...(leaveOut === undefined ? {} : { leaveOut }),
        })),
        loses: [],
      }),
      [live, threadId, granteeId, leaveOut],
    ),
  );
  return <SightPreview answer={answer} again={again} first="gains" />;
};

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
