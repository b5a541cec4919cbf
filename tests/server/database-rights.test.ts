import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { aCompany, mailboxOf } from '../build/a-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';

describe.each(serverNames)('on %s', (server) => {
  const database = aDatabase(server);

  /** Ana holds a message from Jane, filed on Jane; Ben is on the hiring team, Cleo is not. */
  const acme = async (policy: Parameters<typeof aCompany>[1] = {}) => {
    const company = await aCompany(database, policy);
    const ana = await company.person();
    const ben = await company.person();
    const cleo = await company.person({ addresses: ['cleo@acme.example'] });
    const admin = await company.person({ role: 'admin' });
    const owner = await company.person({ role: 'owner' });
    const recruiter = await company.person({ role: 'recruiter' });
    const jobId = await company.job([ben]);
    const candidateId = await company.candidate({ jobs: [jobId] });
    const threadId = await company.thread({ candidates: [candidateId] });
    const messageId = await company.message(threadId, {
      heldBy: [ana],
      participants: [{ role: 'from', address: 'jane@candidate.example' }],
    });
    return { ...company, ana, ben, cleo, admin, owner, recruiter, jobId, candidateId, threadId, messageId };
  };

  const forbidden = { code: '42501' };

  test('nothing of one company is seen from another, not even by its own person under the other name', async () => {
    const { ana, candidateId, companyId } = await acme({ defaultVisibility: 'record-access' });
    const other = await acme({ defaultVisibility: 'record-access' });
    for (const as of [
      { kind: 'person', companyId: other.companyId, personId: other.owner } as const,
      { kind: 'person', companyId: other.companyId, personId: ana } as const,
      { kind: 'company', companyId: other.companyId } as const,
    ]) {
      const seen = await database.db.transaction(as, async (tx) => [
        await tx.selectFrom('candor.candidate').select('id').where('id', '=', candidateId).execute(),
        await tx.selectFrom('candor.message').select('id').where('company_id', '=', companyId).execute(),
        await tx.selectFrom('candor.person').select('id').where('company_id', '=', companyId).execute(),
        await tx.selectFrom('candor.mailbox').select('id').where('company_id', '=', companyId).execute(),
        await tx.selectFrom('candor.data_key').select('id').where('company_id', '=', companyId).execute(),
      ]);
      expect(seen).toEqual([[], [], [], [], []]);
    }
  });

  test('how a mailbox is told of changes, and what was given up for it, is for its own person and the workers alone', async () => {
    const { ana, ben, companyId, ...company } = await acme();
    await company.asCompany(async (tx) => {
      for (const person_id of [ana, ben]) {
        const whose = { mailbox_id: mailboxOf(person_id), company_id: companyId, person_id };
        await tx
          .insertInto('candor.mailbox_push')
          .values({
            ...whose,
            provider: 'gmail',
            pushed_by: 'subscription',
            name_hash: Buffer.from('name'),
            held_sealed: Buffer.from('sealed'),
            renew_at: 0,
          })
          .execute();
        await tx
          .insertInto('candor.buried_job')
          .values({ ...whose, kind: 'mailbox.pull', reason: 'fault', buried_at: 0 })
          .execute();
      }
    });
    for (const table of ['candor.mailbox_push', 'candor.buried_job'] as const) {
      const seen = await company.asPerson(ana, (tx) => tx.selectFrom(table).select('person_id').execute());
      expect(seen).toEqual([{ person_id: ana }]);
    }
    await company.asPerson(ana, (tx) => tx.deleteFrom('candor.mailbox_push').execute());
    const left = await company.asCompany((tx) =>
      tx.selectFrom('candor.mailbox_push').select('person_id').execute(),
    );
    expect(left).toEqual([{ person_id: ben }]);
    const asSystem = (column: 'held_sealed' | 'person_id' | 'mailbox_id') =>
      database.db.transaction({ kind: 'system' }, (tx) =>
        tx.selectFrom('candor.mailbox_push').select(column).execute(),
      );
    expect((await asSystem('mailbox_id')).length).toBeGreaterThan(0);
    for (const column of ['held_sealed', 'person_id'] as const)
      await expect(asSystem(column)).rejects.toMatchObject(forbidden);
  });

  test('background work of one company cannot write into another', async () => {
    const { companyId, threadId, ana } = await acme();
    const other = await acme();
    await expect(
      other.asCompany((tx) =>
        tx
          .insertInto('candor.stance')
          .values({ company_id: companyId, thread_id: threadId, person_id: ana, stance: 'shared', set_at: 0 })
          .execute(),
      ),
    ).rejects.toMatchObject(forbidden);
  });

  test('access to mail follows role and hiring team: the team reads what is visible by record, an admin outside it does not [JS-31]', async () => {
    const { readBy, ana, ben, cleo, admin, messageId } = await acme({ defaultVisibility: 'record-access' });
    expect(await readBy(ana)).toEqual([messageId]);
    expect(await readBy(ben)).toEqual([messageId]);
    expect(await readBy(admin)).toEqual([]);
    expect(await readBy(cleo)).toEqual([]);
  });

  test('joining the hiring team opens the mail, leaving it closes it [JS-31]', async () => {
    const { asPerson, companyId, jobId, readBy, cleo, admin, messageId } = await acme({
      defaultVisibility: 'record-access',
    });
    await asPerson(admin, (tx) =>
      tx
        .insertInto('candor.team_member')
        .values({ company_id: companyId, job_id: jobId, person_id: cleo })
        .execute(),
    );
    expect(await readBy(cleo)).toEqual([messageId]);
    await asPerson(admin, (tx) =>
      tx.deleteFrom('candor.team_member').where('person_id', '=', cleo).execute(),
    );
    expect(await readBy(cleo)).toEqual([]);
  });

  test('a coworker who was on the first message of a private thread reads that one and not the later [JS-34]', async () => {
    const { readBy, stance, message, threadId, ana, ben, cleo } = await acme({
      defaultVisibility: 'record-access',
    });
    const first = await message(threadId, {
      heldBy: [ana],
      participants: [{ role: 'cc', address: 'cleo@acme.example' }],
    });
    await stance(threadId, ana, 'private');
    await message(threadId, { heldBy: [ana] });
    expect(await readBy(cleo)).toEqual([first]);
    expect(await readBy(ben)).toEqual([]);
  });

  test('of two owners the one who made the thread private decides for what both hold', async () => {
    const { readBy, stance, message, thread, candidateId, ana, ben, cleo, recruiter } = await acme();
    const threadId = await thread({ candidates: [candidateId] });
    const shared = await message(threadId, { heldBy: [ana] });
    await message(threadId, { heldBy: [ana, cleo] });
    await stance(threadId, ana, 'shared');
    await stance(threadId, cleo, 'private');
    expect(await readBy(ben)).toEqual([shared]);
    expect(await readBy(recruiter)).toEqual([shared]);
  });

  test('an owner opens a private thread to one colleague, until the grant ends [JS-35]', async () => {
    const { readBy, stance, grant, threadId, ana, cleo, messageId } = await acme();
    await stance(threadId, ana, 'private');
    await grant(threadId, ana, cleo, database.clock.at + 1_000);
    expect(await readBy(cleo)).toEqual([messageId]);
    database.clock.at += 1_000;
    expect(await readBy(cleo)).toEqual([]);
  });

  test('of two grants to one colleague the later end counts', async () => {
    const { readBy, grant, message, thread, ana, ben, cleo } = await acme();
    const threadId = await thread();
    const messageId = await message(threadId, { heldBy: [ana, ben] });
    await grant(threadId, ana, cleo, database.clock.at + 2_000);
    await grant(threadId, ben, cleo, database.clock.at + 1_000);
    database.clock.at += 1_500;
    expect(await readBy(cleo)).toEqual([messageId]);
    database.clock.at += 500;
    expect(await readBy(cleo)).toEqual([]);
  });

  test('an override opens the thread while the company allows it, mail that comes later too', async () => {
    const { asPerson, readBy, stance, message, companyId, threadId, ana, admin, owner } = await acme();
    await stance(threadId, ana, 'private');
    const use = () =>
      asPerson(admin, (tx) =>
        tx
          .insertInto('candor.override_use')
          .values({
            company_id: companyId,
            thread_id: threadId,
            person_id: admin,
            used_at: database.clock.at,
            reason_sealed: Buffer.of(0),
          })
          .execute(),
      );
    const allow = (is_override_allowed: boolean) =>
      asPerson(owner, (tx) => tx.updateTable('candor.policy').set({ is_override_allowed }).execute());
    await expect(use()).rejects.toMatchObject(forbidden);
    await allow(true);
    await use();
    await message(threadId);
    expect(await readBy(admin)).toHaveLength(2);
    await allow(false);
    expect(await readBy(admin)).toEqual([]);
  });

  test('the owner alone decides about a thread: nobody else writes their stance or grants in their name [LI-17]', async () => {
    const { asPerson, companyId, threadId, ana, ben, cleo, owner } = await acme({
      defaultVisibility: 'record-access',
    });
    for (const intruder of [ben, cleo, owner]) {
      const stanceOf = (person_id: typeof ana) =>
        asPerson(intruder, (tx) =>
          tx
            .insertInto('candor.stance')
            .values({ company_id: companyId, thread_id: threadId, person_id, stance: 'shared', set_at: 0 })
            .execute(),
        );
      await expect(stanceOf(ana)).rejects.toMatchObject(forbidden);
      // In their own name neither: no mailbox of theirs holds the thread.
      await expect(stanceOf(intruder)).rejects.toMatchObject(forbidden);
      for (const owner_id of [ana, intruder])
        await expect(
          asPerson(intruder, (tx) =>
            tx
              .insertInto('candor.grant')
              .values({
                company_id: companyId,
                thread_id: threadId,
                owner_id,
                grantee_id: intruder,
                granted_at: 0,
              })
              .execute(),
          ),
        ).rejects.toMatchObject(forbidden);
    }
  });

  test("another's stance or grant cannot be changed or taken away", async () => {
    const { asPerson, readBy, stance, grant, threadId, ana, ben, cleo, messageId } = await acme();
    await stance(threadId, ana, 'shared');
    await grant(threadId, ana, cleo);
    await asPerson(ben, async (tx) => {
      await tx.updateTable('candor.stance').set({ stance: 'private' }).execute();
      await tx.deleteFrom('candor.stance').execute();
    });
    await asPerson(cleo, (tx) => tx.updateTable('candor.grant').set({ grantee_id: ben }).execute());
    expect(await readBy(ben)).toEqual([messageId]);
    expect(await readBy(cleo)).toEqual([messageId]);
  });

  test('a person cannot prove an address to be theirs, join a team or raise their own role', async () => {
    const { asPerson, companyId, hash, jobId, cleo } = await acme();
    await expect(
      asPerson(cleo, (tx) =>
        tx
          .insertInto('candor.person_address')
          .values({
            company_id: companyId,
            person_id: cleo,
            address: 'jane@candidate.example',
            address_hash: hash('jane@candidate.example'),
          })
          .execute(),
      ),
    ).rejects.toMatchObject(forbidden);
    await expect(
      asPerson(cleo, (tx) =>
        tx
          .insertInto('candor.team_member')
          .values({ company_id: companyId, job_id: jobId, person_id: cleo })
          .execute(),
      ),
    ).rejects.toMatchObject(forbidden);
    const raised = await asPerson(cleo, (tx) =>
      tx.updateTable('candor.person').set({ role: 'recruiter' }).where('id', '=', cleo).executeTakeFirst(),
    );
    expect(raised.numUpdatedRows).toBe(0n);
  });

  test('only the owner turns the override on, and makes owners', async () => {
    const { asPerson, admin, owner, cleo } = await acme();
    const turnOn = (personId: typeof admin) =>
      asPerson(personId, (tx) =>
        tx.updateTable('candor.policy').set({ is_override_allowed: true }).executeTakeFirst(),
      );
    const makeOwner = (personId: typeof admin) =>
      asPerson(personId, (tx) =>
        tx.updateTable('candor.person').set({ role: 'owner' }).where('id', '=', cleo).executeTakeFirst(),
      );
    await expect(turnOn(admin)).rejects.toMatchObject(forbidden);
    await expect(makeOwner(admin)).rejects.toMatchObject(forbidden);
    expect((await turnOn(cleo)).numUpdatedRows).toBe(0n);
    expect((await turnOn(owner)).numUpdatedRows).toBe(1n);
    expect((await makeOwner(owner)).numUpdatedRows).toBe(1n);
  });

  test('rights are written by the database alone', async () => {
    const { asPerson, asCompany, cleo } = await acme();
    for (const table of ['message', 'thread'])
      for (const write of [
        sql`update candor.${sql.raw(table)} set reader_ids = array[${cleo}::uuid]`,
        sql`update candor.${sql.raw(table)} set reader_ends = '{}'`,
        sql`insert into candor.${sql.raw(table)} (reader_ids) values (array[${cleo}::uuid])`,
      ]) {
        await expect(asPerson(cleo, (tx) => write.execute(tx))).rejects.toMatchObject(forbidden);
        await expect(asCompany((tx) => write.execute(tx))).rejects.toMatchObject(forbidden);
      }
  });

  test('a person is not told by the database who else may read', async () => {
    const { asPerson, ana } = await acme();
    for (const column of ['reader_ids', 'reader_ends'] as const)
      for (const table of ['candor.message', 'candor.thread'] as const)
        await expect(
          asPerson(ana, (tx) => tx.selectFrom(table).select(column).execute()),
        ).rejects.toMatchObject(forbidden);
  });

  test('secrets, cursors, decisions and acts are seen by the person they are of, and by no admin', async () => {
    const { asPerson, asCompany, companyId, ana, admin, owner } = await acme();
    await asCompany((tx) =>
      tx
        .insertInto('candor.mailbox_secret')
        .values({
          mailbox_id: mailboxOf(ana),
          company_id: companyId,
          person_id: ana,
          secret_sealed: Buffer.of(1),
          updated_at: 0,
        })
        .execute(),
    );
    const seenBy = (personId: typeof ana) =>
      asPerson(personId, async (tx) => [
        (await tx.selectFrom('candor.mailbox_secret').select('mailbox_id').execute()).length,
        (await tx.selectFrom('candor.mailbox').select('id').execute()).length,
        (await tx.selectFrom('candor.message_copy').select('id').execute()).length,
      ]);
    expect(await seenBy(ana)).toEqual([1, 1, 1]);
    expect(await seenBy(admin)).toEqual([0, 1, 0]);
    expect(await seenBy(owner)).toEqual([0, 1, 0]);
  });
});
