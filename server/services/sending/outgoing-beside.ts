/* What became of a person's replies on the open thread, as long as there is something to tell. */
import { z } from 'zod';
import { FailureReason } from '../../../lib/contract/failure.ts';
import type { ThreadId } from '../../../lib/contract/ids.ts';
import type { Outgoing } from '../../../lib/contract/send.ts';
import type { PersonTx } from '../../db/schema.ts';
import type { Actor } from '../actor.ts';

/** That one was sent is told for so long; it stands on the record by then. */
const toldForMs = 10 * 60_000;

/** Oldest first. */
export const readOutgoingBeside = async (
  tx: PersonTx,
  actor: Actor,
  rootId: ThreadId | undefined,
  now: number,
): Promise<Outgoing[]> => {
  if (rootId === undefined) return [];
  const rows = await tx
    .selectFrom('candor.outgoing as outgoing')
    .innerJoin('candor.thread as thread', 'thread.id', 'outgoing.thread_id')
    .leftJoin('candor.mailbox as mailbox', 'mailbox.id', 'outgoing.mailbox_id')
    .select([
      'outgoing.id',
      'outgoing.state',
      'outgoing.created_at',
      'outgoing.sent_at',
      'outgoing.failure_reason',
      'mailbox.state as mailboxState',
    ])
    .where('thread.root_id', '=', rootId)
    .where('outgoing.person_id', '=', actor.personId)
    .where((where) =>
      where.or([
        where('outgoing.state', 'in', ['sending', 'failed']),
        where('outgoing.sent_at', '>', now - toldForMs),
      ]),
    )
    .orderBy('outgoing.created_at')
    .execute();
  return rows.map((row) => ({
    key: row.id,
    state: stateOf(row),
    at: new Date(row.sent_at ?? row.created_at).toISOString(),
    ...(row.failure_reason === null
      ? {}
      : { failedFor: FailureReason.or(z.literal('bug')).parse(row.failure_reason) }),
  }));
};

const stateOf = (row: {
  readonly state: string;
  readonly failure_reason: string | null;
  readonly mailboxState: string | null;
}): Outgoing['state'] => {
  if (row.state === 'sent' || row.state === 'failed') return row.state;
  if (row.mailboxState !== 'connected') return 'waits-for-mailbox';
  return row.failure_reason === null ? 'sending' : 'waits-for-provider';
};
