-- The audit covers more of what decides who reads what.

-- The chain is looked through by server/services/audit/chain.ts, so that rows in a file are too.
drop function app.first_broken_audit();

drop trigger audit on candor.mailbox;
do $$
declare
  name text;
  kept text;
begin
  for name, kept in values
    ('mailbox', 'id person_id provider state access_level erase_asked_at'),
    ('invitation', 'id role'),
    ('candidate_address', 'candidate_id'),
    -- The entries themselves are addresses: what is kept here is that they changed.
    ('block_entry', 'person_id'),
    ('shared_address', 'company_id')
  loop
    execute format(
      'create trigger audit after insert or update or delete on candor.%I
         for each row execute function app.on_audited(%L)', name, kept);
  end loop;
end $$;
