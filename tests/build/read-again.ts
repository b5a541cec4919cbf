type Reading = { readonly message_id: string; readonly person_id: string };

const overrideMs = 24 * 3_600_000;

/**
 * Who may read what, said a second time: in one slow query over the bare facts, by somebody who looked at neither `readable` nor
 * the triggers, only at the rule as it is written down. Gives every pair of a message and a person who may read it.
 */
export const readAgain = (
  query: (sql: string) => Promise<readonly Reading[]>,
  companyId: string,
  now: number,
): Promise<readonly Reading[]> =>
  query(`
    with open_candidate as (
      select c.id as candidate_id, p.id as person_id
      from candor.candidate c join candor.person p on p.company_id = c.company_id
      where p.role = 'recruiter' or p.id = c.owner_id or p.id in (
        select t.person_id from candor.team_member t join candor.application a on a.job_id = t.job_id
        where a.candidate_id = c.id)
    ), owner as (
      select c.message_id, c.person_id, coalesce(s.stance, 'default') as stance,
        (c.message_id, c.person_id) not in (select w.message_id, w.person_id from candor.withheld w) as gives
      from candor.message_copy c
      left join candor.stance s on s.thread_id = c.thread_id and s.person_id = c.person_id
    )
    select m.id as message_id, p.id as person_id
    from candor.message m
    join candor.person p on p.company_id = m.company_id and p.is_active
    join candor.policy policy on policy.company_id = m.company_id
    where m.company_id = '${companyId}' and m.removed_at is null and (
      p.id in (select o.person_id from owner o where o.message_id = m.id)
      or exists (
        select from candor.participant x join candor.person_address a on a.address_hash = x.address_hash
        where x.message_id = m.id and a.person_id = p.id)
      or exists (
        select from candor."grant" g join owner o on o.person_id = g.owner_id and o.message_id = m.id and o.gives
        where g.thread_id = m.thread_id and g.grantee_id = p.id and coalesce(g.ends_at, 9e15) > ${now})
      or p.id in (
        select c.person_id from open_candidate c
        join candor.thread_candidate f on f.candidate_id = c.candidate_id
        where f.thread_id = m.thread_id)
        and 'private' not in (select o.stance from owner o where o.message_id = m.id)
        and exists (
          select from owner o where o.message_id = m.id and o.gives and (
            o.stance = 'shared' or o.stance = 'default' and policy.default_visibility = 'record-access'))
      or policy.is_override_allowed and exists (
        select from candor.override_use u
        where u.thread_id = m.thread_id and u.person_id = p.id and u.used_at + ${overrideMs} > ${now})
    )`);
