/*
 * Copies that no rule keeps by itself, of messages that are on record and that this mailbox holds already: a message was moved, or
 * goes by a new name since its provider lost its history. What was kept stays kept, whatever rule kept it.
 */
import type { MessageId, ThreadId } from '../../../lib/contract/ids.ts';
import type { InterestDecision } from '../../../lib/domain/interest.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import type { Services } from '../services.ts';
import type { DecidedCopy } from './decide-copies.ts';
import { recordKept } from './ingest.ts';
import type { MailboxOwner } from './kept-copy.ts';
import { storeCopies } from './store-copies.ts';

/** Gives the others: what is not kept. */
export const keepOnRecord = async (
  services: Services,
  tx: Tx,
  owner: MailboxOwner,
  unkept: readonly DecidedCopy[],
): Promise<readonly DecidedCopy[]> => {
  const hashOf = ({ headers: { messageId } }: DecidedCopy): string | undefined =>
    messageId && services.sealing.messageIdHash(owner.companyId, messageId).toString('hex');
  const here = unkept.filter(({ decision }) => decision.decision === 'hold' || isUngrounded(decision));
  const known = await readHeld(
    tx,
    owner,
    here.flatMap((each) => hashOf(each) ?? []),
  );
  const kept = here.flatMap((each) => {
    const held = known.get(hashOf(each) ?? '');
    return held === undefined || held.names.has(each.copy.providerMessageId) ? [] : [{ ...each, held }];
  });
  if (kept.length === 0) return unkept;
  await storeCopies(
    services,
    tx,
    owner,
    kept.map(({ copy, held }) => ({ copy, message: { ...held, isNew: false } })),
  );
  await recordKept(
    services,
    tx,
    owner,
    kept.map(({ copy, held: { messageId, rule } }) => ({ copy, messageId, rule })),
  );
  const names = new Set(kept.map(({ copy }) => copy.providerMessageId));
  return unkept.filter(({ copy }) => !names.has(copy.providerMessageId));
};

/** Nothing speaks against it, only for it no longer: a draft, spam, what is blocked or was taken off the record is another matter. */
const isUngrounded = (decision: InterestDecision): boolean =>
  decision.decision === 'drop' &&
  (decision.because.rule === 'no-rule' ||
    decision.because.rule === 'outside-window' ||
    decision.because.rule === 'automatic');

type Held = {
  readonly messageId: MessageId;
  readonly threadId: ThreadId;
  readonly isToGo: boolean;
  readonly rule: string;
  /** The provider's ids of its copies. */
  readonly names: Set<string>;
};

/** By the hash of their Message-ID, in hex; of several messages under one id the first. */
const readHeld = async (
  tx: Tx,
  owner: MailboxOwner,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, Held>> => {
  const held = new Map<string, Held>();
  if (hashes.length === 0) return held;
  const rows = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.message_copy', 'candor.message_copy.message_id', 'candor.message.id')
    .select([
      'candor.message.id',
      'candor.message.thread_id',
      'candor.message.message_id_hash',
      'candor.message.erase_at',
      'candor.message.kept_by',
      'candor.message_copy.provider_message_id',
    ])
    .where('candor.message.company_id', '=', owner.companyId)
    .where('candor.message.message_id_hash', '=', anyOf(hashes.map((hex) => Buffer.from(hex, 'hex'))))
    .where('candor.message.removed_at', 'is', null)
    .where('candor.message_copy.mailbox_id', '=', owner.mailboxId)
    .orderBy('candor.message.variant')
    .execute();
  for (const row of rows) {
    const hash = row.message_id_hash.toString('hex');
    const first = held.get(hash);
    if (first === undefined)
      held.set(hash, {
        messageId: row.id,
        threadId: row.thread_id,
        isToGo: row.erase_at !== null,
        rule: row.kept_by[0] ?? 'logged',
        names: new Set([row.provider_message_id]),
      });
    else first.names.add(row.provider_message_id);
  }
  return held;
};
