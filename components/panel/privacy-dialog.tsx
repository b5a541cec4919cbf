import { useCallback, useState } from 'react';
import { type Answer, useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { ThreadId } from '../../lib/contract/ids.ts';
import type { Stance, StancePreview } from '../../lib/contract/thread.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

/** Choose who can read a thread, and see by name who gains and who loses sight of it before anything changes. */
export const PrivacyDialog = ({
  threadId,
  current,
  begin,
  onDecide,
  onClose,
}: {
  threadId: ThreadId;
  current: Stance;
  /** The stance that stands chosen when the dialog opens. */
  begin: Stance;
  onDecide: (stance: Stance) => void;
  onClose: () => void;
}) => {
  const live = useLive();
  const [chosen, setChosen] = useState<Stance>(begin);
  const question = useCallback(
    () => live.previewStance({ threadId, stance: chosen }),
    [live, threadId, chosen],
  );
  const { answer, again } = useAnswer(question);
  const isSame = chosen === current;
  // Making a thread private only ever narrows who reads it, so it needs no preview to be safe; opening it does.
  const mayDecide =
    !isSame && (answer.state === 'here' || (answer.state === 'failed' && chosen === 'private'));

  return (
    <Dialog title="Who can read this thread" onClose={onClose}>
      <fieldset>
        <legend className="unseen">Who can read this thread</legend>
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
      <div className="preview" aria-live="polite">
        {isSame ? (
          <p className="muted">This is how it is now. Nothing would change.</p>
        ) : (
          <Preview answer={answer} again={again} />
        )}
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" isDisabled={!mayDecide} onClick={() => onDecide(chosen)}>
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

const Preview = ({ answer, again }: { answer: Answer<StancePreview>; again: () => void }) => {
  if (answer.state === 'asking') {
    return <Skeleton name="Looking up who would read this" widths={['80%', '60%']} />;
  }
  if (answer.state === 'failed') {
    const words = whyWords(answer.why);
    return (
      <Notice
        tone="warn"
        title="Candor cannot say who this changes."
        actions={<Button onClick={again}>Look again</Button>}
      >
        <p>
          {words.happened} {words.safe}
        </p>
      </Notice>
    );
  }
  const { said, gains, loses } = answer.value;
  return (
    <>
      <p>{said}</p>
      <Changes title="Will see less" changes={loses} verb="loses" />
      <Changes title="Will see more" changes={gains} verb="gains" />
    </>
  );
};

const Changes = ({
  title,
  changes,
  verb,
}: {
  title: string;
  changes: StancePreview['gains'];
  verb: 'gains' | 'loses';
}) =>
  changes.length === 0 ? null : (
    <section className="changes" aria-label={title}>
      <h3 className="small muted">{title}</h3>
      <ul className="rows">
        {changes.map(({ person, messageCount, keepsCount, because }) => (
          <li key={person.personId} className="row">
            <Avatar id={person.personId} name={person.name} />
            <div className="grow">
              <p className="one-line">{person.isYou ? 'You' : person.name}</p>
              <p className="small muted any-break">
                {verb} {counted(messageCount, 'message')}
                {keepsCount > 0 ? `, keeps ${keepsCount}` : ''} · {because}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
