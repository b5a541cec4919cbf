/*
 * Makes a thread of its own of some messages, which later mail does not join to the rest again. Messages that stood on a
 * thread of their own before a join go back to it; of another thread they get a new one, with the stances, grants and
 * filings of the old, so that nobody gains sight. To undo it is to join the two: each keeps what was decided on it since.
 */
import { sql } from 'kysely';
import type { ThreadId } from '../../../lib/contract/ids.ts';
import type { ActionOutcome, SplitAction } from '../../../lib/contract/thread-action.ts';
import { listNames } from '../../../lib/domain/wording.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { lockThreads } from '../ingest/join-threads.ts';
import { moveToNewPart } from '../ingest/new-part.ts';
import type { Services } from '../services.ts';
import { type FilingPlan, planFiling } from '../threads/filing.ts';
import { doOnce, recordAction } from './actions.ts';
import { moveBack, readCandidateNames, refile } from './move-thread.ts';
import type { UndoFacts } from './undo-facts.ts';

type SplitFacts = Extract<UndoFacts, { kind: 'split' }>;

/**
 * Throws: thread-hidden; not-found for a candidate or a message that is not the actor’s to move; policy-forbids when the
 * actor holds no copy; bad-input when nothing would be left of the thread.
 */
export const splitThread = (services: Services, actor: Actor, action: SplitAction): Promise<ActionOutcome> =>
  doOnce(services, actor, action.key, async () => {
    const plan = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
      planFiling(tx, actor, action.threadId, action),
    );
    return services.db.transaction(
      { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
      async (tx) => {
        await lockThreads(tx, actor.companyId);
        const undo = await splitOff(services, tx, actor, plan);
        const facts = { thread_id: plan.rootId, message_ids: plan.messageIds };
        await sql`select app.audit('thread-split', ${JSON.stringify(facts)}::jsonb)`.execute(tx);
        return recordAction(services, tx, actor, {
          key: action.key,
          kind: 'split',
          ref: action.ref,
          said: await saidOf(tx, plan),
          threadId: action.threadId,
          undo,
        });
      },
    );
  });

/** Joins again what was split. Throws: already-done when the thread is gone, or joined to what it must stay apart from. */
export const joinAgain = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  undo: SplitFacts,
): Promise<void> => {
  await lockThreads(tx, actor.companyId);
  await moveBack(services, tx, actor, undo.refiled);
  const was = await tx
    .selectFrom('candor.thread')
    .select('root_id')
    .where('id', '=', undo.rootId)
    .executeTakeFirst();
  if (was === undefined) throw new Failure('already-done', 'the thread is off the record');
  const apart = await tx
    .selectFrom('candor.thread')
    .select('root_id')
    .distinct()
    .where('id', '=', anyOf(undo.reRooted))
    .execute();
  const rootIds = apart.map((row) => row.root_id);
  // Also between what was split off either of the two since.
  await sql`
    delete from candor.thread_apart pair using candor.thread one, candor.thread other
    where one.id = pair.thread_id and other.id = pair.other_id
      and pair.split_by = ${actor.personId} and pair.split_at = ${undo.splitAt}
      and ((one.root_id = ${anyOf(rootIds)} and other.root_id = ${was.root_id})
        or (other.root_id = ${anyOf(rootIds)} and one.root_id = ${was.root_id}))`.execute(tx);
  await tx
    .updateTable('candor.thread')
    .set({ root_id: was.root_id })
    .where('root_id', '=', anyOf(rootIds))
    .execute();
  const stillApart = await tx
    .selectFrom('candor.thread_apart')
    .innerJoin('candor.thread as one', 'one.id', 'candor.thread_apart.thread_id')
    .innerJoin('candor.thread as other', 'other.id', 'candor.thread_apart.other_id')
    .select('one.id')
    .where('one.root_id', '=', was.root_id)
    .where('other.root_id', '=', was.root_id)
    .limit(1)
    .executeTakeFirst();
  if (stillApart !== undefined) throw new Failure('already-done', 'a later split keeps the two apart');
  await tx
    .updateTable('candor.thread_join')
    .set({ undone_at: null })
    .where('id', '=', anyOf(undo.undoneJoinIds))
    .execute();
  await sql`select app.audit('thread-split-undone', ${JSON.stringify({ thread_id: undo.rootId })}::jsonb)`.execute(
    tx,
  );
};

const splitOff = async (services: Services, tx: Tx, actor: Actor, plan: FilingPlan): Promise<SplitFacts> => {
  const { wholeIds, partIds, restIds } = await readParts(tx, plan);
  const newIdOf = new Map<ThreadId, ThreadId>();
  for (const partId of partIds)
    newIdOf.set(partId, await moveToNewPart(services, tx, partId, plan.messageIds));
  const splitIds = [...wholeIds, ...newIdOf.values()];
  const reRooted = await setRoots(tx, plan.rootId, splitIds, restIds);
  const splitAt = services.clock.now();
  await tx
    .insertInto('candor.thread_apart')
    .values(
      splitIds.flatMap((splitId) =>
        restIds.map((restId) => ({
          company_id: actor.companyId,
          thread_id: splitId,
          other_id: restId,
          split_by: actor.personId,
          split_at: splitAt,
        })),
      ),
    )
    .execute();
  const undoneJoins = await tx
    .updateTable('candor.thread_join')
    .set({ undone_at: splitAt })
    .where('undone_at', 'is', null)
    .where((where) =>
      where.or([
        where.and([where('thread_id', '=', anyOf(splitIds)), where('into_id', '=', anyOf(restIds))]),
        where.and([where('thread_id', '=', anyOf(restIds)), where('into_id', '=', anyOf(splitIds))]),
      ]),
    )
    .returning('id')
    .execute();
  const refiled = await refile(services, tx, actor, {
    threadIds: splitIds,
    candidateIds: plan.candidateIds,
    takesOff: plan.takesOff.map(({ threadId, candidateId }) => ({
      threadId: newIdOf.get(threadId) ?? threadId,
      candidateId,
    })),
  });
  return {
    kind: 'split',
    rootId: plan.rootId,
    reRooted: [...reRooted],
    splitAt,
    undoneJoinIds: undoneJoins.map(({ id }) => id),
    refiled,
  };
};

/** Threads of which all was chosen, those of which some was, and all under the root that have something left. */
const readParts = async (tx: Tx, plan: FilingPlan) => {
  const threads = await tx
    .selectFrom('candor.thread')
    .select('id')
    .where('root_id', '=', plan.rootId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const staying = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select('candor.message.thread_id')
    .distinct()
    .where('candor.thread.root_id', '=', plan.rootId)
    .where('candor.message.removed_at', 'is', null)
    .where((where) => where.not(where('candor.message.id', '=', anyOf(plan.messageIds))))
    .execute();
  if (staying.length === 0) throw new Failure('bad-input', 'nothing would be left of the thread');
  const hasRest = new Set(staying.map((row) => row.thread_id));
  const wholeIds = plan.threadIds.filter((threadId) => !hasRest.has(threadId));
  return {
    wholeIds,
    partIds: plan.threadIds.filter((threadId) => hasRest.has(threadId)),
    restIds: threads.map(({ id }) => id).filter((id) => !wholeIds.includes(id)),
  };
};

/** The old root stays root where it is; of the others the first becomes it. Gives back those that left the old root. */
const setRoots = async (
  tx: Tx,
  rootId: ThreadId,
  splitIds: readonly ThreadId[],
  restIds: readonly ThreadId[],
): Promise<readonly ThreadId[]> => {
  const [staying, leaving] = splitIds.includes(rootId) ? [splitIds, restIds] : [restIds, splitIds];
  for (const [newRootId, threadIds] of [
    [rootId, staying],
    [leaving[0] ?? rootId, leaving],
  ] as const)
    await tx
      .updateTable('candor.thread')
      .set({ root_id: newRootId })
      .where('id', '=', anyOf(threadIds))
      .execute();
  return leaving;
};

const saidOf = async (tx: Tx, { messageIds, candidateIds }: FilingPlan): Promise<string> => {
  const messages = messageIds.length === 1 ? '1 message' : `${messageIds.length} messages`;
  const on =
    candidateIds.length === 0 ? '' : `, filed on ${listNames(await readCandidateNames(tx, candidateIds))}`;
  return `Split ${messages} off into a thread of ${messageIds.length === 1 ? 'its' : 'their'} own${on}.`;
};
