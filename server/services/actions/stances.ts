/* Make private, share, back to the default: what one owner decides about one thread. */
import type { Stance } from '../../../lib/contract/thread.ts';
import type { ActionOutcome, StanceAction } from '../../../lib/contract/thread-action.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { type ManagedThread, requireManaged } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { doOnce, recordAction } from './actions.ts';
import type { UndoFacts } from './undo-facts.ts';
import { endPauses, leaveOut, readWithholding, restoreWithholding, settlePauses } from './withholding.ts';

/**
 * A share opens everything but what is to be left out, unless it is to stay as it stands; any other stance leaves what is
 * withheld so. Throws: thread-hidden, policy-forbids; bad-input for a message to leave out that the actor does not hold, and for
 * holding back with another stance than shared;
 * already-done for holding back what does not wait.
 */
export const setStance = (services: Services, actor: Actor, action: StanceAction): Promise<ActionOutcome> =>
  doOnce(services, actor, action.key, () =>
    services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
      const thread = await requireManaged(tx, actor, action.threadId);
      // Whoever asks for private gets that, or is told that they did not.
      if (action.holdsBack === true && action.stance !== 'shared')
        throw new Failure('bad-input', 'only a share is held back');
      const undo: UndoFacts = {
        kind: 'stance',
        before: await readStances(tx, actor, thread),
        withholding: await readWithholding(tx, actor, thread),
      };
      if (action.holdsBack === true) await settlePauses(services, tx, actor, thread);
      else {
        await writeStance(tx, actor, thread, action.stance, services.clock.now());
        await endPauses(tx, actor, thread);
        const left = action.leaveOut ?? (action.stance === 'shared' ? [] : undefined);
        if (left !== undefined) await leaveOut(services, tx, actor, thread, left);
      }
      return recordAction(services, tx, actor, {
        key: action.key,
        kind: 'stance',
        ref: action.ref,
        said: action.holdsBack === true ? heldBack : said[action.stance],
        threadId: action.threadId,
        undo,
      });
    }),
  );

type Before = Extract<UndoFacts, { kind: 'stance' }>['before'];

/** Throws: already-done when every one was decided anew. */
const unchangedSince = async (tx: Tx, actor: Actor, before: Before, at: number): Promise<Before> => {
  const rows = await tx
    .selectFrom('candor.stance')
    .select('thread_id')
    .where('person_id', '=', actor.personId)
    .where('thread_id', '=', anyOf(before.map(({ threadId }) => threadId)))
    .where('set_at', '=', at)
    .execute();
  if (rows.length === 0) throw new Failure('already-done', 'every thread was decided anew');
  const unchanged = new Set(rows.map((row) => row.thread_id));
  return before.filter(({ threadId }) => unchanged.has(threadId));
};

/** Puts back what the owner had decided before, thread by thread. */
export const restoreStances = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  { before, withholding, ofAllAt }: Extract<UndoFacts, { kind: 'stance' }>,
): Promise<void> => {
  const settable = ofAllAt === undefined ? before : await unchangedSince(tx, actor, before, ofAllAt);
  for (const { threadId, stance } of settable) {
    if (stance === undefined) {
      await tx
        .deleteFrom('candor.stance')
        .where('thread_id', '=', threadId)
        .where('person_id', '=', actor.personId)
        .execute();
    } else {
      await tx
        .updateTable('candor.stance')
        .set({ stance, set_at: services.clock.now() })
        .where('thread_id', '=', threadId)
        .where('person_id', '=', actor.personId)
        .execute();
    }
  }
  await restoreWithholding(
    services,
    tx,
    actor,
    settable.map(({ threadId }) => threadId),
    withholding,
  );
};

const heldBack = 'What came since is not shared, and new mail of this thread is not either.';

const said: Readonly<Record<Stance, string>> = {
  private: 'This thread is private now.',
  shared: 'This thread is shared with the hiring team now.',
  default: 'This thread follows your company’s default again.',
};

type Owned = Pick<ManagedThread, 'threadIds'>;

export const readStances = async (tx: Tx, actor: Actor, thread: Owned) => {
  const rows = await tx
    .selectFrom('candor.stance')
    .select(['thread_id', 'stance'])
    .where('person_id', '=', actor.personId)
    .where('thread_id', '=', anyOf(thread.threadIds))
    .execute();
  const chosen = new Map(rows.map((row) => [row.thread_id, row.stance]));
  return thread.threadIds.map((threadId) => {
    const stance = chosen.get(threadId);
    return stance === undefined ? { threadId } : { threadId, stance };
  });
};

export const writeStance = async (
  tx: Tx,
  actor: Actor,
  thread: Owned,
  stance: Stance,
  at: number,
): Promise<void> => {
  await tx
    .insertInto('candor.stance')
    .values(
      thread.threadIds.map((threadId) => ({
        company_id: actor.companyId,
        thread_id: threadId,
        person_id: actor.personId,
        stance,
        set_at: at,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['thread_id', 'person_id']).doUpdateSet({ stance, set_at: at }),
    )
    .execute();
};
