-- Copies that a provider is to be asked after: its history was lost, and since then it did not tell of them.
create table candor.unconfirmed_copy (
  copy_id uuid primary key references candor.message_copy on delete cascade,
  company_id uuid not null references candor.company on delete cascade,
  mailbox_id uuid not null references candor.mailbox on delete cascade
);
create index on candor.unconfirmed_copy (mailbox_id);
alter table candor.unconfirmed_copy enable row level security, force row level security;
create policy owner_all on candor.unconfirmed_copy to candor_owner using (true) with check (true);
create policy worker_company on candor.unconfirmed_copy to candor_worker
  using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()));
grant select, insert, delete on candor.unconfirmed_copy to candor_worker;
