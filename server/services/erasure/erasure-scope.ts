/* What goes when a candidate is erased, and what stays because it is filed on somebody else too. Asked before and by the act itself. */
import { sql } from 'kysely';
import type { ErasureCounts } from '../../../lib/contract/erasure.ts';
import type { CandidateId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';

export type ScopeMessage = {
  readonly id: MessageId;
  readonly thread_id: ThreadId;
  readonly removed_at: number | null;
  readonly message_id_hash: Buffer;
  readonly is_synthetic_id: boolean;
};

export type Scope = {
  readonly messages: readonly ScopeMessage[];
  /** Threads that go whole. */
  readonly threadIds: readonly ThreadId[];
  readonly sharedThreadIds: readonly ThreadId[];
  readonly counts: ErasureCounts;
};

/** Runs as the company. */
export const readScope = async (tx: Tx, candidateId: CandidateId): Promise<Scope> => {
  const threads = await readThreads(tx, candidateId);
  const threadIds = threads.filter((row) => !row.is_shared).map((row) => row.id);
  const shared = threads.filter((row) => row.is_shared);
  const messages = await tx
    .selectFrom('candor.message')
    .select(['id', 'thread_id', 'removed_at', 'message_id_hash', 'is_synthetic_id'])
    .where('thread_id', '=', anyOf(threadIds))
    .execute();
  const count = async (table: 'candor.candidate_address' | 'candor.application'): Promise<number> => {
    const row = await tx
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('candidate_id', '=', candidateId)
      .executeTakeFirstOrThrow();
    return row.count;
  };
  const { attachments } = await tx
    .selectFrom('candor.attachment')
    .select(({ fn }) => fn.countAll<number>().as('attachments'))
    .where('message_id', '=', anyOf(messages.map(({ id }) => id)))
    .executeTakeFirstOrThrow();
  const { drafts } = await tx
    .selectFrom('candor.outgoing')
    .select(({ fn }) => fn.countAll<number>().as('drafts'))
    .where('thread_id', '=', anyOf(threadIds))
    .where('draft_sealed', 'is not', null)
    .executeTakeFirstOrThrow();
  return {
    messages,
    threadIds,
    sharedThreadIds: shared.map((row) => row.id),
    counts: {
      messages: messages.length,
      attachments,
      conversations: rootsOf(threads.filter((row) => !row.is_shared)),
      drafts,
      addresses: await count('candor.candidate_address'),
      jobs: await count('candor.application'),
      sharedConversations: rootsOf(shared),
    },
  };
};

/** Parts that were joined are one conversation to people. */
const rootsOf = (threads: readonly { readonly root_id: ThreadId }[]): number =>
  new Set(threads.map((row) => row.root_id)).size;

/**
 * Threads filed on the candidate; and those that bear an address of theirs and are filed on nobody, because somebody took them
 * off the record by hand. A colleague's own address is no sign of that: it stands on everything the colleague writes.
 */
const readThreads = async (tx: Tx, candidateId: CandidateId) => {
  const { rows } = await sql<{
    readonly id: ThreadId;
    readonly root_id: ThreadId;
    readonly is_shared: boolean;
  }>`
    select t.id, t.root_id, exists (
      select from candor.thread_candidate f
      where f.thread_id = t.id and f.candidate_id <> ${candidateId}) as is_shared
    from candor.thread t
    where exists (
      select from candor.thread_candidate f where f.thread_id = t.id and f.candidate_id = ${candidateId})
    or (
      t.id in (
        select p.thread_id
        from candor.participant p
        join candor.candidate_address a on a.company_id = p.company_id and a.address_hash = p.address_hash
        where a.candidate_id = ${candidateId} and not exists (
          select from candor.person_address own
          where own.company_id = a.company_id and own.address_hash = a.address_hash))
      and not exists (select from candor.thread_candidate f where f.thread_id = t.id))
    order by t.id`.execute(tx);
  return rows;
};
