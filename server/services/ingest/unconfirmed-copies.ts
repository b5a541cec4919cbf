/*
 * Copies of a mailbox whose provider lost its history: each is unconfirmed until the provider tells of it or is asked after it.
 * Only those inside the mailbox's window are, for the provider tells of no others.
 */
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { fileCopyPattern } from './file-copy.ts';

type MailboxAt = {
  readonly companyId: CompanyId;
  readonly mailboxId: MailboxId;
  /** Epoch ms. */
  readonly windowFrom: number | null;
};

/** What a file brought lies in no mailbox, so no provider is asked after it. */
export const noteLost = async (tx: Tx, { companyId, mailboxId, windowFrom }: MailboxAt): Promise<void> => {
  await tx
    .insertInto('candor.unconfirmed_copy')
    .columns(['copy_id', 'company_id', 'mailbox_id'])
    .expression((from) => {
      const held = from
        .selectFrom('candor.message_copy')
        .select(['id', 'company_id', 'mailbox_id'])
        .where('company_id', '=', companyId)
        .where('mailbox_id', '=', mailboxId)
        .where('gone_at', 'is', null)
        .where('provider_message_id', 'not like', fileCopyPattern);
      return windowFrom === null ? held : held.where('received_at', '>=', windowFrom);
    })
    .onConflict((conflict) => conflict.column('copy_id').doNothing())
    .execute();
};

/** By the provider's ids: it told of them, or was asked. */
export const noteTold = async (
  tx: Tx,
  mailboxId: MailboxId,
  providerMessageIds: readonly string[],
): Promise<void> => {
  await tx
    .deleteFrom('candor.unconfirmed_copy')
    .where('mailbox_id', '=', mailboxId)
    .where('copy_id', 'in', (from) =>
      from
        .selectFrom('candor.message_copy')
        .select('id')
        .where('mailbox_id', '=', mailboxId)
        .where('provider_message_id', '=', anyOf(providerMessageIds)),
    )
    .execute();
};

/** The provider's ids of some of those that are left, in an order of their own. */
export const readUnconfirmed = async (
  tx: Tx,
  mailboxId: MailboxId,
  most: number,
): Promise<readonly string[]> => {
  const rows = await tx
    .selectFrom('candor.unconfirmed_copy')
    .innerJoin('candor.message_copy', 'candor.message_copy.id', 'candor.unconfirmed_copy.copy_id')
    .select('candor.message_copy.provider_message_id')
    .where('candor.unconfirmed_copy.mailbox_id', '=', mailboxId)
    .orderBy('candor.unconfirmed_copy.copy_id')
    .limit(most)
    .execute();
  return rows.map((row) => row.provider_message_id);
};
