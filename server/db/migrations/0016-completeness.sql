-- What each mailbox holds by policy against what is on record. Counts and times only: what is missing is not named here.

create table candor.mailbox_check (
  mailbox_id uuid primary key references candor.mailbox on delete cascade,
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  -- What its person asked for and is to be done: to count, or to bring in what is missing and then count.
  asked_for text check (asked_for in ('count', 'mend')),
  -- When a count last ended, well or not, and our word for why not.
  ended_at bigint,
  failure_reason text,
  -- The last count that went well.
  counted_at bigint,
  stored_count integer,
  missing_count integer,
  -- When the oldest of what is missing came into the mailbox.
  missing_since bigint,
  -- False when there was more to look through than fits one go.
  is_whole boolean,
  check ((counted_at is null) = (stored_count is null)),
  check ((counted_at is null) = (missing_count is null)),
  check ((counted_at is null) = (is_whole is null)),
  check ((coalesce(missing_count, 0) = 0) = (missing_since is null))
);
create index on candor.mailbox_check (person_id);
create index on candor.mailbox_check (company_id);

alter table candor.mailbox_check enable row level security, force row level security;
create policy owner_all on candor.mailbox_check to candor_owner using (true) with check (true);
create policy worker_company on candor.mailbox_check to candor_worker
  using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()));
grant select, insert, update, delete on candor.mailbox_check to candor_worker;

-- Only the mailbox's own person asks for a count and sees it.
grant select, insert, update on candor.mailbox_check to candor_app;
create policy app_own on candor.mailbox_check to candor_app
  using (person_id = (select app.person_id()) and company_id = (select app.company_id()))
  with check (
    person_id = (select app.person_id()) and company_id = (select app.company_id())
    and exists (
      select from candor.mailbox m where m.id = mailbox_id and m.person_id = (select app.person_id())));

-- Which mailboxes are to be counted.
grant select (mailbox_id, company_id, asked_for, ended_at) on candor.mailbox_check to candor_system;
create policy system_read on candor.mailbox_check for select to candor_system using (true);
grant select (state_since) on candor.mailbox to candor_system;

create function app.on_mailbox_check_news() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.tell(array[new.person_id]);
  return null;
end $$;
create trigger tell_change after insert or update on candor.mailbox_check
  for each row execute function app.on_mailbox_check_news();
