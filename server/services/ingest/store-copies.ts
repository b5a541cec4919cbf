/*
 * Copies of messages in one mailbox: new ones, those that are there, and those that come back under another of the provider's
 * ids. What a file brings is a copy of its own only while the mailbox has no other of the message.
 */
import { sql } from 'kysely';
import type { MessageId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import type { CopyHeaders } from '../../providers/provider.ts';
import type { Services } from '../services.ts';
import { isFileCopy } from './file-copy.ts';
import { reckonErasure } from './gone-copies.ts';
import type { MailboxOwner } from './kept-copy.ts';
import type { Stored } from './store-messages.ts';

export type CopyToStore = { readonly copy: CopyHeaders; readonly message: Stored };

/** Gives the rows this call made, by the provider's id of the copy. */
export const storeCopies = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  given: readonly CopyToStore[],
): Promise<ReadonlyMap<string, string>> => {
  const copies = [...new Map(given.map((each) => [each.copy.providerMessageId, each])).values()];
  const before = await readCopies(tx, owner, copies);
  const changed: ChangedCopy[] = [];
  const fresh: (CopyToStore & { readonly copyId: string })[] = [];
  const madeOf = new Set<MessageId>();
  for (const each of copies) {
    const { providerMessageId } = each.copy;
    const { messageId } = each.message;
    const here = before.byProviderId.get(providerMessageId);
    if (
      here === undefined &&
      isFileCopy(providerMessageId) &&
      (before.holds(messageId) || madeOf.has(messageId))
    )
      continue;
    // One that was gone and is there again under another id was moved, or taken out of the trash: it stays the same copy.
    // So does one that was known from a file alone until now, and one that its provider may call by another id since it lost
    // its history.
    const known = here ?? before.takeOver(messageId);
    madeOf.add(messageId);
    if (known === undefined) fresh.push({ ...each, copyId: crypto.randomUUID() });
    else if (known !== here || known.gone_at !== null || known.is_labelled !== each.copy.place.isLabelled)
      changed.push({
        copyId: known.id,
        messageId: known.message_id,
        wasGone: known.gone_at !== null,
        ...each,
      });
  }
  for (const portion of inPortions(fresh, 10))
    await tx
      .insertInto('candor.message_copy')
      .values(portion.map((each) => toRow(owner, each)))
      .execute();
  await changeCopies(tx, changed);
  await reckonErasure(services, tx, owner.companyId, [
    ...changed.filter(({ wasGone }) => wasGone).map(({ messageId }) => messageId),
    ...copies.filter(({ message }) => message.isToGo).map(({ message }) => message.messageId),
  ]);
  return new Map(fresh.map(({ copy, copyId }) => [copy.providerMessageId, copyId]));
};

type ChangedCopy = {
  readonly copyId: string;
  readonly messageId: MessageId;
  readonly wasGone: boolean;
  readonly copy: CopyHeaders;
};

const toRow = (
  owner: MailboxOwner,
  { copy, message, copyId }: CopyToStore & { readonly copyId: string },
) => ({
  id: copyId,
  company_id: owner.companyId,
  message_id: message.messageId,
  thread_id: message.threadId,
  mailbox_id: owner.mailboxId,
  person_id: owner.personId,
  provider_message_id: copy.providerMessageId,
  provider_thread_id: copy.providerThreadId,
  is_labelled: copy.place.isLabelled,
  received_at: copy.receivedAt,
});

const readCopies = async (tx: Tx, owner: MailboxOwner, copies: readonly CopyToStore[]) => {
  const columns = ['id', 'message_id', 'provider_message_id', 'is_labelled', 'gone_at'] as const;
  const rows = await tx
    .selectFrom('candor.message_copy')
    .select(columns)
    .where('mailbox_id', '=', owner.mailboxId)
    .where('provider_message_id', '=', anyOf(copies.map(({ copy }) => copy.providerMessageId)))
    .execute();
  const known = copies.filter(({ message }) => !message.isNew).map(({ message }) => message.messageId);
  const ofSame =
    known.length === 0
      ? []
      : await tx
          .selectFrom('candor.message_copy as copy')
          .leftJoin('candor.unconfirmed_copy as unconfirmed', 'unconfirmed.copy_id', 'copy.id')
          .select([
            'copy.id',
            'copy.message_id',
            'copy.provider_message_id',
            'copy.is_labelled',
            'copy.gone_at',
            'unconfirmed.copy_id as unconfirmed_id',
          ])
          .where('copy.mailbox_id', '=', owner.mailboxId)
          .where('copy.message_id', '=', anyOf(known))
          .execute();
  const byProviderId = new Map(rows.map((row) => [row.provider_message_id, row]));
  const there = new Set(ofSame.filter((row) => row.gone_at === null).map((row) => row.message_id));
  const left = ofSame.filter(
    (row) =>
      !byProviderId.has(row.provider_message_id) &&
      (row.gone_at !== null || row.unconfirmed_id !== null || isFileCopy(row.provider_message_id)),
  );
  return {
    byProviderId,
    holds: (messageId: MessageId) => there.has(messageId),
    takeOver: (messageId: MessageId) => {
      const at = left.findIndex((row) => row.message_id === messageId);
      return at < 0 ? undefined : left.splice(at, 1)[0];
    },
  };
};

const changeCopies = async (tx: Tx, changed: readonly ChangedCopy[]): Promise<void> => {
  if (changed.length === 0) return;
  await sql`
    update candor.message_copy set
      provider_message_id = now.provider_message_id, provider_thread_id = now.provider_thread_id,
      is_labelled = now.is_labelled, gone_at = null
    from unnest(
      ${changed.map(({ copyId }) => copyId)}::uuid[],
      ${changed.map(({ copy }) => copy.providerMessageId)}::text[],
      ${changed.map(({ copy }) => copy.providerThreadId)}::text[],
      ${changed.map(({ copy }) => copy.place.isLabelled)}::boolean[])
      as now(id, provider_message_id, provider_thread_id, is_labelled)
    where candor.message_copy.id = now.id`.execute(tx);
  await tx
    .deleteFrom('candor.unconfirmed_copy')
    .where('copy_id', '=', anyOf(changed.map(({ copyId }) => copyId)))
    .execute();
};
