/* What was taken off the record, by a person's own hand or with a candidate who was erased: no sync of theirs brings it back,
 * until they log it by hand. */
import type { CompanyId, PersonId } from '../../../lib/contract/ids.ts';
import type { Removal } from '../../../lib/domain/interest.ts';
import type { MessageHeaders } from '../../../lib/domain/message.ts';
import { anyOf } from '../../db/any-of.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import type { CopyHeaders } from '../../providers/provider.ts';
import type { Services } from '../services.ts';
import { copyHash } from './copy-hash.ts';
import type { KeptCopy, MailboxOwner } from './kept-copy.ts';
import { readErasedMessages } from './tombstones.ts';

type Copy = { readonly copy: Pick<CopyHeaders, 'providerMessageId'>; readonly headers: MessageHeaders };

/** The keyed hash a removal is known by: of the Message-ID, or of the copy where the message has none. */
export const removalHash = (services: Services, owner: MailboxOwner, { copy, headers }: Copy): Buffer =>
  headers.messageId === undefined
    ? copyHash(services, owner, copy.providerMessageId)
    : services.sealing.messageIdHash(owner.companyId, headers.messageId);

/**
 * Why those of the given copies stay off the record whose message was taken off it, by this mailbox's person or for the whole
 * company; or whose message, or one that it answers, the person left out before.
 */
export const readRemoved = async <C extends Copy>(
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  copies: readonly C[],
): Promise<ReadonlyMap<C, Removal>> => {
  if (copies.length === 0) return new Map();
  const hashes = copies.map((each) => removalHash(services, owner, each));
  const answered = copies.map(({ headers }) =>
    [...headers.inReplyTo, ...headers.references].map((id) =>
      services.sealing.messageIdHash(owner.companyId, id),
    ),
  );
  const rows = await tx
    .selectFrom('candor.removal')
    .select(['id_hash', 'because'])
    .where('person_id', '=', owner.personId)
    .where('id_hash', '=', anyOf([...hashes, ...answered.flat()]))
    .execute();
  const leftOut = new Set(
    rows.filter(({ because }) => because === 'left-out').map((row) => row.id_hash.toString('hex')),
  );
  const removals = new Map<string, Removal>(await readErasedMessages(tx, owner.companyId, hashes));
  for (const row of rows) removals.set(row.id_hash.toString('hex'), row.because);
  return new Map(
    copies.flatMap((copy, at) => {
      const answersLeftOut = (answered[at] ?? []).some((hash) => leftOut.has(hash.toString('hex')));
      const because =
        removals.get(hashes[at]?.toString('hex') ?? '') ?? (answersLeftOut ? 'left-out' : undefined);
      return because === undefined ? [] : [[copy, because] as const];
    }),
  );
};

/** `idHashes`: as the record knows the messages; for one without a Message-ID the hash of the copy. */
export const noteRemovals = async (
  services: Services,
  tx: Tx,
  of: { readonly companyId: CompanyId; readonly personId: PersonId },
  idHashes: readonly Buffer[],
  because: 'removed' | 'left-out' = 'removed',
): Promise<void> => {
  const distinct = new Map(idHashes.map((hash) => [hash.toString('hex'), hash]));
  if (distinct.size === 0) return;
  for (const portion of inPortions([...distinct.values()], 5))
    await tx
      .insertInto('candor.removal')
      .values(
        portion.map((hash) => ({
          company_id: of.companyId,
          person_id: of.personId,
          id_hash: hash,
          because,
          removed_at: services.clock.now(),
        })),
      )
      .onConflict((conflict) => conflict.columns(['person_id', 'id_hash']).doNothing())
      .execute();
};

/** Gives back the hashes that there was a removal of. */
export const dropRemovals = async (
  tx: Tx,
  personId: PersonId,
  idHashes: readonly Buffer[],
): Promise<readonly Buffer[]> => {
  if (idHashes.length === 0) return [];
  const dropped = await tx
    .deleteFrom('candor.removal')
    .where('person_id', '=', personId)
    .where('id_hash', '=', anyOf(idHashes))
    .returning('id_hash')
    .execute();
  return dropped.map((row) => row.id_hash);
};

/** Logging by hand lifts what was removed by hand. Gives back the hash of what it lifted, by the provider's id of the copy. */
export const liftRemovals = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  kept: readonly KeptCopy[],
): Promise<ReadonlyMap<string, Buffer>> => {
  const logged = kept
    .filter(({ because }) => because.some(({ rule }) => rule === 'logged'))
    .map((each) => [each.copy.providerMessageId, removalHash(services, owner, each)] as const);
  const lifted = await dropRemovals(
    tx,
    owner.personId,
    logged.map(([, hash]) => hash),
  );
  return new Map(logged.filter(([, hash]) => lifted.some((each) => each.equals(hash))));
};
