/* How long the company keeps candidates, and the word of somebody that one stays. Who is due goes by retire.ts. */
import { sql } from 'kysely';
import type { CandidateCard } from '../../../lib/contract/candidate.ts';
import type { CandidateId } from '../../../lib/contract/ids.ts';
import {
  type RetentionPolicy,
  RetentionRules,
  type RetentionSettings,
} from '../../../lib/contract/retention.ts';
import { Failure } from '../../base/failure.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { readCards } from './candidates.ts';

export const readRetention = (services: Services, actor: Actor): Promise<RetentionSettings> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const { retention } = await tx.selectFrom('candor.policy').select('retention').executeTakeFirstOrThrow();
    const stages = await tx
      .selectFrom('candor.application')
      .select('stage')
      .distinct()
      .orderBy('stage')
      .execute();
    return { rules: RetentionRules.parse(retention), stages: stages.map((row) => row.stage) };
  });

/** Candidates are gone through anew soon: whose time is over by the new rules has the whole grace before them. */
export const setRetention = async (
  services: Services,
  actor: Actor,
  { rules }: RetentionPolicy,
): Promise<RetentionSettings> => {
  await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    tx
      .updateTable('candor.policy')
      .set({
        retention: JSON.stringify(rules),
        retention_looked_at: null,
        updated_at: services.clock.now(),
      })
      .where('company_id', '=', actor.companyId)
      .execute(),
  );
  return readRetention(services, actor);
};

/** The candidate stays until a stage of theirs changes. Throws: not-found for whose mail is not the actor's to open. */
export const keepCandidate = (
  services: Services,
  actor: Actor,
  candidateId: CandidateId,
): Promise<CandidateCard> => {
  const { companyId, personId } = actor;
  return services.db.transaction({ kind: 'company', companyId, actorId: personId }, async (tx) => {
    const kept = await tx
      .updateTable('candor.candidate')
      .set({ retention_kept_at: services.clock.now(), retire_at: null })
      .where('id', '=', candidateId)
      .where((where) =>
        where.exists(
          where
            .selectFrom('candor.candidate_access')
            .select('candor.candidate_access.candidate_id')
            .whereRef('candor.candidate_access.candidate_id', '=', 'candor.candidate.id')
            .where('person_id', '=', personId)
            .where('can_read_mail', '=', true),
        ),
      )
      .returning('id')
      .executeTakeFirst();
    if (kept === undefined) throw new Failure('not-found', 'no such candidate for this person');
    const facts = { candidate_id: candidateId };
    await sql`select app.audit('candidate-kept', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
    const [card] = await readCards(services, tx, actor, [candidateId]);
    if (card === undefined) throw new Failure('not-found', 'no such candidate');
    return card;
  });
};
