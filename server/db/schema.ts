/* The tables of migrations/0001-tables.sql as Kysely sees them; what each holds is said there. Times are epoch ms. */
import type { ColumnType, Generated, Transaction } from 'kysely';
import type {
  ActionKey,
  CandidateId,
  CompanyId,
  ImportId,
  JobId,
  MailboxId,
  MessageId,
  PersonId,
  ThreadId,
} from '../../lib/contract/ids.ts';
import type { ImportState } from '../../lib/contract/import.ts';
import type { ImportWindow, OldMailWindow } from '../../lib/domain/import-window.ts';
import type { KeepRule } from '../../lib/domain/interest.ts';

export type CompanyTable = {
  id: Generated<CompanyId>;
  name: string;
  created_at: number;
};

export type PolicyTable = {
  company_id: CompanyId;
  own_domains: Generated<string[]>;
  label_name: Generated<string>;
  default_visibility: Generated<'record-access' | 'owner-only'>;
  is_override_allowed: Generated<boolean>;
  interest_rules: Generated<string[]>;
  automatic_mail: Generated<'drop' | 'mark'>;
  message_limit_bytes: Generated<number>;
  attachment_limit_bytes: Generated<number>;
  is_connecting_on: Generated<boolean>;
  allowed_providers: Generated<string[]>;
  is_password_login_allowed: Generated<boolean>;
  forbidden_mailbox_domains: Generated<string[]>;
  import_max: Generated<ImportWindow>;
  propagates_deletions: Generated<boolean>;
  updated_at: number;
};

export type PersonTable = {
  id: Generated<PersonId>;
  company_id: CompanyId;
  auth_user_id: string | null;
  name: string;
  address: string;
  role: 'owner' | 'admin' | 'recruiter' | 'hiring-manager' | 'interviewer';
  is_active: Generated<boolean>;
  created_at: number;
};

export type PersonAddressTable = {
  company_id: CompanyId;
  person_id: PersonId;
  address: string;
  address_hash: Buffer;
};

export type SharedAddressTable = {
  company_id: CompanyId;
  address: string;
};

export type BlockEntryTable = {
  id: Generated<string>;
  company_id: CompanyId;
  person_id: PersonId | null;
  entry: string;
};

export type JobTable = {
  id: Generated<JobId>;
  company_id: CompanyId;
  title: string;
  is_open: Generated<boolean>;
  created_at: number;
};

export type TeamMemberTable = {
  company_id: CompanyId;
  job_id: JobId;
  person_id: PersonId;
};

export type CandidateTable = {
  id: Generated<CandidateId>;
  company_id: CompanyId;
  name: string;
  owner_id: PersonId | null;
  created_by: PersonId | null;
  created_at: number;
};

export type CandidateAddressTable = {
  id: Generated<string>;
  company_id: CompanyId;
  candidate_id: CandidateId;
  address_hash: Buffer;
  address_sealed: Buffer;
  added_at: number;
};

export type ApplicationTable = {
  id: Generated<string>;
  company_id: CompanyId;
  candidate_id: CandidateId;
  job_id: JobId;
  stage: string;
  stage_since: number;
};

export type DataKeyTable = {
  id: Generated<string>;
  company_id: CompanyId;
  candidate_id: CandidateId | null;
  key_sealed: Buffer;
  created_at: number;
};

export type MailboxTable = {
  id: Generated<MailboxId>;
  company_id: CompanyId;
  person_id: PersonId;
  provider: 'gmail' | 'graph' | 'imap';
  address: string;
  state: 'connected' | 'needs-reconnect' | 'paused' | 'off';
  state_since: number;
  is_primary: Generated<boolean>;
  window_from: number | null;
  import_window: Generated<ImportWindow>;
  last_pulled_at: number | null;
  last_failure_reason: string | null;
  last_failure_at: number | null;
  servers: ColumnType<unknown, string | null | undefined, string | null>;
  erase_asked_at: number | null;
  created_at: number;
};

export type MailboxImportTable = {
  id: Generated<ImportId>;
  company_id: CompanyId;
  mailbox_id: MailboxId;
  person_id: PersonId;
  reason: 'window' | 'new-address' | 'asked';
  candidate_id: CandidateId | null;
  import_window: OldMailWindow | null;
  window_from: number | null;
  sync_from: number;
  window_before: ImportWindow | null;
  state: ImportState;
  position: ColumnType<unknown, string | null, string | null>;
  found_messages: Generated<number>;
  found_threads: Generated<number>;
  estimated_bytes: number | null;
  estimated_ms: number | null;
  looked_threads: Generated<number>;
  looked_messages: Generated<number>;
  left_counts: ColumnType<unknown, string | undefined, string>;
  running_ms: Generated<number>;
  failure_reason: string | null;
  created_at: number;
  updated_at: number;
  ended_at: number | null;
};

export type ImportThreadTable = {
  import_id: ImportId;
  company_id: CompanyId;
  thread_hash: Buffer;
};

export type MailboxSecretTable = {
  mailbox_id: MailboxId;
  company_id: CompanyId;
  person_id: PersonId;
  secret_sealed: Buffer;
  updated_at: number;
};

export type MailboxCursorTable = {
  mailbox_id: MailboxId;
  company_id: CompanyId;
  person_id: PersonId;
  cursor: string;
  updated_at: number;
};

export type MailboxPushTable = {
  mailbox_id: MailboxId;
  company_id: CompanyId;
  person_id: PersonId;
  provider: 'gmail' | 'graph' | 'imap';
  pushed_by: 'subscription' | 'connection' | 'nothing';
  name_hash: Buffer | null;
  proof_hash: Buffer | null;
  held_sealed: Buffer | null;
  expires_at: number | null;
  renew_at: number;
  listener_id: string | null;
  listens_until: number | null;
};

export type BuriedJobTable = {
  mailbox_id: MailboxId;
  kind: string;
  company_id: CompanyId;
  person_id: PersonId;
  reason: 'fault' | 'time-out';
  buried_at: number;
};

export type ConsentTable = {
  state_hash: Buffer;
  company_id: CompanyId;
  person_id: PersonId;
  provider: string;
  secret_sealed: Buffer;
  expires_at: number;
};

export type ThreadTable = {
  id: Generated<ThreadId>;
  company_id: CompanyId;
  root_id: ThreadId;
  created_at: number;
};

export type ThreadJoinTable = {
  id: Generated<string>;
  company_id: CompanyId;
  thread_id: ThreadId;
  into_id: ThreadId;
  because_message_id: MessageId | null;
  joined_at: number;
  undone_at: number | null;
};

export type MentionTable = {
  company_id: CompanyId;
  id_hash: Buffer;
  thread_id: ThreadId;
};

export type ThreadCandidateTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  candidate_id: CandidateId;
  because: 'logged' | 'label' | 'candidate-address' | 'asked';
  filed_by: PersonId | null;
  filed_at: number;
};

export type MessageTable = {
  id: Generated<MessageId>;
  company_id: CompanyId;
  thread_id: ThreadId;
  message_id_hash: Buffer;
  variant: Generated<number>;
  content_hash: Buffer;
  is_synthetic_id: Generated<boolean>;
  sent_at: number;
  head_sealed: Buffer;
  body_sealed: Buffer | null;
  body_state: 'whole' | 'headers-only';
  is_automatic: Generated<boolean>;
  kept_by: KeepRule[];
  attachment_count: Generated<number>;
  size_bytes: number;
  created_at: number;
  erase_at: number | null;
  deletion_kept_at: number | null;
  removed_at: number | null;
};

export type MessageCopyTable = {
  id: Generated<string>;
  company_id: CompanyId;
  message_id: MessageId;
  thread_id: ThreadId;
  mailbox_id: MailboxId;
  person_id: PersonId;
  provider_message_id: string;
  provider_thread_id: string;
  is_labelled: Generated<boolean>;
  received_at: number;
  import_id: ImportId | null;
  gone_at: number | null;
};

export type ParticipantTable = {
  company_id: CompanyId;
  message_id: MessageId;
  thread_id: ThreadId;
  role: 'from' | 'to' | 'cc' | 'bcc';
  address_hash: Buffer;
  bcc_known_by: PersonId | null;
};

export type AttachmentTable = {
  id: Generated<string>;
  company_id: CompanyId;
  message_id: MessageId;
  thread_id: ThreadId;
  meta_sealed: Buffer;
  content_sealed: Buffer | null;
  size_bytes: number;
};

export type StanceTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  person_id: PersonId;
  stance: 'default' | 'private' | 'shared';
  set_at: number;
};

export type GrantTable = {
  id: Generated<string>;
  company_id: CompanyId;
  thread_id: ThreadId;
  owner_id: PersonId;
  grantee_id: PersonId;
  granted_at: number;
  ends_at: number | null;
};

export type OverrideUseTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  person_id: PersonId;
  used_at: number;
  reason_sealed: Buffer;
};

export type DecisionTable = {
  company_id: CompanyId;
  mailbox_id: MailboxId;
  person_id: PersonId;
  copy_hash: Buffer;
  message_id: MessageId | null;
  decision: 'keep' | 'hold' | 'drop' | 'unreadable';
  rule: string;
  ref_sealed: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
  decided_at: number;
};

export type RemovalTable = {
  company_id: CompanyId;
  person_id: PersonId;
  id_hash: Buffer;
  removed_at: number;
};

export type AuditTable = {
  company_id: CompanyId;
  seq: number;
  at: number;
  actor_id: PersonId | null;
  kind: string;
  facts: ColumnType<unknown, string, string>;
  prev_hash: Buffer;
  hash: Buffer;
};

export type OutgoingTable = {
  id: Generated<string>;
  company_id: CompanyId;
  person_id: PersonId;
  mailbox_id: MailboxId | null;
  state: 'draft' | 'scheduled' | 'sending' | 'sent' | 'failed' | 'cancelled';
  message_id_hash: Buffer;
  content_sealed: Buffer;
  due_at: number | null;
  sent_at: number | null;
  failure_reason: string | null;
  created_at: number;
};

export type ActionTable = {
  key: ActionKey;
  company_id: CompanyId;
  person_id: PersonId;
  kind: 'log' | 'label' | 'stance' | 'remove' | 'undo';
  mailbox_id: MailboxId | null;
  provider_thread_id: string | null;
  thread_id: ThreadId | null;
  said_sealed: Buffer;
  undo_facts: ColumnType<unknown, string | null, string | null>;
  done_at: number;
  undone_at: number | null;
};

export type InvitationTable = {
  id: Generated<string>;
  company_id: CompanyId;
  token_hash: Buffer;
  name: string;
  address: string;
  role: 'admin' | 'recruiter' | 'hiring-manager' | 'interviewer';
  invited_by: PersonId | null;
  expires_at: number;
  accepted_at: number | null;
};

export type SetupLinkTable = {
  only_one: Generated<boolean>;
  token_hash: Buffer;
  expires_at: number;
  used_at: number | null;
};

export type CandidateAccessTable = {
  company_id: CompanyId;
  person_id: PersonId;
  candidate_id: CandidateId;
  can_read_mail: boolean;
};

export type MessageReaderTable = {
  company_id: CompanyId;
  message_id: MessageId;
  thread_id: ThreadId;
  person_id: PersonId;
  rights: string[];
  ends_at: number | null;
};

export type PersonNewsTable = {
  person_id: PersonId;
  company_id: CompanyId;
  seq: number;
};

export type Database = {
  'candor.company': CompanyTable;
  'candor.policy': PolicyTable;
  'candor.person': PersonTable;
  'candor.person_address': PersonAddressTable;
  'candor.shared_address': SharedAddressTable;
  'candor.block_entry': BlockEntryTable;
  'candor.job': JobTable;
  'candor.team_member': TeamMemberTable;
  'candor.candidate': CandidateTable;
  'candor.candidate_address': CandidateAddressTable;
  'candor.application': ApplicationTable;
  'candor.data_key': DataKeyTable;
  'candor.mailbox': MailboxTable;
  'candor.mailbox_import': MailboxImportTable;
  'candor.import_thread': ImportThreadTable;
  'candor.mailbox_secret': MailboxSecretTable;
  'candor.mailbox_cursor': MailboxCursorTable;
  'candor.mailbox_push': MailboxPushTable;
  'candor.buried_job': BuriedJobTable;
  'candor.consent': ConsentTable;
  'candor.thread': ThreadTable;
  'candor.thread_join': ThreadJoinTable;
  'candor.mention': MentionTable;
  'candor.thread_candidate': ThreadCandidateTable;
  'candor.message': MessageTable;
  'candor.message_copy': MessageCopyTable;
  'candor.participant': ParticipantTable;
  'candor.attachment': AttachmentTable;
  'candor.stance': StanceTable;
  'candor.grant': GrantTable;
  'candor.override_use': OverrideUseTable;
  'candor.decision': DecisionTable;
  'candor.removal': RemovalTable;
  'candor.audit': AuditTable;
  'candor.outgoing': OutgoingTable;
  'candor.action': ActionTable;
  'candor.invitation': InvitationTable;
  'candor.setup_link': SetupLinkTable;
  'candor.candidate_access': CandidateAccessTable;
  'candor.message_reader': MessageReaderTable;
  'candor.person_news': PersonNewsTable;
};

/** A transaction under row-level security; see connection.ts. */
export type Tx = Transaction<Database>;

declare const runsAs: unique symbol;

/** One that sees and writes only what one person may. Made by `transaction` alone. */
export type PersonTx = Tx & { readonly [runsAs]: 'person' };
