-- The audit covers more of what decides who reads what.

-- The chain is looked through by server/services/audit/chain.ts, so that rows in a file are too.
drop function app.first_broken_audit();

drop trigger audit on candor.mailbox;
do $$
declare
  name text;
  kept text;
begin
  for name, kept in values
    ('mailbox', 'id person_id provider state access_level erase_asked_at'),
    ('invitation', 'id role'),
    ('candidate_address', 'candidate_id'),
    -- The entries themselves are addresses: what is kept here is that they changed.
    ('block_entry', 'person_id'),
    ('shared_address', 'company_id')
  loop
    execute format(
      'create trigger audit after insert or update or delete on candor.%I
         for each row execute function app.on_audited(%L)', name, kept);
  end loop;
end $$;

-- Who opened messages that are not in a mailbox of theirs: a row for each thread, reader and kind of right. message_ids: what was
-- opened so. because: the right in words, as it was at the last opening. Seen by whoever holds one of those messages, and by the
-- reader. A right by Bcc leaves none: it would tell others of the Bcc.
create table candor.receipt (
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  by_right text not null check (by_right in ('participant', 'grant', 'team', 'override')),
  message_ids uuid[] not null,
  because text not null,
  first_at bigint not null,
  last_at bigint not null,
  opened_count integer not null,
  primary key (thread_id, person_id, by_right)
);
create index on candor.receipt (company_id);
alter table candor.receipt enable row level security, force row level security;
create policy owner_all on candor.receipt to candor_owner using (true) with check (true);
create policy worker_company on candor.receipt to candor_worker
  using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()));
-- Nobody takes one away; it goes with its thread.
grant select, insert, update on candor.receipt to candor_worker;
grant select on candor.receipt to candor_app;
-- message_copy shows a person their own copies alone.
create policy app_read on candor.receipt for select to candor_app using (
  company_id = (select app.company_id())
  and (person_id = (select app.person_id())
    or exists (select from candor.message_copy c where c.message_id = any (receipt.message_ids))));

-- Each opening is a link of the chain.
create trigger audit after insert or update or delete on candor.receipt
  for each row execute function app.on_audited('thread_id person_id by_right last_at');

-- The owners are told of the first by each right.
create function app.on_receipt_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.tell(array(
    select distinct c.person_id from candor.message_copy c where c.message_id = any (new.message_ids)));
  return null;
end $$;
create trigger tell_insert after insert on candor.receipt
  for each row execute function app.on_receipt_news();

-- An override opens a thread for a day (lib/domain/readable.ts). Each use is a row of its own, with its reason, and stays as long as
-- the thread does: nobody changes one or takes one away.
alter table candor.override_use
  drop constraint override_use_pkey,
  add primary key (thread_id, person_id, used_at);
drop policy app_use_again on candor.override_use;
revoke update, delete on candor.override_use from candor_app, candor_worker;
alter policy app_use on candor.override_use with check (
  person_id = (select app.person_id()) and company_id = (select app.company_id())
  and used_at = app.now_ms()
  and (select app.has_role('owner', 'admin'))
  and app.is_thread_of_company(thread_id)
  and exists (
    select from candor.policy p where p.company_id = (select app.company_id()) and p.is_override_allowed));

-- Of app.settle_readers, which is long, one line changes.
do $$
declare
  before text := pg_get_functiondef('app.settle_readers(uuid[], uuid[])'::regprocedure);
  after text := replace(before, 'select m.id, u.person_id, null', 'select m.id, u.person_id, u.used_at + 86400000');
begin
  if after = before then
    raise exception 'app.settle_readers is not as it was expected';
  end if;
  execute after;
end $$;
