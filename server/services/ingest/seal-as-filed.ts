/*
 * Which key seals a message: that of the candidate its thread is filed on. Filed on nobody, or on several of whom one may be
 * erased and another not, it is the company's. So destroying a candidate's key erases exactly the mail that is theirs alone.
 * Called by all that changes what a thread is filed on, or stores mail on it, in the same transaction.
 */
import { sql } from 'kysely';
import type { CandidateId, CompanyId, MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import { lockThreadRows } from './join-threads.ts';

/** Seals anew what of these threads another key seals. What was sealed by a key that is destroyed stays: it is erased. */
export const sealAsFiled = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  threadIds: readonly ThreadId[],
): Promise<void> => {
  if (threadIds.length === 0) return;
  await lockThreadRows(tx, threadIds);
  const messages = await tx
    .selectFrom('candor.message')
    .select(['id', 'head_sealed'])
    .select(
      sql<CandidateId | null>`(
        select case when count(*) = 1 then min(f.candidate_id::text) end
        from candor.thread_candidate f where f.thread_id = candor.message.thread_id)`.as('filed_on'),
    )
    .where('thread_id', '=', anyOf(threadIds))
    .execute();
  for (const { id, head_sealed, filed_on } of messages) {
    const candidateId = filed_on ?? undefined;
    const head = { table: 'message', row: id, column: 'head_sealed' };
    const resealed = await services.sealing.reseal(tx, companyId, candidateId, head, head_sealed);
    if (resealed === undefined) continue;
    await tx.updateTable('candor.message').set({ head_sealed: resealed }).where('id', '=', id).execute();
    await resealBody(services, tx, { companyId, candidateId, messageId: id });
    await resealAttachments(services, tx, { companyId, candidateId, messageId: id });
  }
};

type Of = {
  readonly companyId: CompanyId;
  readonly candidateId: CandidateId | undefined;
  readonly messageId: MessageId;
};

const resealBody = async (
  services: Services,
  tx: Tx,
  { companyId, candidateId, messageId }: Of,
): Promise<void> => {
  const { body_sealed } = await tx
    .selectFrom('candor.message')
    .select('body_sealed')
    .where('id', '=', messageId)
    .executeTakeFirstOrThrow();
  if (body_sealed === null) return;
  const body = { table: 'message', row: messageId, column: 'body_sealed' };
  const resealed = await services.sealing.reseal(tx, companyId, candidateId, body, body_sealed);
  if (resealed !== undefined)
    await tx
      .updateTable('candor.message')
      .set({ body_sealed: resealed })
      .where('id', '=', messageId)
      .execute();
};

const resealAttachments = async (
  services: Services,
  tx: Tx,
  { companyId, candidateId, messageId }: Of,
): Promise<void> => {
  const attachments = await tx
    .selectFrom('candor.attachment')
    .select('id')
    .where('message_id', '=', messageId)
    .execute();
  for (const { id } of attachments) {
    const sealed = await tx
      .selectFrom('candor.attachment')
      .select(['meta_sealed', 'content_sealed'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    for (const column of ['meta_sealed', 'content_sealed'] as const) {
      const value = sealed[column];
      if (value === null) continue;
      const at = { table: 'attachment', row: id, column };
      const resealed = await services.sealing.reseal(tx, companyId, candidateId, at, value);
      if (resealed !== undefined)
        await tx
          .updateTable('candor.attachment')
          .set({ [column]: resealed })
          .where('id', '=', id)
          .execute();
    }
  }
};
