import type { CandidateCard, VouchedAddress } from '../../../lib/contract/candidate.ts';
import { CandidateId, type CompanyId, type PersonId } from '../../../lib/contract/ids.ts';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { readHolds } from '../erasure/read-holds.ts';
import { beginBackSearch } from '../import/back-search.ts';
import { liftAddress } from '../ingest/tombstones.ts';
import type { Services } from '../services.ts';
import { readRetentions } from './retires.ts';

const searchLimit = 20;

/** Candidates whose name holds the text, or whose address it is; at most 20, by name. Only those the actor may open. */
export const searchCandidates = (services: Services, actor: Actor, text: string): Promise<CandidateCard[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const wanted = text.trim();
    if (wanted === '') return [];
    const hash = services.sealing.addressHash(actor.companyId, foldAddress(wanted as Address));
    const found = await tx
      .selectFrom('candor.candidate')
      .select('id')
      .where((where) =>
        where.or([
          where('name', 'ilike', `%${wanted.replace(/[\\%_]/g, '\\$&')}%`),
          where(
            'id',
            'in',
            where
              .selectFrom('candor.candidate_address')
              .select('candidate_id')
              .where('address_hash', '=', hash),
          ),
        ]),
      )
      .orderBy('name')
      .orderBy('id')
      .limit(searchLimit)
      .execute();
    return readCards(
      services,
      tx,
      actor,
      found.map((row) => row.id),
    );
  });

/** Cards in the order of the ids; those the transaction's person may not open are left out. */
export const readCards = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  candidateIds: readonly CandidateId[],
): Promise<CandidateCard[]> => {
  if (candidateIds.length === 0) return [];
  const candidates = await tx
    .selectFrom('candor.candidate')
    .leftJoin('candor.person', 'candor.person.id', 'candor.candidate.owner_id')
    .select([
      'candor.candidate.id',
      'candor.candidate.name',
      'candor.candidate.owner_id',
      'candor.candidate.retire_at',
      'candor.candidate.retention_kept_at',
      'candor.person.name as owner_name',
    ])
    .where('candor.candidate.id', 'in', candidateIds)
    .execute();
  const addresses = await tx
    .selectFrom('candor.candidate_address')
    .leftJoin('candor.person as verifier', 'verifier.id', 'candor.candidate_address.verified_by')
    .leftJoin('candor.person as witness', 'witness.id', 'candor.candidate_address.consent_by')
    .select([
      'candor.candidate_address.id',
      'candidate_id',
      'address_sealed',
      'verified_at',
      'verified_by',
      'verifier.name as verifier_name',
      'consent_at',
      'consent_by',
      'witness.name as witness_name',
    ])
    .where('candidate_id', 'in', candidateIds)
    .orderBy('added_at')
    .execute();
  const jobs = await tx
    .selectFrom('candor.application')
    .innerJoin('candor.job', 'candor.job.id', 'candor.application.job_id')
    .select(['candidate_id', 'job_id', 'title', 'stage', 'stage_since'])
    .where('candidate_id', 'in', candidateIds)
    .orderBy('stage_since', 'desc')
    .execute();
  const retentions = await readRetentions(services, tx, actor, candidates, jobs);
  const holds = await readHolds(services, tx, actor, candidateIds);
  const opened = new Map<CandidateId, VouchedAddress[]>();
  for (const row of addresses) {
    const text = await services.sealing.openText(
      tx,
      actor.companyId,
      addressPlace(row.id),
      row.address_sealed,
    );
    const vouched = {
      address: text,
      ...saidOf(actor, 'verified', row.verified_at, row.verified_by, row.verifier_name),
      ...saidOf(actor, 'consent', row.consent_at, row.consent_by, row.witness_name),
    };
    opened.set(row.candidate_id, [...(opened.get(row.candidate_id) ?? []), vouched]);
  }
  return candidateIds.flatMap((candidateId) => {
    const candidate = candidates.find((row) => row.id === candidateId);
    if (candidate === undefined) return [];
    const addresses = opened.get(candidateId) ?? [];
    const hold = holds.get(candidateId);
    const vouched = addresses.filter((each) => each.verified !== undefined || each.consent !== undefined);
    return [
      {
        candidateId,
        name: candidate.name,
        addresses: addresses.map(({ address }) => address),
        ...(vouched.length === 0 ? {} : { vouched }),
        jobs: jobs
          .filter((row) => row.candidate_id === candidateId)
          .map((row) => ({
            jobId: row.job_id,
            title: row.title,
            stage: row.stage,
            stageSince: new Date(row.stage_since).toISOString(),
          })),
        ...retentions.get(candidateId),
        ...(hold === undefined ? {} : { hold }),
        ...(candidate.owner_id === null || candidate.owner_name === null
          ? {}
          : {
              owner: {
                personId: candidate.owner_id,
                name: candidate.owner_name,
                isYou: candidate.owner_id === actor.personId,
              },
            }),
      },
    ];
  });
};

const saidOf = <K extends 'verified' | 'consent'>(
  actor: Actor,
  what: K,
  at: number | null,
  by: PersonId | null,
  name: string | null,
): Pick<VouchedAddress, K> | Record<never, never> => {
  if (at === null) return {};
  const person =
    by === null || name === null ? {} : { by: { personId: by, name, isYou: by === actor.personId } };
  return { [what]: { at: new Date(at).toISOString(), ...person } };
};

/** Candidates by the address on their record, keyed by the folded address; addresses on no record are absent. */
export const findByAddress = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  addresses: readonly Address[],
): Promise<ReadonlyMap<string, readonly CandidateId[]>> => {
  const folded = [...new Set(addresses.map(foldAddress))];
  if (folded.length === 0) return new Map();
  const byHash = new Map(
    folded.map((each) => [services.sealing.addressHash(companyId, each).toString('hex'), each]),
  );
  const rows = await tx
    .selectFrom('candor.candidate_address')
    .select(['candidate_id', 'address_hash'])
    .where('company_id', '=', companyId)
    .where('address_hash', '=', anyOf([...byHash.keys()].map((hex) => Buffer.from(hex, 'hex'))))
    .orderBy('added_at')
    .execute();
  const found = new Map<string, CandidateId[]>();
  for (const row of rows) {
    const address = byHash.get(row.address_hash.toString('hex'));
    if (address !== undefined) found.set(address, [...(found.get(address) ?? []), row.candidate_id]);
  }
  return found;
};

/** The candidate with this address, made when there is none. Runs as the company. */
export const findOrCreateCandidate = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  wanted: { readonly name: string; readonly address: Address; readonly createdBy: PersonId },
): Promise<{ readonly candidateId: CandidateId; readonly isNew: boolean }> => {
  const known = (await findByAddress(services, tx, companyId, [wanted.address])).get(
    foldAddress(wanted.address),
  )?.[0];
  if (known !== undefined) return { candidateId: known, isNew: false };
  const candidateId = CandidateId.parse(crypto.randomUUID());
  const now = services.clock.now();
  await tx
    .insertInto('candor.candidate')
    .values({
      id: candidateId,
      company_id: companyId,
      name: wanted.name,
      owner_id: wanted.createdBy,
      created_by: wanted.createdBy,
      created_at: now,
    })
    .execute();
  await storeAddress(services, tx, { companyId, candidateId, address: wanted.address });
  await beginBackSearch(services, tx, companyId, candidateId);
  return { candidateId, isNew: true };
};

/** By a person's act alone, so it takes on again who was erased. Runs as the company. */
export const storeAddress = async (
  services: Services,
  tx: Tx,
  {
    companyId,
    candidateId,
    address,
  }: {
    readonly companyId: CompanyId;
    readonly candidateId: CandidateId;
    readonly address: Address;
  },
): Promise<void> => {
  const addressId = crypto.randomUUID();
  await liftAddress(services, tx, companyId, address);
  await tx
    .insertInto('candor.candidate_address')
    .values({
      id: addressId,
      company_id: companyId,
      candidate_id: candidateId,
      address_hash: services.sealing.addressHash(companyId, foldAddress(address)),
      address_sealed: await services.sealing.sealText(
        tx,
        companyId,
        candidateId,
        addressPlace(addressId),
        address,
      ),
      added_at: services.clock.now(),
    })
    .execute();
};

export const addressPlace = (rowId: string) => ({
  table: 'candidate_address',
  row: rowId,
  column: 'address_sealed',
});
