import { useId } from 'react';
import type { ThreadState } from '../../lib/contract/thread.ts';
import { counted } from '../words/people-words.ts';

/** Whether Candor keeps this thread, and why: one line that opens to the reasons. */
export const KeptLine = ({ thread }: { thread: ThreadState }) => {
  const id = useId();
  if (thread.state === 'unknown') return null;
  const reasons = thread.state === 'kept' ? thread.keptBecause : thread.notKeptBecause;
  return (
    <details className="kept small">
      <summary className="muted" aria-describedby={id}>
        {thread.state === 'kept'
          ? keptWords(thread.messageCount, thread.hiddenMessageCount)
          : 'Not kept in Candor'}
        {' · '}
        <span className="why">why?</span>
      </summary>
      <ul id={id} className="muted reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </details>
  );
};

const keptWords = (count: number, hiddenCount: number): string =>
  `${counted(count, 'message')} kept${hiddenCount === 0 ? '' : `, ${hiddenCount} more hidden from you`}`;
