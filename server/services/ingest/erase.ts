/* Takes off the record what is due to go: deleted in every mailbox that held it, or removed from Candor by hand. */
import { sql } from 'kysely';
import type { CompanyId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { Erased } from '../../../lib/domain/interest.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { reckonErasure } from './gone-copies.ts';
import { lockThreads, lockThreadsOf } from './join-threads.ts';
import { removeEmptyThreads } from './remove-unheld.ts';

/** Messages that go in one transaction. */
const erasedAtOnce = 200;

/** Of every company what is due by now; one company's trouble keeps no other's mail. */
export const eraseDue = async (services: Services, signal: AbortSignal): Promise<void> => {
  const companies = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx.selectFrom('candor.company').select('id').execute(),
  );
  let trouble: { readonly thrown: unknown } | undefined;
  for (const { id } of companies) {
    try {
      while ((await eraseSome(services, id)) === erasedAtOnce) signal.throwIfAborted();
    } catch (thrown) {
      signal.throwIfAborted();
      services.log.error('what is due could not be erased', { companyId: id, error: thrown });
      trouble = { thrown };
    }
  }
  if (trouble !== undefined) throw trouble.thrown;
};

/** Gives the number looked at. The policy may have changed meanwhile, so the rule is asked once more. */
const eraseSome = (services: Services, companyId: CompanyId): Promise<number> =>
  services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    await lockThreads(tx, companyId);
    const due = await readDue(services, tx, companyId);
    await reckonErasure(
      services,
      tx,
      companyId,
      due.map((row) => row.id),
    );
    const still = await readDue(services, tx, companyId);
    await eraseMessages(services, tx, still, 'deleted');
    return due.length;
  });

export type ErasedMessage = {
  readonly id: MessageId;
  readonly thread_id: ThreadId;
  readonly removed_at: number | null;
};

const readDue = (services: Services, tx: Tx, companyId: CompanyId): Promise<readonly ErasedMessage[]> =>
  tx
    .selectFrom('candor.message')
    .select(['id', 'thread_id', 'removed_at'])
    .where('company_id', '=', companyId)
    .where('erase_at', '<=', services.clock.now())
    .orderBy('erase_at')
    .orderBy('id')
    .limit(erasedAtOnce)
    .execute();

/**
 * Everything that hangs on the messages goes with them: head, body, attachments, copies, participants, readers. Of the
 * decisions about them a keyed hash, the rule and the time stay. Ids they mentioned go with their thread: others on it may
 * mention the same.
 */
export const eraseMessages = async (
  services: Services,
  tx: Tx,
  messages: readonly ErasedMessage[],
  because: 'deleted' | Erased,
): Promise<void> => {
  if (messages.length === 0) return;
  const messageIds = messages.map(({ id }) => id);
  await tx
    .updateTable('candor.decision')
    .set({ decision: 'drop', rule: because, message_id: null, decided_at: services.clock.now() })
    .where('message_id', '=', anyOf(messageIds))
    .execute();
  await lockThreadsOf(tx, messageIds);
  await tx.deleteFrom('candor.message').where('id', '=', anyOf(messageIds)).execute();
  await removeEmptyThreads(tx, [...new Set(messages.map((row) => row.thread_id))]);
  const removedCount = messages.filter((row) => row.removed_at !== null).length;
  const facts = { message_ids: messageIds, removed_count: removedCount };
  await sql`select app.audit('messages-erased', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
  services.log.info('messages were erased', { count: messages.length });
};
