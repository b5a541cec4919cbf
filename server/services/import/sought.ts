/*
 * What an import looks for, and what a mailbox is counted by, one search at a time. Candidates' addresses are sealed under the
 * candidates' keys; they are opened here for the search and for nothing else.
 */
import type { CandidateId, CompanyId } from '../../../lib/contract/ids.ts';
import { type Address, parseAddress } from '../../../lib/domain/address.ts';
import { failureReason } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { type CopyRef, mostSought, type Provider, type Sought } from '../../providers/provider.ts';
import { patiently } from '../mailboxes/patience.ts';
import { addressPlace } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import type { ImportWork } from './import-work.ts';
import { begin, type Position } from './position.ts';

export type SoughtPage = { readonly found: readonly CopyRef[]; readonly next: Position };

/** Whose mail, in which company, how far back. */
export type SoughtIn = Pick<ImportWork, 'companyId' | 'candidateId' | 'windowFrom'>;

/** All that is found, a page at a time, waiting as long as the provider asks. Throws as the provider's `search`. */
export async function* searchAll(
  services: Services,
  provider: Provider,
  work: SoughtIn,
  signal: AbortSignal,
): AsyncGenerator<readonly CopyRef[], void> {
  let position: Position = begin;
  while (position.at !== 'end') {
    signal.throwIfAborted();
    const here: Exclude<Position, { at: 'end' }> = position;
    const { found, next } = await patiently(services, signal, () =>
      searchFrom(services, provider, work, here, signal),
    );
    yield found;
    position = next;
  }
}

/** One page of what is found from `position` on, and where to go on. Throws as the provider's `search`. */
export const searchFrom = async (
  services: Services,
  provider: Provider,
  work: SoughtIn,
  position: Exclude<Position, { at: 'end' }>,
  signal: AbortSignal,
): Promise<SoughtPage> => {
  const window = work.windowFrom === null ? {} : { from: work.windowFrom };
  if (position.at === 'label') {
    const page = await search(provider, { by: 'label' }, window, position.page, signal);
    if (page === 'unspeakable') return { found: [], next: { at: 'end' } };
    return {
      found: page.found,
      next: page.nextPage === undefined ? { at: 'end' } : { at: 'label', page: page.nextPage },
    };
  }
  const batch = await services.db.transaction({ kind: 'company', companyId: work.companyId }, (tx) =>
    readBatch(services, tx, work, position),
  );
  if (batch.length === 0 && position.batch !== undefined) {
    return { found: [], next: { at: 'addresses', after: position.batch.at(-1) } };
  }
  if (batch.length === 0) {
    // A candidate's own mail is looked for by address alone: whose the label is it does not say.
    return { found: [], next: work.candidateId === undefined ? { at: 'label' } : { at: 'end' } };
  }
  const ids = batch.map(({ id }) => id);
  const addresses = batch.flatMap(({ address }) => address ?? []);
  const after = { at: 'addresses', after: (position.batch ?? ids).at(-1) } as const;
  if (addresses.length === 0) return { found: [], next: after };
  const page = await search(provider, { by: 'addresses', addresses }, window, position.page, signal);
  if (page === 'unspeakable') {
    // The provider cannot be asked for one of them: it is found by halves, and passed.
    if (ids.length === 1) return { found: [], next: after };
    return { found: [], next: { ...position, batch: ids.slice(0, Math.ceil(ids.length / 2)) } };
  }
  return {
    found: page.found,
    next: page.nextPage === undefined ? after : { ...position, batch: ids, page: page.nextPage },
  };
};

/** A page token that has grown old begins its search again: threads that are done are passed over. */
const search = async (
  provider: Provider,
  sought: Sought,
  window: { readonly from?: number },
  page: string | undefined,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Provider['search']>> | 'unspeakable'> => {
  try {
    return await provider.search(sought, window, page, signal);
  } catch (thrown) {
    if (failureReason(thrown) !== 'bad-input') throw thrown;
    return page === undefined ? 'unspeakable' : search(provider, sought, window, undefined, signal);
  }
};

/** The rows named by the position, else the next ones. An address that is none any more is undefined. */
const readBatch = async (
  services: Services,
  tx: Tx,
  work: SoughtIn,
  position: Extract<Position, { at: 'addresses' }>,
): Promise<readonly { readonly id: string; readonly address: Address | undefined }[]> => {
  const rows = await tx
    .selectFrom('candor.candidate_address')
    .select(['id', 'address_sealed'])
    .$if(work.candidateId !== undefined, (query) =>
      query.where('candidate_id', '=', work.candidateId as CandidateId),
    )
    .$if(position.batch !== undefined, (query) => query.where('id', '=', anyOf(position.batch ?? [])))
    .$if(position.batch === undefined && position.after !== undefined, (query) =>
      query.where('id', '>', position.after ?? ''),
    )
    .orderBy('id')
    .limit(mostSought)
    .execute();
  return Promise.all(
    rows.map(async ({ id, address_sealed: sealed }) => ({
      id,
      address: await openAddress(services, tx, work.companyId, id, sealed),
    })),
  );
};

const openAddress = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  rowId: string,
  sealed: Buffer,
): Promise<Address | undefined> =>
  parseAddress(await services.sealing.openText(tx, companyId, addressPlace(rowId), sealed));
