/*
 * Random companies as lists of facts, each one row of the record: written in any order their keys allow, then changed and
 * taken away, while the list stays the truth that `readable` is asked about.
 */
import fc from 'fast-check';
import type { CandidateId, JobId, MessageId, PersonId, ThreadId } from '../../lib/contract/ids.ts';
import type { Role } from '../../lib/contract/person.ts';
import { type CandidateAccess, decideCandidateAccess } from '../../lib/domain/candidate-access.ts';
import type { ParticipantRole } from '../../lib/domain/message.ts';
import {
  type DefaultVisibility,
  decideReadable,
  overrideMs,
  type ReadableDecision,
  type Stance,
} from '../../lib/domain/readable.ts';
import { anId } from './a-company.ts';

export type Fact =
  | { is: 'policy'; defaultVisibility: DefaultVisibility; isOverrideAllowed: boolean }
  | { is: 'person'; id: PersonId; role: Role; isActive: boolean }
  | { is: 'address'; personId: PersonId; address: string }
  | { is: 'job'; id: JobId }
  | { is: 'team'; jobId: JobId; personId: PersonId }
  | { is: 'candidate'; id: CandidateId; ownerId: PersonId | undefined }
  | { is: 'application'; candidateId: CandidateId; jobId: JobId }
  | { is: 'thread'; id: ThreadId }
  | { is: 'message'; id: MessageId; threadId: ThreadId; isRemoved: boolean }
  | { is: 'copy'; messageId: MessageId; personId: PersonId }
  | {
      is: 'participant';
      messageId: MessageId;
      role: ParticipantRole;
      address: string;
      bccKnownBy: PersonId | undefined;
    }
  | { is: 'stance'; threadId: ThreadId; personId: PersonId; stance: Stance }
  | { is: 'grant'; threadId: ThreadId; ownerId: PersonId; granteeId: PersonId; endsAt: number | undefined }
  | { is: 'withheld'; messageId: MessageId; personId: PersonId }
  | { is: 'override'; threadId: ThreadId; personId: PersonId; usedAt: number }
  | { is: 'filed'; threadId: ThreadId; candidateId: CandidateId };

/** One thing done to the record. Facts written together are rows of one statement. */
export type Step =
  | { do: 'write'; facts: readonly [Fact, ...Fact[]] }
  | { do: 'change'; from: Fact; to: Fact }
  | { do: 'take away'; fact: Fact }
  | { do: 'split'; from: ThreadId; messageIds: readonly MessageId[]; to: ThreadId }
  | { do: 'move'; threadId: ThreadId; off: readonly CandidateId[]; on: readonly CandidateId[] }
  /** Two threads become one by their root, or are two again; who may read follows neither. */
  | { do: 'join'; threadId: ThreadId; intoId: ThreadId };

export type RandomCompany = { readonly steps: readonly Step[]; readonly facts: readonly Fact[] };

type Generate = fc.GeneratorValue;

export const aRandomCompany = (generate: Generate, now: number): RandomCompany => {
  const upTo = (max: number) => generate(fc.nat, { max });
  const oneOf = <T>(list: readonly T[]): T => list[upTo(list.length - 1)] as T;
  const often = () => upTo(2) > 0;
  const some = <T>(list: readonly T[]): T[] => list.filter(() => upTo(2) === 0);
  const many = <Id extends string>(least: number, most: number): Id[] =>
    Array.from({ length: least + upTo(most - least) }, () => anId<Id>());
  const ends = () => oneOf([undefined, now - 1, now, now + 1, now + 1_000_000]);

  // Most are small; now and then there is a large one.
  const people = many<PersonId>(2, oneOf([3, 5, 8]));
  const jobs = many<JobId>(1, 2);
  const candidates = many<CandidateId>(1, 2);
  const threads = many<ThreadId>(1, oneOf([3, 6, 6, 20]));
  const addressesOf = new Map(
    people.map((id) => [id, [`${id}@acme.example`, `${id}@home.example`].slice(0, 1 + upTo(1))]),
  );
  const addresses = ['jane@candidate.example', 'x@other.example', ...[...addressesOf.values()].flat()];
  const messages = threads.flatMap((threadId) =>
    many<MessageId>(1, 3).map((id) => ({ id, threadId, isRemoved: upTo(9) === 0 })),
  );
  const randomPerson = (id: PersonId): Fact => ({
    is: 'person',
    id,
    role: oneOf(['owner', 'admin', 'recruiter', 'hiring-manager', 'interviewer', 'interviewer']),
    isActive: often() || often(),
  });
  const randomPolicy = (): Fact => ({
    is: 'policy',
    defaultVisibility: oneOf(['record-access', 'record-access', 'owner-only']),
    isOverrideAllowed: upTo(2) === 0,
  });
  const randomStance = (threadId: ThreadId, personId: PersonId): Fact => ({
    is: 'stance',
    threadId,
    personId,
    stance: oneOf(['default', 'private', 'shared']),
  });

  const facts: Fact[] = [
    randomPolicy(),
    ...people.map(randomPerson),
    ...[...addressesOf].flatMap(([personId, own]) =>
      own.map((address): Fact => ({ is: 'address', personId, address })),
    ),
    ...jobs.map((id): Fact => ({ is: 'job', id })),
    ...jobs.flatMap((jobId) => some(people).map((personId): Fact => ({ is: 'team', jobId, personId }))),
    ...candidates.map((id): Fact => ({ is: 'candidate', id, ownerId: oneOf([undefined, ...people]) })),
    ...candidates.flatMap((candidateId) =>
      some(jobs).map((jobId): Fact => ({ is: 'application', candidateId, jobId })),
    ),
    ...threads.map((id): Fact => ({ is: 'thread', id })),
    ...threads.flatMap((threadId) => [
      ...candidates.filter(often).map((candidateId): Fact => ({ is: 'filed', threadId, candidateId })),
      ...some(people).map((personId) => randomStance(threadId, personId)),
      ...some(people).map(
        (personId): Fact => ({
          is: 'override',
          threadId,
          personId,
          usedAt: oneOf([now, now - overrideMs + 1, now - overrideMs, now - 2 * overrideMs]),
        }),
      ),
      ...some(people).map(
        (ownerId): Fact => ({
          is: 'grant',
          threadId,
          ownerId,
          granteeId: oneOf(people),
          endsAt: ends(),
        }),
      ),
    ]),
    ...messages.map((message): Fact => ({ is: 'message', ...message })),
    ...messages.flatMap(({ id: messageId }) => [
      ...some(people).map((personId): Fact => ({ is: 'copy', messageId, personId })),
      ...some(people).map((personId): Fact => ({ is: 'withheld', messageId, personId })),
      ...some(addresses).map((address): Fact => {
        const role = oneOf(['from', 'to', 'cc', 'bcc'] as const);
        const bccKnownBy = role === 'bcc' ? oneOf(people) : undefined;
        return { is: 'participant', messageId, role, address, bccKnownBy };
      }),
    ]),
  ];

  const steps = inAnyOrder(facts, upTo);
  for (let count = 3 + upTo(9); count > 0; count -= 1) {
    const [threadId, kind] = [oneOf(threads), upTo(5)];
    if (kind === 0) split(threadId, anId<ThreadId>());
    if (kind === 1) move(threadId);
    if (kind < 2) continue;
    const place = upTo(facts.length - 1);
    const fact = facts[place] as Fact;
    const to = change(fact);
    if (to !== undefined) {
      facts[place] = to;
      steps.push({ do: 'change', from: fact, to });
    } else if (fact.is === 'thread') {
      steps.push({ do: 'join', threadId: fact.id, intoId: oneOf(threads) });
    } else if (canGo(fact)) {
      const left = facts.filter((each) => each !== fact && !hangsOn(each, fact));
      facts.splice(0, facts.length, ...left);
      steps.push({ do: 'take away', fact });
    }
  }
  return { steps, facts };

  /** Some messages get a thread with the stances, grants and filings of the old; overrides were used on the old one. */
  function split(from: ThreadId, to: ThreadId): void {
    const chosen = only(facts, 'message').filter(({ threadId }) => threadId === from && often());
    const copied = facts.filter(
      (fact) =>
        (fact.is === 'stance' || fact.is === 'grant' || fact.is === 'filed') && fact.threadId === from,
    );
    for (const message of chosen) facts[facts.indexOf(message)] = { ...message, threadId: to };
    facts.push({ is: 'thread', id: to }, ...copied.map((fact) => ({ ...fact, threadId: to })));
    threads.push(to);
    steps.push({ do: 'split', from, to, messageIds: chosen.map(({ id }) => id) });
  }

  function move(threadId: ThreadId): void {
    const [filed, on] = [only(facts, 'filed').filter((fact) => fact.threadId === threadId), some(candidates)];
    const off = filed.filter(({ candidateId }) => !on.includes(candidateId));
    for (const fact of off) facts.splice(facts.indexOf(fact), 1);
    for (const candidateId of on)
      if (!filed.some((fact) => fact.candidateId === candidateId))
        facts.push({ is: 'filed', threadId, candidateId });
    steps.push({ do: 'move', threadId, off: off.map(({ candidateId }) => candidateId), on });
  }

  function change(fact: Fact): Fact | undefined {
    if (fact.is === 'policy') return randomPolicy();
    if (fact.is === 'person') return randomPerson(fact.id);
    if (fact.is === 'candidate') return { ...fact, ownerId: oneOf([undefined, ...people]) };
    if (fact.is === 'stance' && often()) return randomStance(fact.threadId, fact.personId);
    if (fact.is === 'grant' && often()) return { ...fact, endsAt: ends() };
    // Split off its thread, or removed by hand or back.
    if (fact.is === 'message' && often())
      return upTo(1) === 0 ? { ...fact, threadId: oneOf(threads) } : { ...fact, isRemoved: !fact.isRemoved };
    return undefined;
  }
};

/** What `readable` answers for one viewer and message; undefined for a person who left and a message that was removed. */
export const decideByFacts = (
  facts: readonly Fact[],
  viewerId: PersonId,
  message: Extract<Fact, { is: 'message' }>,
  now: number,
): ReadableDecision<PersonId> | undefined => {
  const all = <Is extends Fact['is']>(is: Is) => only(facts, is);
  const viewer = all('person').find(({ id }) => id === viewerId);
  const [policy] = all('policy');
  if (viewer === undefined || policy === undefined || !viewer.isActive || message.isRemoved) return undefined;
  const onThread = <T extends { threadId: ThreadId }>(fact: T) => fact.threadId === message.threadId;
  return decideReadable(
    {
      personId: viewerId,
      addresses: new Set(
        all('address')
          .filter(({ personId }) => personId === viewerId)
          .map(({ address }) => address),
      ),
    },
    {
      ownerIds: new Set(
        all('copy')
          .filter(({ messageId }) => messageId === message.id)
          .map(({ personId }) => personId),
      ),
      withheldBy: new Set(
        all('withheld')
          .filter(({ messageId }) => messageId === message.id)
          .map(({ personId }) => personId),
      ),
      participants: all('participant').filter(({ messageId }) => messageId === message.id),
    },
    {
      now,
      defaultVisibility: policy.defaultVisibility,
      isOverrideAllowed: policy.isOverrideAllowed,
      stances: new Map(
        all('stance')
          .filter(onThread)
          .map(({ personId, stance }) => [personId, stance]),
      ),
      grants: all('grant')
        .filter(onThread)
        .map(({ ownerId, granteeId, endsAt }) => ({
          ownerId,
          granteeId,
          grantedAt: 0,
          ...(endsAt === undefined ? {} : { endsAt }),
        })),
      overrides: new Map(
        all('override')
          .filter(onThread)
          .map(({ personId, usedAt }) => [personId, usedAt]),
      ),
      candidateAccess: new Map(
        all('filed')
          .filter(onThread)
          .flatMap(({ candidateId }) => {
            const { mail } = decideAccessByFacts(facts, viewerId, candidateId);
            return mail === undefined ? [] : [[viewerId, mail] as const];
          }),
      ),
    },
  );
};

/** What the person may open of the candidate; nothing for a person who left. */
export const decideAccessByFacts = (
  facts: readonly Fact[],
  personId: PersonId,
  candidateId: CandidateId,
): CandidateAccess => {
  const person = only(facts, 'person').find(({ id }) => id === personId);
  if (person === undefined || !person.isActive) return { card: false };
  const ownJobs = new Set(
    only(facts, 'team')
      .filter((each) => each.personId === personId)
      .map(({ jobId }) => jobId),
  );
  return decideCandidateAccess({
    role: person.role,
    teamJobs: only(facts, 'application')
      .filter((each) => each.candidateId === candidateId && ownJobs.has(each.jobId))
      .map(({ jobId }) => ({ jobId, title: 'A job' })),
    isCandidateOwner: only(facts, 'candidate').some(
      ({ id, ownerId }) => id === candidateId && ownerId === personId,
    ),
  });
};

export const only = <Is extends Fact['is']>(facts: readonly Fact[], is: Is) =>
  facts.filter((fact): fact is Extract<Fact, { is: Is }> => fact.is === is);

/** Facts others are keyed to stay; the rest may be taken away. */
const canGo = ({ is }: Fact): boolean =>
  [
    'address',
    'team',
    'application',
    'message',
    'copy',
    'participant',
    'stance',
    'withheld',
    'grant',
    'filed',
  ].includes(is);

/** Rows that go with a message. */
const hangsOn = (fact: Fact, gone: Fact): boolean =>
  gone.is === 'message' && 'messageId' in fact && fact.messageId === gone.id;

/** Rows that must be there before this one. */
const needs = (fact: Fact): readonly string[] =>
  Object.entries(fact).flatMap(([name, value]) =>
    name !== 'id' && /(Id|KnownBy)$/.test(name) && typeof value === 'string' ? [value] : [],
  );

const inAnyOrder = (facts: readonly Fact[], upTo: (max: number) => number): Step[] => {
  const steps: Step[] = [];
  const written = new Set<string>();
  let left = [...facts];
  while (left.length > 0) {
    const ready = left.filter((fact) => needs(fact).every((id) => written.has(id)));
    const first = ready[upTo(ready.length - 1)];
    if (first === undefined) throw new Error('A fact needs a row that is never written.');
    const together = ready.filter((fact) => fact.is === first.is && fact !== first && upTo(2) === 0);
    const step = { do: 'write', facts: [first, ...together] } as const;
    steps.push(step);
    for (const fact of step.facts) if ('id' in fact) written.add(fact.id);
    left = left.filter((fact) => !(step.facts as readonly Fact[]).includes(fact));
  }
  return steps;
};
