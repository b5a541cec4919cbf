-- candor.audit: every change of who may read what, chained: each row's hash covers the row and the hash before it, so
-- that a row taken out or changed shows. Ids and reasons only. Appended by app.audit, changed by nobody.

create function app.audit_hash(
  company uuid, seq bigint, at bigint, actor uuid, kind text, facts jsonb, prev_hash bytea) returns bytea
  language sql immutable set search_path = ''
  return sha256(prev_hash || convert_to(jsonb_build_array(company, seq, at, actor, kind, facts)::text, 'UTF8'));

create function app.audit_row(company uuid, kind text, facts jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  last candor.audit;
  at_ms bigint := app.now_ms();
  prev bytea;
begin
  perform pg_advisory_xact_lock(hashtextextended(company::text, 2));
  select * into last from candor.audit a where a.company_id = company order by a.seq desc limit 1;
  prev := coalesce(last.hash, sha256(convert_to('candor ' || company, 'UTF8')));
  insert into candor.audit (company_id, seq, at, actor_id, kind, facts, prev_hash, hash)
  values (company, coalesce(last.seq, 0) + 1, at_ms, app.actor_id(), kind, facts, prev,
    app.audit_hash(company, coalesce(last.seq, 0) + 1, at_ms, app.actor_id(), kind, facts, prev));
end $$;

-- For services: acts that no table of ours shows by itself. In the company of the transaction.
create function app.audit(kind text, facts jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  if app.company_id() is null then
    raise exception 'an audit row needs a company';
  end if;
  perform app.audit_row(app.company_id(), kind, facts);
end $$;
grant execute on function app.audit(text, jsonb) to candor_app, candor_worker;

-- The number of the first row that does not hold; null when the whole chain does.
create function app.first_broken_audit() returns bigint
  language sql stable security definer set search_path = '' as $$
  with chain as (
    select a.*,
      lag(a.hash, 1, sha256(convert_to('candor ' || a.company_id, 'UTF8'))) over (order by a.seq) as before,
      row_number() over (order by a.seq) as place
    from candor.audit a where a.company_id = app.company_id())
  select min(seq) from chain
  where seq <> place or prev_hash <> before
    or hash <> app.audit_hash(company_id, seq, at, actor_id, kind, facts, prev_hash)
$$;
grant execute on function app.first_broken_audit() to candor_app, candor_worker;

create function app.refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise insufficient_privilege using message = 'the audit is only ever added to';
end $$;
create trigger append_only before update or delete or truncate on candor.audit
  for each statement execute function app.refuse_audit_change();

-- What is written down of itself: one row each, in order.
create function app.on_audited() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  is_delete boolean := tg_op = 'DELETE';
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  now jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  row_now jsonb := coalesce(now, was);
  company uuid := row_now ->> 'company_id';
  kept text[] := string_to_array(tg_argv[0], ' ');
  facts jsonb;
begin
  if tg_op = 'UPDATE' and (
    select not bool_or(was -> k is distinct from now -> k) from unnest(kept) k) then
    return null;
  end if;
  if not exists (select from candor.company c where c.id = company) then
    return null;
  end if;
  select jsonb_object_agg(k, row_now -> k) into facts from unnest(kept) k;
  if tg_op = 'UPDATE' then
    facts := facts || jsonb_build_object('was',
      (select jsonb_object_agg(k, was -> k) from unnest(kept) k where was -> k is distinct from now -> k));
  end if;
  perform app.audit_row(company, tg_table_name || '-' ||
    case tg_op when 'INSERT' then 'made' when 'UPDATE' then 'changed' else 'ended' end, facts);
  return null;
end $$;

do $$
declare
  name text;
  kept text;
begin
  for name, kept in values
    ('stance', 'thread_id person_id stance'),
    ('grant', 'thread_id owner_id grantee_id ends_at'),
    ('override_use', 'thread_id person_id used_at'),
    ('policy', 'default_visibility is_override_allowed interest_rules automatic_mail'),
    ('mailbox', 'id person_id provider state'),
    ('person', 'id role is_active'),
    ('person_address', 'person_id'),
    ('team_member', 'job_id person_id'),
    ('application', 'candidate_id job_id'),
    ('candidate', 'id owner_id'),
    ('thread_candidate', 'thread_id candidate_id because')
  loop
    execute format(
      'create trigger audit after insert or update or delete on candor.%I
         for each row execute function app.on_audited(%L)', name, kept);
  end loop;
end $$;
