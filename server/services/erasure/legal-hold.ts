/* Sets and lifts a candidate's legal hold; the company's owner and admins do. What it stops is in on-hold.ts and where that is asked. */
import type { CandidateCard } from '../../../lib/contract/candidate.ts';
import type { SetHold } from '../../../lib/contract/erasure.ts';
import type { CandidateId, CompanyId } from '../../../lib/contract/ids.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import { reckonErasure } from '../ingest/gone-copies.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import { readCards } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { reasonPlace } from './read-holds.ts';

/** One that stands is worded anew. Throws: not-found. */
export const setHold = (
  services: Services,
  actor: Actor,
  { candidateId, reason }: SetHold,
): Promise<CandidateCard> =>
  change(services, actor, candidateId, async (tx) => {
    const { companyId, personId } = actor;
    const hold = {
      reason_sealed: await services.sealing.sealText(
        tx,
        companyId,
        undefined,
        reasonPlace(candidateId),
        reason,
      ),
      set_by: personId,
      set_at: services.clock.now(),
    };
    await tx
      .insertInto('candor.legal_hold')
      .values({ candidate_id: candidateId, company_id: companyId, ...hold })
      .onConflict((conflict) => conflict.column('candidate_id').doUpdateSet(hold))
      .execute();
    await tx.updateTable('candor.candidate').set({ retire_at: null }).where('id', '=', candidateId).execute();
  });

/** What was due meanwhile goes on being due; a candidate's own time begins with its whole week. Throws: not-found. */
export const liftHold = (
  services: Services,
  actor: Actor,
  candidateId: CandidateId,
): Promise<CandidateCard> =>
  change(services, actor, candidateId, async (tx) => {
    await tx.deleteFrom('candor.legal_hold').where('candidate_id', '=', candidateId).execute();
  });

const change = (
  services: Services,
  actor: Actor,
  candidateId: CandidateId,
  act: (tx: Tx) => Promise<void>,
): Promise<CandidateCard> => {
  const { companyId, personId } = actor;
  return services.db.transaction({ kind: 'company', companyId, actorId: personId }, async (tx) => {
    // The lock that whatever erases takes: of a hold and an erasure at once, one comes first.
    await lockThreads(tx, companyId);
    const candidate = await tx
      .selectFrom('candor.candidate')
      .select('id')
      .where('id', '=', candidateId)
      .forUpdate()
      .executeTakeFirst();
    if (candidate === undefined) throw new Failure('not-found', 'no such candidate');
    await act(tx);
    await reckonTheirMail(services, tx, companyId, candidateId);
    const [card] = await readCards(services, tx, actor, [candidateId]);
    if (card === undefined) throw new Failure('not-found', 'no such candidate');
    return card;
  });
};

/** When mail with them that was deleted in mailboxes leaves the record: not while the hold stands. */
const reckonTheirMail = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  candidateId: CandidateId,
): Promise<void> => {
  const messages = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread_candidate', 'candor.thread_candidate.thread_id', 'candor.message.thread_id')
    .select('candor.message.id')
    .where('candor.thread_candidate.candidate_id', '=', candidateId)
    .execute();
  await reckonErasure(
    services,
    tx,
    companyId,
    messages.map(({ id }) => id),
  );
};
