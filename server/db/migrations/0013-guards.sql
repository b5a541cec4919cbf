-- What is never kept, and what waits for its person.

-- One entry once a list, whoever wrote it.
create unique index on candor.block_entry (company_id, coalesce(person_id, company_id), entry);

-- Of a message that is held or could not be read: the provider's ids of it, sealed, so that its person can be shown what
-- their mailbox says of it then. They go with the answer. Of what is dropped nothing of the kind is there.
alter table candor.decision add column ref_sealed bytea;
create index on candor.decision (person_id) where decision in ('hold', 'unreadable');

create function app.forget_ref() returns trigger language plpgsql as $$
begin
  if new.decision not in ('hold', 'unreadable') then
    new.ref_sealed := null;
  end if;
  return new;
end $$;
create trigger forget_ref before insert or update on candor.decision
  for each row execute function app.forget_ref();

-- A person answers for their own mailbox.
grant update (decision, rule, ref_sealed, decided_at) on candor.decision to candor_app;
