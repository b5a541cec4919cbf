/*
 * From copies in a mailbox to rows on the record, a page at a time: one message per Message-ID and company, however many
 * mailboxes hold it. Called only with what `interest` kept, and always inside the transaction that accounts for it.
 */
import { sql } from 'kysely';
import type { CandidateId, CompanyId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { foldAddress } from '../../../lib/domain/address.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import { anyOf } from '../../db/any-of.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import type { CopyRef } from '../../providers/provider.ts';
import { findByAddress } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { copyHash } from './copy-hash.ts';
import { lockThreads } from './join-threads.ts';
import type { KeptCopy, MailboxOwner } from './kept-copy.ts';
import { pauseShares } from './pause-shares.ts';
import { liftRemovals } from './removals.ts';
import { sealAsFiled } from './seal-as-filed.ts';
import { setApartUnread } from './set-apart.ts';
import { storeCopies } from './store-copies.ts';
import { findOrStoreMessages, type Stored } from './store-messages.ts';
import { withoutErased } from './without-erased.ts';

export type Ingested = {
  /** The provider's id of the copy. */
  readonly providerMessageId: string;
  readonly messageId: MessageId;
  readonly threadId: ThreadId;
  /** This call set the messages of the thread that the mailbox's person may read apart from the rest of it. */
  readonly isSetApart: boolean;
  readonly isNewMessage: boolean;
  /** The copy's row, when this call made it. */
  readonly newCopyId: string | undefined;
  /** The hash of its removal by hand, when this call lifted it. */
  readonly liftedRemoval: Buffer | undefined;
  /** Candidates this call filed the thread on, because an address on the message is on their record. */
  readonly newlyFiled: readonly CandidateId[];
};

/**
 * In the order given, without those that were erased since `interest` kept them. What comes of a message does not depend on
 * which others it comes with, nor on their order.
 */
export const ingestPage = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  wanted: readonly KeptCopy[],
): Promise<readonly Ingested[]> => {
  if (wanted.length === 0) return [];
  await lockThreads(tx, owner.companyId);
  const kept = await withoutErased(services, tx, owner, wanted);
  if (kept.length === 0) return [];
  const candidates = await candidatesOn(services, tx, owner.companyId, kept);
  const stored = await findOrStoreMessages(
    services,
    tx,
    owner.companyId,
    kept.map((each, at) => ({ kept: each, candidateId: onlyOne(candidates[at] ?? []) })),
  );
  const page = kept.flatMap((each, at) => {
    const message = stored[at];
    return message === undefined ? [] : [{ kept: each, message, candidateIds: candidates[at] ?? [] }];
  });
  await storeParticipants(services, tx, owner, page);
  const newCopies = await storeCopies(
    services,
    tx,
    owner,
    page.map(({ kept: { copy }, message }) => ({ copy, message })),
  );
  const { parts, made, filedOn } = await fileByAddress(services, tx, owner, page);
  await recordKept(
    services,
    tx,
    owner,
    page.map(({ kept: { copy, because }, message: { messageId } }) => ({
      copy,
      messageId,
      rule: because[0]?.rule ?? 'logged',
    })),
  );
  const lifted = await liftRemovals(services, tx, owner, kept);
  const ingested = page.map(({ kept: { copy }, message, candidateIds }): Ingested => {
    const threadId = parts.get(message.threadId) ?? message.threadId;
    return {
      providerMessageId: copy.providerMessageId,
      messageId: message.messageId,
      threadId,
      isSetApart: parts.has(message.threadId),
      isNewMessage: message.isNew,
      newCopyId: newCopies.get(copy.providerMessageId),
      liftedRemoval: lifted.get(copy.providerMessageId),
      newlyFiled: candidateIds.filter((candidateId) => made.has(filingName({ threadId, candidateId }))),
    };
  });
  await pauseShares(
    services,
    tx,
    owner.companyId,
    ingested.flatMap(({ messageId, threadId, isNewMessage }, at) => {
      const headers = kept[at]?.headers;
      return isNewMessage && headers !== undefined ? [{ messageId, threadId, headers }] : [];
    }),
  );
  const toSeal = ingested.filter(
    ({ threadId, isNewMessage, newlyFiled }, at) =>
      newlyFiled.length > 0 ||
      (isNewMessage && onlyOne(candidates[at] ?? []) !== onlyOne(filedOn.get(threadId) ?? [])),
  );
  await sealAsFiled(services, tx, owner.companyId, [...new Set(toSeal.map(({ threadId }) => threadId))]);
  return ingested;
};

type PageEntry = {
  readonly kept: KeptCopy;
  readonly message: Stored;
  readonly candidateIds: readonly CandidateId[];
};

const onlyOne = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined);

/** Candidates whose addresses stand on each of the messages. */
const candidatesOn = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  kept: readonly KeptCopy[],
): Promise<readonly (readonly CandidateId[])[]> => {
  const addressesOn = ({ participants }: MessageHeaders) => participants.map(({ address }) => address);
  const found = await findByAddress(
    services,
    tx,
    companyId,
    kept.flatMap(({ headers }) => addressesOn(headers)),
  );
  return kept.map(({ headers }) => [
    ...new Set(addressesOn(headers).flatMap((address) => found.get(foldAddress(address)) ?? [])),
  ]);
};

/** A Bcc stands in one copy only, so it is recorded with the person whose copy tells of it. */
const storeParticipants = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  page: readonly PageEntry[],
): Promise<void> => {
  const rows = new Map(
    page.flatMap(({ kept: { headers }, message }) =>
      headers.participants
        .filter(({ role }) => message.isNew || role === 'bcc')
        .map(({ role, address }) => {
          const hash = services.sealing.addressHash(owner.companyId, foldAddress(address));
          return [
            `${message.messageId}|${role}|${hash.toString('hex')}`,
            {
              company_id: owner.companyId,
              message_id: message.messageId,
              thread_id: message.threadId,
              role,
              address_hash: hash,
              bcc_known_by: role === 'bcc' ? owner.personId : null,
            },
          ] as const;
        }),
    ),
  );
  for (const portion of inPortions([...rows.values()], 6))
    await tx
      .insertInto('candor.participant')
      .values(portion)
      .onConflict((conflict) => conflict.columns(['message_id', 'role', 'address_hash']).doNothing())
      .execute();
};

type Filing = { readonly threadId: ThreadId; readonly candidateId: CandidateId };
const filingName = ({ threadId, candidateId }: Filing): string => `${threadId}|${candidateId}`;

/**
 * Files threads on candidates whose addresses stand on their mail, but for those they were taken off by hand, and no further
 * than the mailbox's person may read. Gives back the parts that were filed instead of a thread, the names of the filings it
 * made, and what each thread is filed on then.
 */
const fileByAddress = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  page: readonly PageEntry[],
): Promise<{
  readonly parts: ReadonlyMap<ThreadId, ThreadId>;
  readonly made: ReadonlySet<string>;
  readonly filedOn: ReadonlyMap<ThreadId, readonly CandidateId[]>;
}> => {
  const wanted = new Map(
    page
      .flatMap(({ message: { threadId }, candidateIds }) =>
        candidateIds.map((candidateId): Filing => ({ threadId, candidateId })),
      )
      .map((filing) => [filingName(filing), filing]),
  );
  const settled = await readSettled(tx, [...new Set(page.map(({ message }) => message.threadId))]);
  for (const filing of settled) wanted.delete(filingName(filing));
  const filings = [...wanted.values()];
  const parts = await setApartUnread(services, tx, owner, [
    ...new Set(filings.map(({ threadId }) => threadId)),
  ]);
  const made = new Set<string>();
  for (const portion of inPortions(filings, 5)) {
    const rows = await tx
      .insertInto('candor.thread_candidate')
      .values(
        portion.map(({ threadId, candidateId }) => ({
          company_id: owner.companyId,
          thread_id: parts.get(threadId) ?? threadId,
          candidate_id: candidateId,
          because: 'candidate-address' as const,
          filed_at: services.clock.now(),
        })),
      )
      .onConflict((conflict) => conflict.columns(['thread_id', 'candidate_id']).doNothing())
      .returning(['thread_id', 'candidate_id'])
      .execute();
    for (const row of rows) made.add(filingName({ threadId: row.thread_id, candidateId: row.candidate_id }));
  }
  const filedOn = Map.groupBy(
    [
      ...settled.filter(({ isFiled }) => isFiled),
      ...filings.map(({ threadId, candidateId }) => ({
        threadId: parts.get(threadId) ?? threadId,
        candidateId,
      })),
    ],
    ({ threadId }) => threadId,
  );
  return {
    parts,
    made,
    filedOn: new Map([...filedOn].map(([threadId, on]) => [threadId, on.map((each) => each.candidateId)])),
  };
};

/** What the threads are filed on already, and what a person took them off. */
const readSettled = (
  tx: Tx,
  threadIds: readonly ThreadId[],
): Promise<readonly (Filing & { readonly isFiled: boolean })[]> => {
  const columns = ['thread_id as threadId', 'candidate_id as candidateId'] as const;
  return tx
    .selectFrom('candor.thread_candidate')
    .select(columns)
    .select(sql<boolean>`true`.as('isFiled'))
    .where('thread_id', '=', anyOf(threadIds))
    .unionAll(
      tx
        .selectFrom('candor.unfiled')
        .select(columns)
        .select(sql<boolean>`false`.as('isFiled'))
        .where('thread_id', '=', anyOf(threadIds)),
    )
    .execute();
};

export const recordKept = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  page: readonly { readonly copy: CopyRef; readonly messageId: MessageId; readonly rule: string }[],
): Promise<void> => {
  const rows = new Map(
    page.map(({ copy, messageId, rule }) => [
      copy.providerMessageId,
      {
        company_id: owner.companyId,
        mailbox_id: owner.mailboxId,
        person_id: owner.personId,
        copy_hash: copyHash(services, owner, copy.providerMessageId),
        message_id: messageId,
        decision: 'keep' as const,
        rule,
        decided_at: services.clock.now(),
      },
    ]),
  );
  for (const portion of inPortions([...rows.values()], 8))
    await tx
      .insertInto('candor.decision')
      .values(portion)
      .onConflict((conflict) =>
        conflict.columns(['mailbox_id', 'copy_hash']).doUpdateSet((set) => ({
          message_id: set.ref('excluded.message_id'),
          decision: set.ref('excluded.decision'),
          rule: set.ref('excluded.rule'),
          decided_at: set.ref('excluded.decided_at'),
        })),
      )
      .execute();
};
