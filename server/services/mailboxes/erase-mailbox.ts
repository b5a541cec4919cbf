/*
 * Erases what one mailbox brought, when its person turned it off and asked for that: its copies and decisions, and the
 * messages no other mailbox holds. What a colleague's mailbox holds too is theirs as well, and stays; so does what is filed on
 * a candidate under a legal hold, until its person asks again after it was lifted. A part at a time, each
 * in a transaction of its own, so that a large mailbox holds nobody up and a stopped server goes on where it was.
 */
import { sql } from 'kysely';
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import type { ErasePreview } from '../../../lib/contract/mailbox.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import { removeEmptyThreads, removeWithoutCopy } from '../ingest/remove-unheld.ts';
import type { Services } from '../services.ts';

/** Copies erased in one transaction. */
const partSize = 500;

/** Throws: not-found. */
export const previewErase = (services: Services, actor: Actor, mailboxId: MailboxId): Promise<ErasePreview> =>
  services.db.transaction({ kind: 'company', companyId: actor.companyId }, async (tx) => {
    const mailbox = await tx
      .selectFrom('candor.mailbox')
      .select('id')
      .where('id', '=', mailboxId)
      .where('person_id', '=', actor.personId)
      .executeTakeFirst();
    if (mailbox === undefined) throw new Failure('not-found', 'no such mailbox of this person');
    return tx
      .selectFrom('candor.message_copy as copy')
      .select((select) => [
        select.fn.countAll<number>().as('keptCount'),
        sql<number>`count(distinct copy.message_id) filter (where not exists (
          select from candor.message_copy other
          where other.message_id = copy.message_id and other.mailbox_id <> copy.mailbox_id)
          and not ${isOnHold})`.as('erasedCount'),
        sql<number>`count(distinct copy.message_id) filter (where ${isOnHold})`.as('onHoldCount'),
      ])
      .where('copy.mailbox_id', '=', mailboxId)
      .executeTakeFirstOrThrow();
  });

const isOnHold = sql<boolean>`exists (
  select from candor.thread_candidate f join candor.legal_hold h on h.candidate_id = f.candidate_id
  where f.thread_id = copy.thread_id)`;

/** Ends when all is gone that may go, or at once when the erasing was not asked for. */
export const eraseMailbox = async (
  services: Services,
  at: { readonly companyId: CompanyId; readonly mailboxId: MailboxId },
  signal: AbortSignal,
): Promise<void> => {
  let isDone = false;
  while (!isDone) {
    signal.throwIfAborted();
    isDone = await services.db.transaction({ kind: 'company', companyId: at.companyId }, (tx) =>
      erasePart(tx, at),
    );
  }
  services.log.info('what a mailbox brought was erased', { mailboxId: at.mailboxId });
};

const erasePart = async (
  tx: Tx,
  { companyId, mailboxId }: { readonly companyId: CompanyId; readonly mailboxId: MailboxId },
): Promise<boolean> => {
  const asked = await tx
    .selectFrom('candor.mailbox')
    .select('id')
    .where('id', '=', mailboxId)
    .where('state', '=', 'off')
    .where('erase_asked_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
  if (asked === undefined) return true;
  await lockThreads(tx, companyId);
  const copies = await tx
    .deleteFrom('candor.message_copy')
    .where((where) =>
      where(
        'id',
        'in',
        where
          .selectFrom('candor.message_copy as copy')
          .select('copy.id')
          .where('copy.mailbox_id', '=', mailboxId)
          .where((of) => of.not(isOnHold))
          .limit(partSize),
      ),
    )
    .returning(['message_id', 'thread_id'])
    .execute();
  await removeWithoutCopy(tx, unique(copies.map((copy) => copy.message_id)));
  await removeEmptyThreads(tx, unique(copies.map((copy) => copy.thread_id)));
  if (copies.length === partSize) return false;
  await tx
    .deleteFrom('candor.decision')
    .where('mailbox_id', '=', mailboxId)
    .where(
      sql<boolean>`not exists (
        select from candor.message_copy c
        where c.message_id = candor.decision.message_id and c.mailbox_id = ${mailboxId})`,
    )
    .execute();
  await tx.updateTable('candor.mailbox').set({ erase_asked_at: null }).where('id', '=', mailboxId).execute();
  return true;
};

const unique = <T>(all: readonly T[]): readonly T[] => [...new Set(all)];
