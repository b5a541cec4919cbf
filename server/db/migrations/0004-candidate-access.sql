-- candor.candidate_access: which person may open which candidate, and their mail. The rule is lib/domain/candidate-access.ts.
--
-- Locks, so that of two transactions each missing the other's facts none leaves a right that should not be: a company-wide
-- fact (a person, a team, an application, the policy) takes the company's lock alone; a fact of one thread takes it shared
-- and then the thread's row. Each statement after a lock sees what was committed before it.

create function app.lock_company(companies uuid[], alone boolean) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  key bigint;
begin
  for key in
    select distinct hashtextextended(c::text, 1) from unnest(companies) c where c is not null order by 1
  loop
    if alone then
      perform pg_advisory_xact_lock(key);
    else
      perform pg_advisory_xact_lock_shared(key);
    end if;
  end loop;
end $$;

-- Brings the rows of these people (null: all) with these candidates (null: all) in line with the facts.
create function app.refresh_candidate_access(companies uuid[], people uuid[], candidates uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  with fact as (
    select c.company_id, p.id as person_id, c.id as candidate_id,
      p.role = 'recruiter' or coalesce(c.owner_id = p.id, false) or exists (
        select from candor.application a
        join candor.team_member t on t.job_id = a.job_id and t.person_id = p.id
        where a.candidate_id = c.id) as can_read_mail,
      p.role in ('owner', 'admin') as sees_card
    from candor.candidate c
    join candor.person p on p.company_id = c.company_id and p.is_active
    where c.company_id = any (companies)
      and exists (select from candor.company y where y.id = c.company_id)
      and (people is null or p.id = any (people))
      and (candidates is null or c.id = any (candidates))
  ), want as (
    select * from fact where can_read_mail or sees_card
  ), gone as (
    delete from candor.candidate_access a
    where a.company_id = any (companies)
      and (people is null or a.person_id = any (people))
      and (candidates is null or a.candidate_id = any (candidates))
      and not exists (
        select from want w where w.person_id = a.person_id and w.candidate_id = a.candidate_id)
  )
  insert into candor.candidate_access as a (company_id, person_id, candidate_id, can_read_mail)
  select company_id, person_id, candidate_id, can_read_mail from want
  on conflict (person_id, candidate_id) do update set can_read_mail = excluded.can_read_mail
  where a.can_read_mail <> excluded.can_read_mail;
end $$;

create function app.on_person() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  people uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct company_id), array_agg(id) into companies, people from new_rows;
  else
    select array_agg(distinct n.company_id), array_agg(n.id) into companies, people
    from new_rows n join old_rows o on o.id = n.id
    where (n.role, n.is_active, n.company_id) is distinct from (o.role, o.is_active, o.company_id);
  end if;
  if people is not null then
    perform app.lock_company(companies, true);
    perform app.refresh_candidate_access(companies, people, null);
  end if;
  return null;
end $$;
-- The rows of a person who is deleted go with them.
create trigger access_insert after insert on candor.person referencing new table as new_rows
  for each statement execute function app.on_person();
create trigger access_update after update on candor.person referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_person();

create function app.on_candidate() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  ids uuid[];
begin
  if tg_op = 'INSERT' then
    -- Nothing can be filed on a candidate nobody else sees yet.
    select array_agg(distinct company_id), array_agg(id) into companies, ids from new_rows;
    perform app.lock_company(companies, false);
  else
    select array_agg(distinct n.company_id), array_agg(n.id) into companies, ids
    from new_rows n join old_rows o on o.id = n.id
    where (n.owner_id, n.company_id) is distinct from (o.owner_id, o.company_id);
    perform app.lock_company(companies, true);
  end if;
  if ids is not null then
    perform app.refresh_candidate_access(companies, null, ids);
  end if;
  return null;
end $$;
create trigger access_insert after insert on candor.candidate referencing new table as new_rows
  for each statement execute function app.on_candidate();
create trigger access_update after update on candor.candidate referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_candidate();

create function app.on_application() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  ids uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct company_id), array_agg(distinct candidate_id) into companies, ids from new_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct company_id), array_agg(distinct candidate_id) into companies, ids from old_rows;
  else
    select array_agg(distinct x.company_id), array_agg(distinct x.candidate_id) into companies, ids
    from (
      select n.company_id, unnest(array[n.candidate_id, o.candidate_id]) as candidate_id
      from new_rows n join old_rows o on o.id = n.id
      where (n.candidate_id, n.job_id) is distinct from (o.candidate_id, o.job_id)) x;
  end if;
  if ids is not null then
    perform app.lock_company(companies, true);
    perform app.refresh_candidate_access(companies, null, ids);
  end if;
  return null;
end $$;
create trigger access_insert after insert on candor.application referencing new table as new_rows
  for each statement execute function app.on_application();
create trigger access_update after update on candor.application referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_application();
create trigger access_delete after delete on candor.application referencing old table as old_rows
  for each statement execute function app.on_application();

create function app.on_team_member() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  people uuid[];
  ids uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct company_id), array_agg(distinct person_id) into companies, people from new_rows;
    perform app.lock_company(companies, true);
    select array_agg(distinct a.candidate_id) into ids
    from candor.application a join new_rows t on t.job_id = a.job_id;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct company_id), array_agg(distinct person_id) into companies, people from old_rows;
    perform app.lock_company(companies, true);
    select array_agg(distinct a.candidate_id) into ids
    from candor.application a join old_rows t on t.job_id = a.job_id;
  else
    select array_agg(distinct company_id), array_agg(distinct person_id) into companies, people
    from (select company_id, person_id from new_rows union select company_id, person_id from old_rows) x;
    perform app.lock_company(companies, true);
  end if;
  if tg_op = 'UPDATE' or ids is not null then
    perform app.refresh_candidate_access(companies, people, ids);
  end if;
  return null;
end $$;
create trigger access_insert after insert on candor.team_member referencing new table as new_rows
  for each statement execute function app.on_team_member();
create trigger access_update after update on candor.team_member referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_team_member();
create trigger access_delete after delete on candor.team_member referencing old table as old_rows
  for each statement execute function app.on_team_member();
