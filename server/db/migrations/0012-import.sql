-- Old mail, by a person's own act: how far back each mailbox may reach, the imports under way, and what each brought.

alter table candor.policy add import_max text not null default 'all'
  check (import_max in ('none', 'from-now', '3-months', '6-months', '12-months', 'all'));

-- What the mailbox's person chose last; the moment that follows from it stands in window_from.
alter table candor.mailbox add import_window text not null default 'none'
  check (import_window in ('none', 'from-now', '3-months', '6-months', '12-months', 'all'));

-- One search through one mailbox for old mail. Counts only: nothing of what was looked at stands here.
create table candor.mailbox_import (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  mailbox_id uuid not null references candor.mailbox on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  -- window: the person imports old mail. new-address: a candidate got an address. asked: "Sync e-mails" for one candidate.
  reason text not null check (reason in ('window', 'new-address', 'asked')),
  candidate_id uuid references candor.candidate on delete cascade,
  import_window text check (import_window in ('3-months', '6-months', '12-months', 'all')),
  -- Nothing older is kept; null means everything.
  window_from bigint,
  -- From then on the ordinary looks keep mail by themselves: taking the import back leaves that.
  sync_from bigint not null,
  -- What the mailbox's person had chosen before, for taking it back.
  window_before text check (window_before in ('none', 'from-now', '3-months', '6-months', '12-months', 'all')),
  state text not null
    check (state in ('estimating', 'estimated', 'running', 'paused', 'cancelling', 'done', 'cancelled', 'failed')),
  -- How far the search came; server/services/import/sought.ts says what is in it.
  position jsonb,
  found_messages integer not null default 0,
  found_threads integer not null default 0,
  estimated_bytes bigint,
  estimated_ms bigint,
  looked_threads integer not null default 0,
  looked_messages integer not null default 0,
  -- Rule of interest, or 'unreadable' -> how many messages it left where they are.
  left_counts jsonb not null default '{}',
  running_ms bigint not null default 0,
  failure_reason text,
  created_at bigint not null,
  updated_at bigint not null,
  ended_at bigint,
  check ((reason = 'window') = (candidate_id is null)),
  check ((reason = 'window') = (import_window is not null))
);
create index on candor.mailbox_import (mailbox_id, created_at);
create index on candor.mailbox_import (candidate_id);
create index on candor.mailbox_import (company_id);
create unique index on candor.mailbox_import (mailbox_id)
  where reason = 'window' and state not in ('done', 'cancelled');

-- Threads an import is through with, as keyed hashes, so that each is looked at once. Gone when the import ends.
create table candor.import_thread (
  import_id uuid not null references candor.mailbox_import on delete cascade,
  company_id uuid not null references candor.company on delete cascade,
  thread_hash bytea not null,
  primary key (import_id, thread_hash)
);

-- The import that brought the copy; null for one that came by itself or by another act.
alter table candor.message_copy add import_id uuid references candor.mailbox_import on delete set null;
create index on candor.message_copy (import_id) where import_id is not null;

do $$
declare
  name text;
begin
  foreach name in array '{mailbox_import,import_thread}'::text[] loop
    execute format('alter table candor.%I enable row level security, force row level security', name);
    execute format('create policy owner_all on candor.%I to candor_owner using (true) with check (true)', name);
    execute format(
      'create policy worker_company on candor.%I to candor_worker
         using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()))', name);
    execute format('grant select, insert, update, delete on candor.%I to candor_worker', name);
  end loop;
end $$;

-- Only the mailbox's own person begins, steers and sees an import.
grant select, insert, update on candor.mailbox_import to candor_app;
create policy app_own on candor.mailbox_import to candor_app
  using (person_id = (select app.person_id()) and company_id = (select app.company_id()))
  with check (
    person_id = (select app.person_id()) and company_id = (select app.company_id())
    and exists (
      select from candor.mailbox m where m.id = mailbox_id and m.person_id = (select app.person_id())));

-- Which mailboxes have an import to go on with.
grant select (company_id, mailbox_id, state) on candor.mailbox_import to candor_system;
create policy system_read on candor.mailbox_import for select to candor_system using (true);

-- Its state and each hundredth of the way, not each thread.
create function app.on_import_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' or new.state <> old.state
    or new.looked_threads * 100 / greatest(new.found_threads, 1)
      <> old.looked_threads * 100 / greatest(old.found_threads, 1) then
    perform app.tell(array[new.person_id]);
  end if;
  return null;
end $$;
create trigger tell_change after insert or update on candor.mailbox_import
  for each row execute function app.on_import_news();
