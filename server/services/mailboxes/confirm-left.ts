/*
 * After a window was told of anew: whatever of the record the provider did not tell of is asked for by its id, and is deleted
 * only where the provider says that it is not there, or in the trash. So a list that left something out deletes nothing.
 */
import { Failure, failureReason } from '../../base/failure.ts';
import type { Provider } from '../../providers/provider.ts';
import { noteGone } from '../ingest/gone-copies.ts';
import { noteTold, readUnconfirmed } from '../ingest/unconfirmed-copies.ts';
import type { Services } from '../services.ts';
import type { OpenMailbox } from './mailbox-access.ts';
import { patiently } from './patience.ts';
import { sideBySide } from './side-by-side.ts';
import { requireConnected } from './stop-at-once.ts';
import { readAtOnce } from './take-page.ts';

const askedPerTransaction = 100;

/** Throws: mailbox-disconnected, provider-busy; those that were asked for by then are not asked for again. */
export const confirmLeft = async (
  services: Services,
  provider: Provider,
  mailbox: OpenMailbox,
  signal: AbortSignal,
): Promise<void> => {
  const company = { kind: 'company', companyId: mailbox.companyId } as const;
  for (;;) {
    signal.throwIfAborted();
    const left = await services.db.transaction(company, (tx) =>
      readUnconfirmed(tx, mailbox.mailboxId, askedPerTransaction),
    );
    if (left.length === 0) return;
    const answers = await sideBySide(left, readAtOnce, async (id) => ({
      id,
      isThere: await patiently(services, signal, () => isThere(provider, id, signal)),
    }));
    const gone = answers.filter((answer) => !answer.isThere).map(({ id }) => id);
    await services.db.transaction(company, async (tx) => {
      await requireConnected(tx, mailbox.mailboxId);
      await noteTold(tx, mailbox.mailboxId, left);
      await noteGone(services, tx, mailbox, gone);
    });
    services.log.info(
      'what a mailbox told nothing of since its history was lost was asked for, and this much is gone',
      {
        mailboxId: mailbox.mailboxId,
        count: gone.length,
      },
    );
  }
};

/** One that cannot be read is there: nothing says that it went. */
const isThere = async (provider: Provider, id: string, signal: AbortSignal): Promise<boolean> => {
  try {
    return !(await provider.readHeaders(id, signal)).place.isTrash;
  } catch (thrown) {
    if (failureReason(thrown) === 'not-found') return false;
    if (!(thrown instanceof Failure) || thrown.reason !== 'provider-refused') throw thrown;
    await provider.profile(signal);
    return true;
  }
};
