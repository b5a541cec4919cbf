/* Messages in a person's own mailboxes that wait for them: held by a guard, or beyond reading. */
import type { MailboxId } from '../../../lib/contract/ids.ts';
import type { PersonTx } from '../../db/schema.ts';
import type { CopyRef } from '../../providers/provider.ts';
import type { Actor } from '../actor.ts';
import { openWaitingRef } from '../ingest/waiting-ref.ts';
import type { Services } from '../services.ts';

export type WaitingRef = CopyRef & {
  readonly copyHash: Buffer;
  /** Epoch ms. */
  readonly since: number;
};
export type Waiting = {
  readonly mailboxId: MailboxId;
  readonly address: string;
  readonly refs: readonly WaitingRef[];
};

/** Messages looked at in one go. */
const mostAtOnce = 200;

/** Newest first, at most 200 messages. */
export const readWaiting = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  what: 'hold' | 'unreadable',
): Promise<readonly Waiting[]> => {
  const rows = await tx
    .selectFrom('candor.decision')
    .innerJoin('candor.mailbox', 'candor.mailbox.id', 'candor.decision.mailbox_id')
    .select([
      'candor.mailbox.id',
      'candor.mailbox.address',
      'candor.decision.copy_hash',
      'candor.decision.ref_sealed',
      'candor.decision.decided_at',
    ])
    .where('candor.decision.person_id', '=', actor.personId)
    .where('candor.mailbox.state', '<>', 'off')
    .where('candor.decision.decision', '=', what)
    .where('candor.decision.ref_sealed', 'is not', null)
    .orderBy('candor.decision.decided_at', 'desc')
    .limit(mostAtOnce)
    .execute();
  const waiting = new Map<MailboxId, Waiting & { readonly refs: WaitingRef[] }>();
  for (const { id, address, copy_hash, ref_sealed, decided_at } of rows) {
    if (ref_sealed === null) continue;
    const of = waiting.get(id) ?? { mailboxId: id, address, refs: [] };
    waiting.set(id, of);
    const at = { companyId: actor.companyId, mailboxId: id, copyHash: copy_hash };
    const ref = await openWaitingRef(services, tx, at, ref_sealed);
    of.refs.push({ ...ref, copyHash: copy_hash, since: decided_at });
  }
  return [...waiting.values()];
};
