/* What a legal hold keeps as it is: the candidates under one, and the threads filed on them. */
import type { CandidateId, ThreadId } from '../../../lib/contract/ids.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';

/** Those of the candidates under a hold that the transaction may see. */
export const readOnHold = async (
  tx: Tx,
  candidateIds: readonly CandidateId[],
): Promise<ReadonlySet<CandidateId>> => {
  const rows = await tx
    .selectFrom('candor.legal_hold')
    .select('candidate_id')
    .where('candidate_id', '=', anyOf(candidateIds))
    .execute();
  return new Set(rows.map((row) => row.candidate_id));
};

/** Those of the threads that are filed on a candidate under a hold. Runs as the company. */
export const readThreadsOnHold = async (
  tx: Tx,
  threadIds: readonly ThreadId[],
): Promise<ReadonlySet<ThreadId>> => {
  if (threadIds.length === 0) return new Set();
  const rows = await tx
    .selectFrom('candor.thread_candidate')
    .innerJoin('candor.legal_hold', 'candor.legal_hold.candidate_id', 'candor.thread_candidate.candidate_id')
    .select('thread_id')
    .distinct()
    .where('thread_id', '=', anyOf(threadIds))
    .execute();
  return new Set(rows.map((row) => row.thread_id));
};

/** Throws: legal-hold when one of the threads is filed on a candidate under one. Runs as the company. */
export const requireNoHold = async (tx: Tx, threadIds: readonly ThreadId[]): Promise<void> => {
  if ((await readThreadsOnHold(tx, threadIds)).size > 0)
    throw new Failure('legal-hold', 'a candidate of the thread is under a legal hold');
};

/** Throws: legal-hold. */
export const requireNotOnHold = async (tx: Tx, candidateIds: readonly CandidateId[]): Promise<void> => {
  if ((await readOnHold(tx, candidateIds)).size > 0)
    throw new Failure('legal-hold', 'the candidate is under a legal hold');
};
