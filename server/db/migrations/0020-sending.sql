-- Sending through a person's own mailbox, and what each of them let Candor do with it.

-- draft_sealed: gone once it was sent; what was sent then stands on the record as any mail. handle: what the provider had an
-- attempt keep, for the next one. begun_at: when the first attempt began; from then on it is looked for before it is sent.
-- due_at: when to try. sent_id_hash: the Message-ID it went by, where the provider gave it another than ours.
alter table candor.outgoing rename column content_sealed to draft_sealed;
alter table candor.outgoing
  alter column draft_sealed drop not null,
  add column thread_id uuid references candor.thread on delete set null,
  add column handle text,
  add column begun_at bigint,
  add column attempts integer not null default 0,
  add column sent_id_hash bytea;
create index on candor.outgoing (company_id, sent_id_hash);
create index on candor.outgoing (thread_id);
create index on candor.outgoing (due_at) where state = 'sending';

-- Which are due, of every company.
grant select (id, company_id, mailbox_id, state, due_at) on candor.outgoing to candor_system;
create policy system_read on candor.outgoing for select to candor_system using (true);

create function app.on_outgoing_news() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform app.tell(array[new.person_id]);
  elsif (new.state, new.failure_reason, new.due_at) is distinct from (old.state, old.failure_reason, old.due_at) then
    perform app.tell(array[new.person_id]);
  end if;
  return null;
end $$;
create trigger tell_change after insert or update on candor.outgoing
  for each row execute function app.on_outgoing_news();

-- send-only: the person let Candor send by it and nothing else; no look is taken into it.
alter table candor.mailbox add column access_level text not null default 'full'
  check (access_level in ('full', 'send-only'));
grant select (access_level) on candor.mailbox to candor_system;
alter table candor.policy add column allowed_access_levels text[] not null default '{full,send-only}'
  check (allowed_access_levels <@ '{full,send-only}');

drop trigger audit on candor.policy;
create trigger audit after insert or update or delete on candor.policy
  for each row execute function app.on_audited(
    'default_visibility is_override_allowed matching automatic_mail is_connecting_on allowed_providers allowed_access_levels is_password_login_allowed forbidden_mailbox_domains is_candidate_creation_allowed retention look_every_minutes propagates_deletions is_mailbox_deletion_allowed');

-- told_since: since when the mailbox was in trouble, when its person and the admins were last told of that by mail.
alter table candor.mailbox add column told_since bigint;
grant select (told_since, state_since, last_failure_at) on candor.mailbox to candor_system;
