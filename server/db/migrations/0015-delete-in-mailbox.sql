-- Whether a person may delete one message in their own mailbox from Candor. What is deleted goes to the mailbox's trash.

alter table candor.policy add column is_mailbox_deletion_allowed boolean not null default false;
