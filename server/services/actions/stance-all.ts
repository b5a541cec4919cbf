/* One stance on all of an owner's threads with a candidate, or with everybody of a job: one act, undone as one. */
import type { PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type {
  StanceAll,
  StanceAllPreview,
  StanceAllPreviewRequest,
  StanceScope,
} from '../../../lib/contract/stance-all.ts';
import type { Stance } from '../../../lib/contract/thread.ts';
import type { ActionOutcome } from '../../../lib/contract/thread-action.ts';
import { explainStanceAll, stanceAllWords } from '../../../lib/domain/explain-change.ts';
import { compareReaders } from '../../../lib/domain/readable.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { knownReaders } from '../threads/known-readers.ts';
import { readColleagues, readThreadFacts } from '../threads/readers.ts';
import { leavingOut } from '../threads/withheld.ts';
import { doOnce, recordAction } from './actions.ts';
import { readStances, writeStance } from './stances.ts';
import { endPauses, leaveOut, readWithholding } from './withholding.ts';

const mostThreads = 2_000;

/** Throws: not-found for a candidate or a job the actor may not open; too-large for more than 2,000 threads. */
export const previewStanceAll = async (
  services: Services,
  actor: Actor,
  { scope, stance }: StanceAllPreviewRequest,
): Promise<StanceAllPreview> => {
  const { all, changing, messageIds } = await services.db.transaction(
    { kind: 'person', ...idsOf(actor) },
    (tx) => readScope(tx, actor, scope, stance),
  );
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const colleagues = await readColleagues(tx, actor.companyId);
      const facts = await readThreadFacts(tx, actor.companyId, messageIds, colleagues, services.clock.now());
      const gains = new Map<PersonId, number>();
      const loses = new Map<PersonId, number>();
      for (const { world, messages } of facts) {
        const change = compareReaders(
          knownReaders(actor.personId, colleagues, messages, world),
          knownReaders(
            actor.personId,
            colleagues,
            leavingOut(messages, actor.personId, stance === 'shared' ? [] : undefined),
            { ...world, stances: new Map([...world.stances, [actor.personId, stance]]) },
          ),
        );
        for (const { personId } of change.gains) gains.set(personId, (gains.get(personId) ?? 0) + 1);
        for (const { personId } of change.loses) loses.set(personId, (loses.get(personId) ?? 0) + 1);
      }
      const told = (counts: ReadonlyMap<PersonId, number>) =>
        colleagues.flatMap(({ personId, name }) => {
          const threadCount = counts.get(personId);
          return threadCount === undefined
            ? []
            : [{ person: { personId, name, isYou: personId === actor.personId }, threadCount }];
        });
      return {
        threadCount: changing.length,
        sameCount: all.length - changing.length,
        gains: told(gains),
        loses: told(loses),
        said: explainStanceAll(stance, changing.length, told(gains), told(loses)),
      };
    },
  );
};

/** Throws as the preview does; already-done when every thread has the stance. */
export const setStanceAll = (services: Services, actor: Actor, act: StanceAll): Promise<ActionOutcome> =>
  doOnce(services, actor, act.key, () =>
    services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
      const { changing, messageIds } = await readScope(tx, actor, act.scope, act.stance);
      if (changing.length === 0) throw new Failure('already-done', 'every thread has the stance');
      const owned = { threadIds: changing, messageIds };
      const before = await readStances(tx, actor, owned);
      const withholding = await readWithholding(tx, actor, owned);
      const at = services.clock.now();
      await writeStance(tx, actor, owned, act.stance, at);
      await endPauses(tx, actor, owned);
      if (act.stance === 'shared') await leaveOut(services, tx, actor, owned, []);
      return recordAction(services, tx, actor, {
        key: act.key,
        kind: 'stance',
        ref: undefined,
        said: stanceAllWords(act.stance, changing.length),
        threadId: undefined,
        undo: { kind: 'stance', before, withholding, ofAllAt: at },
      });
    }),
  );

type Scope = {
  readonly all: readonly ThreadId[];
  /** Threads that do not have the stance yet, and the actor's messages on them. */
  readonly changing: readonly ThreadId[];
  readonly messageIds: Parameters<typeof readWithholding>[2]['messageIds'];
};

const readScope = async (tx: PersonTx, actor: Actor, scope: StanceScope, stance: Stance): Promise<Scope> => {
  const candidates = await tx
    .selectFrom('candor.candidate')
    .select('candor.candidate.id')
    .$if('candidateId' in scope, (query) =>
      query.where('candor.candidate.id', '=', 'candidateId' in scope ? scope.candidateId : (null as never)),
    )
    .$if('jobId' in scope, (query) =>
      query.where((where) =>
        where.exists(
          where
            .selectFrom('candor.application')
            .select('candor.application.id')
            .whereRef('candor.application.candidate_id', '=', 'candor.candidate.id')
            .where('candor.application.job_id', '=', 'jobId' in scope ? scope.jobId : (null as never)),
        ),
      ),
    )
    .execute();
  if (candidates.length === 0) throw new Failure('not-found', 'nobody of it whom the actor may open');
  const copies = await tx
    .selectFrom('candor.message_copy as k')
    .innerJoin('candor.thread_candidate as f', 'f.thread_id', 'k.thread_id')
    .leftJoin('candor.stance as s', (join) =>
      join.onRef('s.thread_id', '=', 'k.thread_id').on('s.person_id', '=', actor.personId),
    )
    .select(['k.thread_id', 'k.message_id', 's.stance'])
    .distinct()
    .where('k.person_id', '=', actor.personId)
    .where('f.candidate_id', '=', anyOf(candidates.map(({ id }) => id)))
    .execute();
  const all = [...new Set(copies.map((row) => row.thread_id))];
  const changing = copies.filter((row) => (row.stance ?? 'default') !== stance);
  const threadIds = [...new Set(changing.map((row) => row.thread_id))];
  if (threadIds.length > mostThreads) throw new Failure('too-large', 'too many threads for one act');
  return { all, changing: threadIds, messageIds: [...new Set(changing.map((row) => row.message_id))] };
};
