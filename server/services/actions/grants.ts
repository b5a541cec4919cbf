/* An owner of a thread lets one colleague read it, for good or until a time, and stops that again. */
import { sql } from 'kysely';
import type { PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { ActionOutcome, GrantAction } from '../../../lib/contract/thread-action.ts';
import { formatDay } from '../../../lib/domain/wording.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import { type ManagedThread, requireManaged } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { doOnce, recordAction } from './actions.ts';
import type { UndoFacts } from './undo-facts.ts';
import { leaveOut, readWithholding, restoreWithholding } from './withholding.ts';

/**
 * Throws: thread-hidden, policy-forbids where no mailbox of the actor's holds the thread; not-found for somebody who is no
 * colleague or has left; bad-input for oneself, an end that is over, or a message to leave
 * out that the actor does not hold; already-done for stopping what is not granted.
 */
export const setGrant = (services: Services, actor: Actor, action: GrantAction): Promise<ActionOutcome> =>
  doOnce(services, actor, action.key, () =>
    services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
      const thread = await requireManaged(tx, actor, action.threadId);
      const name = await requireGrantee(tx, actor, action.granteeId);
      const before = await readGrants(tx, actor, thread, action.granteeId);
      const withholding = await readWithholding(tx, actor, thread);
      if (action.leaveOut !== undefined) await leaveOut(services, tx, actor, thread, action.leaveOut);
      const said = action.on
        ? await give(services, tx, actor, thread, action, name)
        : await stop(tx, actor, thread, action.granteeId, name);
      return recordAction(services, tx, actor, {
        key: action.key,
        kind: 'grant',
        ref: action.ref,
        said,
        threadId: action.threadId,
        undo: { kind: 'grant', granteeId: action.granteeId, before, withholding },
      });
    }),
  );

/** Inside the transaction of another act, of which it is a part. Throws as setGrant does. */
export const letRead = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  grant: Omit<GrantAction, 'kind' | 'on' | 'leaveOut'>,
): Promise<void> => {
  const thread = await requireManaged(tx, actor, grant.threadId);
  const name = await requireGrantee(tx, actor, grant.granteeId);
  const before = await readGrants(tx, actor, thread, grant.granteeId);
  await recordAction(services, tx, actor, {
    key: grant.key,
    kind: 'grant',
    ref: grant.ref,
    said: await give(services, tx, actor, thread, grant, name),
    threadId: grant.threadId,
    undo: { kind: 'grant', granteeId: grant.granteeId, before },
  });
};

type Before = Extract<UndoFacts, { kind: 'grant' }>['before'];

/** Puts back what the owner had granted the colleague before, thread by thread. An end that is over stays over. */
export const restoreGrants = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { granteeId, before, withholding }: Extract<UndoFacts, { kind: 'grant' }>,
): Promise<void> => {
  await restoreWithholding(
    services,
    tx,
    actor,
    before.map(({ threadId }) => threadId),
    withholding,
  );
  await endGrants(
    tx,
    actor,
    before.map(({ threadId }) => threadId),
    granteeId,
  );
  const rows = before.flatMap(({ threadId, grantedAt, endsAt }) =>
    grantedAt === undefined ? [] : [toRow(actor, threadId, granteeId, grantedAt, endsAt)],
  );
  if (rows.length > 0) await tx.insertInto('candor.grant').values(rows).execute();
};

const requireGrantee = async (tx: Tx, actor: Actor, granteeId: PersonId): Promise<string> => {
  if (granteeId === actor.personId) throw new Failure('bad-input', 'a grant to oneself');
  const person = await tx
    .selectFrom('candor.person')
    .select('name')
    .where('id', '=', granteeId)
    .where('is_active', '=', true)
    .executeTakeFirst();
  if (person === undefined) throw new Failure('not-found', 'no such colleague');
  return person.name;
};

const readGrants = async (
  tx: Tx,
  actor: Actor,
  thread: ManagedThread,
  granteeId: PersonId,
): Promise<Before> => {
  const rows = await tx
    .selectFrom('candor.grant')
    .select(['thread_id', 'granted_at', 'ends_at'])
    .where('owner_id', '=', actor.personId)
    .where('grantee_id', '=', granteeId)
    .where('thread_id', '=', anyOf(thread.threadIds))
    .execute();
  return thread.threadIds.map((threadId) => {
    const row = rows.find((each) => each.thread_id === threadId);
    if (row === undefined) return { threadId };
    return {
      threadId,
      grantedAt: row.granted_at,
      ...(row.ends_at === null ? {} : { endsAt: row.ends_at }),
    };
  });
};

const give = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  thread: ManagedThread,
  { granteeId, endsAt: endsAtIso }: Pick<GrantAction, 'granteeId' | 'endsAt'>,
  name: string,
): Promise<string> => {
  const now = services.clock.now();
  const endsAt = endsAtIso === undefined ? undefined : Date.parse(endsAtIso);
  if (endsAt !== undefined && endsAt <= now) throw new Failure('bad-input', 'the end is over already');
  await tx
    .insertInto('candor.grant')
    .values(thread.threadIds.map((threadId) => toRow(actor, threadId, granteeId, now, endsAt)))
    .onConflict((conflict) =>
      conflict
        .columns(['thread_id', 'owner_id', 'grantee_id'])
        .doUpdateSet({ granted_at: now, ends_at: sql`excluded.ends_at` }),
    )
    .execute();
  return endsAt === undefined
    ? `${name} can read this thread until you stop it.`
    : `${name} can read this thread until ${formatDay(endsAt)}.`;
};

const stop = async (
  tx: Tx,
  actor: Actor,
  thread: ManagedThread,
  granteeId: PersonId,
  name: string,
): Promise<string> => {
  const ended = await endGrants(tx, actor, thread.threadIds, granteeId);
  if (ended === 0) throw new Failure('already-done', 'nothing is granted');
  return `${name} reads this thread no more by your leave.`;
};

const endGrants = async (
  tx: Tx,
  actor: Actor,
  threadIds: readonly ThreadId[],
  granteeId: PersonId,
): Promise<number> =>
  (
    await tx
      .deleteFrom('candor.grant')
      .where('owner_id', '=', actor.personId)
      .where('grantee_id', '=', granteeId)
      .where('thread_id', '=', anyOf(threadIds))
      .returning('id')
      .execute()
  ).length;

const toRow = (
  actor: Actor,
  threadId: ThreadId,
  granteeId: PersonId,
  grantedAt: number,
  endsAt: number | undefined,
) => ({
  company_id: actor.companyId,
  thread_id: threadId,
  owner_id: actor.personId,
  grantee_id: granteeId,
  granted_at: grantedAt,
  ends_at: endsAt ?? null,
});
