-- Who sees and writes which row. One level deep: what decides stands in candor.message_reader and
-- candor.candidate_access, kept by the triggers of the next files. Functions in (select …) run once a statement.
--
-- candor_app     a person's request: what that person may read, and the few things a person writes
-- candor_worker  background work: the rows of the company set in the transaction
-- candor_system  before a company is known
-- candor_owner   owns the tables; only triggers and functions of ours run as it

do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'candor' loop
    execute format('alter table candor.%I enable row level security, force row level security', name);
    execute format('create policy owner_all on candor.%I to candor_owner using (true) with check (true)', name);
    if name in ('company', 'setup_link') then
      continue;
    end if;
    execute format(
      'create policy worker_company on candor.%I to candor_worker
         using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()))', name);
  end loop;
end $$;

grant select, insert, update, delete on all tables in schema candor to candor_worker;
revoke all on candor.setup_link from candor_worker;
revoke insert, update, delete on candor.company, candor.audit, candor.candidate_access, candor.message_reader,
  candor.person_news from candor_worker;
create policy worker_company on candor.company for select to candor_worker using (id = (select app.company_id()));

-- The company, its people, jobs and policy: seen by every colleague.

grant select on candor.company to candor_app;
create policy app_read on candor.company for select to candor_app using (id = (select app.company_id()));

create function app.has_role(variadic roles text[]) returns boolean
  language sql stable security definer set search_path = ''
  return exists (
    select from candor.person p
    where p.id = app.person_id() and p.company_id = app.company_id() and p.is_active and p.role = any (roles));
grant execute on function app.has_role(text[]) to candor_app;

create function app.is_thread_of_company(thread uuid) returns boolean
  language sql stable security definer set search_path = ''
  return exists (select from candor.thread t where t.id = thread and t.company_id = app.company_id());
grant execute on function app.is_thread_of_company(uuid) to candor_app;

do $$
declare
  name text;
begin
  foreach name in array '{policy,person,person_address,shared_address,job,team_member}'::text[] loop
    execute format('grant select on candor.%I to candor_app', name);
    execute format(
      'create policy app_read on candor.%I for select to candor_app using (company_id = (select app.company_id()))', name);
  end loop;
  foreach name in array '{shared_address,job,team_member}'::text[] loop
    execute format('grant insert, update, delete on candor.%I to candor_app', name);
    execute format(
      'create policy app_admin on candor.%I to candor_app
         using (company_id = (select app.company_id()) and (select app.has_role(''owner'', ''admin'')))
         with check (company_id = (select app.company_id()) and (select app.has_role(''owner'', ''admin'')))', name);
  end loop;
end $$;

grant update on candor.policy to candor_app;
create policy app_admin on candor.policy for update to candor_app
  using (company_id = (select app.company_id()) and (select app.has_role('owner', 'admin')))
  with check (company_id = (select app.company_id()) and (select app.has_role('owner', 'admin')));

grant update (name, role, is_active) on candor.person to candor_app;
create policy app_admin on candor.person for update to candor_app
  using (company_id = (select app.company_id()) and (select app.has_role('owner', 'admin')))
  with check (company_id = (select app.company_id()) and (select app.has_role('owner', 'admin')));

-- What only the company's owner decides: the override switch, and who else is owner.
create function app.guard_owner_rights() returns trigger language plpgsql as $$
begin
  -- Apart, because only candor_app may call has_role.
  if current_user <> 'candor_app' then
    return new;
  end if;
  if app.has_role('owner') then
    return new;
  end if;
  if tg_table_name = 'policy' then
    if new.is_override_allowed is distinct from old.is_override_allowed then
      raise insufficient_privilege using message = 'only the owner decides on the override';
    end if;
  elsif old.role = 'owner' or new.role = 'owner' then
    raise insufficient_privilege using message = 'only the owner decides who is owner';
  end if;
  return new;
end $$;
create trigger guard_owner_rights before update on candor.policy
  for each row execute function app.guard_owner_rights();
create trigger guard_owner_rights before update on candor.person
  for each row execute function app.guard_owner_rights();

grant select, insert, delete on candor.block_entry to candor_app;
create policy app_read on candor.block_entry for select to candor_app
  using (company_id = (select app.company_id()) and (person_id is null or person_id = (select app.person_id())));
create policy app_own on candor.block_entry to candor_app
  using (company_id = (select app.company_id()) and person_id = (select app.person_id()))
  with check (company_id = (select app.company_id()) and person_id = (select app.person_id()));
create policy app_admin on candor.block_entry to candor_app
  using (company_id = (select app.company_id()) and person_id is null and (select app.has_role('owner', 'admin')))
  with check (company_id = (select app.company_id()) and person_id is null and (select app.has_role('owner', 'admin')));

grant select, insert, update, delete on candor.invitation to candor_app;
create policy app_admin on candor.invitation to candor_app
  using (company_id = (select app.company_id()) and (select app.has_role('owner', 'admin')))
  with check (company_id = (select app.company_id()) and (select app.has_role('owner', 'admin')));

grant select on candor.audit to candor_app;
create policy app_admin on candor.audit for select to candor_app
  using (company_id = (select app.company_id()) and (select app.has_role('owner', 'admin')));

-- Needed to open what a person may read; itself sealed.
grant select, insert on candor.data_key to candor_app;
create policy app_company on candor.data_key to candor_app
  using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()));

-- A person's own.

do $$
declare
  name text;
begin
  foreach name in array
    '{mailbox,mailbox_secret,mailbox_cursor,consent,decision,action,outgoing,person_news,message_copy}'::text[]
  loop
    execute format('grant select on candor.%I to candor_app', name);
    execute format(
      'create policy app_own on candor.%I to candor_app
         using (person_id = (select app.person_id()) and company_id = (select app.company_id()))
         with check (person_id = (select app.person_id()) and company_id = (select app.company_id()))', name);
  end loop;
end $$;
grant insert, update on candor.mailbox, candor.action to candor_app;
grant insert, update, delete on candor.mailbox_secret, candor.consent, candor.outgoing to candor_app;
grant insert, update, delete on candor.mailbox_cursor to candor_app;

-- The two tables that decide the rest. Their policies hold inside the policies below as well, which therefore say neither
-- whose rows nor until when. Company and end stand bare, not in (select …): they are checked on the few rows the person's
-- index entry finds, and each (select …) more would cost every query more in planning than it saves.

grant select on candor.candidate_access, candor.message_reader to candor_app;
create policy app_own on candor.candidate_access for select to candor_app
  using (person_id = (select app.person_id()) and company_id = app.company_id());
create policy app_own on candor.message_reader for select to candor_app
  using (person_id = (select app.person_id()) and company_id = app.company_id()
    and (ends_at is null or ends_at > app.now_ms()));

-- Candidates: by candidate_access.

grant select, insert on candor.candidate to candor_app;
grant update (name) on candor.candidate to candor_app;
-- Access to a candidate just made comes after the row, by trigger: "insert … returning" finds nothing to return.
create policy app_create on candor.candidate for insert to candor_app
  with check (
    company_id = (select app.company_id()) and created_by = (select app.person_id())
    and (owner_id is null or owner_id = (select app.person_id())));
create policy app_read on candor.candidate for select to candor_app
  using (exists (
    select from candor.candidate_access a where a.candidate_id = candidate.id));
create policy app_rename on candor.candidate for update to candor_app
  using (exists (
    select from candor.candidate_access a where a.candidate_id = candidate.id));

do $$
declare
  name text;
begin
  foreach name in array '{candidate_address,application}'::text[] loop
    execute format('grant select on candor.%I to candor_app', name);
    execute format(
      'create policy app_read on candor.%1$I for select to candor_app
         using (exists (
           select from candor.candidate_access a
           where a.candidate_id = %1$I.candidate_id))', name);
  end loop;
end $$;
grant insert on candor.candidate_address to candor_app;
create policy app_add on candor.candidate_address for insert to candor_app
  with check (company_id = (select app.company_id()) and exists (
    select from candor.candidate_access a
    where a.candidate_id = candidate_address.candidate_id));

-- Messages and what hangs on them: by message_reader.

grant select on candor.message, candor.attachment, candor.participant to candor_app;
create policy app_read on candor.message for select to candor_app
  using (exists (
    select from candor.message_reader r where r.message_id = message.id));
create policy app_read on candor.attachment for select to candor_app
  using (exists (
    select from candor.message_reader r where r.message_id = attachment.message_id));
-- A Bcc is known to the mailbox it came from and to the one it names.
create policy app_read on candor.participant for select to candor_app
  using (
    (role <> 'bcc' or bcc_known_by = (select app.person_id())
      or address_hash in (select a.address_hash from candor.person_address a where a.person_id = (select app.person_id())))
    and exists (
      select from candor.message_reader r
      where r.message_id = participant.message_id));

grant select on candor.thread, candor.thread_join, candor.stance to candor_app;
create policy app_read on candor.thread for select to candor_app
  using (exists (
    select from candor.message_reader r where r.thread_id = thread.id));
create policy app_read on candor.thread_join for select to candor_app
  using (exists (
    select from candor.message_reader r where r.thread_id = thread_join.thread_id));
create policy app_read on candor.stance for select to candor_app
  using (exists (
    select from candor.message_reader r where r.thread_id = stance.thread_id));

grant select on candor.thread_candidate to candor_app;
create policy app_read on candor.thread_candidate for select to candor_app
  using (
    exists (
      select from candor.candidate_access a
      where a.candidate_id = thread_candidate.candidate_id)
    and exists (
      select from candor.message_reader r
      where r.thread_id = thread_candidate.thread_id));

-- What an owner of a thread's messages decides: their stance, their grants.

grant insert, update, delete on candor.stance to candor_app;
create policy app_own on candor.stance to candor_app
  using (person_id = (select app.person_id()) and company_id = (select app.company_id()))
  with check (
    person_id = (select app.person_id()) and company_id = (select app.company_id())
    and exists (
      select from candor.message_copy c
      where c.thread_id = stance.thread_id and c.person_id = (select app.person_id())));

grant select, insert, update, delete on candor."grant" to candor_app;
create policy app_seen on candor."grant" for select to candor_app
  using (company_id = (select app.company_id())
    and (grantee_id = (select app.person_id()) or owner_id = (select app.person_id())));
create policy app_own on candor."grant" to candor_app
  using (owner_id = (select app.person_id()) and company_id = (select app.company_id()))
  with check (
    owner_id = (select app.person_id()) and company_id = (select app.company_id())
    and exists (
      select from candor.person p where p.id = grantee_id and p.company_id = (select app.company_id()))
    and exists (
      select from candor.message_copy c
      where c.thread_id = "grant".thread_id and c.person_id = (select app.person_id())));

-- An override: by the company's owner and admins, while the company allows it; every reader of the thread sees it was used.
grant select, insert, update on candor.override_use to candor_app;
create policy app_read on candor.override_use for select to candor_app
  using (company_id = (select app.company_id()) and (person_id = (select app.person_id()) or exists (
    select from candor.message_reader r where r.thread_id = override_use.thread_id)));
create policy app_use on candor.override_use for insert to candor_app
  with check (
    person_id = (select app.person_id()) and company_id = (select app.company_id())
    and (select app.has_role('owner', 'admin'))
    and app.is_thread_of_company(thread_id)
    and exists (
      select from candor.policy p where p.company_id = (select app.company_id()) and p.is_override_allowed));
create policy app_use_again on candor.override_use for update to candor_app
  using (person_id = (select app.person_id()) and company_id = (select app.company_id()))
  with check (
    person_id = (select app.person_id()) and company_id = (select app.company_id())
    and (select app.has_role('owner', 'admin'))
    and app.is_thread_of_company(thread_id)
    and exists (
      select from candor.policy p where p.company_id = (select app.company_id()) and p.is_override_allowed));

-- Before a company is known.

do $$
declare
  name text;
begin
  foreach name in array '{setup_link,company,policy,person,person_address,invitation,consent}'::text[] loop
    execute format('create policy system_all on candor.%I to candor_system using (true) with check (true)', name);
  end loop;
end $$;
grant select, insert, update, delete on candor.setup_link to candor_system;
grant select, insert on candor.company, candor.policy, candor.person_address to candor_system;
grant select, insert on candor.person to candor_system;
grant update (auth_user_id) on candor.person to candor_system;
grant select on candor.invitation to candor_system;
grant update (accepted_at) on candor.invitation to candor_system;
grant select, delete on candor.consent to candor_system;
grant select (id, company_id, person_id, provider, address, state, is_primary, last_pulled_at) on candor.mailbox
  to candor_system;
create policy system_read on candor.mailbox for select to candor_system using (true);
