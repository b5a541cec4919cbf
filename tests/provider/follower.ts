/* Who follows a provider's deltas, doing what the port asks of every consumer and no more. */
import { Failure } from '../../server/base/failure.ts';
import type { Delta, Provider } from '../../server/providers/provider.ts';
import { never } from './mailbox-under-test.ts';

export type Follower = {
  readonly known: ReadonlySet<string>;
  readonly pull: () => Promise<Delta | undefined>;
  readonly catchUp: () => Promise<void>;
};

export const follow = (provider: Provider, start: string): Follower => {
  const known = new Set<string>();
  /** Not told of since the cursor was lost. */
  let unconfirmed = new Set<string>();
  let cursor = start;

  /** What a provider refuses is done again with the next pull. */
  const unlessRefused = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof Failure) return undefined;
      throw thrown;
    }
  };

  const confirm = async (): Promise<void> => {
    for (const id of unconfirmed) {
      try {
        await provider.readHeaders(id, never);
      } catch (thrown) {
        if (!(thrown instanceof Failure) || thrown.reason !== 'not-found') throw thrown;
        known.delete(id);
      }
      unconfirmed.delete(id);
    }
  };

  const pull = async (): Promise<Delta | undefined> => {
    const delta = await unlessRefused(() => provider.pull(cursor, {}, never));
    if (delta === undefined) return undefined;
    if (delta.lost) unconfirmed = new Set(known);
    for (const { providerMessageId } of delta.upserts) {
      known.add(providerMessageId);
      unconfirmed.delete(providerMessageId);
    }
    for (const providerMessageId of delta.deletions) {
      known.delete(providerMessageId);
      unconfirmed.delete(providerMessageId);
    }
    cursor = delta.next;
    if (!delta.more) await unlessRefused(confirm);
    return delta;
  };

  return {
    known,
    pull,
    catchUp: async () => {
      for (let tries = 0; tries < 500; tries += 1) {
        const delta = await pull();
        if (delta !== undefined && !delta.more && !delta.reset && unconfirmed.size === 0) return;
      }
      throw new Error('The follower never catches up.');
    },
  };
};
