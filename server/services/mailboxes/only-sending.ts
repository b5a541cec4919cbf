/* A mailbox that its person lets Candor send by and nothing else: what would read or change it is refused before it is asked. */
import { Failure } from '../../base/failure.ts';
import type { Provider } from '../../providers/provider.ts';

/** Its token could not do more either; but what the token can is the provider's word, and this is ours. */
export const onlySending = (provider: Provider): Provider => {
  const refuse = async (): Promise<never> => {
    throw new Failure('send-only', 'the mailbox may not be read');
  };
  return {
    kind: provider.kind,
    push: undefined,
    can: async () => ({ label: false }),
    profile: refuse,
    start: refuse,
    pull: refuse,
    readThread: refuse,
    readHeaders: refuse,
    fetch: refuse,
    search: refuse,
    label: refuse,
    remove: refuse,
    send: (draft, attempt, signal) => provider.send(draft, attempt, signal),
  };
};
