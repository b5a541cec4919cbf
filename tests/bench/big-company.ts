/*
 * A company that grows to any number of kept messages: rows in bulk as background work writes them, so that the triggers work
 * out who may read what. Bodies are filler of a usual size; all that look-up and history open is sealed as the product does.
 */
import { randomBytes } from 'node:crypto';
import {
  CandidateId,
  CompanyId,
  JobId,
  MailboxId,
  MessageId,
  PersonId,
  ThreadId,
} from '../../lib/contract/ids.ts';
import type { Role } from '../../lib/contract/person.ts';
import { type DataKey, makeDataKey, sealText } from '../../server/base/vault.ts';
import type { Tx } from '../../server/db/schema.ts';
import type { Actor } from '../../server/services/actor.ts';
import { toHead } from '../../server/services/mail-content.ts';
import { aMessage } from '../build/a-message.ts';
import { testMasterKey } from '../build/database-servers.ts';
import type { BenchDatabase } from './bench-database.ts';

export type BigCompany = {
  readonly companyId: CompanyId;
  /** Sees every candidate, so that row-level security looks at the most rows. */
  readonly recruiter: Actor;
  readonly candidates: readonly { readonly candidateId: CandidateId; readonly address: string }[];
  /** Brings the company to so many messages, and says how long that took. */
  readonly growTo: (
    messageCount: number,
  ) => Promise<{ readonly tookMs: number; readonly readerCount: number }>;
};

const messagesOfThread = 5;
const threadsOfCandidate = 4;
const candidatesAtOnce = 50;
const jobCount = 40;
const roles: readonly Role[] = [
  'owner',
  'recruiter',
  'recruiter',
  ...Array<Role>(5).fill('hiring-manager'),
  ...Array<Role>(12).fill('interviewer'),
];
/** Sealed, so nothing the database could compress; what the reference measurement took. */
const bodyBytes = 2_000;
const startedAt = Date.UTC(2026, 0, 5);

export const bigCompany = async (database: BenchDatabase): Promise<BigCompany> => {
  const { db, sealing } = database.services;
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
  const body = randomBytes(bodyBytes);
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
    await addMail(tx, companyId, fresh, hash, body);
    candidates.push(...fresh.map(({ candidateId, address }) => ({ candidateId, address })));
  };

  return {
    companyId,
    recruiter: personAt(1),
    candidates,
    growTo: async (messageCount) => {
      const beganAt = performance.now();
      const wanted = Math.ceil(messageCount / (messagesOfThread * threadsOfCandidate));
      while (candidates.length < wanted)
        await db.transaction(as, (tx) =>
          addCandidates(tx, Math.min(candidatesAtOnce, wanted - candidates.length)),
        );
      const tookMs = performance.now() - beganAt;
      const client = await database.connect();
      await client.query('vacuum analyze');
      const { rows } = await client.query<{ count: string }>('select count(*) from candor.message_reader');
      await client.end();
      return { tookMs, readerCount: Number(rows[0]?.count) };
    },
  };
};

/** Each colleague with one address and one mailbox, which has the person's id. */
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

type Correspondent = {
  readonly candidateId: CandidateId;
  readonly address: string;
  readonly owner: Actor;
  readonly key: DataKey;
};

/** Threads between each candidate and the colleague who owns them, all messages in that colleague's mailbox. */
const addMail = async (
  tx: Tx,
  companyId: CompanyId,
  correspondents: readonly Correspondent[],
  hash: (address: string) => Buffer,
  body: Buffer,
): Promise<void> => {
  const threads = correspondents.flatMap((with_) =>
    Array.from({ length: threadsOfCandidate }, () => ({ threadId: anId(ThreadId), with_ })),
  );
  const messages = threads.flatMap(({ threadId, with_ }) =>
    Array.from({ length: messagesOfThread }, (_, index) => {
      const [from, to] =
        index % 2 === 0 ? [with_.address, with_.owner.address] : [with_.owner.address, with_.address];
      return {
        messageId: anId(MessageId),
        threadId,
        with_,
        from,
        to,
        sentAt: startedAt + Math.floor(Math.random() * 300) * 86_400_000,
        idHash: randomBytes(32),
      };
    }),
  );
  await tx
    .insertInto('candor.thread')
    .values(
      threads.map(({ threadId: id }) => ({ id, root_id: id, company_id: companyId, created_at: startedAt })),
    )
    .execute();
  // Filed before there is mail, so that rights are worked out once less.
  await tx
    .insertInto('candor.thread_candidate')
    .values(
      threads.map(({ threadId, with_ }) => ({
        company_id: companyId,
        thread_id: threadId,
        candidate_id: with_.candidateId,
        because: 'candidate-address' as const,
        filed_at: startedAt,
      })),
    )
    .execute();
  await tx
    .insertInto('candor.mention')
    .values(
      messages.map((each) => ({ company_id: companyId, id_hash: each.idHash, thread_id: each.threadId })),
    )
    .execute();
  await tx
    .insertInto('candor.message')
    .values(
      messages.map((each) => ({
        id: each.messageId,
        company_id: companyId,
        thread_id: each.threadId,
        message_id_hash: each.idHash,
        content_hash: each.idHash,
        sent_at: each.sentAt,
        head_sealed: sealText(
          each.with_.key,
          JSON.stringify(toHead(aMessage({ from: each.from, to: [each.to], subject: 'About the position' }))),
          { companyId, table: 'message', row: each.messageId, column: 'head_sealed' },
        ),
        body_sealed: body,
        body_state: 'whole' as const,
        kept_by: ['candidate-address' as const],
        size_bytes: bodyBytes,
        created_at: startedAt,
      })),
    )
    .execute();
  await tx
    .insertInto('candor.participant')
    .values(
      messages.flatMap((each) =>
        (['from', 'to'] as const).map((role) => ({
          company_id: companyId,
          message_id: each.messageId,
          thread_id: each.threadId,
          role,
          address_hash: hash(each[role]),
        })),
      ),
    )
    .execute();
  await tx
    .insertInto('candor.message_copy')
    .values(
      messages.map((each) => ({
        company_id: companyId,
        message_id: each.messageId,
        thread_id: each.threadId,
        mailbox_id: mailboxOf(each.with_.owner.personId),
        person_id: each.with_.owner.personId,
        provider_message_id: each.messageId,
        provider_thread_id: each.threadId,
        received_at: each.sentAt,
      })),
    )
    .execute();
};

const mailboxOf = (personId: PersonId): MailboxId => MailboxId.parse(personId);

const anId = <Id>(brand: { readonly parse: (text: string) => Id }): Id => brand.parse(crypto.randomUUID());

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('The company has nobody there.');
  return value;
};
