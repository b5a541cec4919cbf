/* Tables of the company, its people, jobs and candidates, as Kysely sees them. What each holds is said in migrations/. Times are epoch ms. */
import type { ColumnType, Generated, Selectable } from 'kysely';
import type { CandidateId, CompanyId, JobId, PersonId } from '../../lib/contract/ids.ts';
import type { ChangeId } from '../../lib/contract/visibility.ts';
import type { ImportWindow } from '../../lib/domain/import-window.ts';

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
  hidden_tier: Generated<'nothing' | 'count' | 'contact'>;
  keeps: Generated<'whole' | 'headers'>;
  is_override_allowed: Generated<boolean>;
  matching: ColumnType<unknown, string | undefined, string>;
  automatic_mail: Generated<'drop' | 'mark'>;
  message_limit_bytes: Generated<number>;
  attachment_limit_bytes: Generated<number>;
  is_connecting_on: Generated<boolean>;
  allowed_providers: Generated<string[]>;
  allowed_access_levels: Generated<string[]>;
  is_password_login_allowed: Generated<boolean>;
  forbidden_mailbox_domains: Generated<string[]>;
  import_max: Generated<ImportWindow>;
  propagates_deletions: Generated<boolean>;
  is_mailbox_deletion_allowed: Generated<boolean>;
  is_candidate_creation_allowed: Generated<boolean>;
  retention: ColumnType<unknown, string | undefined, string>;
  retention_looked_at: number | null;
  look_every_minutes: number | null;
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
  retire_at: number | null;
  retention_kept_at: number | null;
};

export type CandidateAddressTable = {
  id: Generated<string>;
  company_id: CompanyId;
  candidate_id: CandidateId;
  address_hash: Buffer;
  address_sealed: Buffer;
  added_at: number;
  verified_at: number | null;
  verified_by: PersonId | null;
  consent_at: number | null;
  consent_by: PersonId | null;
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

export type PersonNewsTable = {
  person_id: PersonId;
  company_id: CompanyId;
  seq: number;
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

/** `wanted`, `before`, `opened`, `closed`: as in lib/contract/visibility.ts. */
export type VisibilityChangeTable = {
  id: Generated<ChangeId>;
  company_id: CompanyId;
  state: 'waiting' | 'scheduled' | 'applied' | 'withdrawn' | 'undone';
  wanted: ColumnType<unknown, string, never>;
  before: ColumnType<unknown, string | undefined, string>;
  opened: ColumnType<unknown, string, never>;
  closed: ColumnType<unknown, string, never>;
  proposed_by: PersonId | null;
  proposed_at: number;
  agreed_by: PersonId | null;
  due_at: number | null;
  applied_at: number | null;
};
export type VisibilityChangeRow = Selectable<VisibilityChangeTable>;
