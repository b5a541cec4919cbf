/*
 * What providers tell us by themselves. A notice is a hint and nothing is read by what it says: it names a mailbox of ours
 * or none, and leads to a job that asks the provider itself.
 */
import { timingSafeEqual } from 'node:crypto';
import type { CompanyId, MailboxId } from '../../../lib/contract/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { ProviderKind } from '../../providers/provider.ts';
import type { Services } from '../services.ts';
import { pushNameHash, pushProofHash } from './push.ts';

export type Notice = {
  /** As in the port's Subscription. */
  readonly name: string;
  readonly proof?: string | undefined;
  /** 'missed': others were lost. 'expiring': the subscription must be renewed now. 'removed': it is gone. */
  readonly event: 'changed' | 'missed' | 'expiring' | 'removed';
};

/**
 * Enqueues what follows from each. One that names no connected mailbox, or does not carry its secret, is dropped without a
 * word to whoever sent it. `isSigned`: the provider's own signature was checked, so that no secret is needed.
 */
export const takeNotices = async (
  services: Services,
  provider: ProviderKind,
  notices: readonly Notice[],
  isSigned: boolean,
): Promise<void> => {
  const told = await readTold(services, provider, notices, isSigned);
  const has = (mailboxId: MailboxId, ...events: readonly Notice['event'][]) =>
    told.some((one) => one.mailboxId === mailboxId && events.includes(one.event));
  for (const at of new Map(told.map((one) => [one.mailboxId, one])).values()) {
    const { companyId, mailboxId } = at;
    const isRemoved = has(mailboxId, 'removed');
    if (isRemoved || has(mailboxId, 'expiring')) await watchNow(services, at, isRemoved);
    if (has(mailboxId, 'changed', 'missed', 'removed'))
      await services.enqueue({ kind: 'mailbox.pull', companyId, mailboxId });
  }
};

type Told = {
  readonly companyId: CompanyId;
  readonly mailboxId: MailboxId;
  readonly event: Notice['event'];
};

const readTold = async (
  services: Services,
  provider: ProviderKind,
  notices: readonly Notice[],
  isSigned: boolean,
): Promise<readonly Told[]> => {
  const hashed = notices.map((notice) => ({ notice, nameHash: pushNameHash(services, notice.name) }));
  const rows = await services.db.transaction({ kind: 'system' }, (tx) =>
    tx
      .selectFrom('candor.mailbox_push')
      .innerJoin('candor.mailbox', 'candor.mailbox.id', 'candor.mailbox_push.mailbox_id')
      .innerJoin('candor.policy', 'candor.policy.company_id', 'candor.mailbox_push.company_id')
      .select([
        'candor.mailbox_push.company_id as companyId',
        'candor.mailbox_push.mailbox_id as mailboxId',
        'candor.mailbox_push.name_hash as nameHash',
        'candor.mailbox_push.proof_hash as proofHash',
      ])
      .where('candor.mailbox_push.provider', '=', provider)
      .where('candor.mailbox_push.name_hash', '=', anyOf(hashed.map(({ nameHash }) => nameHash)))
      .where('candor.mailbox.state', '=', 'connected')
      // A subscription that was begun before the company chose otherwise tells on until it ends.
      .where('candor.policy.look_every_minutes', 'is', null)
      .execute(),
  );
  const told = hashed.flatMap(({ notice, nameHash }) =>
    rows
      .filter(
        (row) =>
          row.nameHash?.equals(nameHash) === true &&
          (isSigned || isProven(services, notice.proof, row.proofHash)),
      )
      .map(({ companyId, mailboxId }) => ({ companyId, mailboxId, event: notice.event })),
  );
  const droppedCount = notices.length - told.length;
  if (droppedCount > 0)
    services.log.info('notices for no mailbox here were dropped', { provider, droppedCount });
  return told;
};

/** In constant time, so that a secret can't be found out piece by piece. */
const isProven = (services: Services, proof: string | undefined, wanted: Buffer | null): boolean =>
  proof !== undefined && wanted !== null && timingSafeEqual(pushProofHash(services, proof), wanted);

const watchNow = (services: Services, at: Told, isRemoved: boolean): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: at.companyId }, async (tx) => {
    await tx
      .updateTable('candor.mailbox_push')
      .set({
        renew_at: services.clock.now(),
        ...(isRemoved ? { name_hash: null, proof_hash: null, held_sealed: null, expires_at: null } : {}),
      })
      .where('mailbox_id', '=', at.mailboxId)
      .execute();
    await services.enqueue({
      kind: 'mailbox.watch',
      companyId: at.companyId,
      mailboxId: at.mailboxId,
    });
  });
