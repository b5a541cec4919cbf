import { useCallback, useState } from 'react';
import { useAnswer } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { ThreadId } from '../../lib/contract/ids.ts';
import type { Colleague } from '../../lib/contract/person.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { whyWords } from '../words/why-words.ts';
import { ColleaguePicker } from './colleague-picker.tsx';

/** "Could Tom read this?": for a colleague chosen by name, by the rule that decides. Asking changes nothing. */
export const CouldRead = ({ threadId }: { threadId: ThreadId }) => {
  const [isOpen, setOpen] = useState(false);
  const [picked, setPicked] = useState<Colleague>();
  return (
    <details className="could-read" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="small">Could somebody read this?</summary>
      {isOpen ? (
        <>
          <ColleaguePicker picked={picked} onPick={setPicked} />
          <div aria-live="polite">
            {picked === undefined ? null : <Answer threadId={threadId} personId={picked.personId} />}
          </div>
        </>
      ) : null}
    </details>
  );
};

const Answer = ({ threadId, personId }: { threadId: ThreadId; personId: Colleague['personId'] }) => {
  const live = useLive();
  const { answer } = useAnswer(
    useCallback(() => live.couldRead({ threadId, personId }), [live, threadId, personId]),
  );
  if (answer.state === 'asking') return <Skeleton name="Looking up whether they could" widths={['80%']} />;
  if (answer.state === 'failed') {
    const { happened, next } = whyWords(answer.why);
    return (
      <p className="field-error">
        {happened} {next}
      </p>
    );
  }
  return <p>{answer.value.said}</p>;
};
