/*
 * What a person says of an address on a candidate's record: that it is verified as the candidate's own, and that the
 * candidate agreed to be found by it. The rule `verified-address` holds for addresses with both.
 */
import { sql } from 'kysely';
import type { CandidateCard, VouchAddress } from '../../../lib/contract/candidate.ts';
import type { CompanyId, PersonId } from '../../../lib/contract/ids.ts';
import { foldAddress, parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';
import { hashLookup } from '../hash-lookup.ts';
import type { Services } from '../services.ts';
import { readCards } from './candidates.ts';

/** Saying again what was said changes neither who said it nor when. Throws: bad-input; not-found for what is not theirs to open. */
export const vouchAddress = (
  services: Services,
  actor: Actor,
  { candidateId, address: text, isVerified, hasConsent }: VouchAddress,
): Promise<CandidateCard> => {
  const address = parseAddress(text);
  if (address === undefined) throw new Failure('bad-input', 'the address can not be read');
  const { companyId, personId } = actor;
  return services.db.transaction({ kind: 'company', companyId, actorId: personId }, async (tx) => {
    const row = await tx
      .selectFrom('candor.candidate_address')
      .innerJoin('candor.candidate_access', (join) =>
        join
          .onRef('candor.candidate_access.candidate_id', '=', 'candor.candidate_address.candidate_id')
          .on('candor.candidate_access.person_id', '=', personId),
      )
      .select(['id', 'verified_at', 'verified_by', 'consent_at', 'consent_by'])
      .where('candor.candidate_address.candidate_id', '=', candidateId)
      .where('address_hash', '=', services.sealing.addressHash(companyId, foldAddress(address)))
      .executeTakeFirst();
    if (row === undefined) throw new Failure('not-found', 'no such address on a candidate of this person');
    const now = services.clock.now();
    const verified = said(
      isVerified,
      { at: row.verified_at, by: row.verified_by },
      { at: now, by: personId },
    );
    const consent = said(hasConsent, { at: row.consent_at, by: row.consent_by }, { at: now, by: personId });
    await tx
      .updateTable('candor.candidate_address')
      .set({
        verified_at: verified.at,
        verified_by: verified.by,
        consent_at: consent.at,
        consent_by: consent.by,
      })
      .where('id', '=', row.id)
      .execute();
    const facts = {
      candidate_id: candidateId,
      address_id: row.id,
      is_verified: isVerified,
      has_consent: hasConsent,
    };
    await sql`select app.audit('address-vouched', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
    const [card] = await readCards(services, tx, actor, [candidateId]);
    if (card === undefined) throw new Failure('not-found', 'no such candidate');
    return card;
  });
};

type Said = { readonly at: number | null; readonly by: PersonId | null };

const said = (is: boolean, before: Said, now: Said): Said => {
  if (!is) return { at: null, by: null };
  return before.at === null ? now : before;
};

/** Those of the folded addresses that are verified and whose candidate agreed. */
export const readVerified = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  folded: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (folded.length === 0) return new Set();
  const { hashes, among } = hashLookup(folded, (each) => services.sealing.addressHash(companyId, each));
  const rows = await tx
    .selectFrom('candor.candidate_address')
    .select('address_hash')
    .where('company_id', '=', companyId)
    .where('address_hash', '=', anyOf(hashes))
    .where('verified_at', 'is not', null)
    .where('consent_at', 'is not', null)
    .execute();
  return among(rows.map((row) => row.address_hash));
};
