/* A candidate may be erased between the decision that a message is kept and the storing of it: then it is not stored. */
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import type { Erased } from '../../../lib/domain/interest.ts';
import { inPortions } from '../../db/in-portions.ts';
import type { Tx } from '../../db/schema.ts';
import { findByAddress } from '../people/candidates.ts';
import type { Services } from '../services.ts';
import { copyHash } from './copy-hash.ts';
import type { KeptCopy, MailboxOwner } from './kept-copy.ts';
import { ownIdOf } from './store-messages.ts';
import { readErasedAddresses, readErasedMessages } from './tombstones.ts';

/** Asked under the lock that erasing takes as well. What is left out stands in the ledger as erased. */
export const withoutErased = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  kept: readonly KeptCopy[],
): Promise<readonly KeptCopy[]> => {
  const named = kept.map((each) => ({
    each,
    hash: services.sealing.messageIdHash(owner.companyId, ownIdOf(services, owner.companyId, each)),
    addresses: each.headers.participants.map(({ address }) => address),
  }));
  const messages = await readErasedMessages(
    tx,
    owner.companyId,
    named.map(({ hash }) => hash),
  );
  const people = await readErasedPeople(
    services,
    tx,
    owner,
    named.flatMap(({ addresses }) => addresses),
  );
  if (messages.size === 0 && people.erased.size === 0) return kept;
  const left = named.flatMap(({ each, hash, addresses }): readonly LeftOut[] => {
    const folded = addresses.map(foldAddress);
    if (
      folded.some((address) => people.erased.has(address)) &&
      !folded.some((address) => people.candidates.has(address))
    )
      return [{ each, rule: 'person-erased' }];
    const because = messages.get(hash.toString('hex'));
    return because === undefined || each.because.some(({ rule }) => rule === 'logged')
      ? []
      : [{ each, rule: because }];
  });
  await recordErased(services, tx, owner, left);
  const leftOut = new Set(left.map(({ each }) => each));
  return kept.filter((each) => !leftOut.has(each));
};

type LeftOut = { readonly each: KeptCopy; readonly rule: Erased | 'person-erased' };

const readErasedPeople = async (
  services: Services,
  tx: Tx,
  { companyId }: MailboxOwner,
  addresses: readonly Address[],
): Promise<{ readonly erased: ReadonlySet<string>; readonly candidates: ReadonlySet<string> }> => {
  const folded = [...new Set(addresses.map(foldAddress))];
  const erased = await readErasedAddresses(services, tx, companyId, folded);
  if (erased.size === 0) return { erased, candidates: new Set() };
  return { erased, candidates: new Set((await findByAddress(services, tx, companyId, addresses)).keys()) };
};

const recordErased = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  left: readonly LeftOut[],
): Promise<void> => {
  const rows = left.map(({ each, rule }) => ({
    company_id: owner.companyId,
    mailbox_id: owner.mailboxId,
    person_id: owner.personId,
    copy_hash: copyHash(services, owner, each.copy.providerMessageId),
    decision: 'drop' as const,
    rule,
    decided_at: services.clock.now(),
  }));
  for (const portion of inPortions(rows, 7))
    await tx
      .insertInto('candor.decision')
      .values(portion)
      .onConflict((conflict) =>
        conflict.columns(['mailbox_id', 'copy_hash']).doUpdateSet((set) => ({
          decision: set.ref('excluded.decision'),
          rule: set.ref('excluded.rule'),
          message_id: null,
          decided_at: set.ref('excluded.decided_at'),
        })),
      )
      .execute();
};
