/*
 * What a person is told of mail that is hidden from them, by the company's tier: nothing, how much there is, or also which
 * colleagues are in contact. Looked up as the company; no thread, subject, participant outside or time comes out.
 */
import { sql } from 'kysely';
import type { CandidateId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { PersonRef } from '../../../lib/contract/person.ts';
import type { HiddenTier } from '../../../lib/domain/visibility.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';

/** Messages of a thread they read some of, as they are told how many more there are. Some may have gone between two looks. */
export const hiddenMessages = async (tx: Tx, actor: Actor, count: number): Promise<number> =>
  (await readTier(tx, actor)) === 'nothing' ? 0 : Math.max(0, count);

export type Hidden = { readonly hiddenCount: number; readonly contacts: PersonRef[] };

/** Of threads with these candidates of which the actor may read no message. */
export const readHidden = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  candidateIds: readonly CandidateId[],
): Promise<Hidden> => {
  const visible = new Set(await readRoots(tx, candidateIds));
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (company) => {
      const tier = await readTier(company, actor);
      if (tier === 'nothing') return { hiddenCount: 0, contacts: [] };
      const roots = await readRoots(company, candidateIds);
      const hidden = roots.filter((rootId) => !visible.has(rootId));
      const contacts = tier === 'contact' ? await readContacts(company, actor, hidden) : [];
      return { hiddenCount: hidden.length, contacts };
    },
  );
};

const readTier = async (tx: Tx, { companyId }: Actor): Promise<HiddenTier> =>
  (
    await tx
      .selectFrom('candor.policy')
      .select('hidden_tier')
      .where('company_id', '=', companyId)
      .executeTakeFirstOrThrow()
  ).hidden_tier;

/** Root threads filed on any of the candidates with a message on them, as far as the transaction may see. */
const readRoots = async (tx: Tx, candidateIds: readonly CandidateId[]): Promise<readonly ThreadId[]> => {
  const rows = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select('candor.thread.root_id')
    .distinct()
    .where('candor.thread.root_id', 'in', filedRoots(candidateIds))
    .where('candor.message.removed_at', 'is', null)
    .execute();
  return rows.map((row) => row.root_id);
};

/** Colleagues who stand in From, To or Cc on the threads, by name. Who is on Bcc, or has it by a way its header does not tell, is told of to nobody. */
const readContacts = async (tx: Tx, actor: Actor, rootIds: readonly ThreadId[]): Promise<PersonRef[]> => {
  const rows = await tx
    .selectFrom('candor.participant')
    .innerJoin('candor.message', 'candor.message.id', 'candor.participant.message_id')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .innerJoin('candor.person_address', (join) =>
      join
        .onRef('candor.person_address.company_id', '=', 'candor.participant.company_id')
        .onRef('candor.person_address.address_hash', '=', 'candor.participant.address_hash'),
    )
    .innerJoin('candor.person', 'candor.person.id', 'candor.person_address.person_id')
    .select(['candor.person.id', 'candor.person.name'])
    .distinct()
    .where('candor.thread.root_id', '=', anyOf(rootIds))
    .where('candor.message.removed_at', 'is', null)
    .where('candor.participant.role', '<>', 'bcc')
    .where('candor.person.is_active', '=', true)
    .where('candor.person.id', '<>', actor.personId)
    .orderBy('candor.person.name')
    .orderBy('candor.person.id')
    .execute();
  return rows.map(({ id, name }: { id: PersonId; name: string }) => ({ personId: id, name, isYou: false }));
};

/** Root threads filed on any of the candidates, as far as the transaction may see. */
export const filedRoots = (candidateIds: readonly CandidateId[]) =>
  sql<ThreadId>`(select t.root_id from candor.thread_candidate f join candor.thread t on t.id = f.thread_id where f.candidate_id in (${sql.join(candidateIds)}))`;
