-- The whole record. Times are epoch milliseconds. Text with CHECK instead of enums, because comparing enums is not
-- leakproof and would keep indexes from being used under row-level security.
-- "sealed" columns hold AES-256-GCM envelopes (server/base/vault.ts); "hash" columns hold keyed hashes.

create schema candor;

create table candor.company (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  created_at bigint not null
);

-- What the company decided. One row a company.
create table candor.policy (
  company_id uuid primary key references candor.company on delete cascade,
  own_domains text[] not null default '{}',
  label_name text not null default 'Candidate',
  default_visibility text not null default 'owner-only' check (default_visibility in ('record-access', 'owner-only')),
  is_override_allowed boolean not null default false,
  interest_rules text[] not null default '{ancestry,candidate-address,label}',
  automatic_mail text not null default 'mark' check (automatic_mail in ('drop', 'mark')),
  message_limit_bytes integer not null default 26214400,
  attachment_limit_bytes integer not null default 10485760,
  updated_at bigint not null
);

-- A colleague. Signs in through auth."user".
create table candor.person (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  auth_user_id text unique,
  name text not null,
  address text not null,
  role text not null check (role in ('owner', 'admin', 'recruiter', 'hiring-manager', 'interviewer')),
  is_active boolean not null default true,
  created_at bigint not null
);
create index on candor.person (company_id);

-- Addresses proven to be a colleague's own: the one they sign in with, and those of mailboxes they connected.
create table candor.person_address (
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  address text not null,
  address_hash bytea not null,
  primary key (company_id, address_hash)
);
create index on candor.person_address (person_id);

-- Boxes and lists of the company that several people read.
create table candor.shared_address (
  company_id uuid not null references candor.company on delete cascade,
  address text not null,
  primary key (company_id, address)
);

-- Addresses and domains never to be kept: the company's, or one person's.
create table candor.block_entry (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid references candor.person on delete cascade,
  entry text not null
);
create index on candor.block_entry (company_id);

create table candor.job (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  title text not null,
  is_open boolean not null default true,
  created_at bigint not null
);
create index on candor.job (company_id);

create table candor.team_member (
  company_id uuid not null references candor.company on delete cascade,
  job_id uuid not null references candor.job on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  primary key (job_id, person_id)
);
create index on candor.team_member (person_id);

create table candor.candidate (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  name text not null,
  owner_id uuid references candor.person on delete set null,
  created_by uuid references candor.person on delete set null,
  created_at bigint not null
);
create index on candor.candidate (company_id);

create table candor.candidate_address (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  candidate_id uuid not null references candor.candidate on delete cascade,
  address_hash bytea not null,
  address_sealed bytea not null,
  added_at bigint not null,
  unique (candidate_id, address_hash)
);
create index on candor.candidate_address (company_id, address_hash);

create table candor.application (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  candidate_id uuid not null references candor.candidate on delete cascade,
  job_id uuid not null references candor.job on delete cascade,
  stage text not null,
  stage_since bigint not null,
  unique (candidate_id, job_id)
);
create index on candor.application (job_id);

-- A key that seals other things; itself sealed under the master key. A candidate's key destroyed is that candidate erased.
create table candor.data_key (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  candidate_id uuid,
  key_sealed bytea not null,
  created_at bigint not null
);
create unique index on candor.data_key (company_id) where candidate_id is null;
create unique index on candor.data_key (candidate_id) where candidate_id is not null;

create table candor.mailbox (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  provider text not null check (provider in ('gmail', 'graph', 'imap')),
  address text not null,
  state text not null check (state in ('connected', 'needs-reconnect', 'paused', 'off')),
  state_since bigint not null,
  is_primary boolean not null default false,
  window_from bigint,
  last_pulled_at bigint,
  last_failure_reason text,
  last_failure_at bigint,
  created_at bigint not null,
  unique (company_id, address)
);
create index on candor.mailbox (person_id);
create unique index on candor.mailbox (person_id) where is_primary;

create table candor.mailbox_secret (
  mailbox_id uuid primary key references candor.mailbox on delete cascade,
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  secret_sealed bytea not null,
  updated_at bigint not null
);

create table candor.mailbox_cursor (
  mailbox_id uuid primary key references candor.mailbox on delete cascade,
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  cursor text not null,
  updated_at bigint not null
);

-- Consent under way at a provider: state, nonce and verifier until the person comes back, once.
create table candor.consent (
  state_hash bytea primary key,
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  provider text not null,
  secret_sealed bytea not null,
  expires_at bigint not null
);

-- Messages we joined. When ids show that two threads are one, the younger points at the older by root_id and keeps its own
-- candidates, stances and grants: rights stay where they were decided, so a join can't widen who may read, and can be undone.
create table candor.thread (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  root_id uuid not null,
  created_at bigint not null
);
create index on candor.thread (root_id);
create index on candor.thread (company_id);

create table candor.thread_join (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  into_id uuid not null references candor.thread on delete cascade,
  because_message_id uuid,
  joined_at bigint not null,
  undone_at bigint
);
create index on candor.thread_join (thread_id);

-- Every Message-ID seen on kept mail, its own or only mentioned, and the thread it belongs to.
create table candor.mention (
  company_id uuid not null references candor.company on delete cascade,
  id_hash bytea not null,
  thread_id uuid not null references candor.thread on delete cascade,
  primary key (company_id, id_hash)
);
create index on candor.mention (thread_id);

create table candor.thread_candidate (
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  candidate_id uuid not null references candor.candidate on delete cascade,
  because text not null check (because in ('logged', 'label', 'candidate-address', 'asked')),
  filed_by uuid references candor.person on delete set null,
  filed_at bigint not null,
  primary key (thread_id, candidate_id)
);
create index on candor.thread_candidate (candidate_id);

-- One RFC 5322 message. head_sealed: subject, ids, names and addresses; body_sealed: text and HTML.
create table candor.message (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  message_id_hash bytea not null,
  -- 0 for the first content seen under a Message-ID; the same id with other content keeps both.
  variant integer not null default 0,
  content_hash bytea not null,
  is_synthetic_id boolean not null default false,
  sent_at bigint not null,
  head_sealed bytea not null,
  body_sealed bytea,
  body_state text not null check (body_state in ('whole', 'headers-only')),
  is_automatic boolean not null default false,
  kept_by text[] not null,
  attachment_count integer not null default 0,
  size_bytes integer not null,
  created_at bigint not null,
  unique (company_id, message_id_hash, variant)
);
create index on candor.message (thread_id, sent_at);

-- One mailbox's instance of a message. Its mailbox's person is an owner of the message.
create table candor.message_copy (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  message_id uuid not null references candor.message on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  mailbox_id uuid not null references candor.mailbox on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  provider_message_id text not null,
  provider_thread_id text not null,
  is_labelled boolean not null default false,
  received_at bigint not null,
  unique (mailbox_id, provider_message_id)
);
create index on candor.message_copy (message_id);
create index on candor.message_copy (thread_id);
create index on candor.message_copy (mailbox_id, provider_thread_id);

-- Addresses on a message, as keyed hashes; what a person reads of them is in head_sealed. A Bcc is known from one copy only.
create table candor.participant (
  company_id uuid not null references candor.company on delete cascade,
  message_id uuid not null references candor.message on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  role text not null check (role in ('from', 'to', 'cc', 'bcc')),
  address_hash bytea not null,
  bcc_known_by uuid references candor.person on delete cascade,
  primary key (message_id, role, address_hash)
);
create index on candor.participant (company_id, address_hash);
create index on candor.participant (thread_id);

create table candor.attachment (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  message_id uuid not null references candor.message on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  meta_sealed bytea not null,
  content_sealed bytea,
  size_bytes integer not null
);
create index on candor.attachment (message_id);

-- What one owner decided about one thread.
create table candor.stance (
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  stance text not null check (stance in ('default', 'private', 'shared')),
  set_at bigint not null,
  primary key (thread_id, person_id)
);

create table candor."grant" (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  owner_id uuid not null references candor.person on delete cascade,
  grantee_id uuid not null references candor.person on delete cascade,
  granted_at bigint not null,
  ends_at bigint,
  unique (thread_id, owner_id, grantee_id)
);
create index on candor."grant" (grantee_id);

-- An override used. Counts only while the company allows overrides.
create table candor.override_use (
  company_id uuid not null references candor.company on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  used_at bigint not null,
  reason_sealed bytea not null,
  primary key (thread_id, person_id)
);

-- Why each message seen was kept, held, dropped or could not be read. A dropped one leaves a keyed hash, a rule and a time.
create table candor.decision (
  company_id uuid not null references candor.company on delete cascade,
  mailbox_id uuid not null references candor.mailbox on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  copy_hash bytea not null,
  message_id uuid references candor.message on delete cascade,
  decision text not null check (decision in ('keep', 'hold', 'drop', 'unreadable')),
  rule text not null,
  decided_at bigint not null,
  primary key (mailbox_id, copy_hash)
);
create index on candor.decision (message_id);

-- Append-only, chained: hash covers the row and prev_hash. Ids and reasons only.
create table candor.audit (
  company_id uuid not null references candor.company on delete cascade,
  seq bigint not null,
  at bigint not null,
  actor_id uuid,
  kind text not null,
  facts jsonb not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (company_id, seq)
);

-- Drafts, scheduled and sent.
create table candor.outgoing (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  mailbox_id uuid references candor.mailbox on delete set null,
  state text not null check (state in ('draft', 'scheduled', 'sending', 'sent', 'failed', 'cancelled')),
  message_id_hash bytea not null,
  content_sealed bytea not null,
  due_at bigint,
  sent_at bigint,
  failure_reason text,
  created_at bigint not null,
  unique (company_id, message_id_hash)
);

-- What a person did, by the key their client made: done once, undone within ten minutes. undo_facts holds ids only.
create table candor.action (
  key uuid primary key,
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  kind text not null check (kind in ('log', 'label', 'stance', 'undo')),
  mailbox_id uuid references candor.mailbox on delete cascade,
  provider_thread_id text,
  thread_id uuid references candor.thread on delete set null,
  said_sealed bytea not null,
  undo_facts jsonb,
  done_at bigint not null,
  undone_at bigint
);
create index on candor.action (person_id, done_at);

create table candor.invitation (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references candor.company on delete cascade,
  token_hash bytea not null unique,
  name text not null,
  address text not null,
  role text not null check (role in ('admin', 'recruiter', 'hiring-manager', 'interviewer')),
  invited_by uuid references candor.person on delete set null,
  expires_at bigint not null,
  accepted_at bigint
);

-- The link printed at the first start. One row at most.
create table candor.setup_link (
  only_one boolean primary key default true check (only_one),
  token_hash bytea not null,
  expires_at bigint not null,
  used_at bigint
);

-- Which person may open which candidate, and their mail, and why. Kept by triggers; the policies look only here.
create table candor.candidate_access (
  company_id uuid not null references candor.company on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  candidate_id uuid not null references candor.candidate on delete cascade,
  can_read_mail boolean not null,
  primary key (person_id, candidate_id)
);
create index on candor.candidate_access (candidate_id);

-- Which person may read which message, by which rights. Kept by triggers; the policies look only here.
-- ends_at: when the last right ends (a grant with an end and nothing besides); null for a right that stays.
create table candor.message_reader (
  company_id uuid not null references candor.company on delete cascade,
  message_id uuid not null references candor.message on delete cascade,
  thread_id uuid not null references candor.thread on delete cascade,
  person_id uuid not null references candor.person on delete cascade,
  rights text[] not null,
  ends_at bigint,
  primary key (person_id, message_id)
);
create index on candor.message_reader (person_id, thread_id);
create index on candor.message_reader (message_id);

-- Goes up by one whenever something this person sees has changed. Tells nothing of what.
create table candor.person_news (
  person_id uuid primary key references candor.person on delete cascade,
  company_id uuid not null references candor.company on delete cascade,
  seq bigint not null
);
