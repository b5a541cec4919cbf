-- What is never kept, and what waits for an answer.

-- One entry once a list, whoever wrote it.
create unique index on candor.block_entry (company_id, coalesce(person_id, company_id), entry);

-- Of a message that is held: the provider's ids of it, sealed, so that its person can be asked about it with what their
-- mailbox says then. They go with the answer. Of what is dropped nothing of the kind is there.
alter table candor.decision add column held_sealed bytea;
create index on candor.decision (person_id) where decision = 'hold';

create function app.forget_held() returns trigger language plpgsql as $$
begin
  if new.decision <> 'hold' then
    new.held_sealed := null;
  end if;
  return new;
end $$;
create trigger forget_held before insert or update on candor.decision
  for each row execute function app.forget_held();

-- A person answers for their own mailbox.
grant update (decision, rule, held_sealed, decided_at) on candor.decision to candor_app;
