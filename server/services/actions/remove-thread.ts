/*
 * Remove from Candor: the person's own copies of the open thread go off the record, and with them what no colleague's mailbox
 * holds. The mail stays in the mailbox; the next look at it brings nothing back.
 */
import { sql } from 'kysely';
import type { MailboxId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { ActionOutcome, RemoveAction } from '../../../lib/contract/thread-action.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { requireNoHold } from '../erasure/on-hold.ts';
import { copyHash } from '../ingest/copy-hash.ts';
import { reckonErasure } from '../ingest/gone-copies.ts';
import { lockThreads, lockThreadsOf } from '../ingest/join-threads.ts';
import { dropRemovals, noteRemovals } from '../ingest/removals.ts';
import { findMailbox } from '../mailboxes/mailboxes.ts';
import type { Services } from '../services.ts';
import { doOnce, recordAction } from './actions.ts';
import type { UndoFacts } from './undo-facts.ts';

/** Throws: not-found when no copy of the person's is on record; legal-hold. Needs nothing of the provider, so a lost mailbox is no hindrance. */
export const removeThread = (
  services: Services,
  actor: Actor,
  action: RemoveAction,
): Promise<ActionOutcome> =>
  doOnce(services, actor, action.key, async () => {
    const mailbox = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
      findMailbox(tx, actor, action.ref.mailboxAddress),
    );
    if (mailbox === undefined) throw new Failure('not-found', 'no such mailbox of this person');
    return services.db.transaction(
      { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
      async (tx) => {
        await lockThreads(tx, actor.companyId);
        const copies = await readOwnCopies(tx, actor, mailbox.mailboxId, action.ref.providerThreadId);
        if (copies.length === 0) throw new Failure('not-found', 'no copy of this person is on record');
        await requireNoHold(tx, [...new Set(copies.map((copy) => copy.thread_id))]);
        const removed = await removeCopies(services, tx, actor, copies);
        const facts = { thread_ids: [...new Set(copies.map((copy) => copy.thread_id))] };
        await sql`select app.audit('thread-removed', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
        return recordAction(services, tx, actor, {
          key: action.key,
          kind: 'remove',
          ref: action.ref,
          said: saidOf(removed),
          threadId: copies[0]?.thread_id,
          undo: { kind: 'remove', copies: removed.copies, idHashes: removed.idHashes },
        });
      },
    );
  });

export type RemovedCopy = Extract<UndoFacts, { kind: 'remove' }>['copies'][number];

/** Of the whole thread the provider's id leads to, in all of the person's mailboxes. */
const readOwnCopies = (tx: Tx, actor: Actor, mailboxId: MailboxId, providerThreadId: string) =>
  tx
    .selectFrom('candor.message_copy')
    .innerJoin('candor.message', 'candor.message.id', 'candor.message_copy.message_id')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message_copy.thread_id')
    .selectAll('candor.message_copy')
    .select(['candor.message.message_id_hash', 'candor.message.is_synthetic_id'])
    .where('candor.message_copy.person_id', '=', actor.personId)
    .where('candor.thread.root_id', 'in', (open) =>
      open
        .selectFrom('candor.message_copy as open')
        .innerJoin('candor.thread as its', 'its.id', 'open.thread_id')
        .select('its.root_id')
        .where('open.mailbox_id', '=', mailboxId)
        .where('open.provider_thread_id', '=', providerThreadId),
    )
    .orderBy('candor.message.sent_at')
    .execute();

type OwnCopy = Awaited<ReturnType<typeof readOwnCopies>>[number];

const removeCopies = async (services: Services, tx: Tx, actor: Actor, own: readonly OwnCopy[]) => {
  const hashOf = (copy: OwnCopy): Buffer =>
    copyHash(services, { companyId: actor.companyId, mailboxId: copy.mailbox_id }, copy.provider_message_id);
  const idHashes = own.map((copy) => (copy.is_synthetic_id ? hashOf(copy) : copy.message_id_hash));
  const decisions = await tx
    .selectFrom('candor.decision')
    .select(['copy_hash', 'rule'])
    .where('person_id', '=', actor.personId)
    .where('copy_hash', '=', anyOf(own.map(hashOf)))
    .execute();
  const ruleOf = new Map(decisions.map((row) => [row.copy_hash.toString('hex'), row.rule]));
  await tx
    .updateTable('candor.decision')
    .set({ decision: 'drop', rule: 'removed', message_id: null, decided_at: services.clock.now() })
    .where('person_id', '=', actor.personId)
    .where('copy_hash', '=', anyOf(own.map(hashOf)))
    .execute();
  await tx
    .deleteFrom('candor.message_copy')
    .where('id', '=', anyOf(own.map(({ id }) => id)))
    .execute();
  await noteRemovals(services, tx, actor, idHashes);
  const messageIds = [...new Set(own.map((copy) => copy.message_id))];
  await lockThreadsOf(tx, messageIds);
  const off = await takeOffRecord(services, tx, messageIds);
  await reckonErasure(services, tx, actor.companyId, messageIds);
  return {
    copies: own.map(
      (copy): RemovedCopy => ({
        copyId: copy.id,
        messageId: copy.message_id,
        threadId: copy.thread_id,
        mailboxId: copy.mailbox_id,
        providerMessageId: copy.provider_message_id,
        providerThreadId: copy.provider_thread_id,
        isLabelled: copy.is_labelled,
        receivedAt: copy.received_at,
        ...(copy.gone_at === null ? {} : { goneAt: copy.gone_at }),
        ...keptBy(ruleOf.get(hashOf(copy).toString('hex'))),
      }),
    ),
    idHashes: [...new Set(idHashes.map((hash) => hash.toString('hex')))],
    messageCount: messageIds.length,
    offCount: off.length,
  };
};

const keptBy = (rule: string | undefined) => (rule === undefined ? {} : { keptBy: rule });

/** Of the messages those nobody's mailbox holds any more: from now on nobody reads them. */
const takeOffRecord = (services: Services, tx: Tx, messageIds: readonly MessageId[]) =>
  tx
    .updateTable('candor.message')
    .set({ removed_at: services.clock.now() })
    .where('id', '=', anyOf(messageIds))
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('candor.message_copy')
            .select('candor.message_copy.id')
            .whereRef('candor.message_copy.message_id', '=', 'candor.message.id'),
        ),
      ),
    )
    .returning('id')
    .execute();

/** Puts back what was removed, as far as it is still on record. Runs as the company. */
export const putBack = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { copies, idHashes }: Extract<UndoFacts, { kind: 'remove' }>,
): Promise<void> => {
  await lockThreads(tx, actor.companyId);
  await dropRemovals(
    tx,
    actor.personId,
    idHashes.map((hex) => Buffer.from(hex, 'hex')),
  );
  const there = await tx
    .selectFrom('candor.message')
    .select(['id', 'thread_id'])
    .where('id', '=', anyOf(copies.map(({ messageId }) => messageId)))
    .execute();
  const threadOf = new Map<MessageId, ThreadId>(there.map((row) => [row.id, row.thread_id]));
  for (const copy of copies) {
    const threadId = threadOf.get(copy.messageId);
    if (threadId === undefined) continue;
    await tx
      .insertInto('candor.message_copy')
      .values({
        id: copy.copyId,
        company_id: actor.companyId,
        message_id: copy.messageId,
        thread_id: threadId,
        mailbox_id: copy.mailboxId,
        person_id: actor.personId,
        provider_message_id: copy.providerMessageId,
        provider_thread_id: copy.providerThreadId,
        is_labelled: copy.isLabelled,
        received_at: copy.receivedAt,
        gone_at: copy.goneAt ?? null,
      })
      .onConflict((conflict) => conflict.columns(['mailbox_id', 'provider_message_id']).doNothing())
      .execute();
    await tx
      .updateTable('candor.decision')
      .set({ decision: 'keep', rule: copy.keptBy ?? 'logged', message_id: copy.messageId })
      .where('mailbox_id', '=', copy.mailboxId)
      .where(
        'copy_hash',
        '=',
        copyHash(services, { companyId: actor.companyId, mailboxId: copy.mailboxId }, copy.providerMessageId),
      )
      .execute();
  }
  await reckonErasure(services, tx, actor.companyId, [...threadOf.keys()]);
};

const saidOf = ({ messageCount, offCount }: { messageCount: number; offCount: number }): string => {
  const messages = messageCount === 1 ? '1 message' : `${messageCount} messages`;
  const stays =
    offCount === messageCount
      ? ''
      : ` ${messageCount - offCount} of them ${messageCount - offCount === 1 ? 'stays' : 'stay'}, because a colleague’s mailbox holds them too.`;
  return `Removed ${messages} from Candor.${stays} The originals stay in your mailbox.`;
};
