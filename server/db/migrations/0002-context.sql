-- In whose name a transaction runs. Set with BEGIN by server/db/connection.ts; after the transaction the settings read as
-- '', not null. No context: null, and a comparison with null shows no row.

create function app.company_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.company_id', true), '')::uuid;

create function app.person_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.person_id', true), '')::uuid;

-- For the audit: the person, or the person whose act background work carries out.
create function app.actor_id() returns uuid language sql stable parallel safe
  return coalesce(app.person_id(), nullif(current_setting('app.actor_id', true), '')::uuid);

-- Epoch milliseconds by the server's clock, so that tests own time.
create function app.now_ms() returns bigint language sql stable parallel safe
  return coalesce(
    nullif(current_setting('app.now_ms', true), '')::bigint,
    (extract(epoch from statement_timestamp()) * 1000)::bigint);

-- Tells the right master key from a wrong one before anything is written.
create table app.master_key (
  only_one boolean primary key default true check (only_one),
  fingerprint bytea not null
);

-- What is made here is for nobody but those it is granted to.
alter default privileges revoke execute on functions from public;

grant usage on schema candor, app to candor_app, candor_worker, candor_system;
revoke execute on all functions in schema app from public;
grant execute on function app.company_id(), app.person_id(), app.actor_id(), app.now_ms()
  to candor_app, candor_worker, candor_system;
