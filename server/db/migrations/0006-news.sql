-- candor.person_news: goes up when something a person sees has changed, and says so on channel candor_news. Never for a
-- person who may see nothing of it: that something happened is private too.
--
-- Counted once a transaction, at its end and in the order of ids: rows locked early and in any order would make every
-- two transactions for one team wait for each other, or deadlock.

create table app.news_due (id bigint generated always as identity primary key);

-- Gathers people for the end of the transaction.
create function app.tell(people uuid[]) returns void language plpgsql security definer set search_path = '' as $$
declare
  gathered uuid[] := coalesce(nullif(current_setting('app.news_due', true), ''), '{}')::uuid[];
  more uuid[];
begin
  select array_agg(distinct p) into more from unnest(people) p where p is not null and p <> all (gathered);
  if more is null then
    return;
  end if;
  perform set_config('app.news_due', (gathered || more)::text, true);
  if cardinality(gathered) = 0 then
    insert into app.news_due default values;
  end if;
end $$;

create function app.on_news_due() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  gathered uuid[] := coalesce(nullif(current_setting('app.news_due', true), ''), '{}')::uuid[];
begin
  perform set_config('app.news_due', '', true);
  insert into candor.person_news as n (person_id, company_id, seq)
  select p.id, p.company_id, 1 from candor.person p where p.id = any (gathered) order by p.id
  on conflict (person_id) do update set seq = n.seq + 1;
  perform pg_notify('candor_news', p.id::text) from candor.person p where p.id = any (gathered);
  delete from app.news_due where id = new.id;
  return null;
end $$;
create constraint trigger at_commit after insert on app.news_due
  deferrable initially deferred for each row execute function app.on_news_due();

create function app.tell_thread_readers(threads uuid[]) returns void
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
begin
  perform app.tell(array(
    select distinct r.person_id
    from candor.message m join candor.message_reader r on r.message_id = m.id
    where m.thread_id = any (threads)));
end $$;

create function app.tell_candidate_readers(candidates uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform app.tell(array(
    select distinct a.person_id from candor.candidate_access a where a.candidate_id = any (candidates)));
end $$;

-- Rows that name the person they concern.
create function app.on_person_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    perform app.tell(array(select distinct person_id from old_rows));
  else
    perform app.tell(array(select distinct person_id from new_rows));
  end if;
  return null;
end $$;

-- Rows that name a thread: those who read any of it, once the rights are worked out.
create function app.on_thread_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    perform app.tell_thread_readers(array(select distinct thread_id from old_rows));
  else
    perform app.tell_thread_readers(array(select distinct thread_id from new_rows));
  end if;
  return null;
end $$;

create function app.on_candidate_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    perform app.tell_candidate_readers(array(select distinct candidate_id from old_rows));
  else
    perform app.tell_candidate_readers(array(select distinct candidate_id from new_rows));
  end if;
  return null;
end $$;

create function app.on_candidate_row_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.tell_candidate_readers(array(select id from new_rows));
  return null;
end $$;

-- A message just stored is news with its first copy.
create trigger tell_update after update on candor.message referencing new table as new_rows
  for each statement execute function app.on_thread_news();
create trigger tell_delete after delete on candor.message referencing old table as old_rows
  for each statement execute function app.on_thread_news();

-- A mailbox: its state, not each time it was polled.
create function app.on_mailbox_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform app.tell(array[new.person_id]);
  elsif (new.state, new.is_primary, new.last_failure_reason)
    is distinct from (old.state, old.is_primary, old.last_failure_reason) then
    perform app.tell(array[new.person_id]);
  end if;
  return null;
end $$;

-- A join or its undoing: those who read anything of either thread.
create function app.on_thread_join_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.tell_thread_readers(array(select thread_id from new_rows union select into_id from new_rows));
  return null;
end $$;

-- Named to come after access_… and reader_…: triggers fire in the order of their names.
do $$
declare
  name text;
  teller text;
begin
  for name, teller in values
    ('message_reader', 'on_person_news'),
    ('candidate_access', 'on_person_news'),
    ('stance', 'on_thread_news'),
    ('grant', 'on_thread_news'),
    ('override_use', 'on_thread_news'),
    ('thread_candidate', 'on_thread_news'),
    ('message_copy', 'on_thread_news'),
    ('application', 'on_candidate_news'),
    ('candidate_address', 'on_candidate_news')
  loop
    execute format(
      'create trigger tell_insert after insert on candor.%I referencing new table as new_rows
         for each statement execute function app.%I()', name, teller);
    execute format(
      'create trigger tell_update after update on candor.%I referencing new table as new_rows
         for each statement execute function app.%I()', name, teller);
    execute format(
      'create trigger tell_delete after delete on candor.%I referencing old table as old_rows
         for each statement execute function app.%I()', name, teller);
  end loop;
end $$;
create trigger tell_update after update on candor.candidate referencing new table as new_rows
  for each statement execute function app.on_candidate_row_news();
create trigger tell_change after insert or update on candor.mailbox
  for each row execute function app.on_mailbox_news();
create trigger tell_insert after insert on candor.thread_join referencing new table as new_rows
  for each statement execute function app.on_thread_join_news();
create trigger tell_update after update on candor.thread_join referencing new table as new_rows
  for each statement execute function app.on_thread_join_news();
