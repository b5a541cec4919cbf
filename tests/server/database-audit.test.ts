import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { aCompany } from '../build/a-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';

describe.each(serverNames)('the audit on %s', (server) => {
  const database = aDatabase(server);

  const audited = async () => {
    const company = await aCompany(database);
    const owner = await company.person({ role: 'owner' });
    const ana = await company.person();
    const ben = await company.person();
    const threadId = await company.thread();
    await company.message(threadId, { heldBy: [ana] });
    await company.stance(threadId, ana, 'shared');
    await company.stance(threadId, ana, 'private');
    await company.grant(threadId, ana, ben);
    return { ...company, owner, ana, ben, threadId };
  };
  const rowsFor = ({ asPerson, owner }: Awaited<ReturnType<typeof audited>>) =>
    asPerson(owner, (tx) => tx.selectFrom('candor.audit').selectAll().orderBy('seq').execute());
  const firstBroken = async ({ asPerson, owner }: Awaited<ReturnType<typeof audited>>) => {
    const { rows } = await asPerson(owner, (tx) =>
      sql<{ seq: number | null }>`select app.first_broken_audit() as seq`.execute(tx),
    );
    return rows[0]?.seq;
  };

  test('tells who changed which access, in ids alone', async () => {
    const company = await audited();
    const rows = await rowsFor(company);
    expect(rows.filter(({ kind }) => kind.startsWith('stance') || kind.startsWith('grant'))).toMatchObject([
      {
        kind: 'stance-made',
        actor_id: company.ana,
        facts: { thread_id: company.threadId, stance: 'shared' },
      },
      {
        kind: 'stance-changed',
        actor_id: company.ana,
        facts: { thread_id: company.threadId, stance: 'private', was: { stance: 'shared' } },
      },
      {
        kind: 'grant-made',
        actor_id: company.ana,
        facts: { owner_id: company.ana, grantee_id: company.ben },
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain('@');
  });

  test('names the person whose act background work carries out', async () => {
    const company = await audited();
    await database.db.transaction(
      { kind: 'company', companyId: company.companyId, actorId: company.ana },
      (tx) => sql`select app.audit('thread-exported', '{"count": 1}')`.execute(tx),
    );
    expect((await rowsFor(company)).at(-1)).toMatchObject({ kind: 'thread-exported', actor_id: company.ana });
  });

  test('holds as a chain, also when many write at once', async () => {
    const company = await audited();
    await Promise.all(
      Array.from({ length: 12 }, () =>
        company.asCompany((tx) => sql`select app.audit('looked', '{}')`.execute(tx)),
      ),
    );
    const rows = await rowsFor(company);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
    expect(await firstBroken(company)).toBeNull();
  });

  test.each(['candor_app', 'candor_worker', 'candor_system', 'candor_owner', undefined])(
    'is changed by nobody: %s',
    async (role) => {
      const { companyId } = await audited();
      for (const change of [
        'update candor.audit set kind = kind',
        'delete from candor.audit',
        'truncate candor.audit',
      ])
        await expect(database.query(change, role)).rejects.toMatchObject({ code: '42501' });
      expect(await database.query(`select from candor.audit where company_id = '${companyId}'`)).not.toEqual(
        [],
      );
    },
  );

  test('shows a row changed or taken out by whoever holds the server', async () => {
    const company = await audited();
    const cut = (sql: string) =>
      database.query(`set session_replication_role = replica; ${sql}; set session_replication_role = origin`);
    await cut(`update candor.audit set at = at + 1 where company_id = '${company.companyId}' and seq = 3`);
    expect(await firstBroken(company)).toBe(3);
    await cut(`update candor.audit set at = at - 1 where company_id = '${company.companyId}' and seq = 3`);
    expect(await firstBroken(company)).toBeNull();
    await cut(`delete from candor.audit where company_id = '${company.companyId}' and seq = 2`);
    expect(await firstBroken(company)).toBe(3);
  });

  test('is read by the owner and admins of the company, and by nobody else of it', async () => {
    const company = await audited();
    expect(
      await company.asPerson(company.ana, (tx) => tx.selectFrom('candor.audit').select('seq').execute()),
    ).toEqual([]);
  });
});
