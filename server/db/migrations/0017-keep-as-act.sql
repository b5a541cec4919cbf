-- Keeping what was deleted in every mailbox is an act like the others: done once by its key.
alter table candor.action drop constraint action_kind_check;
alter table candor.action add constraint action_kind_check
  check (kind in ('log', 'label', 'stance', 'remove', 'move', 'split', 'keep', 'undo'));
