/*
 * From a copy in a mailbox to rows on the record: one message per Message-ID and company, however many mailboxes hold it.
 * Called only with what `interest` kept, and always inside the transaction that accounts for it.
 */
import type { CandidateId, CompanyId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { foldAddress } from '../../../lib/domain/address.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import type { Tx } from '../../db/schema.ts';
import type { CopyHeaders } from '../../providers/provider.ts';
import { findByAddress } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { lockThreads } from './join-threads.ts';
import type { KeptCopy, MailboxOwner } from './kept-copy.ts';
import { findOrStoreMessage, type Stored } from './store-message.ts';

export type Ingested = {
  readonly messageId: MessageId;
  readonly threadId: ThreadId;
  readonly isNewMessage: boolean;
  /** The copy's row, when this call made it. */
  readonly newCopyId: string | undefined;
  /** Candidates this call filed the thread on, because an address on the message is on their record. */
  readonly newlyFiled: readonly CandidateId[];
};

export const ingestCopy = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  kept: KeptCopy,
): Promise<Ingested> => {
  const { companyId } = owner;
  await lockThreads(tx, companyId);
  const candidates = await candidatesOn(services, tx, companyId, kept.headers);
  const stored = await findOrStoreMessage(
    services,
    tx,
    owner,
    kept,
    candidates.length === 1 ? candidates[0] : undefined,
  );
  await storeParticipants(services, tx, owner, stored, kept.headers);
  const newCopyId = await storeCopy(tx, owner, stored, kept.copy);
  const newlyFiled = await fileByAddress(services, tx, companyId, stored.threadId, candidates);
  await tx
    .insertInto('candor.decision')
    .values({
      company_id: companyId,
      mailbox_id: owner.mailboxId,
      person_id: owner.personId,
      copy_hash: copyHash(services, owner, kept.copy.providerMessageId),
      message_id: stored.messageId,
      decision: 'keep',
      rule: kept.because[0]?.rule ?? 'logged',
      decided_at: services.clock.now(),
    })
    .onConflict((conflict) =>
      conflict.columns(['mailbox_id', 'copy_hash']).doUpdateSet((set) => ({
        message_id: set.ref('excluded.message_id'),
        decision: set.ref('excluded.decision'),
        rule: set.ref('excluded.rule'),
        decided_at: set.ref('excluded.decided_at'),
      })),
    )
    .execute();
  return {
    messageId: stored.messageId,
    threadId: stored.threadId,
    isNewMessage: stored.isNew,
    newCopyId,
    newlyFiled,
  };
};

/** Files the thread on candidates whose addresses stand on its mail; gives back those it was not filed on before. */
const fileByAddress = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  threadId: ThreadId,
  candidateIds: readonly CandidateId[],
): Promise<readonly CandidateId[]> => {
  if (candidateIds.length === 0) return [];
  const rows = await tx
    .insertInto('candor.thread_candidate')
    .values(
      candidateIds.map((candidateId) => ({
        company_id: companyId,
        thread_id: threadId,
        candidate_id: candidateId,
        because: 'candidate-address' as const,
        filed_at: services.clock.now(),
      })),
    )
    .onConflict((conflict) => conflict.columns(['thread_id', 'candidate_id']).doNothing())
    .returning('candidate_id')
    .execute();
  return rows.map((row) => row.candidate_id);
};

/** Names one copy in the decision ledger without telling anything of it. */
export const copyHash = (
  services: Services,
  owner: Pick<MailboxOwner, 'companyId' | 'mailboxId'>,
  providerMessageId: string,
): Buffer => services.sealing.keyedHash('copy', owner.companyId, `${owner.mailboxId}|${providerMessageId}`);

const candidatesOn = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  headers: MessageHeaders,
): Promise<readonly CandidateId[]> => {
  const found = await findByAddress(
    services,
    tx,
    companyId,
    headers.participants.map((each) => each.address),
  );
  return [...new Set([...found.values()].flat())];
};

/** A Bcc stands in one copy only, so it is recorded with the person whose copy tells of it. */
const storeParticipants = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  stored: Stored,
  headers: MessageHeaders,
): Promise<void> => {
  const rows = new Map(
    headers.participants
      .filter((each) => stored.isNew || each.role === 'bcc')
      .map((each) => {
        const hash = services.sealing.addressHash(owner.companyId, foldAddress(each.address));
        return [
          `${each.role}|${hash.toString('hex')}`,
          {
            company_id: owner.companyId,
            message_id: stored.messageId,
            thread_id: stored.threadId,
            role: each.role,
            address_hash: hash,
            bcc_known_by: each.role === 'bcc' ? owner.personId : null,
          },
        ] as const;
      }),
  );
  const all = [...rows.values()];
  for (let from = 0; from < all.length; from += participantsAtOnce) {
    await tx
      .insertInto('candor.participant')
      .values(all.slice(from, from + participantsAtOnce))
      .onConflict((conflict) => conflict.columns(['message_id', 'role', 'address_hash']).doNothing())
      .execute();
  }
};

/** A statement takes 65,535 parameters, six a row. */
const participantsAtOnce = 5_000;

const storeCopy = async (
  tx: Tx,
  owner: MailboxOwner,
  stored: Stored,
  copy: CopyHeaders,
): Promise<string | undefined> => {
  const before = await tx
    .selectFrom('candor.message_copy')
    .select('id')
    .where('mailbox_id', '=', owner.mailboxId)
    .where('provider_message_id', '=', copy.providerMessageId)
    .executeTakeFirst();
  if (before !== undefined) {
    await tx
      .updateTable('candor.message_copy')
      .set({ is_labelled: copy.place.isLabelled })
      .where('id', '=', before.id)
      .execute();
    return undefined;
  }
  const copyId = crypto.randomUUID();
  await tx
    .insertInto('candor.message_copy')
    .values({
      id: copyId,
      company_id: owner.companyId,
      message_id: stored.messageId,
      thread_id: stored.threadId,
      mailbox_id: owner.mailboxId,
      person_id: owner.personId,
      provider_message_id: copy.providerMessageId,
      provider_thread_id: copy.providerThreadId,
      is_labelled: copy.place.isLabelled,
      received_at: copy.receivedAt,
    })
    .execute();
  return copyId;
};
