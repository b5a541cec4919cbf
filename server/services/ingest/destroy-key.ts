import { sql } from 'kysely';
import type { CandidateId, CompanyId } from '../../../lib/contract/ids.ts';
import type { Tx } from '../../db/schema.ts';

/**
 * Destroys a candidate's key and gives its id; undefined when there is none. It stays when it seals mail that stays after all
 * (seal-as-filed.ts sees to it that none does). An envelope names its key in the 16 bytes after the first (server/base/vault.ts).
 */
export const destroyKey = async (
  tx: Tx,
  companyId: CompanyId,
  candidateId: CandidateId,
): Promise<string | undefined> => {
  const destroyed = await tx
    .deleteFrom('candor.data_key')
    .where('company_id', '=', companyId)
    .where('candidate_id', '=', candidateId)
    .where(
      sql<boolean>`not exists (
        select from candor.message m
        where m.company_id = ${companyId} and substring(m.head_sealed from 2 for 16) = uuid_send(candor.data_key.id))`,
    )
    .returning('id')
    .executeTakeFirst();
  return destroyed?.id;
};
