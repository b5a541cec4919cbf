import { useCallback, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { MessageId } from '../../lib/contract/ids.ts';
import type { Stance } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { LeaveOut, useLeftOut, useSteady } from './leave-out.tsx';
import type { Part } from './parts.ts';
import { SightPreview } from './sight-preview.tsx';

/** Choose who can read a thread, and see by name who gains and who loses sight of it before anything changes. */
export const PrivacyDialog = ({
  part,
  current,
  begin,
  onDecide,
  onClose,
}: {
  part: Part;
  current: Stance;
  /** The stance that stands chosen when the dialog opens. */
  begin: Stance;
  onDecide: (decided: { stance: Stance; leaveOut?: MessageId[] }) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const { threadId } = part.thread;
  const title = `Who can read ${part.called}`;
  const [chosen, setChosen] = useState<Stance>(begin);
  const left = useLeftOut(threadId, chosen === 'shared');
  const leaveOut = useSteady(chosen === 'shared' && left.chosen.size > 0 ? [...left.chosen] : undefined);
  const question = useCallback(
    () => live.previewStance({ threadId, stance: chosen, ...(leaveOut === undefined ? {} : { leaveOut }) }),
    [live, threadId, chosen, leaveOut],
  );
  const { answer, again } = useAnswer(question);
  const isSame = chosen === current && !(chosen === 'shared' && left.isChanged);
  // Making a thread private only ever narrows who reads it, so it needs no preview to be safe; opening it does.
  const mayDecide =
    !isSame &&
    (chosen !== 'shared' || left.messages.state === 'here') &&
    (answer.state === 'here' || (answer.state === 'failed' && chosen === 'private'));

  return (
    <Dialog title={title} onClose={onClose}>
      <fieldset>
        <legend className="unseen">{title}</legend>
        {stances.map(({ stance, name, hint }) => (
          <label key={stance} className="choice">
            <input
              type="radio"
              name="stance"
              checked={chosen === stance}
              aria-labelledby={`stance-${stance}`}
              aria-describedby={`stance-${stance}-hint`}
              onChange={() => setChosen(stance)}
            />
            <span className="strong" id={`stance-${stance}`}>
              {name}
            </span>
            <span className="choice-hint small muted" id={`stance-${stance}-hint`}>
              {hint}
            </span>
          </label>
        ))}
      </fieldset>
      {chosen === 'shared' ? <LeaveOut left={left} now={live.now()} /> : null}
      <div className="preview" aria-live="polite">
        {isSame ? (
          <p className="muted">This is how it is now. Nothing would change.</p>
        ) : (
          <SightPreview answer={answer} again={again} first="loses" />
        )}
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          isDisabled={!mayDecide}
          onClick={() => onDecide({ stance: chosen, ...(leaveOut === undefined ? {} : { leaveOut }) })}
        >
          {stances.find(({ stance }) => stance === chosen)?.confirm}
        </Button>
      </div>
    </Dialog>
  );
};

const stances: readonly { stance: Stance; name: string; hint: string; confirm: string }[] = [
  {
    stance: 'private',
    name: 'Private',
    hint: 'You, and whoever was on a message. Nobody else, now or for new mail.',
    confirm: 'Make private',
  },
  {
    stance: 'shared',
    name: 'Team',
    hint: 'Everyone who may open this candidate’s record.',
    confirm: 'Open to the team',
  },
  {
    stance: 'default',
    name: 'Company default',
    hint: 'As your company decided for all threads, also if it decides anew.',
    confirm: 'Use the default',
  },
];
