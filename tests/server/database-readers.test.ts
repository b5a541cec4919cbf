/* A database filled before the rights stood on the rows themselves: what its people see stays the same. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { migrate, readMigrations } from '../../server/db/migrate.ts';
import { makeRoles } from '../../server/db/roles.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';
import { asSuperuser } from '../build/database-servers.ts';
import { silentLog } from '../build/silent-log.ts';

/** The last before the rights moved. */
const before = 16;
const now = Date.UTC(2026, 0, 5, 9);

describe.each(serverNames)('on %s', (server) => {
  const database = aDatabase(server);

  test('a database from before keeps every right, and goes on keeping them [JS-34] [JS-35]', async () => {
    const name = `test_${randomBytes(8).toString('hex')}`;
    await asSuperuser(database.superuserUrl, 'postgres', `create database ${name}`);
    const client = new pg.Client({
      connectionString: database.superuserUrl.replace(/test_[0-9a-f]{16}/, name),
    });
    await client.connect();
    const tables = ['message', 'thread', 'thread_candidate', 'participant', 'stance', 'thread_join'];
    const seenByAll = async () => {
      const { rows: people } = await client.query<{ id: string }>('select id from candor.person order by id');
      const seen: Record<string, unknown[]> = {};
      for (const { id } of people) {
        await client.query(`begin; set local role candor_app; set local app.company_id = '${companyId}';
          set local app.person_id = '${id}'; set local app.now_ms = '${now}'`);
        for (const table of tables) {
          const key =
            table === 'message' || table === 'thread' || table === 'thread_join' ? 'id' : 'thread_id';
          const { rows } = await client.query(`select ${key} as id from candor.${table} order by 1`);
          seen[`${table} ${id}`] = rows.map((row) => row.id);
        }
        await client.query('rollback');
      }
      return seen;
    };
    try {
      // The roles are there already, and keep their passwords.
      await makeRoles(client, () => 'unused');
      const migrations = await readMigrations();
      await migrate(client, migrations.slice(0, before), now, silentLog);
      await client.query(aFilledCompany);
      const then = await seenByAll();
      expect(new Set(Object.values(then).map((ids) => ids.length)).size).toBeGreaterThan(3);
      await migrate(client, migrations, now, silentLog);
      expect(await seenByAll()).toEqual(then);
      // Had the rights been worked out anew, nothing would be different.
      const rights =
        'select id, reader_ids, reader_ends from candor.message union all select id, reader_ids, reader_ends from candor.thread order by 1';
      const { rows: moved } = await client.query(rights);
      await client.query(`
        begin; set local app.now_ms = '${now}';
        update candor.message set reader_ids = '{}', reader_ends = null;
        update candor.thread set reader_ids = '{}', reader_ends = null;
        update candor.stance set set_at = 1;
        insert into candor.message_copy
          (company_id, message_id, thread_id, mailbox_id, person_id, provider_message_id, provider_thread_id, received_at)
        select company_id, message_id, thread_id, mailbox_id, person_id, provider_message_id || ' again', 't', 0
        from candor.message_copy;
        commit`);
      expect((await client.query(rights)).rows).toEqual(moved);
      await client.query(
        'delete from candor.participant; delete from candor."grant"; delete from candor.message_copy',
      );
      const { rows: left } = await client.query(
        `select count(*) filter (where reader_ids <> '{}' or reader_ends is not null)::int as n from candor.message`,
      );
      expect(left).toEqual([{ n: 0 }]);
    } finally {
      await client.end();
      await asSuperuser(database.superuserUrl, 'postgres', `drop database ${name} with (force)`);
    }
  });
});

const companyId = '00000000-0000-4000-8000-000000000001';

/**
 * Five people and eight threads of three messages: each held by one or two of the first three people, some private, some
 * removed; the fourth stands on some; to the fifth some are granted, for ever, until later, and until before now.
 */
const aFilledCompany = `
  insert into candor.company (id, name, created_at) values ('${companyId}', 'A company', 0);
  insert into candor.policy (company_id, default_visibility, updated_at) values ('${companyId}', 'record-access', 0);
  create temp table p as select n, gen_random_uuid() as id from generate_series(0, 4) n;
  create temp table t as select n, gen_random_uuid() as id from generate_series(0, 7) n;
  create temp table m as select t.n * 3 + k as n, t.n as thread, t.id as thread_id, gen_random_uuid() as id
    from t, generate_series(0, 2) k;
  insert into candor.person (id, company_id, name, address, role, created_at)
    select id, '${companyId}', n, n || '@acme.example', case n when 2 then 'recruiter' else 'interviewer' end, 0 from p;
  insert into candor.person_address (company_id, person_id, address, address_hash)
    select '${companyId}', id, n || '@acme.example', sha256(n::text::bytea) from p;
  insert into candor.mailbox (id, company_id, person_id, provider, address, state, state_since, created_at)
    select id, '${companyId}', id, 'gmail', n || '@acme.example', 'connected', 0, 0 from p;
  insert into candor.candidate (id, company_id, name, created_at)
    select gen_random_uuid(), '${companyId}', 'A candidate', 0;
  insert into candor.thread (id, company_id, root_id, created_at) select id, '${companyId}', id, 0 from t;
  insert into candor.message (id, company_id, thread_id, message_id_hash, content_hash, sent_at, head_sealed, body_state,
      kept_by, size_bytes, created_at, removed_at)
    select id, '${companyId}', thread_id, sha256(id::text::bytea), '', 0, '', 'whole', '{logged}', 1, 0,
      case when n % 7 = 6 then 0 end from m;
  insert into candor.participant (company_id, message_id, thread_id, role, address_hash)
    select '${companyId}', id, thread_id, 'to', sha256('3') from m where n % 4 = 1;
  insert into candor.message_copy
      (company_id, message_id, thread_id, mailbox_id, person_id, provider_message_id, provider_thread_id, received_at)
    select '${companyId}', m.id, m.thread_id, p.id, p.id, m.id || '', 't', 0
    from m join p on p.n = m.n % 2 or (p.n = 1 and m.n % 5 = 0);
  insert into candor.thread_candidate (company_id, thread_id, candidate_id, because, filed_at)
    select '${companyId}', t.id, c.id, 'logged', 0 from t, candor.candidate c where t.n % 3 > 0;
  insert into candor.stance (company_id, thread_id, person_id, stance, set_at)
    select '${companyId}', t.id, p.id, 'private', 0 from t, p where t.n % 4 = 0 and p.n < 2;
  insert into candor."grant" (company_id, thread_id, owner_id, grantee_id, granted_at, ends_at)
    select '${companyId}', t.id, owner.id, grantee.id, 0,
      case t.n % 3 when 0 then null when 1 then ${now + 1_000} else ${now - 1_000} end
    from t, p owner, p grantee where owner.n = t.n % 2 and grantee.n = 4;
  insert into candor.thread_join (company_id, thread_id, into_id, joined_at)
    select '${companyId}', a.id, b.id, 0 from t a join t b on b.n = a.n - 1`;
