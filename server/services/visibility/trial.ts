/*
 * What another visibility would do, tried out on every conversation on record: the function that decides who may read is asked
 * twice. Whoever asks is told how much changes for whom, and the subjects alone of what they may read themself.
 */
import type { MessageId, PersonId, ThreadId } from '../../../lib/contract/ids.ts';
import type { SightOfPerson, Visibility, VisibilityTrial } from '../../../lib/contract/visibility.ts';
import {
  compareReaders,
  decideReadable,
  type ReadableMessage,
  readersOf,
} from '../../../lib/domain/readable.ts';
import { changeTerms, explainSightChange, type SightCount } from '../../../lib/domain/visibility.ts';
import { anyOf } from '../../db/any-of.ts';
import { readMessages } from '../access.ts';
import { type Actor, idsOf } from '../actor.ts';
import { openHead } from '../ingest/mail-content.ts';
import type { Services } from '../services.ts';
import { knownReaders } from '../threads/known-readers.ts';
import { type Colleague, readColleagues, readThreadFacts, type ThreadFacts } from '../threads/readers.ts';
import { readVisibility } from './visibility.ts';

/** Nothing is changed, and nothing of it stays. */
export const tryVisibility = async (
  services: Services,
  actor: Actor,
  wanted: Visibility,
): Promise<VisibilityTrial> => {
  const asCompany = { kind: 'company', companyId: actor.companyId, actorId: actor.personId } as const;
  const { now, colleagues } = await services.db.transaction(asCompany, async (tx) => ({
    now: await readVisibility(tx, actor.companyId),
    colleagues: await readColleagues(tx, actor.companyId),
  }));
  const sights = new Map<PersonId, Sight>();
  if (now.defaultVisibility !== wanted.defaultVisibility) {
    let after: ThreadId | undefined;
    do {
      const portion = await services.db.transaction(asCompany, (tx) =>
        readPortion(services, tx, actor, colleagues, after),
      );
      for (const thread of portion.threads) compareThread(sights, actor, colleagues, thread, wanted);
      after = portion.last;
    } while (after !== undefined);
  }
  const opened = countOf(sights, 'gains');
  const closed = countOf(sights, 'loses');
  const subjects = await readSubjects(services, actor, sights);
  const adminCount = colleagues.filter(({ role }) => role === 'owner' || role === 'admin').length;
  const openedCount = [...sights.values()].reduce((sum, { gains }) => sum + gains.size, 0);
  return {
    opened,
    closed,
    people: colleagues.flatMap((colleague) => {
      const sight = sights.get(colleague.personId);
      return sight === undefined ? [] : [toRow(actor, colleague, sight, subjects)];
    }),
    said: explainSightChange(opened, closed),
    ...changeTerms(openedCount, adminCount),
  };
};

/** Root threads of which something comes into one person's sight, or goes out of it; and those of them the asker may be told of. */
type Sight = {
  readonly gains: Set<ThreadId>;
  readonly loses: Set<ThreadId>;
  readonly named: Map<ThreadId, 'gains' | 'loses'>;
};

type RootedFacts = ThreadFacts & { readonly rootId: ThreadId };

const threadsAtOnce = 1_000;
/** Told of by their subjects, for each person. */
const mostNamed = 20;

/** The next threads by their ids; `last` is absent with the last of them. */
const readPortion = async (
  services: Services,
  tx: Parameters<typeof readColleagues>[0],
  { companyId }: Actor,
  colleagues: readonly Colleague[],
  after: ThreadId | undefined,
): Promise<{ readonly threads: readonly RootedFacts[]; readonly last: ThreadId | undefined }> => {
  const rows = await tx
    .selectFrom('candor.thread')
    .select(['id', 'root_id'])
    .where('company_id', '=', companyId)
    .$if(after !== undefined, (query) => query.where('id', '>', after as ThreadId))
    .orderBy('id')
    .limit(threadsAtOnce)
    .execute();
  const messages = await tx
    .selectFrom('candor.message')
    .select('id')
    .where('company_id', '=', companyId)
    .where('thread_id', '=', anyOf(rows.map(({ id }) => id)))
    .where('removed_at', 'is', null)
    .execute();
  const facts = await readThreadFacts(
    tx,
    companyId,
    messages.map(({ id }) => id),
    colleagues,
    services.clock.now(),
  );
  const roots = new Map(rows.map(({ id, root_id }) => [id, root_id]));
  return {
    threads: facts.map((each) => ({ ...each, rootId: roots.get(each.threadId) ?? each.threadId })),
    last: rows.length < threadsAtOnce ? undefined : rows.at(-1)?.id,
  };
};

const compareThread = (
  sights: Map<PersonId, Sight>,
  actor: Actor,
  colleagues: readonly Colleague[],
  { rootId, messages, world }: RootedFacts,
  { defaultVisibility }: Visibility,
): void => {
  const viewers = colleagues.map(({ viewer }) => viewer);
  const kinds = kindsOf(messages, colleagues);
  const next = { ...world, defaultVisibility };
  const change = compareReaders(readersOf(viewers, kinds, world), readersOf(viewers, kinds, next));
  if (change.gains.length + change.loses.length === 0) return;
  const asker = colleagues.find(({ personId }) => personId === actor.personId)?.viewer;
  const isTold = asker !== undefined && kinds.some((kind) => decideReadable(asker, kind, world).readable);
  // To whoever may read the thread, who has it by Bcc is not told by being left out.
  const told = isTold
    ? compareReaders(
        knownReaders(actor.personId, colleagues, kinds, world),
        knownReaders(actor.personId, colleagues, kinds, next),
      )
    : undefined;
  for (const which of ['gains', 'loses'] as const) {
    for (const { personId } of change[which]) sightOf(sights, personId)[which].add(rootId);
    for (const { personId } of told?.[which] ?? []) {
      const { named } = sightOf(sights, personId);
      if (named.size < mostNamed) named.set(rootId, which);
    }
  }
};

const sightOf = (sights: Map<PersonId, Sight>, personId: PersonId): Sight => {
  const known = sights.get(personId);
  if (known !== undefined) return known;
  const sight: Sight = { gains: new Set(), loses: new Set(), named: new Map() };
  sights.set(personId, sight);
  return sight;
};

/** One message of each kind: of those with the same owners, who let it through or not, and with the same colleagues on them, what is true of one is true of all. */
const kindsOf = (
  messages: readonly (ReadableMessage<PersonId> & { readonly messageId: MessageId })[],
  colleagues: readonly Colleague[],
): readonly ReadableMessage<PersonId>[] => {
  const kinds = new Map<string, ReadableMessage<PersonId>>();
  for (const { ownerIds, withheldBy, participants } of messages) {
    const known = participants.filter(({ address }) =>
      colleagues.some(({ viewer }) => viewer.addresses.has(address)),
    );
    const name = [
      [...ownerIds].sort().join(),
      [...withheldBy].sort().join(),
      known
        .map(({ role, address }) => `${role} ${address}`)
        .sort()
        .join(),
    ].join('|');
    if (!kinds.has(name)) kinds.set(name, { ownerIds, withheldBy, participants: known });
  }
  return [...kinds.values()];
};

const countOf = (sights: ReadonlyMap<PersonId, Sight>, which: 'gains' | 'loses'): SightCount => {
  const threads = new Set<ThreadId>();
  let personCount = 0;
  for (const sight of sights.values()) {
    if (sight[which].size > 0) personCount += 1;
    for (const rootId of sight[which]) threads.add(rootId);
  }
  return { threadCount: threads.size, personCount };
};

/** As the asker, so that what they may not read is not there to be told. */
const readSubjects = (
  services: Services,
  actor: Actor,
  sights: ReadonlyMap<PersonId, Sight>,
): Promise<ReadonlyMap<ThreadId, string>> => {
  const rootIds = new Set([...sights.values()].flatMap(({ named }) => [...named.keys()]));
  return services.db.transaction({ kind: 'person', ...idsOf(actor) }, async (tx) => {
    const messages = await readMessages(tx, (where) =>
      where('candor.thread.root_id', '=', anyOf([...rootIds])),
    );
    const subjects = new Map<ThreadId, string>();
    for (const message of messages)
      if (!subjects.has(message.rootId))
        subjects.set(message.rootId, (await openHead(services, tx, message)).subject);
    return subjects;
  });
};

const toRow = (
  actor: Actor,
  { personId, name }: Colleague,
  { gains, loses, named }: Sight,
  subjects: ReadonlyMap<ThreadId, string>,
): SightOfPerson => {
  const told = [...named].flatMap(([threadId, change]) => {
    const subject = subjects.get(threadId);
    return subject === undefined ? [] : [{ threadId, subject, change }];
  });
  return {
    person: { personId, name, isYou: personId === actor.personId },
    gainsCount: gains.size,
    losesCount: loses.size,
    named: told,
    unnamedCount: Math.max(0, gains.size + loses.size - told.length),
  };
};
