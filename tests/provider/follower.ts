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
  let unconfirmed = new Set<string>();
  let cursor = start;
  let isListing = false;

  const pull = async (): Promise<Delta | undefined> => {
    let delta: Delta;
    try {
      delta = await provider.pull(cursor, {}, never);
    } catch (thrown) {
      if (thrown instanceof Failure) return undefined;
      throw thrown;
    }
    if (delta.reset && !isListing) unconfirmed = new Set(known);
    isListing = delta.reset && delta.more;
    for (const { providerMessageId } of delta.upserts) {
      known.add(providerMessageId);
      unconfirmed.delete(providerMessageId);
    }
    for (const providerMessageId of delta.deletions) known.delete(providerMessageId);
    if (delta.reset && !delta.more) for (const id of unconfirmed) known.delete(id);
    cursor = delta.next;
    return delta;
  };

  return {
    known,
    pull,
    catchUp: async () => {
      for (let tries = 0; tries < 500; tries += 1) {
        const delta = await pull();
        if (delta !== undefined && !delta.more && !delta.reset) return;
      }
      throw new Error('The follower never catches up.');
    },
  };
};
