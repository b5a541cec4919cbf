-- candor.message_reader: which person may read which message, and by which rights. The rule is lib/domain/readable.ts; a
-- property test holds the two together. Rights are worked out anew for the messages a change touches, set by set.

-- Generic plans, because this runs with each copy stored, and planning it anew would take three times as long as running
-- it; by indexes, because a plan kept from when the tables were empty would read them whole.
create function app.refresh_readers(messages uuid[]) returns void
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
begin
  if coalesce(cardinality(messages), 0) = 0 then
    return;
  end if;
  perform from candor.thread t
  where t.id in (select m.thread_id from candor.message m where m.id = any (messages))
  order by t.id for no key update;

  with message as materialized (
    select m.id, m.thread_id, m.company_id, p.default_visibility, p.is_override_allowed
    from candor.message m
    -- Not while the company itself is being deleted.
    join candor.company y on y.id = m.company_id
    left join candor.policy p on p.company_id = m.company_id
    where m.id = any (messages)
  ), owner as materialized (
    select distinct c.message_id, c.person_id from candor.message_copy c where c.message_id = any (messages)
  ), team_open as (
    select m.id, m.thread_id
    from message m
    join owner o on o.message_id = m.id
    left join candor.stance s on s.thread_id = m.thread_id and s.person_id = o.person_id
    group by m.id, m.thread_id, m.default_visibility
    having not bool_or(coalesce(s.stance = 'private', false))
      and bool_or(s.stance = 'shared' or (coalesce(s.stance, 'default') = 'default' and m.default_visibility = 'record-access'))
  ), fact(message_id, person_id, "right", ends_at) as (
    select o.message_id, o.person_id, 'copy', null::bigint from owner o
    union all
    select p.message_id, a.person_id, 'participant', null
    from candor.participant p
    join candor.person_address a on a.company_id = p.company_id and a.address_hash = p.address_hash
    where p.message_id = any (messages)
    union all
    select m.id, g.grantee_id, 'grant', g.ends_at
    from message m
    join candor."grant" g on g.thread_id = m.thread_id
    join owner o on o.message_id = m.id and o.person_id = g.owner_id
    union all
    select t.id, a.person_id, 'team', null
    from team_open t
    join candor.thread_candidate f on f.thread_id = t.thread_id
    join candor.candidate_access a on a.candidate_id = f.candidate_id and a.can_read_mail
    union all
    select m.id, u.person_id, 'override', null
    from message m
    join candor.override_use u on u.thread_id = m.thread_id
    where m.is_override_allowed
  ), want as materialized (
    select m.company_id, f.message_id, m.thread_id, f.person_id,
      array_agg(distinct f."right") as rights,
      case when bool_or(f.ends_at is null) then null else max(f.ends_at) end as ends_at
    from fact f
    join message m on m.id = f.message_id
    join candor.person p on p.id = f.person_id and p.company_id = m.company_id and p.is_active
    group by m.company_id, f.message_id, m.thread_id, f.person_id
  ), gone as (
    delete from candor.message_reader r
    where r.message_id = any (messages)
      and not exists (select from want w where w.message_id = r.message_id and w.person_id = r.person_id)
  )
  insert into candor.message_reader as r (company_id, message_id, thread_id, person_id, rights, ends_at)
  select company_id, message_id, thread_id, person_id, rights, ends_at from want
  on conflict (person_id, message_id) do update
    set thread_id = excluded.thread_id, rights = excluded.rights, ends_at = excluded.ends_at
  where (r.thread_id, r.rights, r.ends_at) is distinct from (excluded.thread_id, excluded.rights, excluded.ends_at);
end $$;

create function app.refresh_threads(threads uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  -- Locked first: a message another transaction is adding to one of these threads is then seen.
  perform from candor.thread t where t.id = any (threads) order by t.id for no key update;
  perform app.refresh_readers(array(select m.id from candor.message m where m.thread_id = any (threads)));
end $$;

-- Messages: a new one matters before it has copies only where an override was used on its thread.
create function app.on_message() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  ids uuid[];
begin
  if tg_op = 'INSERT' then
    if not exists (select from new_rows n join candor.override_use u on u.thread_id = n.thread_id) then
      return null;
    end if;
    perform app.lock_company(array(select distinct company_id from new_rows), false);
    select array_agg(n.id) into ids from new_rows n;
  else
    select array_agg(n.id) into ids
    from new_rows n join old_rows o on o.id = n.id where n.thread_id <> o.thread_id;
    if ids is null then
      return null;
    end if;
    perform app.lock_company(array(select distinct company_id from new_rows), false);
  end if;
  perform app.refresh_readers(ids);
  return null;
end $$;
create trigger reader_insert after insert on candor.message referencing new table as new_rows
  for each statement execute function app.on_message();
create trigger reader_update after update on candor.message referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_message();

create function app.on_message_copy() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  ids uuid[];
begin
  if tg_op = 'INSERT' then
    perform app.lock_company(array(select distinct company_id from new_rows), false);
    select array_agg(distinct message_id) into ids from new_rows;
  elsif tg_op = 'DELETE' then
    perform app.lock_company(array(select distinct company_id from old_rows), false);
    select array_agg(distinct message_id) into ids from old_rows;
  else
    select array_agg(distinct x.message_id) into ids
    from (
      select unnest(array[n.message_id, o.message_id]) as message_id
      from new_rows n join old_rows o on o.id = n.id
      where (n.message_id, n.person_id) is distinct from (o.message_id, o.person_id)) x;
    perform app.lock_company(array(select distinct company_id from new_rows where ids is not null), false);
  end if;
  perform app.refresh_readers(ids);
  return null;
end $$;
create trigger reader_insert after insert on candor.message_copy referencing new table as new_rows
  for each statement execute function app.on_message_copy();
create trigger reader_update after update on candor.message_copy referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_message_copy();
create trigger reader_delete after delete on candor.message_copy referencing old table as old_rows
  for each statement execute function app.on_message_copy();

-- Participants: most are nobody of the company, and change nothing.
create function app.on_participant() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  ids uuid[];
begin
  -- Shared with whoever proves an address to be a person's, so that one of the two sees the other.
  if tg_op = 'INSERT' then
    select array_agg(distinct company_id) into companies from new_rows;
    perform app.lock_company(companies, false);
    select array_agg(distinct x.message_id) into ids
    from new_rows x
    join candor.person_address a on a.company_id = x.company_id and a.address_hash = x.address_hash;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct company_id) into companies from old_rows;
    perform app.lock_company(companies, false);
    select array_agg(distinct x.message_id) into ids
    from old_rows x
    join candor.person_address a on a.company_id = x.company_id and a.address_hash = x.address_hash;
  else
    select array_agg(distinct company_id) into companies from new_rows;
    perform app.lock_company(companies, false);
    select array_agg(distinct x.message_id) into ids
    from (select message_id from new_rows union select message_id from old_rows) x;
  end if;
  perform app.refresh_readers(ids);
  return null;
end $$;
create trigger reader_insert after insert on candor.participant referencing new table as new_rows
  for each statement execute function app.on_participant();
create trigger reader_update after update on candor.participant referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_participant();
create trigger reader_delete after delete on candor.participant referencing old table as old_rows
  for each statement execute function app.on_participant();

-- Facts of a thread: stance, grant, override, what it is filed on.
create function app.on_thread_fact() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  threads uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct company_id), array_agg(distinct thread_id) into companies, threads from new_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct company_id), array_agg(distinct thread_id) into companies, threads from old_rows;
  else
    select array_agg(distinct company_id), array_agg(distinct thread_id) into companies, threads
    from (select company_id, thread_id from new_rows union select company_id, thread_id from old_rows) x;
  end if;
  if threads is not null then
    perform app.lock_company(companies, false);
    perform app.refresh_threads(threads);
  end if;
  return null;
end $$;
do $$
declare
  name text;
begin
  foreach name in array '{stance,grant,override_use,thread_candidate}'::text[] loop
    execute format(
      'create trigger reader_insert after insert on candor.%I referencing new table as new_rows
         for each statement execute function app.on_thread_fact()', name);
    execute format(
      'create trigger reader_update after update on candor.%I referencing old table as old_rows new table as new_rows
         for each statement execute function app.on_thread_fact()', name);
    execute format(
      'create trigger reader_delete after delete on candor.%I referencing old table as old_rows
         for each statement execute function app.on_thread_fact()', name);
  end loop;
end $$;

-- Access to a candidate: the threads filed on that candidate. Whoever changes it holds the company's lock.
create function app.on_candidate_access() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  candidates uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct candidate_id) into candidates from new_rows where can_read_mail;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct candidate_id) into candidates from old_rows where can_read_mail;
  else
    select array_agg(distinct n.candidate_id) into candidates
    from new_rows n join old_rows o on o.person_id = n.person_id and o.candidate_id = n.candidate_id
    where n.can_read_mail <> o.can_read_mail;
  end if;
  if candidates is not null then
    perform app.refresh_threads(
      array(select distinct f.thread_id from candor.thread_candidate f where f.candidate_id = any (candidates)));
  end if;
  return null;
end $$;
create trigger reader_insert after insert on candor.candidate_access referencing new table as new_rows
  for each statement execute function app.on_candidate_access();
create trigger reader_update after update on candor.candidate_access
  referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_candidate_access();
create trigger reader_delete after delete on candor.candidate_access referencing old table as old_rows
  for each statement execute function app.on_candidate_access();

-- Addresses proven to be a person's: messages they stand on.
create function app.on_person_address() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  hashes bytea[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct company_id), array_agg(address_hash) into companies, hashes from new_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct company_id), array_agg(address_hash) into companies, hashes from old_rows;
  else
    select array_agg(distinct company_id), array_agg(address_hash) into companies, hashes
    from (select company_id, address_hash from new_rows union select company_id, address_hash from old_rows) x;
  end if;
  if hashes is not null then
    perform app.lock_company(companies, true);
    perform app.refresh_readers(array(
      select distinct p.message_id from candor.participant p
      where p.company_id = any (companies) and p.address_hash = any (hashes)));
  end if;
  return null;
end $$;
create trigger reader_insert after insert on candor.person_address referencing new table as new_rows
  for each statement execute function app.on_person_address();
create trigger reader_update after update on candor.person_address
  referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_person_address();
create trigger reader_delete after delete on candor.person_address referencing old table as old_rows
  for each statement execute function app.on_person_address();

-- A person leaving, coming back, or going for good (what they owned may then open to others, or close).
create function app.on_person_readers() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  people uuid[];
begin
  select array_agg(distinct n.company_id), array_agg(n.id) into companies, people
  from new_rows n join old_rows o on o.id = n.id
  where (n.is_active, n.company_id) is distinct from (o.is_active, o.company_id);
  if people is not null then
    perform app.lock_company(companies, true);
    perform app.refresh_readers(array(
      select r.message_id from candor.message_reader r where r.person_id = any (people)
      union
      select c.message_id from candor.message_copy c where c.person_id = any (people)
      union
      select p.message_id from candor.participant p
      join candor.person_address a on a.company_id = p.company_id and a.address_hash = p.address_hash
      where a.person_id = any (people)
      union
      select m.id from candor.message m join candor."grant" g on g.thread_id = m.thread_id where g.grantee_id = any (people)
      union
      select m.id from candor.message m join candor.override_use u on u.thread_id = m.thread_id
      where u.person_id = any (people)));
  end if;
  return null;
end $$;
-- After access_update, which sorts out the right by team.
create trigger reader_update after update on candor.person referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_person_readers();

create function app.on_policy() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(company_id) into companies from new_rows;
  else
    select array_agg(n.company_id) into companies
    from new_rows n join old_rows o on o.company_id = n.company_id
    where (n.default_visibility, n.is_override_allowed) is distinct from (o.default_visibility, o.is_override_allowed);
  end if;
  if companies is not null then
    perform app.lock_company(companies, true);
    perform app.refresh_readers(array(select m.id from candor.message m where m.company_id = any (companies)));
  end if;
  return null;
end $$;
create trigger reader_insert after insert on candor.policy referencing new table as new_rows
  for each statement execute function app.on_policy();
create trigger reader_update after update on candor.policy referencing old table as old_rows new table as new_rows
  for each statement execute function app.on_policy();

create index on candor.message_copy (person_id);
