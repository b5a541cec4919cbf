/*
 * The end of a colleague's access, by the owner or an admin: signed out everywhere at once, their mailboxes off and the ways in
 * forgotten. What becomes of the mail they brought is chosen in so many words. Nobody gains sight of what is private.
 */
import { type RawBuilder, sql } from 'kysely';
import type { CandidateId, CompanyId, MailboxId, PersonId } from '../../../lib/contract/ids.ts';
import type { EndAccess, LeavingPreview, ListedColleague } from '../../../lib/contract/leaving.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { partWithProvider, takeOff } from '../mailboxes/switches.ts';
import type { Services } from '../services.ts';
import { listColleagues, requireChangeable } from './colleagues.ts';

/** Throws: not-found, policy-forbids. */
export const previewLeaving = async (
  services: Services,
  actor: Actor,
  personId: PersonId,
): Promise<LeavingPreview> => {
  const { counts, byCandidate } = await services.db.transaction(
    { kind: 'company', companyId: actor.companyId },
    async (tx) => ({
      counts: await countTheirs(tx, actor, personId),
      byCandidate: await countByCandidate(tx, personId),
    }),
  );
  // As the admin: who they may not open is not named.
  const names = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    tx
      .selectFrom('candor.candidate')
      .select(['id', 'name'])
      .where('id', '=', anyOf([...byCandidate.keys()]))
      .orderBy('name')
      .orderBy('id')
      .limit(mostCandidates)
      .execute(),
  );
  return {
    ...counts,
    withCandidates: names.flatMap(({ id, name }) => {
      const conversations = byCandidate.get(id);
      return conversations === undefined ? [] : [{ candidateId: id, name, conversations }];
    }),
  };
};

const mostCandidates = 200;

const countByCandidate = async (tx: Tx, personId: PersonId): Promise<ReadonlyMap<CandidateId, number>> => {
  const { rows } = await sql<{ candidate_id: CandidateId; count: number }>`
    select f.candidate_id, count(distinct t.root_id)::int as count
    from candor.thread t join candor.thread_candidate f on f.thread_id = t.id
    where ${isTheirs(personId)}
    group by f.candidate_id`.execute(tx);
  return new Map(rows.map((row) => [row.candidate_id, row.count]));
};

const countTheirs = async (
  tx: Tx,
  actor: Actor,
  personId: PersonId,
): Promise<Omit<LeavingPreview, 'withCandidates'>> => {
  await requireChangeable(tx, actor, personId);
  const { rows } = await sql<Omit<LeavingPreview, 'withCandidates'>>`
      with theirs as (
        select t.id, t.root_id, ${isPrivate} as is_private, ${isHeldByOthers(personId)} as is_shared
        from candor.thread t where ${isTheirs(personId)}
      ), message as (
        select m.id,
          exists (
            select from candor.message_copy o where o.message_id = m.id and o.person_id <> ${personId}) as is_shared,
          exists (
            select from candor.thread_candidate f join candor.legal_hold h on h.candidate_id = f.candidate_id
            where f.thread_id = m.thread_id) as is_on_hold
        from candor.message m
        where exists (select from candor.message_copy c where c.message_id = m.id and c.person_id = ${personId})
      )
      select
        (select count(*) from candor.mailbox b where b.person_id = ${personId} and b.state <> 'off')::int as mailboxes,
        (select count(distinct root_id) from theirs)::int as conversations,
        (select count(distinct root_id) from theirs where is_private)::int as "privateConversations",
        (select count(distinct root_id) from theirs where is_shared)::int as "sharedConversations",
        (select count(*) from message where not is_shared and not is_on_hold)::int as "erasedMessages",
        (select count(*) from message where is_shared and not is_on_hold)::int as "sharedMessages",
        (select count(*) from message where is_on_hold)::int as "onHoldMessages"`.execute(tx);
  const [counts] = rows;
  if (counts === undefined) throw new Error('counts were not given');
  return counts;
};

/**
 * Asked again it does what is left to do. `endSessions`: given by the edge, because sessions are the sign-in library's.
 * Throws: not-found, policy-forbids; bad-input for an heir who is no active colleague.
 */
export const endAccess = async (
  services: Services,
  actor: Actor,
  endSessions: (authUserId: string) => Promise<void>,
  order: EndAccess,
): Promise<ListedColleague[]> => {
  const { companyId } = actor;
  const { personId } = order;
  const { authUserId, off } = await services.db.transaction(
    { kind: 'company', companyId, actorId: actor.personId },
    async (tx) => {
      const { auth_user_id: authUserId } = await requireChangeable(tx, actor, personId);
      // First of all: the company's lock that it takes is the one that grants and stances take a share of.
      await tx.updateTable('candor.person').set({ is_active: false }).where('id', '=', personId).execute();
      if (order.mail === 'pass-on') await passOn(services, tx, companyId, order);
      if (order.mail === 'hide') await hide(services, tx, companyId, personId);
      await tx.deleteFrom('candor.consent').where('person_id', '=', personId).execute();
      const off = await turnAllOff(services, tx, { companyId, personId }, order.mail);
      const facts = {
        person_id: personId,
        mail: order.mail,
        heir_id: order.mail === 'pass-on' ? order.heirId : null,
      };
      await sql`select app.audit('colleague-left', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
      return { authUserId, off };
    },
  );
  if (authUserId !== null) await endSessions(authUserId);
  for (const { mailboxId, held } of off) await partWithProvider(services, mailboxId, held);
  return listColleagues(services, actor);
};

const turnAllOff = async (
  services: Services,
  tx: Tx,
  owner: { readonly companyId: CompanyId; readonly personId: PersonId },
  mail: EndAccess['mail'],
) => {
  const mailboxes = await tx
    .selectFrom('candor.mailbox')
    .select('id')
    .where('person_id', '=', owner.personId)
    .orderBy('id')
    .execute();
  const off: { mailboxId: MailboxId; held: Awaited<ReturnType<typeof takeOff>> }[] = [];
  for (const { id } of mailboxes)
    off.push({
      mailboxId: id,
      held: await takeOff(services, tx, owner, id, mail === 'erase' ? 'erase' : 'keep'),
    });
  return off;
};

/** Of the leaver's own conversations, but for those that they or another owner made private. */
const passOn = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  { personId, heirId }: Extract<EndAccess, { mail: 'pass-on' }>,
): Promise<void> => {
  const heir = await tx
    .selectFrom('candor.person')
    .select('id')
    .where('id', '=', heirId)
    .where('company_id', '=', companyId)
    .where('is_active', '=', true)
    .executeTakeFirst();
  if (heir === undefined) throw new Failure('bad-input', 'mail is passed on to an active colleague');
  await sql`
    insert into candor."grant" (company_id, thread_id, owner_id, grantee_id, granted_at)
    select ${companyId}::uuid, t.id, ${personId}::uuid, ${heirId}::uuid, ${services.clock.now()}::bigint
    from candor.thread t where ${isTheirs(personId)} and not ${isPrivate}
    order by t.id
    on conflict (thread_id, owner_id, grantee_id) do update set ends_at = null`.execute(tx);
};

/** A conversation that a colleague's mailbox holds too is that colleague's to show. */
const hide = async (services: Services, tx: Tx, companyId: CompanyId, personId: PersonId): Promise<void> => {
  const now = services.clock.now();
  await sql`
    insert into candor.stance (company_id, thread_id, person_id, stance, set_at)
    select ${companyId}::uuid, t.id, ${personId}::uuid, 'private', ${now}::bigint
    from candor.thread t where ${isTheirs(personId)} and not ${isHeldByOthers(personId)}
    order by t.id
    on conflict (thread_id, person_id) do update set stance = 'private', set_at = excluded.set_at
    where candor.stance.stance <> 'private'`.execute(tx);
};

/** Of a thread `t`: a mailbox of the person's holds some of it. */
const isTheirs = (personId: PersonId): RawBuilder<boolean> =>
  sql`exists (select from candor.message_copy c where c.thread_id = t.id and c.person_id = ${personId})`;

/** Whoever made it so: an owner may let somebody read it all the same, but nobody does that in their name. */
const isPrivate = sql<boolean>`exists (
  select from candor.stance s where s.thread_id = t.id and s.stance = 'private')`;

const isHeldByOthers = (personId: PersonId): RawBuilder<boolean> =>
  sql`exists (
    select from candor.message_copy o join candor.person p on p.id = o.person_id and p.is_active
    where o.thread_id = t.id and o.person_id <> ${personId})`;
