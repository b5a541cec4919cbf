/* One more address on a candidate's record: new mail with it is kept from then on, and old mail is looked for. */
import type { AddAddress, CandidateCard } from '../../../lib/contract/candidate.ts';
import { foldAddress, parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { Actor } from '../actor.ts';
import { beginBackSearch } from '../import/back-search.ts';
import type { Services } from '../services.ts';
import { readCards, storeAddress } from './candidates.ts';

/** Throws: bad-input for what is no address; not-found for a candidate that is not theirs to open; already-done when it stands there. */
export const addAddress = (
  services: Services,
  actor: Actor,
  { candidateId, address: text }: AddAddress,
): Promise<CandidateCard> => {
  const address = parseAddress(text);
  if (address === undefined) throw new Failure('bad-input', 'the address can not be read');
  const { companyId } = actor;
  return services.db.transaction({ kind: 'company', companyId, actorId: actor.personId }, async (tx) => {
    const allowed = await tx
      .selectFrom('candor.candidate_access')
      .select('candidate_id')
      .where('person_id', '=', actor.personId)
      .where('candidate_id', '=', candidateId)
      .executeTakeFirst();
    if (allowed === undefined) throw new Failure('not-found', 'no such candidate for this person');
    const known = await tx
      .selectFrom('candor.candidate_address')
      .select('id')
      .where('candidate_id', '=', candidateId)
      .where('address_hash', '=', services.sealing.addressHash(companyId, foldAddress(address)))
      .executeTakeFirst();
    if (known !== undefined) throw new Failure('already-done', 'the address stands on the record');
    await storeAddress(services, tx, { companyId, candidateId, address });
    await beginBackSearch(services, tx, companyId, candidateId);
    const [card] = await readCards(services, tx, actor, [candidateId]);
    if (card === undefined) throw new Failure('not-found', 'no such candidate');
    return card;
  });
};
