/* Messages the mailbox could not give or that could not be stored: told to their person, with the raw form and another try. */
import type { RawMail, UnreadableMessage } from '../../../lib/contract/guard.ts';
import type { MailboxId } from '../../../lib/contract/ids.ts';
import { Failure } from '../../base/failure.ts';
import { type Actor, idsOf } from '../actor.ts';
import { withMailbox } from '../mailboxes/mailbox-access.ts';
import { readLimits } from '../mailboxes/mailboxes.ts';
import { takePage } from '../mailboxes/take-page.ts';
import type { Services } from '../services.ts';
import { readWaiting } from './waiting.ts';

type Named = { readonly mailboxId: MailboxId; readonly providerMessageId: string };

/** In the person's own mailboxes, newest first. */
export const readUnreadable = (services: Services, actor: Actor): Promise<UnreadableMessage[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) =>
    (await readWaiting(services, tx, actor, 'unreadable')).flatMap(({ mailboxId, address, refs }) =>
      refs.map(({ providerMessageId, since }) => ({
        mailboxId,
        address,
        providerMessageId,
        since: new Date(since).toISOString(),
      })),
    ),
  );

/** The bytes as the mailbox holds them. Throws: not-found when it is none that could not be read; as `fetch` of a provider. */
export const readRaw = async (
  services: Services,
  actor: Actor,
  named: Named,
  signal: AbortSignal,
): Promise<RawMail> => {
  const { limits } = await requireUnreadable(services, actor, named);
  const { raw } = await withMailbox(
    services,
    { companyId: actor.companyId, mailboxId: named.mailboxId },
    'person',
    (provider) => provider.fetch(named.providerMessageId, limits.messageBytes, signal),
    signal,
  );
  return { base64: Buffer.from(raw).toString('base64') };
};

/** Reads it once more: kept, dropped, or still beyond reading. Throws: not-found; as `takePage`. */
export const retryUnreadable = async (
  services: Services,
  actor: Actor,
  named: Named,
  signal: AbortSignal,
): Promise<UnreadableMessage[]> => {
  const { ref, limits } = await requireUnreadable(services, actor, named);
  await withMailbox(
    services,
    { companyId: actor.companyId, mailboxId: named.mailboxId },
    'person',
    (provider, mailbox) =>
      takePage(
        services,
        provider,
        mailbox,
        { upserts: [ref], deletions: [], next: '', more: false, reset: false, lost: false },
        { limitBytes: limits.messageBytes, commitCursor: async () => {}, signal },
      ),
    signal,
  );
  return readUnreadable(services, actor);
};

const requireUnreadable = (services: Services, actor: Actor, named: Named) =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const waiting = await readWaiting(services, tx, actor, 'unreadable');
    const ref = waiting
      .find(({ mailboxId }) => mailboxId === named.mailboxId)
      ?.refs.find(({ providerMessageId }) => providerMessageId === named.providerMessageId);
    if (ref === undefined) throw new Failure('not-found', 'no such message that could not be read');
    return { ref, limits: await readLimits(tx) };
  });
