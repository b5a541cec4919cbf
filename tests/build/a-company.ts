/* Builds a company row by row, as background work would, with only the facts that matter. */
import { randomBytes, randomUUID } from 'node:crypto';
import type {
  CandidateId,
  CompanyId,
  JobId,
  MailboxId,
  MessageId,
  PersonId,
  ThreadId,
} from '../../lib/contract/ids.ts';
import type { Role } from '../../lib/contract/person.ts';
import type { KeepRule } from '../../lib/domain/interest.ts';
import type { ParticipantRole } from '../../lib/domain/message.ts';
import type { DefaultVisibility, Stance } from '../../lib/domain/readable.ts';
import { addressHash } from '../../server/base/vault.ts';
import type { Tx } from '../../server/db/schema.ts';
import type { TestDatabase } from './a-database.ts';

export type TestCompany = Awaited<ReturnType<typeof aCompany>>;

/** An id for a row that is written later. */
export const anId = <Id extends string>(): Id => randomUUID() as string as Id;

export const aCompany = async (
  test: TestDatabase,
  policy: { defaultVisibility?: DefaultVisibility; isOverrideAllowed?: boolean; ownDomains?: string[] } = {},
) => {
  const companyId = anId<CompanyId>();
  const now = () => test.clock.now();
  const hash = (address: string): Buffer => addressHash(test.masterKey, companyId, address);
  const asCompany = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    test.db.transaction({ kind: 'company', companyId }, fn);
  const asPerson = <T>(personId: PersonId, fn: (tx: Tx) => Promise<T>): Promise<T> =>
    test.db.transaction({ kind: 'person', companyId, personId }, fn);

  await test.db.transaction({ kind: 'system' }, async (tx) => {
    await tx
      .insertInto('candor.company')
      .values({ id: companyId, name: 'A company', created_at: now() })
      .execute();
    await tx
      .insertInto('candor.policy')
      .values({
        company_id: companyId,
        default_visibility: policy.defaultVisibility ?? 'owner-only',
        is_override_allowed: policy.isOverrideAllowed ?? false,
        own_domains: policy.ownDomains ?? ['acme.example'],
        updated_at: now(),
      })
      .execute();
  });

  /** A colleague with a connected mailbox, whose id is the person's own. */
  const person = async (
    given: { id?: PersonId; role?: Role; addresses?: string[]; isActive?: boolean; name?: string } = {},
  ): Promise<PersonId> => {
    const id = given.id ?? anId<PersonId>();
    const addresses = given.addresses ?? [`${id}@acme.example`];
    await asCompany(async (tx) => {
      await tx
        .insertInto('candor.person')
        .values({
          id,
          company_id: companyId,
          name: given.name ?? 'A person',
          address: addresses[0] ?? `${id}@acme.example`,
          role: given.role ?? 'interviewer',
          is_active: given.isActive ?? true,
          created_at: now(),
        })
        .execute();
      for (const address of addresses)
        await tx
          .insertInto('candor.person_address')
          .values({ company_id: companyId, person_id: id, address, address_hash: hash(address) })
          .execute();
      await tx
        .insertInto('candor.mailbox')
        .values({
          id: mailboxOf(id),
          company_id: companyId,
          person_id: id,
          provider: 'gmail',
          address: addresses[0] ?? `${id}@acme.example`,
          state: 'connected',
          state_since: now(),
          created_at: now(),
        })
        .execute();
    });
    return id;
  };

  const job = async (team: readonly PersonId[] = [], id = anId<JobId>()): Promise<JobId> => {
    await asCompany(async (tx) => {
      await tx
        .insertInto('candor.job')
        .values({ id, company_id: companyId, title: 'A job', created_at: now() })
        .execute();
      if (team.length > 0)
        await tx
          .insertInto('candor.team_member')
          .values(team.map((person_id) => ({ company_id: companyId, job_id: id, person_id })))
          .execute();
    });
    return id;
  };

  const candidate = async (
    given: { id?: CandidateId; owner?: PersonId; jobs?: readonly JobId[]; name?: string } = {},
  ): Promise<CandidateId> => {
    const id = given.id ?? anId<CandidateId>();
    await asCompany(async (tx) => {
      await tx
        .insertInto('candor.candidate')
        .values({
          id,
          company_id: companyId,
          name: given.name ?? 'A candidate',
          owner_id: given.owner ?? null,
          created_at: now(),
        })
        .execute();
      if (given.jobs !== undefined && given.jobs.length > 0)
        await tx
          .insertInto('candor.application')
          .values(
            given.jobs.map((job_id) => ({
              company_id: companyId,
              candidate_id: id,
              job_id,
              stage: 'Applied',
              stage_since: now(),
            })),
          )
          .execute();
    });
    return id;
  };

  const thread = async (
    given: { id?: ThreadId; candidates?: readonly CandidateId[] } = {},
  ): Promise<ThreadId> => {
    const id = given.id ?? anId<ThreadId>();
    await asCompany(async (tx) => {
      await tx
        .insertInto('candor.thread')
        .values({ id, root_id: id, company_id: companyId, created_at: now() })
        .execute();
      for (const candidateId of given.candidates ?? []) await file(tx, id, candidateId);
    });
    return id;
  };

  const file = (tx: Tx, threadId: ThreadId, candidateId: CandidateId) =>
    tx
      .insertInto('candor.thread_candidate')
      .values({
        company_id: companyId,
        thread_id: threadId,
        candidate_id: candidateId,
        because: 'logged',
        filed_at: now(),
      })
      .execute();

  /** `heldBy`: whose mailboxes hold a copy. */
  const message = async (
    threadId: ThreadId,
    given: {
      id?: MessageId;
      heldBy?: readonly PersonId[];
      participants?: readonly { role: ParticipantRole; address: string; bccKnownBy?: PersonId }[];
      head?: Buffer;
      body?: Buffer;
    } = {},
  ): Promise<MessageId> => {
    const id = given.id ?? anId<MessageId>();
    await asCompany(async (tx) => {
      await tx
        .insertInto('candor.message')
        .values(messageRow(threadId, id, given))
        .execute();
      if (given.participants !== undefined && given.participants.length > 0)
        await tx
          .insertInto('candor.participant')
          .values(given.participants.map((each) => participantRow(threadId, id, each)))
          .execute();
      if (given.heldBy !== undefined && given.heldBy.length > 0)
        await tx
          .insertInto('candor.message_copy')
          .values(given.heldBy.map((personId) => copyRow(threadId, id, personId)))
          .execute();
    });
    return id;
  };

  const messageRow = (threadId: ThreadId, id: MessageId, given: { head?: Buffer; body?: Buffer } = {}) => ({
    id,
    company_id: companyId,
    thread_id: threadId,
    message_id_hash: randomBytes(32),
    content_hash: randomBytes(32),
    sent_at: now(),
    // As if a key that was destroyed had sealed it.
    head_sealed: given.head ?? Buffer.concat([Buffer.of(1), Buffer.alloc(44)]),
    body_sealed: given.body ?? null,
    body_state: 'whole' as const,
    kept_by: ['logged'] as KeepRule[],
    size_bytes: 1,
    created_at: now(),
  });

  const participantRow = (
    threadId: ThreadId,
    messageId: MessageId,
    each: { role: ParticipantRole; address: string; bccKnownBy?: PersonId },
  ) => ({
    company_id: companyId,
    message_id: messageId,
    thread_id: threadId,
    role: each.role,
    address_hash: hash(each.address),
    bcc_known_by: each.bccKnownBy ?? null,
  });

  const copyRow = (threadId: ThreadId, messageId: MessageId, personId: PersonId) => ({
    company_id: companyId,
    message_id: messageId,
    thread_id: threadId,
    mailbox_id: mailboxOf(personId),
    person_id: personId,
    provider_message_id: messageId,
    provider_thread_id: threadId,
    received_at: now(),
  });

  const stance = (threadId: ThreadId, personId: PersonId, what: Stance) =>
    asPerson(personId, (tx) =>
      tx
        .insertInto('candor.stance')
        .values({
          company_id: companyId,
          thread_id: threadId,
          person_id: personId,
          stance: what,
          set_at: now(),
        })
        .onConflict((conflict) => conflict.columns(['thread_id', 'person_id']).doUpdateSet({ stance: what }))
        .execute(),
    );

  const grant = (threadId: ThreadId, ownerId: PersonId, granteeId: PersonId, endsAt?: number) =>
    asPerson(ownerId, (tx) =>
      tx
        .insertInto('candor.grant')
        .values({
          company_id: companyId,
          thread_id: threadId,
          owner_id: ownerId,
          grantee_id: granteeId,
          granted_at: now(),
          ends_at: endsAt ?? null,
        })
        .execute(),
    );

  /** Messages this person sees under row-level security, in the order of their ids. */
  const readBy = async (personId: PersonId): Promise<readonly MessageId[]> => {
    const rows = await asPerson(personId, (tx) =>
      tx.selectFrom('candor.message').select('id').orderBy('id').execute(),
    );
    return rows.map(({ id }) => id);
  };

  return {
    companyId,
    hash,
    asCompany,
    asPerson,
    person,
    job,
    candidate,
    thread,
    file,
    message,
    messageRow,
    participantRow,
    copyRow,
    stance,
    grant,
    readBy,
  };
};

/** Each person of a test company has one mailbox, under the person's own id. */
export const mailboxOf = (personId: PersonId): MailboxId => personId as string as MailboxId;
