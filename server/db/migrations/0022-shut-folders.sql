-- How many folders of the mailbox its server did not let Candor look into, at the last look.
alter table candor.mailbox add column shut_folder_count integer not null default 0;
