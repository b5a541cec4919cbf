/* The kept messages of the thread a person has open, as far as they may read them. */
import type { MailboxId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { ThreadRef } from '../../../lib/contract/page.ts';
import type { Address } from '../../../lib/domain/address.ts';
import type { Participant } from '../../../lib/domain/message.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import { messageHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';
import type { LiveThread } from './live-thread.ts';

export type KeptMessage = {
  readonly messageId: MessageId;
  readonly threadId: ThreadId;
  readonly rootId: ThreadId;
  readonly headSealed: Buffer;
};

/** Of the thread the mailbox holds a kept copy of. */
export const readHeldThread = (
  tx: Tx,
  mailboxId: MailboxId,
  ref: ThreadRef,
): Promise<readonly KeptMessage[]> =>
  selectKept(tx)
    .where('candor.thread.root_id', 'in', (where) =>
      where
        .selectFrom('candor.message_copy')
        .innerJoin('candor.thread as mine', 'mine.id', 'candor.message_copy.thread_id')
        .select('mine.root_id')
        .where('candor.message_copy.mailbox_id', '=', mailboxId)
        .where('candor.message_copy.provider_thread_id', '=', ref.providerThreadId),
    )
    .execute();

/** Of the thread that is open in a mailbox which holds no kept copy of it: a colleague may have kept it. */
export const readThreadByIds = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  live: LiveThread,
): Promise<readonly KeptMessage[]> => {
  const hashes = live.messages.flatMap(({ headers }) =>
    headers.messageId === undefined
      ? []
      : [services.sealing.messageIdHash(actor.companyId, headers.messageId)],
  );
  return selectKept(tx)
    .where('candor.thread.root_id', 'in', (where) =>
      where
        .selectFrom('candor.message as named')
        .innerJoin('candor.thread as its', 'its.id', 'named.thread_id')
        .select('its.root_id')
        .where('named.company_id', '=', actor.companyId)
        .where('named.message_id_hash', '=', anyOf(hashes)),
    )
    .execute();
};

/** Only what the transaction's person may read, oldest first: also messages only colleagues hold. */
const selectKept = (tx: Tx) =>
  tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select([
      'candor.message.id as messageId',
      'candor.message.thread_id as threadId',
      'candor.thread.root_id as rootId',
      'candor.message.head_sealed as headSealed',
    ])
    .orderBy('candor.message.sent_at');

export const readParticipants = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  kept: readonly KeptMessage[],
): Promise<readonly (readonly Participant[])[]> => {
  const all: Participant[][] = [];
  for (const message of kept) {
    const head = await messageHead.open(services, tx, actor.companyId, message.messageId, message.headSealed);
    // Who was on Bcc is never told here, by whatever right the message is read.
    all.push(
      head.participants
        .filter((each) => each.role !== 'bcc')
        .map(({ role, address, name }) => ({
          role,
          address: address as Address,
          ...(name === undefined ? {} : { name }),
        })),
    );
  }
  return all;
};
