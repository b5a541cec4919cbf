-- How each mailbox tells of changes by itself, and which jobs of a mailbox were given up.

create table candor.mailbox_push (
  mailbox_id uuid primary key references candor.mailbox on delete cascade,
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  provider text not null check (provider in ('gmail', 'graph', 'imap')),
  -- 'subscription': held at the provider; 'connection': a worker stays connected; 'nothing': there is only polling.
  pushed_by text not null check (pushed_by in ('subscription', 'connection', 'nothing')),
  -- What a notification names the mailbox by, and the secret it must carry, as keyed hashes; both sealed in held_sealed.
  name_hash bytea,
  proof_hash bytea,
  held_sealed bytea,
  expires_at bigint,
  -- When it is to be seen to again: prolonged, tried once more, or asked anew.
  renew_at bigint not null,
  -- Which worker process stays connected, and until when that counts unless it says so again.
  listener_id uuid,
  listens_until bigint,
  check ((name_hash is null) = (held_sealed is null)),
  check ((listener_id is null) = (listens_until is null))
);
create index on candor.mailbox_push (name_hash) where name_hash is not null;
create index on candor.mailbox_push (person_id);

-- The last job of each kind that was given up for a mailbox. Our words only: what went wrong may quote mail.
create table candor.buried_job (
  mailbox_id uuid not null references candor.mailbox on delete cascade,
  kind text not null,
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  reason text not null check (reason in ('fault', 'time-out')),
  buried_at bigint not null,
  primary key (mailbox_id, kind)
);

do $$
declare
  name text;
begin
  foreach name in array '{mailbox_push,buried_job}'::text[] loop
    execute format('alter table candor.%I enable row level security, force row level security', name);
    execute format('create policy owner_all on candor.%I to candor_owner using (true) with check (true)', name);
    execute format(
      'create policy worker_company on candor.%I to candor_worker
         using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()))', name);
    execute format(
      'create policy app_own on candor.%I to candor_app
         using (person_id = (select app.person_id()) and company_id = (select app.company_id()))
         with check (person_id = (select app.person_id()) and company_id = (select app.company_id()))', name);
    execute format('grant select, insert, update, delete on candor.%I to candor_worker', name);
  end loop;
end $$;
grant select, delete on candor.mailbox_push to candor_app;
grant select on candor.buried_job to candor_app;

-- Before a company is known: whose a notification is, what is due, and who listens where.
grant select (mailbox_id, company_id, provider, pushed_by, name_hash, proof_hash, renew_at, listener_id, listens_until)
  on candor.mailbox_push to candor_system;
grant update (listener_id, listens_until) on candor.mailbox_push to candor_system;
create policy system_read on candor.mailbox_push for select to candor_system using (true);
create policy system_listen on candor.mailbox_push for update to candor_system using (true) with check (true);
