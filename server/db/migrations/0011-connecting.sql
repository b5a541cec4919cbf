-- Who may connect which mailboxes, by the company's word; and what is remembered of a mailbox besides.

alter table candor.policy
  add column is_connecting_on boolean not null default true,
  add column allowed_providers text[] not null default '{gmail,graph,imap}'
    check (allowed_providers <@ '{gmail,graph,imap}'),
  add column is_password_login_allowed boolean not null default false,
  -- Folded, without "@"; each covers its sub-domains.
  add column forbidden_mailbox_domains text[] not null default '{}';

-- servers: host, port and encryption of a mailbox that is opened by name and password; no secret, so that a colleague at the
-- same domain can be given them. erase_asked_at: when its person asked to erase what it brought; null once that is done.
alter table candor.mailbox
  add column servers jsonb,
  add column erase_asked_at bigint;

-- A login proves no address: somebody's mailbox must not keep another from connecting the address they sign in with.
alter table candor.mailbox
  drop constraint mailbox_company_id_address_key,
  add constraint mailbox_person_id_address_key unique (person_id, address);

drop trigger audit on candor.policy;
create trigger audit after insert or update or delete on candor.policy
  for each row execute function app.on_audited(
    'default_visibility is_override_allowed interest_rules automatic_mail is_connecting_on allowed_providers is_password_login_allowed forbidden_mailbox_domains');

-- Besides its state: that it is being erased, and that this is done.
create or replace function app.on_mailbox_news() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform app.tell(array[new.person_id]);
  elsif (new.state, new.is_primary, new.last_failure_reason, new.erase_asked_at)
    is distinct from (old.state, old.is_primary, old.last_failure_reason, old.erase_asked_at) then
    perform app.tell(array[new.person_id]);
  end if;
  return null;
end $$;
