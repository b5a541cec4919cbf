/* Tables of the record: threads, messages and who may read them, as Kysely sees them. What each holds is said in migrations/. Times are epoch ms. */

import type { ColumnType, Generated } from 'kysely';
import type { AccessRequestId } from '../../lib/contract/access-request.ts';
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
import type { KeepRule } from '../../lib/domain/interest.ts';

/** Worked out by the database, and shown to no person. `reader_ends`: person -> when their last right ends. */
type Readers = {
  reader_ids: ColumnType<PersonId[], never, never>;
  reader_ends: ColumnType<Record<PersonId, number> | null, never, never>;
};

export type ThreadTable = {
  id: Generated<ThreadId>;
  company_id: CompanyId;
  root_id: ThreadId;
  created_at: number;
} & Readers;

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
  because: 'logged' | 'label' | 'candidate-address' | 'asked' | 'moved';
  filed_by: PersonId | null;
  filed_at: number;
};

export type UnfiledTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  candidate_id: CandidateId;
  unfiled_by: PersonId | null;
  unfiled_at: number;
};

export type ThreadApartTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  other_id: ThreadId;
  split_by: PersonId | null;
  split_at: number;
};

export type MessageTable = {
  id: Generated<MessageId>;
  company_id: CompanyId;
  thread_id: ThreadId;
  message_id_hash: Buffer;
  variant: Generated<number>;
  content_hash: Buffer;
  /** Of what it is about; null where its subject says nothing, and on mail stored before. */
  subject_hash: Buffer | null;
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
} & Readers;

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

export type MessageWordsTable = {
  message_id: MessageId;
  company_id: CompanyId;
  /** Written only, as PostgreSQL writes an array: what is found by them is asked of app.find_messages(). */
  words: ColumnType<never, string, never>;
};

export type StanceTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  person_id: PersonId;
  stance: 'default' | 'private' | 'shared';
  set_at: number;
};

export type WithheldTable = {
  company_id: CompanyId;
  message_id: MessageId;
  person_id: PersonId;
  because: 'left-out' | 'paused';
  withheld_at: number;
};

export type SharePauseTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  person_id: PersonId;
  message_id: MessageId | null;
  cause: 'newcomer' | 'subject';
  address_hash: Buffer | null;
  paused_at: number;
  settled_at: number | null;
};

export type AccessRequestTable = {
  id: AccessRequestId;
  company_id: CompanyId;
  candidate_id: CandidateId;
  asker_id: PersonId;
  owner_id: PersonId;
  reason_sealed: Buffer | null;
  state: 'waiting' | 'granted' | 'refused' | 'withdrawn';
  asked_at: number;
  answered_at: number | null;
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

export type ReceiptTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  person_id: PersonId;
  by_right: 'participant' | 'grant' | 'team' | 'override';
  message_ids: MessageId[];
  because: string;
  first_at: number;
  last_at: number;
  opened_count: number;
};

export type OverrideUseTable = {
  company_id: CompanyId;
  thread_id: ThreadId;
  person_id: PersonId;
  used_at: number;
  reason_sealed: Buffer;
};

export type RemovalTable = {
  company_id: CompanyId;
  person_id: PersonId;
  id_hash: Buffer;
  because: Generated<'removed' | 'left-out'>;
  removed_at: number;
};

export type UnconfirmedCopyTable = {
  copy_id: string;
  company_id: CompanyId;
  mailbox_id: MailboxId;
};

export type ActionTable = {
  key: ActionKey;
  company_id: CompanyId;
  person_id: PersonId;
  kind: 'log' | 'label' | 'stance' | 'grant' | 'remove' | 'move' | 'split' | 'keep' | 'undo';
  mailbox_id: MailboxId | null;
  provider_thread_id: string | null;
  thread_id: ThreadId | null;
  said_sealed: Buffer;
  undo_facts: ColumnType<unknown, string | null, string | null>;
  done_at: number;
  undone_at: number | null;
};
