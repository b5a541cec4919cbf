/* Does one step of a random company to the record, as background work would. */
import { sql } from 'kysely';
import type { Tx } from '../../server/db/schema.ts';
import { refile } from '../../server/services/actions/move-thread.ts';
import type { Actor } from '../../server/services/actor.ts';
import { moveToNewPart } from '../../server/services/ingest/new-part.ts';
import type { Services } from '../../server/services/services.ts';
import { mailboxOf, type TestCompany } from './a-company.ts';
import type { Fact, Step } from './a-random-company.ts';

export const doStep = async (services: Services, company: TestCompany, tx: Tx, step: Step): Promise<void> => {
  if (step.do === 'write') await write(company, tx, step.facts);
  else if (step.do === 'change') await change(company, tx, step.to);
  else if (step.do === 'take away') await takeAway(company, tx, step.fact);
  else if (step.do === 'split') await moveToNewPart(services, tx, step.from, step.messageIds, step.to);
  else if (step.do === 'move')
    await refile(services, tx, await someActor(company, tx), {
      threadIds: [step.threadId],
      candidateIds: step.on,
      takesOff: step.off.map((candidateId) => ({ threadId: step.threadId, candidateId })),
    });
  else await sql`update candor.thread set root_id = ${step.intoId} where id = ${step.threadId}`.execute(tx);
};

const someActor = async ({ companyId }: TestCompany, tx: Tx): Promise<Actor> => {
  const { id, name, address, role } = await tx
    .selectFrom('candor.person')
    .select(['id', 'name', 'address', 'role'])
    .limit(1)
    .executeTakeFirstOrThrow();
  return { companyId, personId: id, name, address, role };
};

type Of<Is extends Fact['is']> = readonly Extract<Fact, { is: Is }>[];

const write = async (company: TestCompany, tx: Tx, facts: readonly [Fact, ...Fact[]]): Promise<void> => {
  const company_id = company.companyId;
  switch (facts[0].is) {
    case 'policy':
      await change(company, tx, facts[0]);
      return;
    case 'person': {
      const people = facts as Of<'person'>;
      await tx
        .insertInto('candor.person')
        .values(
          people.map(({ id, role, isActive }) => ({
            id,
            company_id,
            name: 'A person',
            address: id,
            role,
            is_active: isActive,
            created_at: 0,
          })),
        )
        .execute();
      await tx
        .insertInto('candor.mailbox')
        .values(
          people.map(({ id }) => ({
            id: mailboxOf(id),
            company_id,
            person_id: id,
            provider: 'gmail' as const,
            address: id,
            state: 'connected' as const,
            state_since: 0,
            created_at: 0,
          })),
        )
        .execute();
      return;
    }
    case 'address':
      await tx
        .insertInto('candor.person_address')
        .values(
          (facts as Of<'address'>).map(({ personId, address }) => ({
            company_id,
            person_id: personId,
            address,
            address_hash: company.hash(address),
          })),
        )
        .execute();
      return;
    case 'job':
      await tx
        .insertInto('candor.job')
        .values((facts as Of<'job'>).map(({ id }) => ({ id, company_id, title: 'A job', created_at: 0 })))
        .execute();
      return;
    case 'team':
      await tx
        .insertInto('candor.team_member')
        .values(
          (facts as Of<'team'>).map(({ jobId, personId }) => ({
            company_id,
            job_id: jobId,
            person_id: personId,
          })),
        )
        .execute();
      return;
    case 'candidate':
      await tx
        .insertInto('candor.candidate')
        .values(
          (facts as Of<'candidate'>).map(({ id, ownerId }) => ({
            id,
            company_id,
            name: 'A candidate',
            owner_id: ownerId ?? null,
            created_at: 0,
          })),
        )
        .execute();
      return;
    case 'application':
      await tx
        .insertInto('candor.application')
        .values(
          (facts as Of<'application'>).map(({ candidateId, jobId }) => ({
            company_id,
            candidate_id: candidateId,
            job_id: jobId,
            stage: 'Applied',
            stage_since: 0,
          })),
        )
        .execute();
      return;
    case 'thread':
      await tx
        .insertInto('candor.thread')
        .values((facts as Of<'thread'>).map(({ id }) => ({ id, root_id: id, company_id, created_at: 0 })))
        .execute();
      return;
    case 'message':
      await tx
        .insertInto('candor.message')
        .values(
          (facts as Of<'message'>).map(({ id, threadId, isRemoved }) => ({
            ...company.messageRow(threadId, id),
            removed_at: isRemoved ? 0 : null,
          })),
        )
        .execute();
      return;
    case 'copy': {
      const threadOf = await readThreads(tx);
      await tx
        .insertInto('candor.message_copy')
        .values(
          (facts as Of<'copy'>).map(({ messageId, personId }) =>
            company.copyRow(threadOf(messageId), messageId, personId),
          ),
        )
        .execute();
      return;
    }
    case 'participant': {
      const threadOf = await readThreads(tx);
      await tx
        .insertInto('candor.participant')
        .values(
          (facts as Of<'participant'>).map(({ messageId, role, address, bccKnownBy }) =>
            company.participantRow(threadOf(messageId), messageId, {
              role,
              address,
              ...(bccKnownBy === undefined ? {} : { bccKnownBy }),
            }),
          ),
        )
        .execute();
      return;
    }
    case 'stance':
      await tx
        .insertInto('candor.stance')
        .values(
          (facts as Of<'stance'>).map(({ threadId, personId, stance }) => ({
            company_id,
            thread_id: threadId,
            person_id: personId,
            stance,
            set_at: 0,
          })),
        )
        .execute();
      return;
    case 'withheld':
      await tx
        .insertInto('candor.withheld')
        .values(
          (facts as Of<'withheld'>).map(({ messageId, personId }) => ({
            company_id,
            message_id: messageId,
            person_id: personId,
            because: 'left-out' as const,
            withheld_at: 0,
          })),
        )
        .execute();
      return;
    case 'grant':
      await tx
        .insertInto('candor.grant')
        .values(
          (facts as Of<'grant'>).map(({ threadId, ownerId, granteeId, endsAt }) => ({
            company_id,
            thread_id: threadId,
            owner_id: ownerId,
            grantee_id: granteeId,
            granted_at: 0,
            ends_at: endsAt ?? null,
          })),
        )
        .execute();
      return;
    case 'override':
      await tx
        .insertInto('candor.override_use')
        .values(
          (facts as Of<'override'>).map(({ threadId, personId, usedAt }) => ({
            company_id,
            thread_id: threadId,
            person_id: personId,
            used_at: usedAt,
            reason_sealed: Buffer.of(0),
          })),
        )
        .execute();
      return;
    case 'filed':
      await tx
        .insertInto('candor.thread_candidate')
        .values(
          (facts as Of<'filed'>).map(({ threadId, candidateId }) => ({
            company_id,
            thread_id: threadId,
            candidate_id: candidateId,
            because: 'logged' as const,
            filed_at: 0,
          })),
        )
        .execute();
  }
};

const change = async (company: TestCompany, tx: Tx, to: Fact): Promise<void> => {
  const id = 'id' in to ? to.id : company.companyId;
  if (to.is === 'policy')
    await tx
      .updateTable('candor.policy')
      .set({ default_visibility: to.defaultVisibility, is_override_allowed: to.isOverrideAllowed })
      .where('company_id', '=', company.companyId)
      .execute();
  else if (to.is === 'person')
    await sql`update candor.person set role = ${to.role}, is_active = ${to.isActive} where id = ${id}`.execute(
      tx,
    );
  else if (to.is === 'candidate')
    await sql`update candor.candidate set owner_id = ${to.ownerId ?? null} where id = ${id}`.execute(tx);
  else if (to.is === 'stance')
    await sql`update candor.stance set stance = ${to.stance}
      where thread_id = ${to.threadId} and person_id = ${to.personId}`.execute(tx);
  else if (to.is === 'message') {
    await sql`update candor.message set thread_id = ${to.threadId}, removed_at = ${to.isRemoved ? 0 : null}
      where id = ${id}`.execute(tx);
    for (const table of ['message_copy', 'participant'])
      await sql`update candor.${sql.raw(table)} set thread_id = ${to.threadId} where message_id = ${id}`.execute(
        tx,
      );
  } else if (to.is === 'grant')
    await sql`update candor."grant" set ends_at = ${to.endsAt ?? null}
      where thread_id = ${to.threadId} and owner_id = ${to.ownerId} and grantee_id = ${to.granteeId}`.execute(
      tx,
    );
};

const takeAway = async (company: TestCompany, tx: Tx, fact: Fact): Promise<void> => {
  const gone = (() => {
    switch (fact.is) {
      case 'address':
        return sql`person_address where address_hash = ${company.hash(fact.address)}`;
      case 'team':
        return sql`team_member where job_id = ${fact.jobId} and person_id = ${fact.personId}`;
      case 'application':
        return sql`application where candidate_id = ${fact.candidateId} and job_id = ${fact.jobId}`;
      case 'message':
        return sql`message where id = ${fact.id}`;
      case 'copy':
        return sql`message_copy where message_id = ${fact.messageId} and person_id = ${fact.personId}`;
      case 'participant':
        return sql`participant where message_id = ${fact.messageId} and role = ${fact.role}
          and address_hash = ${company.hash(fact.address)}`;
      case 'stance':
        return sql`stance where thread_id = ${fact.threadId} and person_id = ${fact.personId}`;
      case 'withheld':
        return sql`withheld where message_id = ${fact.messageId} and person_id = ${fact.personId}`;
      case 'grant':
        return sql`"grant" where thread_id = ${fact.threadId} and owner_id = ${fact.ownerId}
          and grantee_id = ${fact.granteeId}`;
      case 'filed':
        return sql`thread_candidate where thread_id = ${fact.threadId} and candidate_id = ${fact.candidateId}`;
      default:
        throw new Error(`A ${fact.is} is never taken away.`);
    }
  })();
  await sql`delete from candor.${gone}`.execute(tx);
};

const readThreads = async (tx: Tx) => {
  const rows = await tx.selectFrom('candor.message').select(['id', 'thread_id']).execute();
  const threads = new Map(rows.map((row) => [row.id, row.thread_id]));
  return (messageId: (typeof rows)[number]['id']) => {
    const threadId = threads.get(messageId);
    if (threadId === undefined) throw new Error('The message is not there yet.');
    return threadId;
  };
};
