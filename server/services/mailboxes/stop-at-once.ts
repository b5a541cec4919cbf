/*
 * Work in a mailbox ends at once when its person pauses it or turns it off, in whichever process that was said: no further
 * call to the provider, the one under way is broken off, and nothing it brought is stored.
 */
import type { CompanyId, MailboxId, PersonId } from '../../../lib/contract/ids.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Services } from '../services.ts';

type Watched = {
  readonly companyId: CompanyId;
  readonly mailboxId: MailboxId;
  readonly personId: PersonId;
};

/** `off` aborts with mailbox-disconnected once the mailbox is connected no more. The watch stands until `end`. */
export const watchState = (
  services: Services,
  { companyId, mailboxId, personId }: Watched,
): { readonly off: AbortSignal; readonly end: () => Promise<void> } => {
  const off = new AbortController();
  const ended = new AbortController();
  const watch = async (): Promise<void> => {
    while (!ended.signal.aborted && !off.signal.aborted) {
      // Listening begins before the look, so that a switch between the two is not missed.
      const news = services.news.next(personId, ended.signal);
      const state = await services.db.transaction({ kind: 'company', companyId }, (tx) =>
        readState(tx, mailboxId),
      );
      if (state === 'connected') await news;
      else off.abort(new Failure('mailbox-disconnected', `mailbox is ${state}`));
    }
  };
  const watching = watch().catch((error: unknown) => {
    // What is stored is asked about again, in the transaction that stores it.
    services.log.warn('a mailbox could not be watched', { mailboxId, error });
  });
  return {
    off: off.signal,
    end: () => {
      ended.abort();
      return watching;
    },
  };
};

const readState = async (tx: Tx, mailboxId: MailboxId): Promise<string> =>
  (await tx.selectFrom('candor.mailbox').select('state').where('id', '=', mailboxId).executeTakeFirst())
    ?.state ?? 'gone';

/** The provider, all of whose verbs stop when `off` aborts. */
export const stopping = (provider: Provider, off: AbortSignal): Provider => {
  const either = (signal: AbortSignal): AbortSignal => {
    off.throwIfAborted();
    return AbortSignal.any([signal, off]);
  };
  return {
    kind: provider.kind,
    push: provider.push,
    can: async (signal) => provider.can(either(signal)),
    profile: async (signal) => provider.profile(either(signal)),
    start: async (signal) => provider.start(either(signal)),
    pull: async (cursor, window, signal) => provider.pull(cursor, window, either(signal)),
    readThread: async (threadId, signal) => provider.readThread(threadId, either(signal)),
    readHeaders: async (messageId, signal) => provider.readHeaders(messageId, either(signal)),
    fetch: async (messageId, maxBytes, signal, sizeBytes) =>
      provider.fetch(messageId, maxBytes, either(signal), sizeBytes),
    search: async (sought, window, page, signal) => provider.search(sought, window, page, either(signal)),
    label: async (threadId, name, on, signal) => provider.label(threadId, name, on, either(signal)),
    remove: async (messageId, signal) => provider.remove(messageId, either(signal)),
    send: async (draft, attempt, signal) => provider.send(draft, attempt, either(signal)),
  };
};

/**
 * In the transaction that stores what came from the mailbox, before anything else is locked: whoever turns it off waits for
 * this one, or this one sees that it is off. Throws: mailbox-disconnected.
 */
export const requireConnected = async (tx: Tx, mailboxId: MailboxId): Promise<void> => {
  const row = await tx
    .selectFrom('candor.mailbox')
    .select('state')
    .where('id', '=', mailboxId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row?.state !== 'connected')
    throw new Failure('mailbox-disconnected', `mailbox is ${row?.state ?? 'gone'}`);
};
