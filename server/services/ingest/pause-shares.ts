/* A share stands still from a message on with which somebody joins, or with which the thread is about something else. */
import { sql } from 'kysely';
import type { CompanyId, MessageId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import { type Address, foldAddress, isOwnDomain } from '../../../lib/domain/address.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import { baseSubject, type Drift, driftOf } from '../../../lib/domain/withheld.ts';
import { anyOf } from '../../db/any-of.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';

export type NewOnThread = {
  readonly messageId: MessageId;
  readonly threadId: ThreadId;
  readonly headers: MessageHeaders;
};

/**
 * Of messages just stored, in the order given: those that came with or after such a one are withheld by every owner who shares
 * the thread with the team, and the owner is asked. What they share or not goes by what they decided, not by who brought it in.
 */
export const pauseShares = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  fresh: readonly NewOnThread[],
): Promise<void> => {
  const sharers = await readSharers(tx, [...new Set(fresh.map(({ threadId }) => threadId))]);
  for (const [threadId, owners] of sharers) {
    const messages = fresh.filter((each) => each.threadId === threadId);
    for (const { personId } of owners.filter(({ isPaused }) => isPaused))
      await withhold(services, tx, companyId, personId, messages);
    const others = owners.filter(({ isPaused }) => !isPaused);
    if (others.length === 0) continue;
    const begun = await firstDrift(services, tx, companyId, threadId, messages);
    if (begun === undefined) continue;
    for (const { personId } of others) {
      await beginPause(services, tx, { companyId, threadId, personId }, begun);
      await withhold(services, tx, companyId, personId, messages.slice(begun.at));
    }
  }
};

/** Owners whose stance is shared, by thread. `isPaused`: their share stands still already. */
const readSharers = async (
  tx: Tx,
  threadIds: readonly ThreadId[],
): Promise<ReadonlyMap<ThreadId, readonly { readonly personId: PersonId; readonly isPaused: boolean }[]>> => {
  if (threadIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('candor.stance as s')
    .leftJoin('candor.share_pause as p', (join) =>
      join.onRef('p.thread_id', '=', 's.thread_id').onRef('p.person_id', '=', 's.person_id'),
    )
    .select(['s.thread_id', 's.person_id as personId', sql<boolean>`p.thread_id is not null`.as('isPaused')])
    .where('s.thread_id', '=', anyOf(threadIds))
    .where('s.stance', '=', 'shared')
    .orderBy('s.person_id')
    .execute();
  return Map.groupBy(rows, (row) => row.thread_id);
};

/** What a message is about, to be compared; null where its subject says nothing. */
export const subjectHash = (services: Services, companyId: CompanyId, subject: string): Buffer | null => {
  const base = baseSubject(subject);
  return base === '' ? null : services.sealing.keyedHash('subject', companyId, base);
};

type Begun = { readonly at: number; readonly messageId: MessageId; readonly drift: Drift };

const firstDrift = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  threadId: ThreadId,
  messages: readonly NewOnThread[],
): Promise<Begun | undefined> => {
  const before = await tx
    .selectFrom('candor.message')
    .select('subject_hash')
    .where('thread_id', '=', threadId)
    .where('removed_at', 'is', null)
    .where('id', '<>', sql<MessageId>`all(${messages.map(({ messageId }) => messageId)}::uuid[])`)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  // With nothing on the thread, nothing of it was shared.
  if (before === undefined) return undefined;
  const isKnown = await readKnown(services, tx, companyId, threadId, messages);
  for (const [at, { messageId, headers }] of messages.entries()) {
    const subject = subjectHash(services, companyId, headers.subject);
    const drift = driftOf(
      headers.participants.map(({ address }) => address),
      {
        isKnown,
        isSameSubject:
          subject === null || before.subject_hash === null || subject.equals(before.subject_hash),
      },
    );
    if (drift !== undefined) return { at, messageId, drift };
  }
  return undefined;
};

const readKnown = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  threadId: ThreadId,
  messages: readonly NewOnThread[],
): Promise<(address: Address) => boolean> => {
  const { own_domains } = await tx
    .selectFrom('candor.policy')
    .select('own_domains')
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  const ownDomains = new Set(own_domains);
  const hashOf = (address: Address) => services.sealing.addressHash(companyId, foldAddress(address));
  const addresses = messages.flatMap(({ headers }) => headers.participants.map(({ address }) => address));
  const hashes = addresses.map(hashOf);
  const rows = await tx
    .selectFrom('candor.participant')
    .select('address_hash')
    .where('thread_id', '=', threadId)
    .where('message_id', '<>', sql<MessageId>`all(${messages.map(({ messageId }) => messageId)}::uuid[])`)
    .where('address_hash', '=', sql<Buffer>`any(${hashes}::bytea[])`)
    .union(
      tx
        .selectFrom('candor.candidate_address')
        .innerJoin(
          'candor.thread_candidate',
          'candor.thread_candidate.candidate_id',
          'candor.candidate_address.candidate_id',
        )
        .select('address_hash')
        .where('candor.thread_candidate.thread_id', '=', threadId),
    )
    .union(
      tx
        .selectFrom('candor.person_address')
        .select('address_hash')
        .where('company_id', '=', companyId)
        .where('address_hash', '=', sql<Buffer>`any(${hashes}::bytea[])`),
    )
    .execute();
  const known = new Set(rows.map(({ address_hash }) => address_hash.toString('hex')));
  return (address) => isOwnDomain(address, ownDomains) || known.has(hashOf(address).toString('hex'));
};

const beginPause = async (
  services: Services,
  tx: Tx,
  of: { readonly companyId: CompanyId; readonly threadId: ThreadId; readonly personId: PersonId },
  { messageId, drift }: Begun,
): Promise<void> => {
  await tx
    .insertInto('candor.share_pause')
    .values({
      company_id: of.companyId,
      thread_id: of.threadId,
      person_id: of.personId,
      message_id: messageId,
      cause: drift.cause,
      address_hash:
        drift.cause === 'newcomer'
          ? services.sealing.addressHash(of.companyId, foldAddress(drift.address))
          : null,
      paused_at: services.clock.now(),
      settled_at: null,
    })
    .execute();
};

const withhold = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  personId: PersonId,
  messages: readonly NewOnThread[],
): Promise<void> => {
  for (const portion of inPortions(messages, 5))
    await tx
      .insertInto('candor.withheld')
      .values(
        portion.map(({ messageId }) => ({
          company_id: companyId,
          message_id: messageId,
          person_id: personId,
          because: 'paused' as const,
          withheld_at: services.clock.now(),
        })),
      )
      .onConflict((conflict) => conflict.columns(['message_id', 'person_id']).doNothing())
      .execute();
};
