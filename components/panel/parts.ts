/* The threads that the open mail thread stands on here: one, or after a split several, each called by its number. */
import type { KeptThread, ThreadView } from '../../lib/contract/thread.ts';
import { counted, listed } from '../words/people-words.ts';

export type Part = {
  readonly thread: KeptThread;
  /** "this thread", or "part 2 of this thread". */
  readonly called: string;
  /** Absent where nobody split it. "Part 2: 1 message, filed on Kofi Mensah". */
  readonly heading?: string;
};

export const partsOf = ({ thread, parts, candidates }: ThreadView): readonly Part[] => {
  if (thread.state !== 'kept') return [];
  if (parts === undefined) return [{ thread, called: 'this thread' }];
  return parts.map((part, at) => {
    const names = candidates
      .filter(({ candidateId }) => part.candidateIds.includes(candidateId))
      .map(({ name }) => name);
    const filed = names.length === 0 ? 'filed on nobody you can open' : `filed on ${listed(names)}`;
    return {
      thread: part.thread,
      called: `part ${at + 1} of this thread`,
      heading: `Part ${at + 1}: ${counted(part.thread.messageCount, 'message')}, ${filed}`,
    };
  });
};

/** Which part an act concerns, where it is one of several. */
export const partOfAct = (parts: readonly Part[], action: object): Part | undefined =>
  parts.length < 2 || !('threadId' in action)
    ? undefined
    : parts.find(({ thread }) => thread.threadId === action.threadId);
