/*
 * Candidates whose time on record is over, by lib/domain/retention.ts: first it is told, a week later they are erased, as who
 * asks for it is (erasure/erase-candidate.ts).
 */
import type { CandidateId, CompanyId } from '../../../lib/contract/ids.ts';
import { RetentionRules } from '../../../lib/contract/retention.ts';
import { decideRetention, foldStage, type RetentionRule } from '../../../lib/domain/retention.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { eraseCandidate } from '../erasure/erase-candidate.ts';
import { readOnHold } from '../erasure/on-hold.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import type { Services } from '../services.ts';

const lookEveryMs = 24 * 60 * 60 * 1000;

/** Goes through the companies that are due a look, each once a day; one company's trouble keeps no other's waiting. */
export const retireDue = async (services: Services, signal: AbortSignal): Promise<void> => {
  const before = services.clock.now() - lookEveryMs;
  const companies = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.policy')
      .select('company_id')
      .where((where) =>
        where.or([where('retention_looked_at', 'is', null), where('retention_looked_at', '<=', before)]),
      )
      .execute(),
  );
  let trouble: { readonly thrown: unknown } | undefined;
  for (const { company_id: companyId } of companies) {
    try {
      await lookThrough(services, companyId, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      services.log.error('candidates could not be gone through', { companyId, error: thrown });
      trouble = { thrown };
    }
  }
  if (trouble !== undefined) throw trouble.thrown;
};

const lookThrough = async (services: Services, companyId: CompanyId, signal: AbortSignal): Promise<void> => {
  const company = { kind: 'company', companyId } as const;
  const due = await services.db.transaction(company, (tx) => tellWhoGoes(services, tx, companyId));
  for (const candidateId of due) {
    signal.throwIfAborted();
    await services.db.transaction(company, (tx) => retire(services, tx, companyId, candidateId));
  }
  await services.db.transaction(company, (tx) =>
    tx
      .updateTable('candor.policy')
      .set({ retention_looked_at: services.clock.now() })
      .where('company_id', '=', companyId)
      .execute(),
  );
};

/** Writes down when each candidate goes whose time is over, and that the others stay; gives those whose week is over too. */
const tellWhoGoes = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
): Promise<readonly CandidateId[]> => {
  const now = services.clock.now();
  const rules = await readRules(tx, companyId);
  const candidates = await readConcerned(tx, companyId, rules);
  const due: CandidateId[] = [];
  for (const candidate of candidates) {
    const decided = await decide(tx, candidate, rules, now);
    const retireAt = decided.retire && decided.isDue ? decided.at : null;
    if (retireAt !== candidate.retire_at)
      await tx
        .updateTable('candor.candidate')
        .set({ retire_at: retireAt })
        .where('id', '=', candidate.id)
        .execute();
    if (retireAt !== null && retireAt <= now) due.push(candidate.id);
  }
  return due;
};

type Candidate = {
  readonly id: CandidateId;
  readonly retire_at: number | null;
  readonly retention_kept_at: number | null;
};

const readRules = async (tx: Tx, companyId: CompanyId): Promise<readonly RetentionRule[]> => {
  const { retention } = await tx
    .selectFrom('candor.policy')
    .select('retention')
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  return RetentionRules.parse(retention);
};

/** Who stands in a stage that has a time, and who was told to go before. */
const readConcerned = async (
  tx: Tx,
  companyId: CompanyId,
  rules: readonly RetentionRule[],
): Promise<readonly Candidate[]> => {
  const timed = new Set(rules.map(({ stage }) => foldStage(stage)));
  const stages = await tx
    .selectFrom('candor.application')
    .select('stage')
    .distinct()
    .where('company_id', '=', companyId)
    .execute();
  return tx
    .selectFrom('candor.candidate')
    .select(['id', 'retire_at', 'retention_kept_at'])
    .where('company_id', '=', companyId)
    .where((where) =>
      where.or([
        where('retire_at', 'is not', null),
        where.exists(
          where
            .selectFrom('candor.application')
            .select('candor.application.id')
            .whereRef('candor.application.candidate_id', '=', 'candor.candidate.id')
            .where(
              'stage',
              '=',
              anyOf(stages.map((row) => row.stage).filter((stage) => timed.has(foldStage(stage)))),
            ),
        ),
      ]),
    )
    .orderBy('id')
    .execute();
};

const decide = async (tx: Tx, candidate: Candidate, rules: readonly RetentionRule[], now: number) => {
  const applications = await tx
    .selectFrom('candor.application')
    .select(['stage', 'stage_since as stageSince'])
    .where('candidate_id', '=', candidate.id)
    .execute();
  return decideRetention(
    {
      applications,
      isOnHold: (await readOnHold(tx, [candidate.id])).has(candidate.id),
      rules,
      keptAt: candidate.retention_kept_at ?? undefined,
      retireAt: candidate.retire_at ?? undefined,
    },
    now,
  );
};

/** Asked once more under the lock: somebody may have said meanwhile that they stay. */
const retire = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  candidateId: CandidateId,
): Promise<void> => {
  await lockThreads(tx, companyId);
  const candidate = await tx
    .selectFrom('candor.candidate')
    .select(['id', 'retire_at', 'retention_kept_at'])
    .where('id', '=', candidateId)
    .forUpdate()
    .executeTakeFirst();
  if (candidate?.retire_at == null) return;
  const decided = await decide(tx, candidate, await readRules(tx, companyId), services.clock.now());
  if (!decided.retire || !decided.isDue || decided.at > services.clock.now()) return;
  await eraseCandidate(services, tx, { companyId, candidateId, because: 'retired' });
};
