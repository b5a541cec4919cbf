/* The services with a watch on everything they wait for: each call to a provider, each statement, each commit. */
import type { KyselyPlugin } from 'kysely';
import type { Tx } from '../../server/db/schema.ts';
import type { MailboxOpener, Provider } from '../../server/providers/provider.ts';
import type { Services } from '../../server/services/services.ts';

export type Step = 'call' | 'statement' | 'commit' | 'committed';

/** `onStep` comes before each; what it throws is what the services meet there. */
export const watchServices = (services: Services, onStep: (step: Step) => void): Services => {
  const { gmail, graph, imap } = services.providers;
  return {
    ...services,
    db: {
      ...services.db,
      transaction: async (as, fn) => {
        const value = await services.db.transaction(as, async (tx) => {
          const done = await fn(watchTx(tx, onStep));
          onStep('commit');
          return done;
        });
        onStep('committed');
        return value;
      },
    },
    providers: {
      ...(gmail === undefined ? {} : { gmail: watchAccounts(gmail, onStep) }),
      ...(graph === undefined ? {} : { graph: watchAccounts(graph, onStep) }),
      ...(imap === undefined ? {} : { imap: watchAccounts(imap, onStep) }),
    },
  };
};

const watchTx = <T extends Tx>(tx: T, onStep: (step: Step) => void): T => {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      onStep('statement');
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return tx.withPlugin(plugin) as T;
};

const watchAccounts = <A extends MailboxOpener>(accounts: A, onStep: (step: Step) => void): A => ({
  ...accounts,
  open: (mailbox) => watchProvider(accounts.open(mailbox), onStep),
});

const watchProvider = (provider: Provider, onStep: (step: Step) => void): Provider =>
  new Proxy(provider, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]) => {
        onStep('call');
        return Reflect.apply(value, of, given);
      };
    },
  });
