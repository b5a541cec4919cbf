/*
 * A company that grows to any number of kept messages: rows in bulk as background work writes them, so that the triggers work
 * out who may read what. Bodies are filler of a usual size; all that look-up and history open is sealed as the product does.
 */
import { CandidateId, CompanyId, JobId, PersonId } from '../../lib/contract/ids.ts';
import type { Role } from '../../lib/contract/person.ts';
import { makeDataKey, sealText } from '../../server/base/vault.ts';
import type { Tx } from '../../server/db/schema.ts';
import type { Actor } from '../../server/services/actor.ts';
import { testMasterKey } from '../build/database-servers.ts';
import type { BenchDatabase } from './bench-database.ts';
import { addMail, anId, mailboxOf, messagesOfCandidate, type Spoken } from './big-company-mail.ts';

export type BigCompany = {
  readonly companyId: CompanyId;
  /** Sees every candidate, so that row-level security looks at the most rows. */
  readonly recruiter: Actor;
  /** Reads about one in five messages: their own, and those of their jobs' candidates. */
  readonly interviewer: Actor;
  readonly candidates: readonly { readonly candidateId: CandidateId; readonly address: string }[];
  /** Brings the company to so many messages, and says how long that took. */
  readonly growTo: (
    messageCount: number,
  ) => Promise<{ readonly tookMs: number; readonly readerCount: number }>;
};

const candidatesAtOnce = 50;
const jobCount = 40;
const roles: readonly Role[] = [
  'owner',
  'recruiter',
  'recruiter',
  ...Array<Role>(5).fill('hiring-manager'),
  ...Array<Role>(12).fill('interviewer'),
];
const startedAt = Date.UTC(2026, 0, 5);

/** `text`: what each message says, where they are to be found by it. */
export const bigCompany = async (database: BenchDatabase, text?: () => string): Promise<BigCompany> => {
  const { db, sealing } = database.services;
  const spoken: Spoken | undefined = text === undefined ? undefined : { services: database.services, text };
  const companyId = anId(CompanyId);
  const as = { kind: 'company', companyId } as const;
  const people: Actor[] = roles.map((role, index) => ({
    personId: anId(PersonId),
    companyId,
    role,
    name: `Person ${index}`,
    address: `person-${index}@acme.test`,
  }));
  const jobIds = Array.from({ length: jobCount }, () => anId(JobId));
  const candidates: { candidateId: CandidateId; address: string }[] = [];
  const hash = (address: string): Buffer => sealing.addressHash(companyId, address);
  const personAt = (index: number): Actor => found(people[index % people.length]);

  await db.transaction({ kind: 'system' }, async (tx) => {
    await tx
      .insertInto('candor.company')
      .values({ id: companyId, name: 'A company', created_at: startedAt })
      .execute();
    await tx
      .insertInto('candor.policy')
      .values({
        company_id: companyId,
        default_visibility: 'record-access',
        own_domains: ['acme.test'],
        updated_at: startedAt,
      })
      .execute();
  });
  await db.transaction(as, async (tx) => {
    await addPeople(tx, people, hash);
    await tx
      .insertInto('candor.job')
      .values(
        jobIds.map((id, index) => ({
          id,
          company_id: companyId,
          title: `Job ${index}`,
          created_at: startedAt,
        })),
      )
      .execute();
    await tx
      .insertInto('candor.team_member')
      .values(
        jobIds.flatMap((job_id, job) =>
          [0, 1, 2].map((place) => ({
            company_id: companyId,
            job_id,
            person_id: personAt(3 + job * 3 + place).personId,
          })),
        ),
      )
      .execute();
  });

  const addCandidates = async (tx: Tx, count: number): Promise<void> => {
    const fresh = Array.from({ length: count }, (_, offset) => {
      const index = candidates.length + offset;
      const { key, sealed } = makeDataKey(testMasterKey, companyId);
      return {
        candidateId: anId(CandidateId),
        addressId: crypto.randomUUID(),
        address: `candidate-${index}@mailbox.test`,
        name: `Candidate ${index}`,
        jobId: found(jobIds[index % jobCount]),
        owner: personAt(index),
        key,
        keySealed: sealed,
      };
    });
    await tx
      .insertInto('candor.candidate')
      .values(
        fresh.map((each) => ({
          id: each.candidateId,
          company_id: companyId,
          name: each.name,
          owner_id: each.owner.personId,
          created_at: startedAt,
        })),
      )
      .execute();
    await tx
      .insertInto('candor.data_key')
      .values(
        fresh.map((each) => ({
          id: each.key.id,
          company_id: companyId,
          candidate_id: each.candidateId,
          key_sealed: each.keySealed,
          created_at: startedAt,
        })),
      )
      .execute();
    await tx
      .insertInto('candor.candidate_address')
      .values(
        fresh.map((each) => ({
          id: each.addressId,
          company_id: companyId,
          candidate_id: each.candidateId,
          address_hash: hash(each.address),
          address_sealed: sealText(each.key, each.address, {
            companyId,
            table: 'candidate_address',
            row: each.addressId,
            column: 'address_sealed',
          }),
          added_at: startedAt,
        })),
      )
      .execute();
    await tx
      .insertInto('candor.application')
      .values(
        fresh.map((each) => ({
          company_id: companyId,
          candidate_id: each.candidateId,
          job_id: each.jobId,
          stage: 'Phone screen',
          stage_since: startedAt,
        })),
      )
      .execute();
    await addMail(tx, companyId, fresh, hash, startedAt, spoken);
    candidates.push(...fresh.map(({ candidateId, address }) => ({ candidateId, address })));
  };

  return {
    companyId,
    recruiter: personAt(1),
    interviewer: personAt(roles.length - 1),
    candidates,
    growTo: async (messageCount) => {
      const beganAt = performance.now();
      const wanted = Math.ceil(messageCount / messagesOfCandidate);
      while (candidates.length < wanted)
        await db.transaction(as, (tx) =>
          addCandidates(tx, Math.min(candidatesAtOnce, wanted - candidates.length)),
        );
      const tookMs = performance.now() - beganAt;
      const client = await database.connect();
      await client.query('vacuum analyze');
      const { rows } = await client.query<{ count: string }>(
        'select sum(cardinality(reader_ids)) as count from candor.message',
      );
      await client.end();
      return { tookMs, readerCount: Number(rows[0]?.count) };
    },
  };
};

/** Each colleague with one address and one mailbox. */
const addPeople = async (
  tx: Tx,
  people: readonly Actor[],
  hash: (address: string) => Buffer,
): Promise<void> => {
  await tx
    .insertInto('candor.person')
    .values(
      people.map(({ personId, companyId, role, name, address }) => ({
        id: personId,
        company_id: companyId,
        name,
        address,
        role,
        created_at: startedAt,
      })),
    )
    .execute();
  await tx
    .insertInto('candor.person_address')
    .values(
      people.map(({ personId, companyId, address }) => ({
        company_id: companyId,
        person_id: personId,
        address,
        address_hash: hash(address),
      })),
    )
    .execute();
  await tx
    .insertInto('candor.mailbox')
    .values(
      people.map(({ personId, companyId, address }) => ({
        id: mailboxOf(personId),
        company_id: companyId,
        person_id: personId,
        provider: 'gmail' as const,
        address,
        state: 'connected' as const,
        state_since: startedAt,
        created_at: startedAt,
      })),
    )
    .execute();
};

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('The company has nobody there.');
  return value;
};
