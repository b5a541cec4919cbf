/* Legal holds, as candidates' cards tell them. */
import type { LegalHold } from '../../../lib/contract/erasure.ts';
import type { CandidateId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';

/** Candidates without one are absent. */
export const readHolds = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  candidateIds: readonly CandidateId[],
): Promise<ReadonlyMap<CandidateId, LegalHold>> => {
  const rows = await tx
    .selectFrom('candor.legal_hold')
    .leftJoin('candor.person', 'candor.person.id', 'candor.legal_hold.set_by')
    .select(['candidate_id', 'reason_sealed', 'set_by', 'set_at', 'candor.person.name as set_by_name'])
    .where('candidate_id', '=', anyOf(candidateIds))
    .execute();
  const holds = new Map<CandidateId, LegalHold>();
  for (const row of rows)
    holds.set(row.candidate_id, {
      reason: await services.sealing.openText(
        tx,
        actor.companyId,
        reasonPlace(row.candidate_id),
        row.reason_sealed,
      ),
      at: new Date(row.set_at).toISOString(),
      ...(row.set_by === null || row.set_by_name === null
        ? {}
        : {
            by: { personId: row.set_by, name: row.set_by_name, isYou: row.set_by === actor.personId },
          }),
    });
  return holds;
};

export const reasonPlace = (candidateId: CandidateId) => ({
  table: 'legal_hold',
  row: candidateId,
  column: 'reason_sealed',
});
