import { useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import { ActionKey } from '../../lib/contract/ids.ts';
import type { StanceAllPreview, StanceScope } from '../../lib/contract/stance-all.ts';
import type { Stance } from '../../lib/contract/thread.ts';
import type { ActionOutcome } from '../../lib/contract/thread-action.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { counted } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';

/** Who can read all of one's own conversations with a candidate, or with everybody of a job: told by name before, undone as one. */
export const StanceAllDialog = ({
  scope: given,
  of,
  onClose,
}: {
  scope: StanceScope;
  /** "with Dana Reyes", "of Backend engineer". */
  of: string;
  onClose: () => void;
}) => {
  const live = useLive();
  const title = `Who can read all your mail ${of}`;
  const [stance, setStance] = useState<Stance>('private');
  const [done, setDone] = useState<ActionOutcome>();
  const [key] = useState(newKey);
  const [scope] = useState(given);
  const { answer, again } = useAnswer(
    useCallback(() => live.previewStanceAll({ scope, stance }), [live, scope, stance]),
  );
  const { isBusy, failedWhy, run } = useErrand();
  const failed =
    failedWhy === undefined ? null : (
      <p className="field-error" role="alert">
        {whyWords(failedWhy).happened} {whyWords(failedWhy).safe} {whyWords(failedWhy).next}
      </p>
    );
  if (done !== undefined)
    return (
      <Dialog title={title} onClose={onClose}>
        <p role="status">{done.said}</p>
        <p className="muted">You can undo this for ten minutes here.</p>
        {failed}
        <div className="dialog-actions">
          <Button
            isDisabled={isBusy}
            onClick={() =>
              run(async () => {
                await live.undoStanceAll({ key: newKey(), of: done.key });
                live.refresh();
                onClose();
              })
            }
          >
            Undo
          </Button>
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    );
  const mayDecide = answer.state === 'here' && answer.value.threadCount > 0 && !isBusy;
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="muted">
        All conversations {of} that your own mailboxes hold. What colleagues hold stays as they decided.
      </p>
      <fieldset>
        <legend className="unseen">{title}</legend>
        {stances.map(({ is, name, hint }) => (
          <label key={is} className="choice">
            <input type="radio" name="stance-all" checked={stance === is} onChange={() => setStance(is)} />
            <span className="strong">{name}</span>
            <span className="choice-hint small muted">{hint}</span>
          </label>
        ))}
      </fieldset>
      <div className="preview" aria-live="polite">
        {answer.state === 'asking' ? (
          <Skeleton name="Looking up who would read them" widths={['80%', '60%']} />
        ) : null}
        {answer.state === 'failed' ? (
          <Notice
            tone="warn"
            title="Candor cannot say who this changes."
            actions={<Button onClick={again}>Look again</Button>}
          >
            <p>
              {whyWords(answer.why).happened} {whyWords(answer.why).safe}
            </p>
          </Notice>
        ) : null}
        {answer.state === 'here' ? <Preview preview={answer.value} /> : null}
      </div>
      {failed}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          isDisabled={!mayDecide}
          onClick={() =>
            run(async () => {
              setDone(await live.setStanceAll({ key, scope, stance }));
              live.refresh();
            })
          }
        >
          {stances.find(({ is }) => is === stance)?.confirm}
        </Button>
      </div>
    </Dialog>
  );
};

const newKey = (): ActionKey => ActionKey.parse(crypto.randomUUID());

const Preview = ({ preview: { said, gains, loses, sameCount } }: { preview: StanceAllPreview }) => (
  <>
    <p>{said}</p>
    {sameCount === 0 ? null : <p className="small muted">{counted(sameCount, 'conversation')} already so.</p>}
    <Changes title="Will see less" verb="less of" changes={loses} />
    <Changes title="Will see more" verb="more of" changes={gains} />
  </>
);

const Changes = ({
  title,
  verb,
  changes,
}: {
  title: string;
  verb: string;
  changes: StanceAllPreview['gains'];
}) =>
  changes.length === 0 ? null : (
    <section className="changes" aria-label={title}>
      <h3 className="small muted">{title}</h3>
      <ul className="rows">
        {changes.map(({ person, threadCount }) => (
          <li key={person.personId} className="row">
            <Avatar id={person.personId} name={person.name} />
            <div className="grow">
              <p className="one-line">{person.isYou ? 'You' : person.name}</p>
              <p className="small muted">
                sees {verb} {counted(threadCount, 'conversation')}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );

const stances: readonly {
  readonly is: Stance;
  readonly name: string;
  readonly hint: string;
  readonly confirm: string;
}[] = [
  {
    is: 'private',
    name: 'Private',
    hint: 'You, and whoever was on a message. Nobody else, now or for new mail.',
    confirm: 'Make all private',
  },
  {
    is: 'shared',
    name: 'Team',
    hint: 'Everyone who may open the candidate’s record.',
    confirm: 'Open all to the team',
  },
  {
    is: 'default',
    name: 'Company default',
    hint: 'As your company decided for all threads, also if it decides anew.',
    confirm: 'Use the default for all',
  },
];
