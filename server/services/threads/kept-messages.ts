/* The kept messages of the thread a person has open, as far as they may read them. */
import type { MailboxId } from '../../../lib/contract/ids.ts';
import type { ThreadRef } from '../../../lib/contract/page.ts';
import type { Address } from '../../../lib/domain/address.ts';
import type { Participant } from '../../../lib/domain/message.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type ReadableMessage, readMessages } from '../access.ts';
import type { Actor } from '../actor.ts';
import { openHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';
import type { LiveThread } from './live-thread.ts';

/** Of the thread the mailbox holds a kept copy of; also messages only colleagues hold. Oldest first. */
export const readHeldThread = (
  tx: PersonTx,
  mailboxId: MailboxId,
  ref: ThreadRef,
): Promise<readonly ReadableMessage[]> => {
  const roots = tx
    .selectFrom('candor.message_copy')
    .innerJoin('candor.thread as mine', 'mine.id', 'candor.message_copy.thread_id')
    .select('mine.root_id')
    .where('candor.message_copy.mailbox_id', '=', mailboxId)
    .where('candor.message_copy.provider_thread_id', '=', ref.providerThreadId);
  return readMessages(tx, (where) => where('candor.thread.root_id', 'in', roots));
};

/** Of the thread that is open in a mailbox which holds no kept copy of it: a colleague may have kept it. Oldest first. */
export const readThreadByIds = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  live: LiveThread,
): Promise<readonly ReadableMessage[]> => {
  const hashes = live.messages.flatMap(({ headers }) =>
    headers.messageId === undefined
      ? []
      : [services.sealing.messageIdHash(actor.companyId, headers.messageId)],
  );
  const roots = tx
    .selectFrom('candor.message as named')
    .innerJoin('candor.thread as its', 'its.id', 'named.thread_id')
    .select('its.root_id')
    .where('named.company_id', '=', actor.companyId)
    .where('named.message_id_hash', '=', anyOf(hashes));
  return readMessages(tx, (where) => where('candor.thread.root_id', 'in', roots));
};

export const readParticipants = async (
  services: Services,
  tx: PersonTx,
  kept: readonly ReadableMessage[],
): Promise<readonly (readonly Participant[])[]> => {
  const all: Participant[][] = [];
  for (const message of kept) {
    const head = await openHead(services, tx, message);
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
