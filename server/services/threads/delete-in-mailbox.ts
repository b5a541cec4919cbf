/*
 * "Delete in my mailbox too": one message, by its person's click, where the company allows it. It goes to the trash of their own
 * mailboxes and no further; what that means for the record is the rule for whatever is deleted in mailboxes.
 */
import { sql } from 'kysely';
import type { MailboxId, MessageId } from '../../../lib/contract/ids.ts';
import type { DeletedInMailbox } from '../../../lib/contract/thread.ts';
import { Failure, failureReason } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { requireNoHold } from '../erasure/on-hold.ts';
import { isFileCopy } from '../ingest/file-copy.ts';
import { noteGone } from '../ingest/gone-copies.ts';
import { withMailbox } from '../mailboxes/mailbox-access.ts';
import type { Services } from '../services.ts';

/**
 * Throws: policy-forbids; legal-hold; not-found when no connected mailbox of the actor holds the message; mailbox-disconnected,
 * provider-busy, no-trash; provider-refused where no way to the trash touches this message alone.
 */
export const deleteInMailbox = async (
  services: Services,
  actor: Actor,
  messageId: MessageId,
  signal: AbortSignal,
): Promise<DeletedInMailbox> => {
  await requireNotHeld(services, actor, messageId);
  const copies = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    if (!(await isAllowed(tx))) throw new Failure('policy-forbids', 'the company allows no such deletion');
    const deletable = await readDeletable(tx, actor, [messageId]);
    // Asked for a second time, because the first answer was lost, it is done and no failure.
    if (deletable.length === 0 && !(await wasDeleted(tx, actor, messageId)))
      throw new Failure('not-found', 'no connected mailbox of the actor holds the message');
    return deletable;
  });
  for (const [mailboxId, inMailbox] of Map.groupBy(copies, (copy) => copy.mailboxId)) {
    const ids = inMailbox.map(({ providerMessageId }) => providerMessageId);
    await moveToTrash(services, { companyId: actor.companyId, mailboxId }, ids, signal);
    await noteDeleted(services, actor, messageId, { mailboxId, ids });
  }
  return readOutcome(services, actor, messageId);
};

/** Of messages the actor holds a copy of alone: of others nothing is told. */
const requireNotHeld = (services: Services, actor: Actor, messageId: MessageId): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: actor.companyId }, async (tx) => {
    const own = await tx
      .selectFrom('candor.message_copy')
      .select('thread_id')
      .where('message_id', '=', messageId)
      .where('person_id', '=', actor.personId)
      .execute();
    await requireNoHold(
      tx,
      own.map((copy) => copy.thread_id),
    );
  });

/** Those of the messages that the actor may delete in a mailbox of theirs now. */
export const readDeletableIds = async (
  tx: PersonTx,
  actor: Actor,
  messageIds: readonly MessageId[],
): Promise<ReadonlySet<MessageId>> =>
  (await isAllowed(tx))
    ? new Set((await readDeletable(tx, actor, messageIds)).map((copy) => copy.messageId))
    : new Set();

const isAllowed = async (tx: PersonTx): Promise<boolean> =>
  (
    await tx
      .selectFrom('candor.policy')
      .select('is_mailbox_deletion_allowed as isAllowed')
      .executeTakeFirstOrThrow()
  ).isAllowed;

/** Of what a file brought nothing is known of where it lies. */
const readDeletable = async (tx: PersonTx, actor: Actor, messageIds: readonly MessageId[]) => {
  const copies = await tx
    .selectFrom('candor.message_copy as copy')
    .innerJoin('candor.mailbox as mailbox', 'mailbox.id', 'copy.mailbox_id')
    .select([
      'copy.message_id as messageId',
      'copy.mailbox_id as mailboxId',
      'copy.provider_message_id as providerMessageId',
    ])
    .where('copy.message_id', '=', anyOf(messageIds))
    .where('copy.person_id', '=', actor.personId)
    .where('copy.gone_at', 'is', null)
    .where('mailbox.state', '=', 'connected')
    .execute();
  return copies.filter(({ providerMessageId }) => !isFileCopy(providerMessageId));
};

const wasDeleted = async (tx: PersonTx, actor: Actor, messageId: MessageId): Promise<boolean> =>
  (await tx
    .selectFrom('candor.message_copy')
    .select('id')
    .where('message_id', '=', messageId)
    .where('person_id', '=', actor.personId)
    .where('gone_at', 'is not', null)
    .executeTakeFirst()) !== undefined;

const moveToTrash = (
  services: Services,
  at: { readonly companyId: Actor['companyId']; readonly mailboxId: MailboxId },
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> =>
  withMailbox(
    services,
    at,
    'person',
    async (provider) => {
      for (const id of ids) {
        try {
          await provider.remove(id, signal);
        } catch (thrown) {
          // Gone already: that is what was wanted.
          if (failureReason(thrown) !== 'not-found') throw thrown;
        }
      }
    },
    signal,
  );

const noteDeleted = (
  services: Services,
  actor: Actor,
  messageId: MessageId,
  { mailboxId, ids }: { readonly mailboxId: MailboxId; readonly ids: readonly string[] },
): Promise<void> =>
  services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      await noteGone(services, tx, { companyId: actor.companyId, mailboxId }, ids);
      const facts = { message_id: messageId, mailbox_id: mailboxId };
      await sql`select app.audit('deleted-in-mailbox', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
    },
  );

const readOutcome = (services: Services, actor: Actor, messageId: MessageId): Promise<DeletedInMailbox> =>
  services.db.transaction({ kind: 'company', companyId: actor.companyId }, async (tx) => {
    const message = await tx
      .selectFrom('candor.message')
      .select('erase_at')
      .where('id', '=', messageId)
      .executeTakeFirst();
    const eraseAt = message?.erase_at ?? null;
    return eraseAt === null ? {} : { erasedAt: new Date(eraseAt).toISOString() };
  });
