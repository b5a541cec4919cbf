/*
 * The one way a candidate is erased, because somebody asked for it or because the company's time for them is over: their key is
 * destroyed, the mail filed on nobody else goes with all that hangs on it, and keyed hashes keep it from coming back.
 */
import { sql } from 'kysely';
import { type AskedBy, type ErasureCounts, ErasureId } from '../../../lib/contract/erasure.ts';
import type { CandidateId, CompanyId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import { type Address, foldAddress, isOwnDomain } from '../../../lib/domain/address.ts';
import type { Erased } from '../../../lib/domain/interest.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { copyHash } from '../ingest/copy-hash.ts';
import { destroyKey } from '../ingest/destroy-key.ts';
import { eraseMessages } from '../ingest/erase.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import { sealAsFiled } from '../ingest/seal-as-filed.ts';
import { erasedAddressHash, raiseTombstones } from '../ingest/tombstones.ts';
import { addressPlace } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { readScope, type Scope } from './erasure-scope.ts';
import { requireNotOnHold } from './on-hold.ts';

export type ErasureOrder = {
  readonly companyId: CompanyId;
  readonly candidateId: CandidateId;
  readonly because: Erased;
  /** Absent where the company's time was over. */
  readonly asked?: { readonly by: AskedBy; readonly doneBy: PersonId };
};

/** Runs as the company. Throws: legal-hold. */
export const eraseCandidate = async (
  services: Services,
  tx: Tx,
  order: ErasureOrder,
): Promise<{ readonly erasureId: ErasureId; readonly keyId: string | undefined }> => {
  const { companyId, candidateId, because } = order;
  await lockThreads(tx, companyId);
  await requireNotOnHold(tx, [candidateId]);
  const scope = await readScope(tx, candidateId);
  const addresses = await readAddresses(services, tx, companyId, candidateId);
  await keepOut(services, tx, order, scope, addresses);
  await forgetActs(tx, candidateId, scope);
  await eraseMessages(services, tx, scope.messages, because);
  await tx.deleteFrom('candor.thread_candidate').where('candidate_id', '=', candidateId).execute();
  await tx.deleteFrom('candor.candidate').where('id', '=', candidateId).execute();
  await sealAsFiled(services, tx, companyId, scope.sharedThreadIds);
  const keyId = await destroyKey(tx, companyId, candidateId);
  if (keyId === undefined) await requireNoKey(tx, companyId, candidateId);
  const erasureId = ErasureId.parse(crypto.randomUUID());
  const { asked } = order;
  await tx
    .insertInto('candor.erasure')
    .values({
      id: erasureId,
      company_id: companyId,
      candidate_id: candidateId,
      because,
      asked_by: asked?.by ?? null,
      done_by: asked?.doneBy ?? null,
      done_at: services.clock.now(),
      key_id: keyId ?? null,
      address_hashes: addresses.map(({ hash }) => hash),
      counts: JSON.stringify(scope.counts),
    })
    .execute();
  await writeAudit(tx, { ...order, erasureId, keyId, counts: scope.counts });
  return { erasureId, keyId };
};

/** A key that could not go would make a certificate a lie. */
const requireNoKey = async (tx: Tx, companyId: CompanyId, candidateId: CandidateId): Promise<void> => {
  const left = await tx
    .selectFrom('candor.data_key')
    .select('id')
    .where('company_id', '=', companyId)
    .where('candidate_id', '=', candidateId)
    .executeTakeFirst();
  if (left !== undefined) throw new Error('the key of an erased candidate seals mail that stays');
};

/** The audit's row names what stood and is gone by ids alone; its hash goes on the certificate. */
const writeAudit = async (
  tx: Tx,
  done: ErasureOrder & {
    readonly erasureId: ErasureId;
    readonly keyId: string | undefined;
    readonly counts: ErasureCounts;
  },
): Promise<void> => {
  const facts = {
    candidate_id: done.candidateId,
    erasure_id: done.erasureId,
    key_id: done.keyId ?? null,
    asked_by: done.asked?.by ?? null,
    message_count: done.counts.messages,
  };
  const written = JSON.stringify(facts);
  await (done.because === 'retired'
    ? sql`select app.audit('candidate-retired', ${written}::jsonb)`
    : sql`select app.audit('candidate-erased', ${written}::jsonb)`
  ).execute(tx);
  // The audit appends under a lock that this transaction holds now, so the newest row is the one just written.
  const row = await tx
    .selectFrom('candor.audit')
    .select(['seq', 'hash'])
    .where('company_id', '=', done.companyId)
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('candor.erasure')
    .set({ audit_seq: row.seq, audit_hash: row.hash })
    .where('id', '=', done.erasureId)
    .execute();
};

type ErasedAddress = {
  /** As a certificate knows it. */
  readonly hash: Buffer;
  /** It is a colleague's own: mail with it is not the candidate's alone. */
  readonly isColleagues: boolean;
};

const readAddresses = async (
  services: Services,
  tx: Tx,
  companyId: CompanyId,
  candidateId: CandidateId,
): Promise<readonly ErasedAddress[]> => {
  const { own_domains } = await tx
    .selectFrom('candor.policy')
    .select('own_domains')
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  const ownDomains = new Set(own_domains);
  const rows = await tx
    .selectFrom('candor.candidate_address')
    .select(['id', 'address_sealed'])
    .select(
      sql<boolean>`exists (
        select from candor.person_address p
        where p.company_id = ${companyId} and p.address_hash = candor.candidate_address.address_hash)`.as(
        'is_persons',
      ),
    )
    .where('candidate_id', '=', candidateId)
    .orderBy('added_at')
    .orderBy('id')
    .execute();
  const addresses: ErasedAddress[] = [];
  for (const { id, address_sealed, is_persons } of rows) {
    const text = await services.sealing.openText(tx, companyId, addressPlace(id), address_sealed);
    const address = text as Address;
    addresses.push({
      hash: erasedAddressHash(services, companyId, foldAddress(address)),
      isColleagues: is_persons || isOwnDomain(address, ownDomains),
    });
  }
  return addresses;
};

/**
 * The label, an answer to other mail, a lost cursor or a file would bring it again. Who asked to be erased stays out by their
 * addresses as well, but for a colleague's own; of others new mail is as welcome as a stranger's.
 */
const keepOut = async (
  services: Services,
  tx: Tx,
  { companyId, because }: ErasureOrder,
  { messages }: Scope,
  addresses: readonly ErasedAddress[],
): Promise<void> => {
  const synthetic = messages.filter((message) => message.is_synthetic_id).map(({ id }) => id);
  const copies = await tx
    .selectFrom('candor.message_copy')
    .select(['mailbox_id', 'provider_message_id'])
    .where('message_id', '=', anyOf(synthetic))
    .execute();
  const hashes = [
    ...messages.map((message) => message.message_id_hash),
    ...copies.map((copy) =>
      copyHash(services, { companyId, mailboxId: copy.mailbox_id }, copy.provider_message_id),
    ),
  ];
  await raiseTombstones(services, tx, companyId, { kind: 'message', hashes, because });
  if (because !== 'erased') return;
  const outside = addresses.filter(({ isColleagues }) => !isColleagues).map(({ hash }) => hash);
  await raiseTombstones(services, tx, companyId, { kind: 'address', hashes: outside, because });
};

/** Drafts on the threads that go quote the candidate; what an act said names them, also where the thread stays. */
const forgetActs = async (
  tx: Tx,
  candidateId: CandidateId,
  { threadIds, sharedThreadIds }: Scope,
): Promise<void> => {
  await tx.deleteFrom('candor.outgoing').where('thread_id', '=', anyOf(threadIds)).execute();
  const all: readonly ThreadId[] = [...threadIds, ...sharedThreadIds];
  await tx
    .deleteFrom('candor.action')
    .where((where) =>
      where.or([
        where('thread_id', '=', anyOf(all)),
        sql<boolean>`position(${candidateId} in undo_facts::text) > 0`,
      ]),
    )
    .execute();
};
