-- Erasing candidates for good, what keeps them from coming back, and the legal hold that stops it.

-- While it stands, nothing of the candidate's is erased, and their mail leaves the record in no way. reason_sealed: under the
-- company's key. The candidate's row can't go while it is there.
create table candor.legal_hold (
  candidate_id uuid primary key references candor.candidate,
  company_id uuid not null references candor.company on delete cascade,
  reason_sealed bytea not null,
  set_by uuid references candor.person on delete set null,
  set_at bigint not null
);
create index on candor.legal_hold (company_id);

-- One erasure, as its certificate tells it. candidate_id and key_id name rows that are gone. because: somebody asked for it, or
-- the company's time was over. asked_by: who asked. counts: by lib/contract/erasure.ts. audit_seq, audit_hash: its row of the audit.
create table candor.erasure (
  id uuid primary key,
  company_id uuid not null references candor.company on delete cascade,
  candidate_id uuid not null,
  because text not null check (because in ('erased', 'retired')),
  asked_by text check (asked_by in ('candidate', 'representative', 'authority', 'company')),
  done_by uuid references candor.person on delete set null,
  done_at bigint not null,
  key_id uuid,
  address_hashes bytea[] not null,
  counts jsonb not null,
  audit_seq bigint,
  audit_hash bytea
);
create index on candor.erasure (company_id, done_at);

-- What must not come back, as keyed hashes. message: its Message-ID, or its copy where it has none. address: of somebody who
-- was erased because they asked for it; it goes when a person puts the address on a record again.
create table candor.tombstone (
  company_id uuid not null references candor.company on delete cascade,
  kind text not null check (kind in ('message', 'address')),
  hash bytea not null,
  because text not null check (because in ('erased', 'retired')),
  erased_at bigint not null,
  primary key (company_id, kind, hash)
);

do $$
declare
  name text;
begin
  foreach name in array '{legal_hold,erasure,tombstone}'::text[] loop
    execute format('alter table candor.%I enable row level security, force row level security', name);
    execute format('create policy owner_all on candor.%I to candor_owner using (true) with check (true)', name);
    execute format(
      'create policy worker_company on candor.%I to candor_worker
         using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()))', name);
    execute format('grant select, insert, update, delete on candor.%I to candor_worker', name);
  end loop;
end $$;
revoke delete on candor.erasure from candor_worker;

-- Whoever may open the candidate sees that they are held; certificates are the admins'.
grant select on candor.legal_hold, candor.erasure to candor_app;
create policy app_read on candor.legal_hold for select to candor_app
  using (exists (
    select from candor.candidate_access a where a.candidate_id = legal_hold.candidate_id));
create policy app_admin on candor.erasure for select to candor_app
  using (company_id = (select app.company_id()) and (select app.has_role('owner', 'admin')));

create trigger audit after insert or update or delete on candor.legal_hold
  for each row execute function app.on_audited('candidate_id set_by');
create trigger tell_insert after insert on candor.legal_hold referencing new table as new_rows
  for each statement execute function app.on_candidate_news();
create trigger tell_delete after delete on candor.legal_hold referencing old table as old_rows
  for each statement execute function app.on_candidate_news();

-- What went with a candidate whose time was over is kept out for the whole company, no longer for one person after the other.
insert into candor.tombstone (company_id, kind, hash, because, erased_at)
select company_id, 'message', id_hash, 'retired', max(removed_at)
from candor.removal where because = 'retired' group by company_id, id_hash;
delete from candor.removal where because = 'retired';
alter table candor.removal drop column because;
