-- What people see by default is changed in two steps: proposed with what it would do, and put into effect later.

-- hidden_tier: what is told of threads that a person who works with the candidate may not read: nothing, how many, or also
-- which colleagues are in contact. keeps: 'headers' keeps no body and no attachment of mail that comes from then on.
alter table candor.policy
  add column hidden_tier text not null default 'count' check (hidden_tier in ('nothing', 'count', 'contact')),
  add column keeps text not null default 'whole' check (keeps in ('whole', 'headers'));

-- An admin changes these by a proposal alone; background work puts it into effect.
revoke update on candor.policy from candor_app;
do $$
declare
  others text;
begin
  select string_agg(quote_ident(a.attname), ', ') into others
  from pg_attribute a
  where a.attrelid = 'candor.policy'::regclass and a.attnum > 0 and not a.attisdropped
    and a.attname not in ('company_id', 'default_visibility', 'hidden_tier', 'keeps');
  execute format('grant update (%s) on candor.policy to candor_app', others);
end $$;

drop trigger audit on candor.policy;
create trigger audit after insert or update or delete on candor.policy
  for each row execute function app.on_audited(
    'default_visibility hidden_tier keeps is_override_allowed matching automatic_mail is_connecting_on allowed_providers allowed_access_levels is_password_login_allowed forbidden_mailbox_domains is_candidate_creation_allowed retention look_every_minutes propagates_deletions is_mailbox_deletion_allowed');

-- wanted, before: the visibility it sets, and the one it found (lib/domain/visibility.ts). opened, closed: what the trial told,
-- as { threadCount, personCount }. state: waiting for a second admin, scheduled, in effect, taken back before or after that.
create table candor.visibility_change (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  state text not null check (state in ('waiting', 'scheduled', 'applied', 'withdrawn', 'undone')),
  wanted jsonb not null,
  before jsonb,
  opened jsonb not null,
  closed jsonb not null,
  proposed_by uuid references candor.person on delete set null,
  proposed_at bigint not null,
  agreed_by uuid references candor.person on delete set null,
  due_at bigint,
  applied_at bigint,
  check (state <> 'scheduled' or due_at is not null)
);
-- One at a time: what it would do was tried out on what is now.
create unique index on candor.visibility_change (company_id) where state in ('waiting', 'scheduled');
create index on candor.visibility_change (due_at) where state = 'scheduled';

alter table candor.visibility_change enable row level security;
alter table candor.visibility_change force row level security;
create policy owner_all on candor.visibility_change to candor_owner using (true) with check (true);
grant select, insert, update on candor.visibility_change to candor_worker;
create policy worker_company on candor.visibility_change to candor_worker
  using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()));
-- Which are due, of every company.
grant select (id, company_id, state, due_at) on candor.visibility_change to candor_system;
create policy system_read on candor.visibility_change for select to candor_system using (true);

create trigger audit after insert or update or delete on candor.visibility_change
  for each row execute function app.on_audited('id state wanted opened closed agreed_by');
