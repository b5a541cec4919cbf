/* When each of some candidates is erased, as their cards tell it. */
import type { CandidateCard } from '../../../lib/contract/candidate.ts';
import type { CandidateId } from '../../../lib/contract/ids.ts';
import { RetentionRules } from '../../../lib/contract/retention.ts';
import { decideRetention } from '../../../lib/domain/retention.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import { readOnHold } from '../erasure/on-hold.ts';
import type { Services } from '../services.ts';

type Candidate = {
  readonly id: CandidateId;
  readonly retire_at: number | null;
  readonly retention_kept_at: number | null;
};
type Application = {
  readonly candidate_id: CandidateId;
  readonly stage: string;
  readonly stage_since: number;
};

/** Those who stay are absent. */
export const readRetentions = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  candidates: readonly Candidate[],
  applications: readonly Application[],
): Promise<ReadonlyMap<CandidateId, Pick<CandidateCard, 'retires'>>> => {
  const { retention } = await tx
    .selectFrom('candor.policy')
    .select('retention')
    .where('company_id', '=', actor.companyId)
    .executeTakeFirstOrThrow();
  const onHold = await readOnHold(
    tx,
    candidates.map(({ id }) => id),
  );
  const rules = RetentionRules.parse(retention);
  const going = candidates.flatMap((candidate) => {
    const decided = decideRetention(
      {
        applications: applications
          .filter((row) => row.candidate_id === candidate.id)
          .map((row) => ({ stage: row.stage, stageSince: row.stage_since })),
        rules,
        isOnHold: onHold.has(candidate.id),
        keptAt: candidate.retention_kept_at ?? undefined,
        retireAt: candidate.retire_at ?? undefined,
      },
      services.clock.now(),
    );
    return decided.retire ? [{ ...decided, candidateId: candidate.id }] : [];
  });
  if (going.length === 0) return new Map();
  const opened = await tx
    .selectFrom('candor.candidate_access')
    .select('candidate_id')
    .where('person_id', '=', actor.personId)
    .where('candidate_id', '=', anyOf(going.map(({ candidateId }) => candidateId)))
    .where('can_read_mail', '=', true)
    .execute();
  const canKeep = new Set(opened.map((row) => row.candidate_id));
  return new Map(
    going.map(({ candidateId, at, isDue }) => [
      candidateId,
      { retires: { at: new Date(at).toISOString(), isInGrace: isDue, canKeep: canKeep.has(candidateId) } },
    ]),
  );
};
