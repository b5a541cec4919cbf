import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { followChain } from '../../server/services/audit/read-audit.ts';
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
  const firstBroken = async ({ companyId }: Awaited<ReturnType<typeof audited>>) =>
    (await followChain(database, companyId, { kind: 'company' })).broken?.said;

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
    expect(await firstBroken(company)).toBeUndefined();
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

  test('names the first link that was broken by whoever holds the server [N-07]', async () => {
    const company = await audited();
    const all = `company_id = '${company.companyId}'`;
    const cut = (sql: string) =>
      database.query(`set session_replication_role = replica; ${sql}; set session_replication_role = origin`);
    const rows = (
      await database.query<{ row: string }>(
        `select a::text as row from candor.audit a where ${all} order by seq`,
      )
    ).map(({ row }) => row);
    const putBack = () =>
      cut(`delete from candor.audit where ${all};
        ${rows.map((row) => `insert into candor.audit select (${literal(row)}::candor.audit).*`).join(';')}`);

    expect(await firstBroken(company)).toBeUndefined();
    for (const [change, said] of [
      [`update candor.audit set at = at + 1 where ${all} and seq = 3`, /^Row 3 was changed/],
      [
        `update candor.audit set facts = facts || '{"stance": "shared"}' where ${all} and kind = 'stance-changed'`,
        /^Row \d+ was changed/,
      ],
      [
        `update candor.audit set actor_id = null where ${all} and kind = 'stance-made'`,
        /^Row \d+ was changed/,
      ],
      [`delete from candor.audit where ${all} and seq = 2`, /^Row 2 is missing: row 3 follows row 1\.$/],
      [`delete from candor.audit where ${all} and seq between 1 and 2`, /^Rows 1 to 2 are missing/],
      [
        `update candor.audit set seq = -seq where ${all} and seq in (3, 4);
         update candor.audit set seq = 7 + seq where ${all} and seq < 0`,
        /^Row 3 does not follow row 2/,
      ],
      [
        `update candor.audit set facts = '{}' where ${all} and seq = 3;
         update candor.audit set hash = app.audit_hash(company_id, seq, at, actor_id, kind, facts, prev_hash)
         where ${all} and seq = 3`,
        /^Row 4 does not follow row 3/,
      ],
      [`delete from candor.audit where ${all}`, /^No row is there/],
    ] as const) {
      await cut(change);
      expect(await firstBroken(company)).toMatch(said);
      await putBack();
      expect(await firstBroken(company)).toBeUndefined();
    }
  });

  test('is read by the owner and admins of the company, and by nobody else of it', async () => {
    const company = await audited();
    expect(
      await company.asPerson(company.ana, (tx) => tx.selectFrom('candor.audit').select('seq').execute()),
    ).toEqual([]);
  });
});

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
