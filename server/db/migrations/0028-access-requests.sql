-- One colleague asks another to let them read conversations with a candidate, which the company told them there are. It names no
-- thread: the asker may not know of any. reason_sealed: under the company's key; the row goes with the candidate.
create table candor.access_request (
  id uuid primary key,
  company_id uuid not null references candor.company on delete cascade,
  candidate_id uuid not null references candor.candidate on delete cascade,
  asker_id uuid not null references candor.person on delete cascade,
  owner_id uuid not null references candor.person on delete cascade,
  reason_sealed bytea,
  state text not null check (state in ('waiting', 'granted', 'refused', 'withdrawn')),
  asked_at bigint not null,
  answered_at bigint,
  check (asker_id <> owner_id)
);
create unique index on candor.access_request (asker_id, owner_id, candidate_id) where state = 'waiting';
create index on candor.access_request (owner_id);
create index on candor.access_request (candidate_id);

alter table candor.access_request enable row level security, force row level security;
create policy owner_all on candor.access_request to candor_owner using (true) with check (true);
create policy worker_company on candor.access_request to candor_worker
  using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()));
grant select, insert, update, delete on candor.access_request to candor_worker;

-- The two whom it concerns see it, and nobody else. The one who asks may take it back, the one who is asked answers, once.
grant select, insert, update (state, answered_at) on candor.access_request to candor_app;
create policy app_seen on candor.access_request for select to candor_app
  using (company_id = (select app.company_id()) and (select app.person_id()) in (asker_id, owner_id));
create policy app_ask on candor.access_request for insert to candor_app
  with check (
    company_id = (select app.company_id()) and asker_id = (select app.person_id()) and state = 'waiting'
    and exists (
      select from candor.person p where p.id = owner_id and p.company_id = (select app.company_id()) and p.is_active)
    and exists (
      select from candor.candidate_access a
      where a.candidate_id = access_request.candidate_id and a.person_id = (select app.person_id())));
create policy app_answer on candor.access_request for update to candor_app
  using (
    company_id = (select app.company_id()) and state = 'waiting'
    and (select app.person_id()) in (asker_id, owner_id))
  with check (
    (asker_id = (select app.person_id()) and state = 'withdrawn')
    or (owner_id = (select app.person_id()) and state in ('granted', 'refused')));

create trigger audit after insert or update or delete on candor.access_request
  for each row execute function app.on_audited('asker_id owner_id state');

create function app.on_access_request() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.tell(array[
    coalesce(new.asker_id, old.asker_id), coalesce(new.owner_id, old.owner_id)]);
  return null;
end $$;
create trigger tell after insert or update or delete on candor.access_request
  for each row execute function app.on_access_request();
