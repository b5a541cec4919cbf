/* Files a thread on other candidates than those it was filed on by mistake; later mail does not file it back. */
import { sql } from 'kysely';
import type { CandidateId } from '../../../lib/contract/ids.ts';
import type { ActionOutcome, MoveAction } from '../../../lib/contract/thread-action.ts';
import { listNames } from '../../../lib/domain/wording.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { requireNotOnHold } from '../erasure/on-hold.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import { sealAsFiled } from '../ingest/seal-as-filed.ts';
import type { Services } from '../services.ts';
import { type Filing, type FilingPlan, planFiling, requireMayFile } from '../threads/filing.ts';
import { doOnce, recordAction } from './actions.ts';
import type { Refiled } from './undo-facts.ts';

/**
 * Throws: thread-hidden; not-found for a candidate the actor may not open; policy-forbids when the actor holds no copy, or
 * somebody would gain sight of messages the actor may not read; bad-input when it is filed so already.
 */
export const moveThread = (services: Services, actor: Actor, action: MoveAction): Promise<ActionOutcome> =>
  doOnce(services, actor, action.key, async () => {
    const plan = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
      planFiling(tx, actor, action.threadId, { candidateIds: action.candidateIds }),
    );
    return services.db.transaction(
      { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
      async (tx) => {
        await lockThreads(tx, actor.companyId);
        await requireMayFile(services, tx, actor, plan);
        const refiled = await refile(services, tx, actor, plan);
        if (refiled.filed.length + refiled.takenOff.length === 0)
          throw new Failure('bad-input', 'the thread is filed so already');
        const facts = { thread_ids: plan.threadIds, candidate_ids: plan.candidateIds };
        await sql`select app.audit('thread-moved', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
        return recordAction(services, tx, actor, {
          key: action.key,
          kind: 'move',
          ref: action.ref,
          said: `Moved to ${listNames(await readCandidateNames(tx, plan.candidateIds))}.`,
          threadId: action.threadId,
          undo: { kind: 'move', refiled },
        });
      },
    );
  });

/**
 * Takes the threads off what the plan takes them off, for good, and files them on its candidates. Runs as the company. Throws:
 * legal-hold when it would take one off a candidate under a hold.
 */
export const refile = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { threadIds, candidateIds, takesOff }: Pick<FilingPlan, 'threadIds' | 'candidateIds' | 'takesOff'>,
): Promise<Refiled> => {
  const now = services.clock.now();
  const refiled: Refiled = { filed: [], takenOff: [], keptOff: [] };
  await requireNotOnHold(
    tx,
    takesOff.map(({ candidateId }) => candidateId),
  );
  for (const { threadId, candidateId } of takesOff) {
    const was = await tx
      .deleteFrom('candor.thread_candidate')
      .where('thread_id', '=', threadId)
      .where('candidate_id', '=', candidateId)
      .returning(['because', 'filed_by', 'filed_at'])
      .executeTakeFirst();
    if (was === undefined) continue;
    refiled.takenOff.push({
      threadId,
      candidateId,
      because: was.because,
      ...(was.filed_by === null ? {} : { filedBy: was.filed_by }),
      filedAt: was.filed_at,
    });
    const kept = await tx
      .insertInto('candor.unfiled')
      .values({ ...toRow(actor, { threadId, candidateId }), unfiled_by: actor.personId, unfiled_at: now })
      .onConflict((conflict) => conflict.columns(['thread_id', 'candidate_id']).doNothing())
      .returning('thread_id')
      .executeTakeFirst();
    if (kept !== undefined) refiled.keptOff.push({ threadId, candidateId });
  }
  for (const threadId of threadIds)
    for (const candidateId of candidateIds) {
      const made = await tx
        .insertInto('candor.thread_candidate')
        .values({
          ...toRow(actor, { threadId, candidateId }),
          because: 'moved',
          filed_by: actor.personId,
          filed_at: now,
        })
        .onConflict((conflict) => conflict.columns(['thread_id', 'candidate_id']).doNothing())
        .returning('thread_id')
        .executeTakeFirst();
      if (made !== undefined) refiled.filed.push({ threadId, candidateId });
    }
  await sealAsFiled(services, tx, actor.companyId, threadIds);
  return refiled;
};

/** Files the threads as they were, as far as they and the candidates are still on record. Runs as the company. Throws: legal-hold. */
export const moveBack = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { filed, takenOff, keptOff }: Refiled,
): Promise<void> => {
  await requireNotOnHold(
    tx,
    filed.map(({ candidateId }) => candidateId),
  );
  for (const { threadId, candidateId } of filed)
    await tx
      .deleteFrom('candor.thread_candidate')
      .where('thread_id', '=', threadId)
      .where('candidate_id', '=', candidateId)
      // Filed there anew by another act since, it stays.
      .where('because', '=', 'moved')
      .execute();
  for (const { threadId, candidateId } of keptOff)
    await tx
      .deleteFrom('candor.unfiled')
      .where('thread_id', '=', threadId)
      .where('candidate_id', '=', candidateId)
      .execute();
  const threads = await tx
    .selectFrom('candor.thread')
    .select('id')
    .where('id', '=', anyOf(takenOff.map(({ threadId }) => threadId)))
    .execute();
  const candidates = await tx
    .selectFrom('candor.candidate')
    .select('id')
    .where('id', '=', anyOf(takenOff.map(({ candidateId }) => candidateId)))
    .execute();
  for (const { threadId, candidateId, because, filedBy, filedAt } of takenOff) {
    if (!threads.some(({ id }) => id === threadId) || !candidates.some(({ id }) => id === candidateId))
      continue;
    await tx
      .insertInto('candor.thread_candidate')
      .values({
        ...toRow(actor, { threadId, candidateId }),
        because,
        filed_by: filedBy ?? null,
        filed_at: filedAt,
      })
      .onConflict((conflict) => conflict.columns(['thread_id', 'candidate_id']).doNothing())
      .execute();
  }
  const threadIds = [...filed, ...takenOff].map(({ threadId }) => threadId);
  await sealAsFiled(services, tx, actor.companyId, [...new Set(threadIds)]);
};

export const readCandidateNames = async (
  tx: Tx,
  candidateIds: readonly CandidateId[],
): Promise<readonly string[]> => {
  const rows = await tx
    .selectFrom('candor.candidate')
    .select('name')
    .where('id', '=', anyOf(candidateIds))
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
};

const toRow = ({ companyId }: Actor, { threadId, candidateId }: Filing) => ({
  company_id: companyId,
  thread_id: threadId,
  candidate_id: candidateId,
});
