-- A person may leave a conversation out before old mail is looked for: 'left-out'. New mail that answers it stays out as well.
alter table candor.removal
  add column because text not null default 'removed' check (because in ('removed', 'left-out'));
