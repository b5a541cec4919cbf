-- Threads put right by hand: filed on other candidates, or split in two. What a person decided so holds for later mail.

alter table candor.thread_candidate drop constraint thread_candidate_because_check;
alter table candor.thread_candidate add constraint thread_candidate_because_check
  check (because in ('logged', 'label', 'candidate-address', 'asked', 'moved'));

alter table candor.action drop constraint action_kind_check;
alter table candor.action add constraint action_kind_check
  check (kind in ('log', 'label', 'stance', 'remove', 'move', 'split', 'undo'));

-- Candidates a thread was taken off by hand: an address on its mail does not file it there again. Filing by hand does.
create table candor.unfiled (
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  candidate_id uuid not null references candor.candidate on delete cascade,
  unfiled_by uuid references candor.person on delete set null,
  unfiled_at bigint not null,
  primary key (thread_id, candidate_id)
);

-- Two threads that were split from each other: no mail joins what they stand under.
create table candor.thread_apart (
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  other_id uuid not null references candor.thread on delete cascade,
  split_by uuid references candor.person on delete set null,
  split_at bigint not null,
  primary key (thread_id, other_id)
);
create index on candor.thread_apart (other_id);

do $$
declare
  name text;
begin
  foreach name in array '{unfiled,thread_apart}'::text[] loop
    execute format('alter table candor.%I enable row level security, force row level security', name);
    execute format('create policy owner_all on candor.%I to candor_owner using (true) with check (true)', name);
    execute format(
      'create policy worker_company on candor.%I to candor_worker
         using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()))', name);
    execute format('grant select, insert, update, delete on candor.%I to candor_worker', name);
  end loop;
end $$;

-- A split or its undoing: those who read anything of either thread.
create function app.on_thread_apart_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    perform app.tell_thread_readers(array(select thread_id from old_rows union select other_id from old_rows));
  else
    perform app.tell_thread_readers(array(select thread_id from new_rows union select other_id from new_rows));
  end if;
  return null;
end $$;
create trigger tell_insert after insert on candor.thread_apart referencing new table as new_rows
  for each statement execute function app.on_thread_apart_news();
create trigger tell_delete after delete on candor.thread_apart referencing old table as old_rows
  for each statement execute function app.on_thread_apart_news();
