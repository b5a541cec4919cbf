/* How a kept thread stands, for one person: who can read what they can read of it, and why it is here. */
import type { MailboxId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { KeptThread, Reader } from '../../../lib/contract/thread.ts';
import { explainHidden, explainOwnRight, explainRight } from '../../../lib/domain/explain.ts';
import { explainKeptBy } from '../../../lib/domain/explain-keeping.ts';
import type { ReaderSummary } from '../../../lib/domain/readable.ts';
import type { PersonTx, Tx } from '../../db/schema.ts';
import { type Actor, idsOf } from '../actor.ts';
import { readOverrideReceipts } from '../override/open-by-override.ts';
import type { Services } from '../services.ts';
import { readOwnGrants } from './granted.ts';
import { hiddenMessages } from './hidden.ts';
import { knownDecisions, knownHolders, knownNames, knownReaders } from './known-readers.ts';
import { type Colleague, readColleagues, readThreadFacts, type ThreadFacts } from './readers.ts';
import { readReceipts } from './receipts.ts';
import { countLeftOut, readPause } from './withheld.ts';

export const describeKeptThread = async (
  services: Services,
  actor: Actor,
  rootId: ThreadId,
  mailboxId: MailboxId,
): Promise<KeptThread> => {
  // First as the person: only messages they may read are looked at any further.
  const own = await services.db.transaction({ kind: 'person', ...idsOf(actor) }, (tx) =>
    readOwnSight(services, tx, actor, rootId, mailboxId),
  );
  return services.db.transaction(
    { kind: 'company', companyId: actor.companyId, actorId: actor.personId },
    async (tx) => {
      const colleagues = await readColleagues(tx, actor.companyId);
      const facts = await readThreadFacts(
        tx,
        actor.companyId,
        own.messages.map((each) => each.id),
        colleagues,
        services.clock.now(),
      );
      const summaries = mergeReaders(
        facts.map(({ world, messages }) => knownReaders(actor.personId, colleagues, messages, world)),
      );
      const nameOf = knownNames(
        actor.personId,
        colleagues,
        facts.flatMap(({ messages }) => messages),
      );
      const readers = toReaders(actor, colleagues, summaries, nameOf);
      const holders = knownHolders(
        actor.personId,
        colleagues,
        facts.flatMap(({ messages }) => messages),
      );
      const { total, logged, privateTo } = await readCompanySight(tx, actor, rootId, own.threadIds, holders);
      return {
        state: 'kept',
        threadId: rootId,
        messageCount: own.messages.length,
        hiddenMessageCount: await hiddenMessages(tx, actor, total - own.messages.length),
        ...(logged === undefined ? {} : { logged }),
        isLabelled: own.isLabelled,
        ...(own.holdsCopy ? { stance: own.stance ?? 'default' } : {}),
        privateTo,
        readers,
        grants: [...(await readOwnGrants(tx, actor, own.threadIds, services.clock.now()))],
        hiddenFromCount: colleagues.length - readers.length,
        ...hiddenBecauseOf(actor, colleagues, readers, facts, nameOf),
        leftOutCount: own.leftOutCount,
        ...(own.pause === undefined ? {} : { pause: own.pause }),
        ...(own.holdsCopy ? { receipts: own.receipts, overrides: own.overrides } : {}),
        ...goesOf(own),
        keptBecause: [...new Set(own.messages.flatMap((each) => each.kept_by))].map(explainKeptBy),
      };
    },
  );
};

/** Of colleagues who read none of it, by its newest message, as far as the actor may know. */
const hiddenBecauseOf = (
  actor: Actor,
  colleagues: readonly Colleague[],
  readers: readonly Reader[],
  facts: readonly ThreadFacts[],
  nameOf: (personId: PersonId) => string,
): Pick<KeptThread, 'hiddenBecause'> => {
  const reading = new Set(readers.map(({ person }) => person.personId));
  const newest = facts.at(-1);
  if (newest === undefined) return {};
  const { messages, world } = newest;
  const refusals = colleagues
    .filter(({ personId }) => !reading.has(personId))
    .flatMap((colleague) => {
      const decision = knownDecisions(actor.personId, colleagues, colleague, messages.slice(-1), world)[0];
      return decision === undefined || decision.readable ? [] : [decision.because];
    });
  const said = explainHidden(refusals, nameOf);
  return said === undefined ? {} : { hiddenBecause: said };
};

/** What of it was deleted in every mailbox that held it, and when the first of it goes. */
const goesOf = (own: Awaited<ReturnType<typeof readOwnSight>>): Pick<KeptThread, 'goes'> => {
  const eraseAt = own.messages.flatMap((each) => each.erase_at ?? []);
  return eraseAt.length === 0
    ? {}
    : {
        goes: {
          messageCount: eraseAt.length,
          at: new Date(Math.min(...eraseAt)).toISOString(),
          canKeep: own.holdsCopy,
        },
      };
};

/** The actor first, then those who read most. */
export const toReaders = (
  actor: Actor,
  colleagues: readonly Colleague[],
  summaries: ReadonlyMap<PersonId, Pick<ReaderSummary<PersonId>, 'right' | 'messageCount'>>,
  nameOf: (personId: PersonId) => string,
): Reader[] =>
  colleagues
    .flatMap((colleague) => {
      const summary = summaries.get(colleague.personId);
      if (summary === undefined) return [];
      return [
        {
          person: {
            personId: colleague.personId,
            name: colleague.name,
            isYou: colleague.personId === actor.personId,
          },
          right: summary.right.right,
          because:
            colleague.personId === actor.personId
              ? explainOwnRight(summary.right, nameOf)
              : explainRight(summary.right, nameOf),
          messageCount: summary.messageCount,
        },
      ];
    })
    .sort((a, b) => Number(b.person.isYou) - Number(a.person.isYou) || b.messageCount - a.messageCount);

/** Over several threads that were joined: counts add up, and the right that opens most is named. */
export const mergeReaders = (
  perThread: readonly (readonly ReaderSummary<PersonId>[])[],
): ReadonlyMap<PersonId, Pick<ReaderSummary<PersonId>, 'right' | 'messageCount'>> => {
  const merged = new Map<
    PersonId,
    { right: ReaderSummary<PersonId>['right']; messageCount: number; most: number }
  >();
  for (const reader of perThread.flat()) {
    const known = merged.get(reader.personId);
    merged.set(
      reader.personId,
      known === undefined
        ? { right: reader.right, messageCount: reader.messageCount, most: reader.messageCount }
        : {
            right: reader.messageCount > known.most ? reader.right : known.right,
            messageCount: known.messageCount + reader.messageCount,
            most: Math.max(known.most, reader.messageCount),
          },
    );
  }
  return merged;
};

const readOwnSight = async (
  services: Services,
  tx: PersonTx,
  actor: Actor,
  rootId: ThreadId,
  mailboxId: MailboxId,
) => {
  const messages = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select([
      'candor.message.id',
      'candor.message.thread_id',
      'candor.message.kept_by',
      'candor.message.erase_at',
    ])
    .where('candor.thread.root_id', '=', rootId)
    .orderBy('candor.message.sent_at')
    .execute();
  const threadIds = [...new Set(messages.map((each) => each.thread_id))];
  const copies = await tx
    .selectFrom('candor.message_copy')
    .select(['mailbox_id', 'is_labelled'])
    .where('person_id', '=', actor.personId)
    .where('thread_id', 'in', threadIds)
    .execute();
  const stances = await tx
    .selectFrom('candor.stance')
    .select('stance')
    .where('person_id', '=', actor.personId)
    .where('thread_id', 'in', threadIds)
    .execute();
  const chosen = stances.map((row) => row.stance);
  return {
    messages,
    threadIds,
    holdsCopy: copies.length > 0,
    leftOutCount: await countLeftOut(
      tx,
      actor,
      messages.map(({ id }) => id),
    ),
    pause: await readPause(services, tx, actor, threadIds),
    receipts: await readReceipts(tx, actor, threadIds),
    overrides: await readOverrideReceipts(services, tx, actor, threadIds),
    isLabelled: copies.some((copy) => copy.mailbox_id === mailboxId && copy.is_labelled),
    // Over joined threads the strictest of one's own stances is the one to show.
    stance: (['private', 'default', 'shared'] as const).find((each) => chosen.includes(each)),
  };
};

const readCompanySight = async (
  tx: Tx,
  actor: Actor,
  rootId: ThreadId,
  threadIds: readonly ThreadId[],
  holders: ReadonlySet<PersonId>,
) => {
  const { total } = await tx
    .selectFrom('candor.message')
    .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where('candor.thread.root_id', '=', rootId)
    .where('candor.message.removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  const logged = await tx
    .selectFrom('candor.thread_candidate')
    .innerJoin('candor.person', 'candor.person.id', 'candor.thread_candidate.filed_by')
    .select(['candor.person.id', 'candor.person.name', 'candor.thread_candidate.filed_at'])
    .where('candor.thread_candidate.thread_id', 'in', threadIds)
    .where('candor.thread_candidate.because', '=', 'logged')
    .orderBy('candor.thread_candidate.filed_at')
    .executeTakeFirst();
  const privateTo = await tx
    .selectFrom('candor.stance')
    .innerJoin('candor.person', 'candor.person.id', 'candor.stance.person_id')
    .select(['candor.person.id', 'candor.person.name'])
    .distinct()
    .where('candor.stance.thread_id', 'in', threadIds)
    .where('candor.stance.stance', '=', 'private')
    .where('candor.stance.person_id', '<>', actor.personId)
    .execute();
  return {
    total,
    logged:
      logged === undefined
        ? undefined
        : {
            by: { personId: logged.id, name: logged.name, isYou: logged.id === actor.personId },
            at: new Date(logged.filed_at).toISOString(),
          },
    privateTo: privateTo
      .filter((row) => holders.has(row.id))
      .map((row) => ({ personId: row.id, name: row.name, isYou: false })),
  };
};
