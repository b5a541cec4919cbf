/* Tables of the mailboxes and of what is under way in them, as Kysely sees them. What each holds is said in migrations/. Times are epoch ms. */
import type { ColumnType, Generated } from 'kysely';
import type {
  ActionKey,
  CandidateId,
  CompanyId,
  ImportId,
  MailboxId,
  MessageId,
  PersonId,
  ThreadId,
} from '../../lib/contract/ids.ts';
import type { ImportState } from '../../lib/contract/import.ts';
import type { AccessLevel } from '../../lib/domain/access-level.ts';
import type { CheckKind } from '../../lib/domain/completeness.ts';
import type { ImportWindow, OldMailWindow } from '../../lib/domain/import-window.ts';

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
  shut_folder_count: Generated<number>;
  last_failure_reason: string | null;
  last_failure_at: number | null;
  servers: ColumnType<unknown, string | null | undefined, string | null>;
  erase_asked_at: number | null;
  access_level: Generated<AccessLevel>;
  told_since: number | null;
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

export type MailboxCheckTable = {
  mailbox_id: MailboxId;
  company_id: CompanyId;
  person_id: PersonId;
  asked_for: CheckKind | null;
  ended_at: number | null;
  failure_reason: string | null;
  counted_at: number | null;
  stored_count: number | null;
  missing_count: number | null;
  missing_since: number | null;
  is_whole: boolean | null;
};

export type ConsentTable = {
  state_hash: Buffer;
  company_id: CompanyId;
  person_id: PersonId;
  provider: string;
  secret_sealed: Buffer;
  expires_at: number;
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

export type OutgoingTable = {
  /** The key of the act that it began with. */
  id: Generated<ActionKey>;
  company_id: CompanyId;
  person_id: PersonId;
  mailbox_id: MailboxId | null;
  state: 'draft' | 'scheduled' | 'sending' | 'sent' | 'failed' | 'cancelled';
  message_id_hash: Buffer;
  draft_sealed: Buffer | null;
  thread_id: ThreadId | null;
  handle: string | null;
  begun_at: number | null;
  attempts: Generated<number>;
  due_at: number | null;
  sent_at: number | null;
  sent_id_hash: Buffer | null;
  failure_reason: string | null;
  created_at: number;
};
