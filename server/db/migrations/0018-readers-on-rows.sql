-- Who may read a message stands on the message itself, and who may read any of a thread on the thread, so that a policy
-- compares what the row holds instead of looking elsewhere for each row. The rule is lib/domain/readable.ts, as before.
--
-- reader_ids   people with a right that stays
-- reader_ends  people whose every right is a grant with an end, and when the last of them ends: {"person id": epoch ms}
--
-- Worked out once a transaction, as it commits, from the facts as they are then: triggers note which messages and threads to
-- look at. So a page of mail costs one look, whatever it writes in whichever order. Within a transaction the rights are
-- those from before it.
--
-- Locks are those of 0004 and are taken with the fact, the company's before a thread's. Working rights out writes the rows of
-- messages, after their thread's row is locked; whoever else writes those should lock the thread's row first.

alter table candor.message
  add column reader_ids uuid[] not null default '{}',
  add column reader_ends jsonb;
alter table candor.thread
  add column reader_ids uuid[] not null default '{}',
  add column reader_ends jsonb;
-- Moved out of the row, it would be fetched for each row that is looked at.
alter table candor.message alter column reader_ids set storage main;
alter table candor.thread alter column reader_ids set storage main;

drop trigger reader_insert on candor.message;
drop trigger reader_update on candor.message;
drop trigger tell_update on candor.message;
drop trigger tell_delete on candor.message;

-- From what stood in candor.message_reader.
with reader as (
  select message_id,
    coalesce(array_agg(person_id order by person_id) filter (where ends_at is null), '{}') as ids,
    jsonb_object_agg(person_id, ends_at) filter (where ends_at is not null) as ends
  from candor.message_reader
  group by message_id)
update candor.message m set reader_ids = r.ids, reader_ends = r.ends from reader r where r.message_id = m.id;

with one as (
  select thread_id, person_id, case when bool_or(ends_at is null) then null else max(ends_at) end as ends_at
  from candor.message_reader
  group by thread_id, person_id
), reader as (
  select thread_id,
    coalesce(array_agg(person_id order by person_id) filter (where ends_at is null), '{}') as ids,
    jsonb_object_agg(person_id, ends_at) filter (where ends_at is not null) as ends
  from one
  group by thread_id)
update candor.thread t set reader_ids = r.ids, reader_ends = r.ends from reader r where r.thread_id = t.id;

-- What the end of the transaction sees to: lists of ids by name, gathered in settings of the transaction.

create function app.gathered(list text) returns uuid[] language sql stable
  return coalesce(nullif(current_setting(list, true), ''), '{}')::uuid[];

create function app.gather(list text, more uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(cardinality(more), 0) = 0 then
    return;
  end if;
  perform set_config(list, array(select unnest(app.gathered(list)) union select unnest(more))::text, true);
  if coalesce(current_setting('app.is_commit_due', true), '') = '' then
    perform set_config('app.is_commit_due', 'yes', true);
    insert into app.news_due default values;
  end if;
end $$;

-- Rights of these messages, and of all messages of these threads.
create function app.readers_due(messages uuid[], threads uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform app.gather('app.messages_due', messages);
  perform app.gather('app.threads_due', threads);
end $$;

-- People who are to be told.
create or replace function app.tell(people uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform app.gather('app.people_told', array_remove(people, null));
end $$;

-- Threads whose readers are to be told, once the rights are worked out.
create or replace function app.tell_thread_readers(threads uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform app.gather('app.threads_told', threads);
end $$;

create function app.readers_now(ids uuid[], ends jsonb) returns setof uuid language sql stable
begin atomic
  select unnest(ids)
  union all
  select e.key::uuid from jsonb_each_text(ends) e where e.value::bigint > app.now_ms();
end;

-- Brings the rights in line with the facts, and gives the people who gained or lost sight of a message.
-- Generic plans and indexes for the reasons given in 0005; nothing here is worth compiling.
create function app.settle_readers(messages uuid[], threads uuid[]) returns uuid[]
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  locked uuid[];
  moved uuid[];
  ids uuid[];
  people uuid[];
begin
  -- Locked first: what another transaction does to one of these threads is then seen.
  locked := array(
    select unnest(threads)
    union
    select m.thread_id from candor.message m where m.id = any (messages));
  if cardinality(locked) = 0 then
    return '{}';
  end if;
  perform from candor.thread t where t.id = any (locked) order by t.id for no key update;
  moved := array(
    select distinct m.thread_id from candor.message m where m.id = any (messages) and m.thread_id <> all (locked));
  if cardinality(moved) > 0 then
    perform from candor.thread t where t.id = any (moved) order by t.id for no key update;
    locked := locked || moved;
  end if;
  ids := array(
    select m.id from candor.message m where m.thread_id = any (threads)
    union
    select unnest(messages));

  with message as materialized (
    select m.id, m.thread_id, m.company_id, m.reader_ids, m.reader_ends, m.removed_at is not null as is_removed,
      p.default_visibility, p.is_override_allowed
    from candor.message m
    -- Not while the company itself is being deleted.
    join candor.company y on y.id = m.company_id
    left join candor.policy p on p.company_id = m.company_id
    where m.id = any (ids)
  ), owner as materialized (
    select distinct c.message_id, c.person_id from candor.message_copy c where c.message_id = any (ids)
  ), team_open as (
    select m.id, m.thread_id
    from message m
    join owner o on o.message_id = m.id
    left join candor.stance s on s.thread_id = m.thread_id and s.person_id = o.person_id
    group by m.id, m.thread_id, m.default_visibility
    having not bool_or(coalesce(s.stance = 'private', false))
      and bool_or(s.stance = 'shared' or (coalesce(s.stance, 'default') = 'default' and m.default_visibility = 'record-access'))
  ), fact(message_id, person_id, ends_at) as (
    -- copy
    select o.message_id, o.person_id, null::bigint from owner o
    union all
    -- participant
    select p.message_id, a.person_id, null
    from candor.participant p
    join candor.person_address a on a.company_id = p.company_id and a.address_hash = p.address_hash
    where p.message_id = any (ids)
    union all
    -- grant
    select m.id, g.grantee_id, g.ends_at
    from message m
    join candor."grant" g on g.thread_id = m.thread_id
    join owner o on o.message_id = m.id and o.person_id = g.owner_id
    union all
    -- team
    select t.id, a.person_id, null
    from team_open t
    join candor.thread_candidate f on f.thread_id = t.thread_id
    join candor.candidate_access a on a.candidate_id = f.candidate_id and a.can_read_mail
    union all
    -- override
    select m.id, u.person_id, null
    from message m
    join candor.override_use u on u.thread_id = m.thread_id
    where m.is_override_allowed
  ), reader as (
    select f.message_id, f.person_id, case when bool_or(f.ends_at is null) then null else max(f.ends_at) end as ends_at
    from fact f
    join message m on m.id = f.message_id and not m.is_removed
    join candor.person p on p.id = f.person_id and p.company_id = m.company_id and p.is_active
    group by f.message_id, f.person_id
  ), want as (
    select m.id,
      coalesce(array_agg(r.person_id order by r.person_id) filter (where r.person_id is not null and r.ends_at is null), '{}')
        as reader_ids,
      jsonb_object_agg(r.person_id, r.ends_at) filter (where r.ends_at is not null) as reader_ends
    from message m
    left join reader r on r.message_id = m.id
    group by m.id
  ), change as materialized (
    select w.id, w.reader_ids, w.reader_ends, m.reader_ids as ids_before, m.reader_ends as ends_before
    from want w
    join message m on m.id = w.id
    where (w.reader_ids, w.reader_ends) is distinct from (m.reader_ids, m.reader_ends)
  ), written as (
    update candor.message m set reader_ids = c.reader_ids, reader_ends = c.reader_ends
    from change c
    where m.id = c.id
  )
  select array_agg(distinct differs.person_id) into people
  from change c
  cross join lateral (
    select b from unnest(c.ids_before) b where b <> all (c.reader_ids)
    union all
    select n from unnest(c.reader_ids) n where n <> all (c.ids_before)
    union all
    select e.key::uuid from jsonb_object_keys(coalesce(c.ends_before, '{}') || coalesce(c.reader_ends, '{}')) e(key)
    where c.ends_before -> e.key is distinct from c.reader_ends -> e.key
  ) differs(person_id);

  with kind as materialized (
    select distinct m.thread_id, m.reader_ids, m.reader_ends from candor.message m where m.thread_id = any (locked)
  ), fact(thread_id, person_id, ends_at) as (
    select k.thread_id, i.id, null::bigint from kind k cross join lateral unnest(k.reader_ids) i(id)
    union all
    select k.thread_id, e.key::uuid, e.value::bigint from kind k cross join lateral jsonb_each_text(k.reader_ends) e
  ), reader as (
    select f.thread_id, f.person_id, case when bool_or(f.ends_at is null) then null else max(f.ends_at) end as ends_at
    from fact f
    group by f.thread_id, f.person_id
  ), want as materialized (
    select t.id,
      coalesce(array_agg(r.person_id order by r.person_id) filter (where r.person_id is not null and r.ends_at is null), '{}')
        as reader_ids,
      jsonb_object_agg(r.person_id, r.ends_at) filter (where r.ends_at is not null) as reader_ends
    from unnest(locked) t(id)
    left join reader r on r.thread_id = t.id
    group by t.id
  )
  update candor.thread t set reader_ids = w.reader_ids, reader_ends = w.reader_ends
  from want w
  where t.id = w.id and (t.reader_ids, t.reader_ends) is distinct from (w.reader_ids, w.reader_ends);

  return coalesce(people, '{}');
end $$;

-- The end of a transaction: rights first, for they say whom the news is for.
create or replace function app.on_news_due() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  people uuid[];
  threads uuid[] := app.gathered('app.threads_told');
  list text;
begin
  people := app.settle_readers(app.gathered('app.messages_due'), app.gathered('app.threads_due'))
    || app.gathered('app.people_told');
  if cardinality(threads) > 0 then
    people := people || array(
      select distinct r from candor.thread t cross join lateral app.readers_now(t.reader_ids, t.reader_ends) r
      where t.id = any (threads));
  end if;
  foreach list in array '{messages_due,threads_due,people_told,threads_told,is_commit_due}'::text[] loop
    perform set_config('app.' || list, '', true);
  end loop;
  insert into candor.person_news as n (person_id, company_id, seq)
  select p.id, p.company_id, 1 from candor.person p where p.id = any (people) order by p.id
  on conflict (person_id) do update set seq = n.seq + 1;
  perform pg_notify('candor_news', p.id::text) from candor.person p where p.id = any (people);
  delete from app.news_due where id = new.id;
  return null;
end $$;

-- The facts.

create or replace function app.on_message() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform app.lock_company(array(select distinct company_id from new_rows), false);
    perform app.readers_due(array(select id from new_rows), '{}');
  else
    perform app.lock_company(array(select distinct company_id from old_rows), false);
    perform app.readers_due('{}', array(select distinct thread_id from old_rows));
    perform app.tell_thread_readers(array(select distinct thread_id from old_rows));
    perform app.tell(array(
      select distinct r from old_rows o cross join lateral app.readers_now(o.reader_ids, o.reader_ends) r));
  end if;
  return null;
end $$;
create trigger reader_insert after insert on candor.message referencing new table as new_rows
  for each statement execute function app.on_message();
create trigger reader_delete after delete on candor.message referencing old table as old_rows
  for each statement execute function app.on_message();

-- By row, so that the rights written as a transaction commits cost no call.
create function app.on_message_moved() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.lock_company(array[new.company_id], false);
  perform app.readers_due('{}', array[old.thread_id, new.thread_id]);
  return null;
end $$;
create trigger reader_update after update on candor.message for each row
  when (old.thread_id <> new.thread_id or (old.removed_at is null) <> (new.removed_at is null))
  execute function app.on_message_moved();

-- A message just stored is news with its first copy; rights that changed are news to those they changed for.
create function app.on_message_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.tell_thread_readers(array[new.thread_id]);
  return null;
end $$;
create trigger tell_update after update on candor.message for each row
  when ((old.reader_ids, old.reader_ends) is not distinct from (new.reader_ids, new.reader_ends))
  execute function app.on_message_news();

create or replace function app.on_message_copy() returns trigger
  language plpgsql security definer set search_path = '' as $$
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
  perform app.readers_due(ids, '{}');
  return null;
end $$;

create or replace function app.on_participant() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  -- Shared with whoever proves an address to be a person's, so that one of the two sees the other.
  if tg_op = 'INSERT' then
    perform app.lock_company(array(select distinct company_id from new_rows), false);
    perform app.readers_due(array(select distinct message_id from new_rows), '{}');
  elsif tg_op = 'DELETE' then
    perform app.lock_company(array(select distinct company_id from old_rows), false);
    perform app.readers_due(array(select distinct message_id from old_rows), '{}');
  else
    perform app.lock_company(array(select distinct company_id from new_rows), false);
    perform app.readers_due(
      array(
        select unnest(array[n.message_id, o.message_id])
        from new_rows n
        join old_rows o on (o.message_id, o.role, o.address_hash) = (n.message_id, n.role, n.address_hash)), '{}');
  end if;
  return null;
end $$;

create or replace function app.on_thread_fact() returns trigger
  language plpgsql security definer set search_path = '' as $$
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
    perform app.readers_due('{}', threads);
  end if;
  return null;
end $$;

create or replace function app.on_candidate_access() returns trigger
  language plpgsql security definer set search_path = '' as $$
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
    perform app.readers_due(
      '{}', array(select distinct f.thread_id from candor.thread_candidate f where f.candidate_id = any (candidates)));
  end if;
  return null;
end $$;

create or replace function app.on_person_address() returns trigger
  language plpgsql security definer set search_path = '' as $$
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
    perform app.readers_due(
      array(
        select distinct p.message_id from candor.participant p
        where p.company_id = any (companies) and p.address_hash = any (hashes)), '{}');
  end if;
  return null;
end $$;

-- The right by team follows from candidate_access.
create or replace function app.on_person_readers() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  companies uuid[];
  people uuid[];
begin
  select array_agg(distinct n.company_id), array_agg(n.id) into companies, people
  from new_rows n join old_rows o on o.id = n.id
  where (n.is_active, n.company_id) is distinct from (o.is_active, o.company_id);
  if people is not null then
    perform app.lock_company(companies, true);
    perform app.readers_due(
      array(
        select c.message_id from candor.message_copy c where c.person_id = any (people)
        union
        select p.message_id from candor.participant p
        join candor.person_address a on a.company_id = p.company_id and a.address_hash = p.address_hash
        where a.person_id = any (people)),
      array(
        select g.thread_id from candor."grant" g where g.grantee_id = any (people)
        union
        select u.thread_id from candor.override_use u where u.person_id = any (people)));
  end if;
  return null;
end $$;

create or replace function app.on_policy() returns trigger language plpgsql security definer set search_path = '' as $$
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
    perform app.readers_due('{}', array(select t.id from candor.thread t where t.company_id = any (companies)));
  end if;
  return null;
end $$;

-- The policies. app.now_ms() stands bare: it is asked for rows alone that name the person in reader_ends.

alter policy app_read on candor.message using (
  company_id = (select app.company_id())
  and ((select app.person_id()) = any (reader_ids)
    or (reader_ends ->> (select app.person_id()::text))::bigint > app.now_ms()));
alter policy app_read on candor.thread using (
  company_id = (select app.company_id())
  and ((select app.person_id()) = any (reader_ids)
    or (reader_ends ->> (select app.person_id()::text))::bigint > app.now_ms()));

-- What hangs on a message or thread is seen with it; the policies above hold inside these.
alter policy app_read on candor.attachment using (exists (
  select from candor.message m where m.id = attachment.message_id));
alter policy app_read on candor.participant using (
  (role <> 'bcc' or bcc_known_by = (select app.person_id())
    or address_hash in (select a.address_hash from candor.person_address a where a.person_id = (select app.person_id())))
  and exists (
    select from candor.message m where m.id = participant.message_id));
alter policy app_read on candor.thread_join using (exists (
  select from candor.thread t where t.id = thread_join.thread_id));
alter policy app_read on candor.stance using (exists (
  select from candor.thread t where t.id = stance.thread_id));
alter policy app_read on candor.thread_candidate using (
  exists (
    select from candor.candidate_access a where a.candidate_id = thread_candidate.candidate_id)
  and exists (
    select from candor.thread t where t.id = thread_candidate.thread_id));
alter policy app_read on candor.override_use using (
  company_id = (select app.company_id()) and (person_id = (select app.person_id()) or exists (
    select from candor.thread t where t.id = override_use.thread_id)));

-- A person is not shown who else may read; background work does not write it.
do $$
declare
  name text;
  others text;
begin
  foreach name in array '{message,thread}'::text[] loop
    select string_agg(quote_ident(a.attname), ', ') into others
    from pg_attribute a
    where a.attrelid = format('candor.%I', name)::regclass and a.attnum > 0 and not a.attisdropped
      and a.attname not in ('reader_ids', 'reader_ends');
    execute format('revoke select on candor.%I from candor_app', name);
    execute format('grant select (%s) on candor.%I to candor_app', others, name);
    execute format('revoke insert, update on candor.%I from candor_worker', name);
    execute format('grant insert (%1$s), update (%1$s) on candor.%2$I to candor_worker', others, name);
  end loop;
end $$;

drop table candor.message_reader;
drop function app.refresh_readers(uuid[]), app.refresh_threads(uuid[]);
