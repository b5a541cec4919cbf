/* A second company in the same database, with everything the first has, each id another: what a request must never reach. */
import { createHash } from 'node:crypto';
import type { TestWorld } from './a-world.ts';

/** The id that the other company has for one of ours. */
export const othersId = (id: string): string => {
  const hex = createHash('md5').update(id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const toOther = (row: object): object => {
  const copy = JSON.parse(JSON.stringify(row).replace(uuids, othersId)) as Record<string, unknown>;
  // What is used once on the way in cannot be in two companies.
  if ('auth_user_id' in copy) copy.auth_user_id = null;
  if (typeof copy.token_hash === 'string')
    copy.token_hash = `\\x${othersId(copy.token_hash).replaceAll('-', '')}`;
  return copy;
};

export type OtherCompany = {
  /** Every row of it, as text. */
  readonly dump: () => Promise<string>;
};

/** Copies the world's company as it stands; what it sealed is sealed under the first one's keys, and opens for nobody. */
export const addAnotherCompany = async (world: TestWorld): Promise<OtherCompany> => {
  const tables = await world.sql<{ name: string }>(
    `select format('candor.%I', table_name) as name from information_schema.columns
     where table_schema = 'candor' and column_name = 'company_id' order by 1`,
  );
  const rowsOf = async (table: string, companyId: string) => {
    const column = table === 'candor.company' ? 'id' : 'company_id';
    const rows = await world.sql<{ row: object }>(
      `select to_jsonb(t) as row from ${table} t where t.${column} = $1 order by to_jsonb(t)::text`,
      [companyId],
    );
    return rows.map(({ row }) => row);
  };
  const all = ['candor.company', ...tables.map(({ name }) => name)];
  for (const table of all) {
    const rows = await rowsOf(table, world.companyId);
    const text = JSON.stringify(rows.map(toOther));
    // As rows are brought back from a back-up: what triggers would do is in them already.
    await world.sql(
      `set session_replication_role = replica;
       insert into ${table} select * from jsonb_populate_recordset(null::${table}, $rows$${text}$rows$::jsonb);
       reset session_replication_role`,
    );
  }
  const otherId = othersId(world.companyId);
  return {
    dump: async () => {
      const dumped: string[] = [];
      for (const table of all)
        dumped.push(...(await rowsOf(table, otherId)).map((row) => `${table} ${JSON.stringify(row)}`));
      return dumped.join('\n');
    },
  };
};
