import { Check, Clock } from 'lucide-react';
import { useLive } from '../../lib/client/live.ts';
import type { ThreadRef } from '../../lib/contract/page.ts';
import type { PendingAction } from '../../lib/contract/runtime.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { capitalised } from '../words/people-words.ts';
import { whyWords } from '../words/why-words.ts';
import { refusedTitle, sendingWords, waitingWords } from './act-words.ts';
import { type Part, partOfAct } from './parts.ts';
import type { Standing } from './standing.ts';

/** What became of the person's acts on this thread, in place: refused, under way, done with a way back. */
export const Outcomes = ({
  standing,
  parts,
  threadRef,
  isOffline,
}: {
  standing: Standing;
  parts: readonly Part[];
  threadRef: ThreadRef;
  isOffline: boolean;
}) => {
  const live = useLive();
  const undo = (of: PendingAction['key']) => () => {
    live.act({ kind: 'undo', ref: threadRef, of });
  };
  const { refused, underWay, undoable } = standing;
  if (refused.length + underWay.length + undoable.length === 0) return null;
  return (
    <ul className="outcomes" aria-label="What you did">
      {refused.map((pending) => (
        <li key={pending.key}>
          <RefusedAct pending={pending} part={partOfAct(parts, pending.action)} />
        </li>
      ))}
      {underWay.map(({ action, how }) => (
        <li key={action.key} className="outcome">
          <Clock size={16} aria-hidden="true" />
          <span className="grow">
            {toldOf(partOfAct(parts, action))}
            {how === 'sending' ? sendingWords(action) : waitingWords(action, isOffline)}
          </span>
          {action.kind === 'undo' ||
          action.kind === 'keep' ||
          (action.kind === 'reply' && how === 'sending') ? null : (
            <Button look="link" onClick={undo(action.key)}>
              Undo
            </Button>
          )}
        </li>
      ))}
      {undoable.map(({ key, said }) => (
        <li key={key} className="outcome">
          <Check size={16} aria-hidden="true" />
          <span className="grow any-break">{said}</span>
          <Button look="link" onClick={undo(key)}>
            Undo
          </Button>
        </li>
      ))}
    </ul>
  );
};

const toldOf = (part: Part | undefined): string =>
  part === undefined ? '' : `${capitalised(part.called)}: `;

const RefusedAct = ({ pending, part }: { pending: PendingAction; part: Part | undefined }) => {
  const live = useLive();
  const words = whyWords(pending.refusedFor ?? 'bug');
  return (
    <Notice
      tone="failed"
      title={`${toldOf(part)}${refusedTitle(pending.action)}`}
      actions={
        <>
          <Button onClick={() => live.settle(pending.key, 'retry')}>Try again</Button>
          <Button look="plain" onClick={() => live.settle(pending.key, 'drop')}>
            Let it be
          </Button>
        </>
      }
    >
      <p>
        {words.happened} {words.safe} {words.next}
      </p>
    </Notice>
  );
};
