-- What an owner shares or grants opens a thread but for the messages they withhold: those they left out, and those that came
-- while the share was paused. lib/domain/withheld.ts.

create table candor.withheld (
  company_id uuid not null references candor.company on delete cascade,
  message_id uuid not null references candor.message on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  because text not null check (because in ('left-out', 'paused')),
  withheld_at bigint not null,
  primary key (message_id, person_id)
);
create index on candor.withheld (person_id);

-- An owner's share of a thread stands still: messages that are stored from then on are withheld. message_id: with which it
-- began; cause: somebody outside who was not on the thread before, by the keyed hash of their address, or another subject.
-- settled_at: the owner decided that it stays so; until then they are asked.
create table candor.share_pause (
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  message_id uuid references candor.message on delete set null,
  cause text not null check (cause in ('newcomer', 'subject')),
  address_hash bytea,
  paused_at bigint not null,
  settled_at bigint,
  primary key (thread_id, person_id)
);
create index on candor.share_pause (person_id);

-- To tell that a thread is about something else: the keyed hash of the subject without marks of an answer.
alter table candor.message add column subject_hash bytea;
grant insert (subject_hash), update (subject_hash), select (subject_hash) on candor.message to candor_worker;

do $$
declare
  name text;
begin
  foreach name in array '{withheld,share_pause}'::text[] loop
    execute format('alter table candor.%I enable row level security, force row level security', name);
    execute format('create policy owner_all on candor.%I to candor_owner using (true) with check (true)', name);
    execute format(
      'create policy worker_company on candor.%I to candor_worker
         using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()))', name);
    execute format('grant select, insert, update, delete on candor.%I to candor_worker, candor_app', name);
  end loop;
end $$;

-- Its own person alone sees and decides it, of messages that a mailbox of theirs holds.
create policy app_own on candor.withheld to candor_app
  using (person_id = (select app.person_id()) and company_id = (select app.company_id()))
  with check (
    person_id = (select app.person_id()) and company_id = (select app.company_id())
    and exists (
      select from candor.message_copy c
      where c.message_id = withheld.message_id and c.person_id = (select app.person_id())));
create policy app_own on candor.share_pause to candor_app
  using (person_id = (select app.person_id()) and company_id = (select app.company_id()))
  with check (
    person_id = (select app.person_id()) and company_id = (select app.company_id())
    and exists (
      select from candor.message_copy c
      where c.thread_id = share_pause.thread_id and c.person_id = (select app.person_id())));

create trigger audit after insert or update or delete on candor.withheld
  for each row execute function app.on_audited('message_id person_id because');

create function app.on_withheld() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform app.lock_company(array(select distinct company_id from new_rows), false);
    perform app.readers_due(array(select distinct message_id from new_rows), '{}');
  else
    perform app.lock_company(array(select distinct company_id from old_rows), false);
    perform app.readers_due(array(select distinct message_id from old_rows), '{}');
  end if;
  return null;
end $$;
create trigger reader_insert after insert on candor.withheld referencing new table as new_rows
  for each statement execute function app.on_withheld();
create trigger reader_delete after delete on candor.withheld referencing old table as old_rows
  for each statement execute function app.on_withheld();

-- The owner is told that they are asked, and that they are not any more.
create function app.on_share_pause() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.tell(array[coalesce(new.person_id, old.person_id)]);
  return null;
end $$;
create trigger tell after insert or update or delete on candor.share_pause
  for each row execute function app.on_share_pause();

-- Of app.settle_readers, which is long, three places change: an owner who withholds a message opens it to nobody.
do $$
declare
  body text := pg_get_functiondef('app.settle_readers(uuid[], uuid[])'::regprocedure);
  before text;
  change text[];
begin
  foreach change slice 1 in array array[
    ['select distinct c.message_id, c.person_id from candor.message_copy c where c.message_id = any (ids)',
     'select distinct c.message_id, c.person_id, exists (
        select from candor.withheld w where w.message_id = c.message_id and w.person_id = c.person_id) as withholds
      from candor.message_copy c where c.message_id = any (ids)'],
    ['bool_or(s.stance = ''shared'' or (coalesce(s.stance, ''default'') = ''default'' and m.default_visibility = ''record-access''))',
     'bool_or(not o.withholds
        and (s.stance = ''shared'' or coalesce(s.stance, ''default'') = ''default'' and m.default_visibility = ''record-access''))'],
    ['o.person_id = g.owner_id', 'o.person_id = g.owner_id and not o.withholds']
  ] loop
    before := body;
    body := replace(body, change[1], change[2]);
    if body = before then
      raise exception 'app.settle_readers is not as it was expected: %', change[1];
    end if;
  end loop;
  execute body;
end $$;
