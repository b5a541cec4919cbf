/* What people do in their panels, as requests to the server; each with a key of its own unless a test gives one. */
import { ActionKey, type CandidateId, type ThreadId } from '../../lib/contract/ids.ts';
import type { ThreadRef } from '../../lib/contract/page.ts';
import type { KeptThread, Stance, ThreadView } from '../../lib/contract/thread.ts';
import type { ActionOutcome, FileOn } from '../../lib/contract/thread-action.ts';
import type { SignedIn } from './start-world.ts';

export const newKey = (): ActionKey => ActionKey.parse(crypto.randomUUID());

export const refOf = (who: SignedIn, providerThreadId: string): ThreadRef => ({
  mailboxAddress: who.person.address,
  providerThreadId,
});

export const look = (who: SignedIn, providerThreadId: string): Promise<ThreadView> =>
  who.api.thread.view.query(refOf(who, providerThreadId));

export const log = (
  who: SignedIn,
  providerThreadId: string,
  fileOn: readonly (CandidateId | FileOn)[],
  key = newKey(),
): Promise<ActionOutcome> =>
  who.api.thread.log.mutate({
    kind: 'log',
    key,
    ref: refOf(who, providerThreadId),
    fileOn: fileOn.map((each) => (typeof each === 'string' ? { candidateId: each } : each)),
  });

export const label = (
  who: SignedIn,
  providerThreadId: string,
  on = true,
  fileOn: readonly CandidateId[] = [],
): Promise<ActionOutcome> =>
  who.api.thread.label.mutate({
    kind: 'label',
    key: newKey(),
    ref: refOf(who, providerThreadId),
    on,
    fileOn: fileOn.map((candidateId) => ({ candidateId })),
  });

export const setStance = (
  who: SignedIn,
  providerThreadId: string,
  threadId: ThreadId,
  stance: Stance,
): Promise<ActionOutcome> =>
  who.api.thread.setStance.mutate({
    kind: 'stance',
    key: newKey(),
    ref: refOf(who, providerThreadId),
    threadId,
    stance,
  });

export const undo = (
  who: SignedIn,
  providerThreadId: string,
  done: Pick<ActionOutcome, 'key'>,
  key = newKey(),
): Promise<ActionOutcome> =>
  who.api.thread.undo.mutate({ kind: 'undo', key, ref: refOf(who, providerThreadId), of: done.key });

/** The open thread as kept, or a test that fails. */
export const keptThread = (view: ThreadView): KeptThread => {
  if (view.thread.state !== 'kept') throw new Error(`The thread is ${view.thread.state}.`);
  return view.thread;
};

/** Why the server refused, as its client gets it; undefined when it did not. */
export const refusal = async (asked: Promise<unknown>): Promise<string | undefined> => {
  try {
    await asked;
    return undefined;
  } catch (thrown) {
    const { data } = thrown as { data?: { reason?: string; code?: string } };
    return data?.reason ?? data?.code ?? String(thrown);
  }
};
