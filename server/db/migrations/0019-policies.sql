-- What the company keeps, for how long, and how soon, as its admins decide.

-- matching: alternatives, each a set of rules that must all hold (lib/domain/matching.ts). retention: for each stage, the
-- months after which a candidate in it is erased (lib/domain/retention.ts); when it was last gone through for who is due.
-- look_every_minutes: null where mailboxes tell of changes and are looked at each minute.
alter table candor.policy
  add column matching jsonb not null default '[["ancestry"], ["candidate-address"], ["label"]]',
  add column is_candidate_creation_allowed boolean not null default true,
  add column retention jsonb not null default '[]',
  add column retention_looked_at bigint,
  add column look_every_minutes integer check (look_every_minutes between 5 and 1440);
update candor.policy set matching =
  (select coalesce(jsonb_agg(jsonb_build_array(rule)), '[]') from unnest(interest_rules) rule);

drop trigger audit on candor.policy;
alter table candor.policy drop column interest_rules;
create trigger audit after insert or update or delete on candor.policy
  for each row execute function app.on_audited(
    'default_visibility is_override_allowed matching automatic_mail is_connecting_on allowed_providers is_password_login_allowed forbidden_mailbox_domains is_candidate_creation_allowed retention look_every_minutes propagates_deletions is_mailbox_deletion_allowed');

-- Who said that the address is the candidate's own, and who that the candidate agreed to be found by it; and when.
alter table candor.candidate_address
  add column verified_at bigint,
  add column verified_by uuid references candor.person on delete set null,
  add column consent_at bigint,
  add column consent_by uuid references candor.person on delete set null;

-- retire_at: when the candidate is erased, once their time was over and nobody has said since that they stay.
-- retention_kept_at: when somebody said so.
alter table candor.candidate
  add column retire_at bigint,
  add column retention_kept_at bigint;

-- removed: by the person's own hand. retired: with a candidate whose time was over.
alter table candor.removal
  add column because text not null default 'removed' check (because in ('removed', 'retired'));
