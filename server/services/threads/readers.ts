/*
 * The facts `readable` decides on, read from the record, and what it answers for every colleague. Runs as the company, not
 * as a person, because it must see who else may read; callers pass only messages their actor may read or owns.
 */
import type {
  CandidateId,
  CompanyId,
  JobId,
  MessageId,
  PersonId,
  ThreadId,
} from '../../../lib/contract/ids.ts';
import type { Role } from '../../../lib/contract/person.ts';
import { decideCandidateAccess } from '../../../lib/domain/candidate-access.ts';
import type {
  CandidateAccessReason,
  ReadableMessage,
  ThreadWorld,
  Viewer,
} from '../../../lib/domain/readable.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Tx } from '../../db/schema.ts';

export type Colleague = {
  readonly personId: PersonId;
  readonly name: string;
  readonly role: Role;
  readonly viewer: Viewer<PersonId>;
};

/** One thread's world with those of its messages that were asked for. Rights are decided per thread, before any join. */
export type ThreadFacts = {
  readonly threadId: ThreadId;
  readonly world: ThreadWorld<PersonId>;
  readonly messages: readonly (ReadableMessage<PersonId> & { readonly messageId: MessageId })[];
};

/** Addresses are compared by their keyed hashes, which is all the record holds of them. */
const asText = (hash: Buffer): string => hash.toString('hex');

/** Active colleagues by name. */
export const readColleagues = async (tx: Tx, companyId: CompanyId): Promise<readonly Colleague[]> => {
  const people = await tx
    .selectFrom('candor.person')
    .select(['id', 'name', 'role'])
    .where('company_id', '=', companyId)
    .where('is_active', '=', true)
    .orderBy('name')
    .orderBy('id')
    .execute();
  const addresses = await tx
    .selectFrom('candor.person_address')
    .select(['person_id', 'address_hash'])
    .where('company_id', '=', companyId)
    .execute();
  const byPerson = groupBy(addresses, (row) => row.person_id);
  return people.map((person) => ({
    personId: person.id,
    name: person.name,
    role: person.role,
    viewer: {
      personId: person.id,
      addresses: new Set((byPerson.get(person.id) ?? []).map((row) => asText(row.address_hash))),
    },
  }));
};

export const readThreadFacts = async (
  tx: Tx,
  companyId: CompanyId,
  messageIds: readonly MessageId[],
  colleagues: readonly Colleague[],
  now: number,
): Promise<readonly ThreadFacts[]> => {
  if (messageIds.length === 0) return [];
  const messages = await tx
    .selectFrom('candor.message')
    .select(['id', 'thread_id'])
    .where('company_id', '=', companyId)
    .where('id', '=', anyOf(messageIds))
    .orderBy('sent_at')
    .orderBy('id')
    .execute();
  const ofThread = groupBy(messages, (message) => message.thread_id);
  const threadIds = [...ofThread.keys()];
  const copies = groupBy(
    await tx
      .selectFrom('candor.message_copy')
      .select(['message_id', 'person_id'])
      .where('message_id', '=', anyOf(messageIds))
      .execute(),
    (row) => row.message_id,
  );
  const participants = groupBy(
    await tx
      .selectFrom('candor.participant')
      .select(['message_id', 'role', 'address_hash'])
      .where('message_id', '=', anyOf(messageIds))
      .execute(),
    (row) => row.message_id,
  );
  const withheld = groupBy(
    await tx
      .selectFrom('candor.withheld')
      .select(['message_id', 'person_id'])
      .where('message_id', '=', anyOf(messageIds))
      .execute(),
    (row) => row.message_id,
  );
  const worlds = await readWorlds(tx, companyId, threadIds, colleagues, now);
  return threadIds.flatMap((threadId) => {
    const world = worlds.get(threadId);
    if (world === undefined) return [];
    return [
      {
        threadId,
        world,
        messages: (ofThread.get(threadId) ?? []).map((message) => ({
          messageId: message.id,
          ownerIds: new Set((copies.get(message.id) ?? []).map((row) => row.person_id)),
          withheldBy: new Set((withheld.get(message.id) ?? []).map((row) => row.person_id)),
          participants: (participants.get(message.id) ?? []).map((row) => ({
            address: asText(row.address_hash),
            role: row.role,
          })),
        })),
      },
    ];
  });
};

const readWorlds = async (
  tx: Tx,
  companyId: CompanyId,
  threadIds: readonly ThreadId[],
  colleagues: readonly Colleague[],
  now: number,
): Promise<ReadonlyMap<ThreadId, ThreadWorld<PersonId>>> => {
  if (threadIds.length === 0) return new Map();
  const policy = await tx
    .selectFrom('candor.policy')
    .select(['default_visibility', 'is_override_allowed'])
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  const stances = groupBy(
    await tx
      .selectFrom('candor.stance')
      .select(['thread_id', 'person_id', 'stance'])
      .where('thread_id', '=', anyOf(threadIds))
      .execute(),
    (row) => row.thread_id,
  );
  const grants = groupBy(
    await tx
      .selectFrom('candor.grant')
      .select(['thread_id', 'owner_id', 'grantee_id', 'granted_at', 'ends_at'])
      .where('thread_id', '=', anyOf(threadIds))
      .execute(),
    (row) => row.thread_id,
  );
  const overrides = groupBy(
    await tx
      .selectFrom('candor.override_use')
      .select(['thread_id', 'person_id', 'used_at'])
      .where('thread_id', '=', anyOf(threadIds))
      // Of several uses the last one counts.
      .orderBy('used_at')
      .execute(),
    (row) => row.thread_id,
  );
  const filed = groupBy(
    await tx
      .selectFrom('candor.thread_candidate')
      .select(['thread_id', 'candidate_id'])
      .where('thread_id', '=', anyOf(threadIds))
      .execute(),
    (row) => row.thread_id,
  );
  const candidateIds = [...new Set([...filed.values()].flat().map((row) => row.candidate_id))];
  const access = await readMailAccess(tx, candidateIds, colleagues);

  return new Map(
    threadIds.map((threadId) => [
      threadId,
      {
        now,
        defaultVisibility: policy.default_visibility,
        isOverrideAllowed: policy.is_override_allowed,
        stances: new Map((stances.get(threadId) ?? []).map((row) => [row.person_id, row.stance])),
        grants: (grants.get(threadId) ?? []).map((row) => ({
          ownerId: row.owner_id,
          granteeId: row.grantee_id,
          grantedAt: row.granted_at,
          ...(row.ends_at === null ? {} : { endsAt: row.ends_at }),
        })),
        overrides: new Map((overrides.get(threadId) ?? []).map((row) => [row.person_id, row.used_at])),
        candidateAccess: new Map(
          (filed.get(threadId) ?? []).flatMap((row) => [...(access.get(row.candidate_id) ?? new Map())]),
        ),
      },
    ]),
  );
};

/** Why each colleague may open the mail of each candidate; those who may not are absent. */
export const readMailAccess = async (
  tx: Tx,
  candidateIds: readonly CandidateId[],
  colleagues: readonly Colleague[],
): Promise<ReadonlyMap<CandidateId, ReadonlyMap<PersonId, CandidateAccessReason>>> => {
  if (candidateIds.length === 0) return new Map();
  const candidates = await tx
    .selectFrom('candor.candidate')
    .select(['id', 'owner_id'])
    .where('id', '=', anyOf(candidateIds))
    .execute();
  const applications = await tx
    .selectFrom('candor.application')
    .innerJoin('candor.team_member', 'candor.team_member.job_id', 'candor.application.job_id')
    .innerJoin('candor.job', 'candor.job.id', 'candor.application.job_id')
    .select([
      'candor.application.candidate_id',
      'candor.team_member.person_id',
      'candor.job.id as job_id',
      'candor.job.title',
    ])
    .where('candor.application.candidate_id', '=', anyOf(candidateIds))
    .orderBy('candor.job.title')
    .execute();
  const teams = groupBy(applications, (row) => row.candidate_id);
  return new Map(
    candidates.map((candidate) => {
      const reasons = new Map<PersonId, CandidateAccessReason>();
      for (const colleague of colleagues) {
        const teamJobs: { jobId: JobId; title: string }[] = (teams.get(candidate.id) ?? [])
          .filter((row) => row.person_id === colleague.personId)
          .map((row) => ({ jobId: row.job_id, title: row.title }));
        const decided = decideCandidateAccess({
          role: colleague.role,
          teamJobs,
          isCandidateOwner: candidate.owner_id === colleague.personId,
        });
        if (decided.mail !== undefined) reasons.set(colleague.personId, decided.mail);
      }
      return [candidate.id, reasons];
    }),
  );
};

const groupBy = <Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> => {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
};
