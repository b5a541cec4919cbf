/* Tables of what is erased and what must not be, as Kysely sees them. What each holds is said in migrations/. Times are epoch ms. */
import type { ColumnType } from 'kysely';
import type { AskedBy, ErasureId } from '../../lib/contract/erasure.ts';
import type { CandidateId, CompanyId, PersonId } from '../../lib/contract/ids.ts';
import type { Erased } from '../../lib/domain/interest.ts';

export type LegalHoldTable = {
  candidate_id: CandidateId;
  company_id: CompanyId;
  reason_sealed: Buffer;
  set_by: PersonId | null;
  set_at: number;
};

export type ErasureTable = {
  id: ErasureId;
  company_id: CompanyId;
  candidate_id: CandidateId;
  because: Erased;
  asked_by: AskedBy | null;
  done_by: PersonId | null;
  done_at: number;
  key_id: string | null;
  address_hashes: Buffer[];
  counts: ColumnType<unknown, string, never>;
  audit_seq: number | null;
  audit_hash: Buffer | null;
};

export type TombstoneTable = {
  company_id: CompanyId;
  kind: 'message' | 'address';
  hash: Buffer;
  because: Erased;
  erased_at: number;
};
