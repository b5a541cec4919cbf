/* Opens hidden threads to one of the company's admins for a day, and tells their owners. */
import { sql } from 'kysely';
import type { CandidateId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { OverrideUsed, UseOverride } from '../../../lib/contract/override.ts';
import type { OverrideReceipt } from '../../../lib/contract/thread.ts';
import { decideOverride } from '../../../lib/domain/override.ts';
import { overrideMs } from '../../../lib/domain/readable.ts';
import { Failure } from '../../base/failure.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { filedRoots } from '../threads/hidden.ts';
import { readOverrideAllowed, readOverrideSetting, refuseOverride } from './override-setting.ts';

/**
 * Hidden threads are known by their number alone, so all of them with the candidates are opened. Throws: policy-forbids; not-found
 * for a candidate who is not the actor's to know; already-done when nothing is hidden.
 */
export const openByOverride = async (
  services: Services,
  actor: Actor,
  { candidateIds, reason }: UseOverride,
): Promise<OverrideUsed> => {
  const { isAllowed } = await readOverrideSetting(services, actor);
  const decided = decideOverride(actor.role, isAllowed);
  if (!decided.allowed) return refuseOverride(services, actor, decided.because);
  const person = { kind: 'person', ...idsOf(actor) } as const;
  const { known, readable } = await services.db.transaction(person, async (tx) => ({
    known: await tx.selectFrom('candor.candidate').select('id').where('id', 'in', candidateIds).execute(),
    readable: await tx
      .selectFrom('candor.thread')
      .select('root_id')
      .distinct()
      .where('root_id', 'in', filedRoots(candidateIds))
      .execute(),
  }));
  if (known.length < new Set(candidateIds).size) return refuseOverride(services, actor, 'unknown');
  const hidden = await readHidden(
    services,
    actor,
    candidateIds,
    readable.map((row) => row.root_id),
  );
  if (hidden.length === 0) throw new Failure('already-done', 'nothing with the candidates is hidden');
  await services.db.transaction(person, async (tx) => {
    for (const { threadId } of hidden)
      await tx
        .insertInto('candor.override_use')
        .values({
          company_id: actor.companyId,
          thread_id: threadId,
          person_id: actor.personId,
          used_at: sql<number>`app.now_ms()`,
          reason_sealed: await services.sealing.sealText(
            tx,
            actor.companyId,
            undefined,
            reasonPlace(threadId, actor.personId),
            reason,
          ),
        })
        .execute();
  });
  return {
    threadCount: new Set(hidden.map(({ rootId }) => rootId)).size,
    endsAt: new Date(services.clock.now() + overrideMs).toISOString(),
  };
};

/** Every use on these threads, newest first, for an owner of them. */
export const readOverrideReceipts = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  threadIds: readonly ThreadId[],
): Promise<OverrideReceipt[]> => {
  if (threadIds.length === 0) return [];
  const rows = await tx
    .selectFrom('candor.override_use')
    .innerJoin('candor.person', 'candor.person.id', 'candor.override_use.person_id')
    .select(['thread_id', 'candor.person.id', 'candor.person.name', 'used_at', 'reason_sealed'])
    .where('thread_id', 'in', threadIds)
    .orderBy('used_at', 'desc')
    .execute();
  if (rows.length === 0) return [];
  const { isAllowed } = await readOverrideAllowed(tx);
  const receipts = new Map<string, OverrideReceipt>();
  // Threads that were joined are opened by one use.
  for (const row of rows)
    receipts.set(`${row.used_at} ${row.id}`, {
      person: { personId: row.id, name: row.name, isYou: row.id === actor.personId },
      usedAt: new Date(row.used_at).toISOString(),
      ...(isAllowed ? { endsAt: new Date(row.used_at + overrideMs).toISOString() } : {}),
      reason: await services.sealing.openText(
        tx,
        actor.companyId,
        reasonPlace(row.thread_id, row.id),
        row.reason_sealed,
      ),
    });
  return [...receipts.values()];
};

/** Parts of root threads with the candidates of which the actor may read nothing; looked up as the company, shown to nobody. */
const readHidden = (
  services: Services,
  actor: Actor,
  candidateIds: readonly CandidateId[],
  readableRoots: readonly ThreadId[],
): Promise<readonly { readonly threadId: ThreadId; readonly rootId: ThreadId }[]> =>
  services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const rows = await tx
        .selectFrom('candor.thread')
        .select(['id', 'root_id'])
        .where('root_id', 'in', filedRoots(candidateIds))
        .where((where) =>
          where.exists(
            where
              .selectFrom('candor.message')
              .select('candor.message.id')
              .whereRef('candor.message.thread_id', '=', 'candor.thread.id')
              .where('removed_at', 'is', null),
          ),
        )
        .execute();
      return rows
        .filter((row) => !readableRoots.includes(row.root_id))
        .map((row) => ({ threadId: row.id, rootId: row.root_id }));
    },
  );

const reasonPlace = (threadId: ThreadId, personId: PersonId) => ({
  table: 'override_use',
  row: `${threadId} ${personId}`,
  column: 'reason_sealed',
});
