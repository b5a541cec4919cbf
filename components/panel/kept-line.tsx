import { useId } from 'react';
import type { ThreadState } from '../../lib/contract/thread.ts';
import { counted } from '../words/people-words.ts';
import type { Part } from './parts.ts';

/** Whether Candor keeps this thread, and why: one line that opens to the reasons. */
export const KeptLine = ({ thread, parts }: { thread: ThreadState; parts: readonly Part[] }) => {
  const id = useId();
  if (thread.state === 'unknown') return null;
  const reasons = thread.state === 'kept' ? thread.keptBecause : thread.notKeptBecause;
  const splitOffCount = parts.slice(1).reduce((sum, part) => sum + part.thread.messageCount, 0);
  return (
    <details className="kept small">
      <summary className="muted" aria-describedby={id}>
        {thread.state === 'kept'
          ? keptWords(thread.messageCount, thread.hiddenMessageCount, splitOffCount)
          : 'Not kept in Candor'}
        {' · '}
        <span className="why">why?</span>
      </summary>
      <ul id={id} className="muted reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
        {splitOffCount === 0 ? null : (
          <li>
            {counted(splitOffCount, 'message')} of this mail thread {splitOffCount === 1 ? 'was' : 'were'}{' '}
            split off in Candor.
          </li>
        )}
      </ul>
    </details>
  );
};

const keptWords = (count: number, hiddenCount: number, splitOffCount: number): string =>
  [
    `${counted(count, 'message')} kept`,
    ...(hiddenCount === 0 ? [] : [`${hiddenCount} more hidden from you`]),
    ...(splitOffCount === 0 ? [] : [`${splitOffCount} split off`]),
  ].join(', ');
