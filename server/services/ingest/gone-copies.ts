/*
 * Copies that their provider says are gone from a mailbox, those that are back, and what that means for the messages: by the
 * rule of lib/domain/deletion.ts. Runs as the company, inside the transaction that accounts for the page.
 */
import { sql } from 'kysely';
import type { CompanyId, MailboxId, MessageId } from '../../../lib/contract/ids.ts';
import { decideErasure } from '../../../lib/domain/deletion.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { readThreadsOnHold } from '../erasure/on-hold.ts';
import type { Services } from '../services.ts';
import { lockThreads, lockThreadsOf } from './join-threads.ts';

type MailboxAt = { readonly companyId: CompanyId; readonly mailboxId: MailboxId };

/** Notes copies as gone; ids of copies that were never kept are passed over. */
export const noteGone = async (
  services: Services,
  tx: Tx,
  mailbox: MailboxAt,
  providerMessageIds: readonly string[],
): Promise<void> => {
  if (providerMessageIds.length === 0) return;
  const gone = await tx
    .updateTable('candor.message_copy')
    .set({ gone_at: services.clock.now() })
    .where('mailbox_id', '=', mailbox.mailboxId)
    .where('provider_message_id', '=', anyOf(providerMessageIds))
    .where('gone_at', 'is', null)
    .returning('message_id')
    .execute();
  const messageIds = gone.map((row) => row.message_id);
  if (messageIds.length === 0) return;
  await lockThreads(tx, mailbox.companyId);
  await joinMoved(tx, mailbox, messageIds);
  await reckonErasure(services, tx, mailbox.companyId, messageIds);
};

/** Notes copies as there that were noted as gone: they are back from the trash under their own id. */
export const noteBack = async (
  services: Services,
  tx: Tx,
  mailbox: MailboxAt,
  providerMessageIds: readonly string[],
): Promise<void> => {
  if (providerMessageIds.length === 0) return;
  const back = await tx
    .updateTable('candor.message_copy')
    .set({ gone_at: null })
    .where('mailbox_id', '=', mailbox.mailboxId)
    .where('provider_message_id', '=', anyOf(providerMessageIds))
    .where('gone_at', 'is not', null)
    .returning('message_id')
    .execute();
  await reckonErasure(
    services,
    tx,
    mailbox.companyId,
    back.map((row) => row.message_id),
  );
};

/**
 * A move comes as a copy under a new id and then as a deletion of the old one. The older row goes on under the new id, so that
 * what was decided about this copy goes on to hold.
 */
const joinMoved = async (tx: Tx, mailbox: MailboxAt, messageIds: readonly MessageId[]): Promise<void> => {
  const rows = await tx
    .selectFrom('candor.message_copy')
    .selectAll()
    .where('mailbox_id', '=', mailbox.mailboxId)
    .where('message_id', '=', anyOf(messageIds))
    .orderBy('id')
    .execute();
  const there = rows.filter((row) => row.gone_at === null);
  for (const old of rows.filter((row) => row.gone_at !== null)) {
    const at = there.findIndex((row) => row.message_id === old.message_id);
    const moved = at < 0 ? undefined : there.splice(at, 1)[0];
    if (moved === undefined) continue;
    await tx.deleteFrom('candor.message_copy').where('id', '=', moved.id).execute();
    await tx
      .updateTable('candor.message_copy')
      .set({
        gone_at: null,
        provider_message_id: moved.provider_message_id,
        provider_thread_id: moved.provider_thread_id,
        is_labelled: moved.is_labelled,
      })
      .where('id', '=', old.id)
      .execute();
  }
};

/** Writes down when each of the messages goes, or that it stays. */
export const reckonErasure = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  messageIds: readonly MessageId[],
): Promise<void> => {
  if (messageIds.length === 0) return;
  const decided = await decideErasures(tx, companyId, messageIds);
  const changed = decided.filter((each) => each.eraseAt !== each.before || each.isBack);
  if (changed.length === 0) return;
  await lockThreadsOf(
    tx,
    changed.map(({ messageId }) => messageId),
  );
  await sql`
    update candor.message set erase_at = now.erase_at,
      removed_at = case when now.is_back then null else candor.message.removed_at end
    from unnest(
      ${changed.map(({ messageId }) => messageId)}::uuid[],
      ${changed.map(({ eraseAt }) => eraseAt)}::bigint[],
      ${changed.map(({ isBack }) => isBack)}::boolean[]) as now(id, erase_at, is_back)
    where candor.message.id = now.id`.execute(tx);
  services.log.info('it was reckoned anew what is to be erased', { companyId, count: changed.length });
};

/** `isBack`: it was removed by hand, and a mailbox holds a copy again. */
const decideErasures = async (tx: Tx, companyId: CompanyId, messageIds: readonly MessageId[]) => {
  const { propagates_deletions: propagatesDeletions } = await tx
    .selectFrom('candor.policy')
    .select('propagates_deletions')
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  const messages = await tx
    .selectFrom('candor.message')
    .select(['id', 'thread_id', 'erase_at', 'deletion_kept_at', 'removed_at'])
    .where('company_id', '=', companyId)
    .where('id', '=', anyOf(messageIds))
    .execute();
  const copies = await tx
    .selectFrom('candor.message_copy')
    .select(['message_id', 'gone_at'])
    .where('message_id', '=', anyOf(messageIds))
    .execute();
  const threadsOnHold = await readThreadsOnHold(tx, [
    ...new Set(messages.map((message) => message.thread_id)),
  ]);
  return messages.map((message) => {
    const held = copies.filter((copy) => copy.message_id === message.id);
    const decided = decideErasure({
      copies: held.map(({ gone_at: goneAt }) => (goneAt === null ? {} : { goneAt })),
      propagatesDeletions,
      isOnHold: threadsOnHold.has(message.thread_id),
      ...(message.deletion_kept_at === null ? {} : { keptAt: message.deletion_kept_at }),
      ...(message.removed_at === null ? {} : { removedAt: message.removed_at }),
    });
    return {
      messageId: message.id,
      before: message.erase_at,
      eraseAt: decided.erase ? decided.at : null,
      isBack: message.removed_at !== null && held.length > 0,
    };
  });
};
