/* What one person finds of a thread, by every way there is to read. */
import type { ThreadId } from '../../lib/contract/ids.ts';
import { look } from './acts.ts';
import type { SignedIn } from './start-world.ts';

export type Sight = {
  /** Messages `thread.read` gives; 0 when it answers that there is nothing. */
  readonly read: number;
  /** Messages of the thread in the history of the person's own open thread, and how many threads are hidden there. */
  readonly listed: number;
  readonly hiddenThreads: number;
  /** Names of colleagues told to be on those. */
  readonly contacts: readonly string[];
  /** Everything that was answered, as text. */
  readonly told: string;
};

/** `openThreadId`: a thread of the person's own mailbox with the same candidate, whose history is looked at. */
export const sightOf = async (who: SignedIn, threadId: ThreadId, openThreadId: string): Promise<Sight> => {
  const read = await answerOf(who.api.thread.read.query({ threadId }));
  const view = await look(who, openThreadId);
  const preview = await answerOf(who.api.thread.previewStance.query({ threadId, stance: 'private' }));
  return {
    read: 'messages' in read ? read.messages.length : 0,
    listed: view.history.threads.find((each) => each.threadId === threadId)?.messageCount ?? 0,
    hiddenThreads: view.history.hiddenCount,
    contacts: view.history.contacts.map(({ name }) => name),
    told: JSON.stringify([read, view, preview]),
  };
};

/** The answer, or all a client is told of a refusal. */
export const answerOf = async <T>(asked: Promise<T>): Promise<T | { refused: unknown; message: string }> => {
  try {
    return await asked;
  } catch (thrown) {
    const { data, message } = thrown as { data?: unknown; message: string };
    return { refused: data, message };
  }
};
