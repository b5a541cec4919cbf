-- What is deleted in mailboxes, or removed from Candor by hand, and when it goes. The rule is lib/domain/deletion.ts.

alter table candor.policy add column propagates_deletions boolean not null default true;

-- When the provider said that the mailbox holds it no more. Its person is an owner all the same, until it is erased.
alter table candor.message_copy add column gone_at bigint;

-- erase_at: when it goes, by the rule. deletion_kept_at: when an owner said that it stays, whatever was deleted by then.
-- removed_at: when its last copy was removed from Candor by hand; from then on nobody reads it.
alter table candor.message
  add column erase_at bigint,
  add column deletion_kept_at bigint,
  add column removed_at bigint;
create index on candor.message (erase_at) where erase_at is not null;

-- What a person removed from Candor, so that no sync of theirs brings it back. id_hash: keyed, of the Message-ID, and of
-- the copy for a message that has none.
create table candor.removal (
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  id_hash bytea not null,
  removed_at bigint not null,
  primary key (person_id, id_hash)
);
alter table candor.removal enable row level security, force row level security;
create policy owner_all on candor.removal to candor_owner using (true) with check (true);
create policy worker_company on candor.removal to candor_worker
  using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()));
grant select, insert, update, delete on candor.removal to candor_worker;

alter table candor.action drop constraint action_kind_check;
alter table candor.action add constraint action_kind_check
  check (kind in ('log', 'label', 'stance', 'remove', 'undo'));

-- As in 0005, but that a message removed by hand is read by nobody.
create or replace function app.refresh_readers(messages uuid[]) returns void
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
begin
  if coalesce(cardinality(messages), 0) = 0 then
    return;
  end if;
  perform from candor.thread t
  where t.id in (select m.thread_id from candor.message m where m.id = any (messages))
  order by t.id for no key update;

  with message as materialized (
    select m.id, m.thread_id, m.company_id, p.default_visibility, p.is_override_allowed
    from candor.message m
    -- Not while the company itself is being deleted.
    join candor.company y on y.id = m.company_id
    left join candor.policy p on p.company_id = m.company_id
    where m.id = any (messages) and m.removed_at is null
  ), owner as materialized (
    select distinct c.message_id, c.person_id from candor.message_copy c where c.message_id = any (messages)
  ), team_open as (
    select m.id, m.thread_id
    from message m
    join owner o on o.message_id = m.id
    left join candor.stance s on s.thread_id = m.thread_id and s.person_id = o.person_id
    group by m.id, m.thread_id, m.default_visibility
    having not bool_or(coalesce(s.stance = 'private', false))
      and bool_or(s.stance = 'shared' or (coalesce(s.stance, 'default') = 'default' and m.default_visibility = 'record-access'))
  ), fact(message_id, person_id, "right", ends_at) as (
    select o.message_id, o.person_id, 'copy', null::bigint from owner o
    union all
    select p.message_id, a.person_id, 'participant', null
    from candor.participant p
    join candor.person_address a on a.company_id = p.company_id and a.address_hash = p.address_hash
    where p.message_id = any (messages)
    union all
    select m.id, g.grantee_id, 'grant', g.ends_at
    from message m
    join candor."grant" g on g.thread_id = m.thread_id
    join owner o on o.message_id = m.id and o.person_id = g.owner_id
    union all
    select t.id, a.person_id, 'team', null
    from team_open t
    join candor.thread_candidate f on f.thread_id = t.thread_id
    join candor.candidate_access a on a.candidate_id = f.candidate_id and a.can_read_mail
    union all
    select m.id, u.person_id, 'override', null
    from message m
    join candor.override_use u on u.thread_id = m.thread_id
    where m.is_override_allowed
  ), want as materialized (
    select m.company_id, f.message_id, m.thread_id, f.person_id,
      array_agg(distinct f."right") as rights,
      case when bool_or(f.ends_at is null) then null else max(f.ends_at) end as ends_at
    from fact f
    join message m on m.id = f.message_id
    join candor.person p on p.id = f.person_id and p.company_id = m.company_id and p.is_active
    group by m.company_id, f.message_id, m.thread_id, f.person_id
  ), gone as (
    delete from candor.message_reader r
    where r.message_id = any (messages)
      and not exists (select from want w where w.message_id = r.message_id and w.person_id = r.person_id)
  )
  insert into candor.message_reader as r (company_id, message_id, thread_id, person_id, rights, ends_at)
  select company_id, message_id, thread_id, person_id, rights, ends_at from want
  on conflict (person_id, message_id) do update
    set thread_id = excluded.thread_id, rights = excluded.rights, ends_at = excluded.ends_at
  where (r.thread_id, r.rights, r.ends_at) is distinct from (excluded.thread_id, excluded.rights, excluded.ends_at);
end $$;

create or replace function app.on_message() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  ids uuid[];
begin
  if tg_op = 'INSERT' then
    if not exists (select from new_rows n join candor.override_use u on u.thread_id = n.thread_id) then
      return null;
    end if;
    perform app.lock_company(array(select distinct company_id from new_rows), false);
    select array_agg(n.id) into ids from new_rows n;
  else
    select array_agg(n.id) into ids
    from new_rows n join old_rows o on o.id = n.id
    where n.thread_id <> o.thread_id or (n.removed_at is null) <> (o.removed_at is null);
    if ids is null then
      return null;
    end if;
    perform app.lock_company(array(select distinct company_id from new_rows), false);
  end if;
  perform app.refresh_readers(ids);
  return null;
end $$;
