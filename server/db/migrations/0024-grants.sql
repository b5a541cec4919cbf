-- An owner lets one colleague read a thread. The table stands since the beginning; this is the act.
alter table candor.action drop constraint action_kind_check;
alter table candor.action add constraint action_kind_check
  check (kind in ('log', 'label', 'stance', 'grant', 'remove', 'move', 'split', 'keep', 'undo'));
