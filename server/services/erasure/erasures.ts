/* Erasing a candidate because somebody asked for it, by the company's owner or an admin, and what is shown of that after. */
import {
  type EraseCandidate,
  ErasureCounts,
  type ErasureId,
  type ErasureRow,
  type SavedFile,
} from '../../../lib/contract/erasure.ts';
import type { CandidateId } from '../../../lib/contract/ids.ts';
import { foldAddress, parseAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import { erasedAddressHash } from '../ingest/tombstones.ts';
import type { Services } from '../services.ts';
import { type Certificate, toCertificateFiles } from './certificate.ts';
import { eraseCandidate } from './erase-candidate.ts';
import { readScope } from './erasure-scope.ts';

const mostListed = 200;

/** Throws: not-found. */
export const previewErasure = (
  services: Services,
  actor: Actor,
  candidateId: CandidateId,
): Promise<ErasureCounts> =>
  services.db.transaction({ kind: 'company', companyId: actor.companyId }, async (tx) => {
    await requireCandidate(tx, candidateId);
    return (await readScope(tx, candidateId)).counts;
  });

/** Asked again, because the first answer was lost, it gives the same. Throws: not-found, legal-hold. */
export const eraseOnRequest = async (
  services: Services,
  actor: Actor,
  { candidateId, askedBy }: EraseCandidate,
): Promise<ErasureRow> => {
  const { companyId, personId } = actor;
  const { keyId, row } = await services.db.transaction(
    { kind: 'company', companyId, actorId: personId },
    async (tx) => {
      await lockThreads(tx, companyId);
      const [before] = (await readErasures(tx, actor, { candidateId })).map(toRow(actor));
      if (before !== undefined) return { keyId: undefined, row: before };
      await requireCandidate(tx, candidateId);
      const done = await eraseCandidate(services, tx, {
        companyId,
        candidateId,
        because: 'erased',
        asked: { by: askedBy, doneBy: personId },
      });
      const [row] = (await readErasures(tx, actor, { erasureId: done.erasureId })).map(toRow(actor));
      return { keyId: done.keyId, row };
    },
  );
  if (keyId !== undefined) services.sealing.forgetKey(keyId);
  services.log.info('a candidate was erased', { companyId, candidateId });
  if (row === undefined) throw new Error('an erasure was not stored');
  return row;
};

/** Newest first, at most 200. With an address: those alone in which somebody with that address was erased. Throws: bad-input. */
export const listErasures = (
  services: Services,
  actor: Actor,
  { address: text }: { readonly address?: string | undefined },
): Promise<ErasureRow[]> => {
  const address = text === undefined ? undefined : parseAddress(text);
  if (text !== undefined && address === undefined)
    throw new Failure('bad-input', 'the address can not be read');
  const addressHash =
    address === undefined ? undefined : erasedAddressHash(services, actor.companyId, foldAddress(address));
  return services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) =>
    (await readErasures(tx, actor, { addressHash })).map(toRow(actor)),
  );
};

/** The certificate as a page and as JSON. Throws: not-found. */
export const readCertificate = (
  services: Services,
  actor: Actor,
  erasureId: ErasureId,
): Promise<SavedFile[]> =>
  services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const [found] = await readErasures(tx, actor, { erasureId });
    if (found === undefined) throw new Failure('not-found', 'no such erasure');
    const { name } = await tx.selectFrom('candor.company').select('name').executeTakeFirstOrThrow();
    return toCertificateFiles(toCertificate(name, found));
  });

const requireCandidate = async (tx: Tx, candidateId: CandidateId): Promise<void> => {
  const found = await tx
    .selectFrom('candor.candidate')
    .select('id')
    .where('id', '=', candidateId)
    .forUpdate()
    .executeTakeFirst();
  if (found === undefined) throw new Failure('not-found', 'no such candidate');
};

type Wanted = {
  readonly erasureId?: ErasureId;
  readonly candidateId?: CandidateId;
  readonly addressHash?: Buffer | undefined;
};
type Found = Awaited<ReturnType<typeof readErasures>>[number];

const readErasures = (tx: Tx, { companyId }: Actor, { erasureId, candidateId, addressHash }: Wanted) =>
  tx
    .selectFrom('candor.erasure')
    .leftJoin('candor.person', 'candor.person.id', 'candor.erasure.done_by')
    .selectAll('candor.erasure')
    .select('candor.person.name as done_by_name')
    .where('candor.erasure.company_id', '=', companyId)
    .$if(erasureId !== undefined, (query) => query.where('candor.erasure.id', '=', erasureId ?? null))
    .$if(candidateId !== undefined, (query) => query.where('candidate_id', '=', candidateId ?? null))
    .$if(addressHash !== undefined, (query) =>
      query.where(({ eb, fn }) => eb(eb.val(addressHash), '=', fn.any('candor.erasure.address_hashes'))),
    )
    .orderBy('done_at', 'desc')
    .orderBy('candor.erasure.id')
    .limit(mostListed)
    .execute();

const toRow =
  (actor: Actor) =>
  (found: Found): ErasureRow => ({
    erasureId: found.id,
    at: new Date(found.done_at).toISOString(),
    because: found.because,
    ...(found.asked_by === null ? {} : { askedBy: found.asked_by }),
    ...(found.done_by === null || found.done_by_name === null
      ? {}
      : {
          by: {
            personId: found.done_by,
            name: found.done_by_name,
            isYou: found.done_by === actor.personId,
          },
        }),
    counts: ErasureCounts.parse(found.counts),
  });

const toCertificate = (company: string, found: Found): Certificate => ({
  erasureId: found.id,
  company,
  candidateId: found.candidate_id,
  addressHashes: found.address_hashes.map((hash) => hash.toString('hex')),
  doneAt: new Date(found.done_at).toISOString(),
  because: found.because,
  ...(found.asked_by === null ? {} : { askedBy: found.asked_by }),
  ...(found.done_by_name === null ? {} : { doneBy: found.done_by_name }),
  counts: ErasureCounts.parse(found.counts),
  ...(found.key_id === null ? {} : { destroyedKeyId: found.key_id }),
  ...(found.audit_seq === null || found.audit_hash === null
    ? {}
    : { audit: { number: found.audit_seq, hash: found.audit_hash.toString('hex') } }),
});
