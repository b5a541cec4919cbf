/* Asking a colleague for access, where the company told that they are in contact with a candidate; and taking it back. */
import { sql } from 'kysely';
import type { AccessRequestId, AskAccess } from '../../../lib/contract/access-request.ts';
import type { CandidateId, PersonId } from '../../../lib/contract/ids.ts';
import { Failure } from '../../base/failure.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { readHidden } from '../threads/hidden.ts';

/** After a no, the same is not asked again for so long. */
const restMs = 7 * 86_400_000;
/** Requests of one person that may wait at the same time. */
const mostWaiting = 30;

/**
 * Done once by its id. Throws: not-found for anybody whom the company did not name to the actor as in contact with the candidate;
 * cannot-answer for a colleague who does not work with the candidate; asks-waiting beyond 30 that wait; asked-before while one
 * waits, and for seven days after a no.
 */
export const askAccess = (services: Services, actor: Actor, ask: AskAccess): Promise<void> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    if (await isMine(tx, actor, ask.id)) return;
    await requireContact(services, tx, actor, ask.candidateId, ask.ownerId);
    await requireRest(services, tx, actor, ask);
    const reason = ask.reason === undefined || ask.reason === '' ? undefined : ask.reason;
    const inserted = await tx
      .insertInto('candor.access_request')
      .values({
        id: ask.id,
        company_id: actor.companyId,
        candidate_id: ask.candidateId,
        asker_id: actor.personId,
        owner_id: ask.ownerId,
        reason_sealed:
          reason === undefined
            ? null
            : await services.sealing.sealText(tx, actor.companyId, undefined, reasonPlace(ask.id), reason),
        state: 'waiting',
        asked_at: services.clock.now(),
        answered_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined) throw new Failure('asked-before', 'the same waits already');
  });

const isMine = async (tx: Tx, actor: Actor, id: AccessRequestId): Promise<boolean> =>
  (await tx
    .selectFrom('candor.access_request')
    .select('id')
    .where('id', '=', id)
    .where('asker_id', '=', actor.personId)
    .executeTakeFirst()) !== undefined;

const requireContact = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  candidateId: CandidateId,
  ownerId: PersonId,
): Promise<void> => {
  const { contacts } = await readHidden(services, tx, actor, [candidateId]);
  const card = await tx
    .selectFrom('candor.candidate')
    .select('id')
    .where('id', '=', candidateId)
    .executeTakeFirst();
  if (card === undefined || !contacts.some(({ personId }) => personId === ownerId))
    throw new Failure('not-found', 'nobody whom the actor was told of');
  const works = await services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    (company) =>
      company
        .selectFrom('candor.candidate_access')
        .select('person_id')
        .where('candidate_id', '=', candidateId)
        .where('person_id', '=', ownerId)
        .executeTakeFirst(),
  );
  if (works === undefined) throw new Failure('cannot-answer', 'the colleague may not open the candidate');
};

const requireRest = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { candidateId, ownerId }: AskAccess,
): Promise<void> => {
  const refused = await tx
    .selectFrom('candor.access_request')
    .select('id')
    .where('asker_id', '=', actor.personId)
    .where('owner_id', '=', ownerId)
    .where('candidate_id', '=', candidateId)
    .where('state', '=', 'refused')
    .where('answered_at', '>', services.clock.now() - restMs)
    .limit(1)
    .executeTakeFirst();
  if (refused !== undefined) throw new Failure('asked-before', 'the colleague said no a short while ago');
  const { count } = await tx
    .selectFrom('candor.access_request')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('asker_id', '=', actor.personId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  if (count >= mostWaiting) throw new Failure('asks-waiting', 'too many requests wait');
};

/** Throws: not-found for one that is not the actor's or waits no more. */
export const withdrawAsk = (services: Services, actor: Actor, id: AccessRequestId): Promise<void> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const row = await tx
      .updateTable('candor.access_request')
      .set({ state: 'withdrawn', answered_at: services.clock.now() })
      .where('id', '=', id)
      .where('asker_id', '=', actor.personId)
      .where('state', '=', 'waiting')
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) throw new Failure('not-found', 'no such request of the actor’s that waits');
  });

export const reasonPlace = (id: AccessRequestId) => ({
  table: 'access_request',
  row: id,
  column: 'reason_sealed',
});
