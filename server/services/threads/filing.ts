/*
 * Filing a thread, or some messages split off it, on other candidates: what that takes off and puts on, and what it changes
 * about who may read. Nobody may gain sight so of a message that the actor may not read themself.
 */
import type { CandidateId, MessageId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import {
  compareReaders,
  type ReaderChange,
  type ReaderSummary,
  readersOf,
  type ThreadWorld,
} from '../../../lib/domain/readable.ts';
import { Failure } from '../../base/failure.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import { requireManaged, requireReadable } from '../access.ts';
import type { Actor } from '../actor.ts';
import type { Services } from '../services.ts';
import { knownReaders } from './known-readers.ts';
import {
  type Colleague,
  readColleagues,
  readMailAccess,
  readThreadFacts,
  type ThreadFacts,
} from './readers.ts';

export type Filing = { readonly threadId: ThreadId; readonly candidateId: CandidateId };

/** What an actor who holds copies of it is about to do to a thread. */
export type FilingPlan = {
  readonly rootId: ThreadId;
  readonly kind: 'move' | 'split';
  /** The threads under the root that are concerned. */
  readonly threadIds: readonly ThreadId[];
  /** Of the messages the actor may read, those concerned; oldest first. */
  readonly messageIds: readonly MessageId[];
  /** Empty for a split that stays filed as it was. */
  readonly candidateIds: readonly CandidateId[];
  /** Filings that end. One on a candidate the actor may not open is none of them: it is not theirs to see. */
  readonly takesOff: readonly Filing[];
};

/** Throws: thread-hidden; policy-forbids for what no mailbox of the actor’s holds; not-found for a candidate or message. */
export const planFiling = async (
  tx: PersonTx,
  actor: Actor,
  rootId: ThreadId,
  wanted: {
    readonly messageIds?: readonly MessageId[] | undefined;
    readonly candidateIds: readonly CandidateId[];
  },
): Promise<FilingPlan> => {
  const managed = await requireManaged(tx, actor, rootId);
  const readable = await requireReadable(tx, rootId);
  const mine = readable.messages.filter(({ threadId }) => managed.threadIds.includes(threadId));
  const asked = wanted.messageIds === undefined ? undefined : new Set(wanted.messageIds);
  const chosen = mine.filter(({ messageId }) => asked === undefined || asked.has(messageId));
  if (asked !== undefined && chosen.length < asked.size)
    throw new Failure('not-found', 'a message is not on the threads the actor holds');
  const candidateIds = [...new Set(wanted.candidateIds)];
  await requireCandidates(tx, candidateIds);
  const threadIds = [...new Set(chosen.map(({ threadId }) => threadId))];
  const seen = await tx
    .selectFrom('candor.thread_candidate')
    .select(['thread_id as threadId', 'candidate_id as candidateId'])
    .where('thread_id', '=', anyOf(threadIds))
    .execute();
  return {
    rootId,
    kind: asked === undefined ? 'move' : 'split',
    threadIds,
    messageIds: chosen.map(({ messageId }) => messageId),
    candidateIds,
    takesOff:
      candidateIds.length === 0 ? [] : seen.filter((filing) => !candidateIds.includes(filing.candidateId)),
  };
};

export type SightChange = {
  readonly gains: readonly ReaderChange<PersonId>[];
  readonly loses: readonly ReaderChange<PersonId>[];
};

/** What it changes, as far as the actor may know, one row a person. Runs as the company. Throws: policy-forbids. */
export const readSightChange = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  colleagues: readonly Colleague[],
  plan: FilingPlan,
): Promise<SightChange> => {
  const changes = await compareFacts(
    services,
    tx,
    actor,
    colleagues,
    plan,
    plan.messageIds,
    (messages, world) => knownReaders(actor.personId, colleagues, messages, world),
  );
  await requireNothingUnseenOpens(services, tx, actor, colleagues, plan);
  return {
    gains: addUp(changes.flatMap(({ gains }) => gains)),
    loses: addUp(changes.flatMap(({ loses }) => loses)),
  };
};

/** The same check where the change itself is not asked for. Throws: policy-forbids. */
export const requireMayFile = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  plan: FilingPlan,
): Promise<void> =>
  requireNothingUnseenOpens(services, tx, actor, await readColleagues(tx, actor.companyId), plan);

const requireCandidates = async (tx: PersonTx, candidateIds: readonly CandidateId[]): Promise<void> => {
  const known = await tx
    .selectFrom('candor.candidate')
    .select('id')
    .where('id', '=', anyOf(candidateIds))
    .execute();
  if (known.length < candidateIds.length) throw new Failure('not-found', 'no such candidate for this person');
};

/** A thread moves as a whole, with what of it the actor may not read; what is split off is only what they chose. */
const requireNothingUnseenOpens = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  colleagues: readonly Colleague[],
  plan: FilingPlan,
): Promise<void> => {
  if (plan.kind === 'split') return;
  const all = await tx
    .selectFrom('candor.message')
    .select('id')
    .where('thread_id', '=', anyOf(plan.threadIds))
    .where('removed_at', 'is', null)
    .execute();
  const seen = new Set(plan.messageIds);
  const unseen = all.map(({ id }) => id).filter((id) => !seen.has(id));
  const changes = await compareFacts(services, tx, actor, colleagues, plan, unseen, (messages, world) =>
    readersOf(
      colleagues.map(({ viewer }) => viewer),
      messages,
      world,
    ),
  );
  if (changes.some(({ gains }) => gains.length > 0))
    throw new Failure('policy-forbids', 'it would open messages that the actor may not read');
};

const compareFacts = async (
  services: Services,
  tx: Tx,
  actor: Actor,
  colleagues: readonly Colleague[],
  plan: FilingPlan,
  messageIds: readonly MessageId[],
  readersIn: (
    messages: ThreadFacts['messages'],
    world: ThreadWorld<PersonId>,
  ) => readonly ReaderSummary<PersonId>[],
): Promise<readonly SightChange[]> => {
  const facts = await readThreadFacts(tx, actor.companyId, messageIds, colleagues, services.clock.now());
  const accessAfter = await readAccessAfter(tx, colleagues, plan);
  return facts.map(({ threadId, world, messages }) =>
    compareReaders(
      readersIn(messages, world),
      readersIn(messages, {
        ...world,
        candidateAccess: accessAfter.get(threadId) ?? new Map(),
        // An override was used on one thread; it does not go on to hold for what is split off it.
        ...(plan.kind === 'split' ? { overrides: new Map() } : {}),
      }),
    ),
  );
};

/** Why each colleague may open the mail of a candidate that each of the threads will be filed on. */
const readAccessAfter = async (
  tx: Tx,
  colleagues: readonly Colleague[],
  plan: FilingPlan,
): Promise<ReadonlyMap<ThreadId, ThreadWorld<PersonId>['candidateAccess']>> => {
  const filed = await tx
    .selectFrom('candor.thread_candidate')
    .select(['thread_id', 'candidate_id'])
    .where('thread_id', '=', anyOf(plan.threadIds))
    .execute();
  const access = await readMailAccess(
    tx,
    [...new Set([...filed.map((row) => row.candidate_id), ...plan.candidateIds])],
    colleagues,
  );
  return new Map(
    plan.threadIds.map((threadId) => {
      const stays = filed
        .filter((row) => row.thread_id === threadId)
        .map((row) => row.candidate_id)
        .filter(
          (candidateId) =>
            !plan.takesOff.some((off) => off.threadId === threadId && off.candidateId === candidateId),
        );
      return [
        threadId,
        new Map(
          [...stays, ...plan.candidateIds].flatMap((candidateId) => [...(access.get(candidateId) ?? [])]),
        ),
      ];
    }),
  );
};

/** One row a person over threads that were joined. */
export const addUp = (changes: readonly ReaderChange<PersonId>[]): readonly ReaderChange<PersonId>[] => {
  const people = new Map<PersonId, ReaderChange<PersonId>>();
  for (const change of changes) {
    const known = people.get(change.personId);
    people.set(
      change.personId,
      known === undefined
        ? change
        : {
            ...known,
            messageCount: known.messageCount + change.messageCount,
            keepsCount: known.keepsCount + change.keepsCount,
          },
    );
  }
  return [...people.values()];
};
