/*
 * The same statements as a person, held by row-level security, and as the tables' owner, whom no policy holds back. The person
 * may read all that is asked for, so both get the same rows and only the policies' own cost is between them.
 */
import type pg from 'pg';
import { loginRoles, OWNER } from '../../server/db/roles.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { BigCompany } from './big-company.ts';
import { type Bench, percentile } from './figures.ts';
import { seededRandom } from './seeded-random.ts';

const mostTimes = 1.5;

/** $1: hash of a candidate's address. */
const statements = [
  {
    what: 'look-up joined to history',
    text: `
      select t.root_id, count(*), max(m.sent_at), sum(m.attachment_count)
      from candor.message m
      join candor.thread t on t.id = m.thread_id
      where t.root_id in (
        select filed.root_id
        from candor.candidate_address a
        join candor.thread_candidate f on f.candidate_id = a.candidate_id
        join candor.thread filed on filed.id = f.thread_id
        where a.company_id = (select app.company_id()) and a.address_hash = $1)
      group by t.root_id
      order by max(m.sent_at) desc
      limit 200`,
  },
  {
    what: 'timeline of 20',
    text: `
      select m.id, m.sent_at, m.head_sealed
      from candor.candidate_address a
      join candor.thread_candidate f on f.candidate_id = a.candidate_id
      join candor.thread t on t.id = f.thread_id
      join candor.message m on m.thread_id = t.id
      where a.company_id = (select app.company_id()) and a.address_hash = $1
      order by m.sent_at desc
      limit 20`,
  },
] as const;

export const measureRowLevelSecurity = async (
  bench: Bench,
  database: BenchDatabase,
  company: BigCompany,
): Promise<void> => {
  const sampleCount = bench.isQuick ? 100 : 1_000;
  const person = await database.connect(loginRoles.app);
  const owner = await database.connect(OWNER);
  try {
    for (const statement of statements) {
      const random = seededRandom(1);
      const withPolicies: number[] = [];
      const without: number[] = [];
      for (let index = 0; index < sampleCount; index += 1) {
        const { address } = company.candidates[Math.floor(random() * company.candidates.length)] ?? {
          address: '',
        };
        const hash = database.services.sealing.addressHash(company.companyId, address);
        // In turn, so that neither is helped more by what the other left in memory.
        const order = index % 2 === 0 ? [person, owner] : [owner, person];
        const rowCounts = new Set<number>();
        for (const client of order) {
          const { ms, rowCount } = await run(client, company, statement, hash);
          (client === person ? withPolicies : without).push(ms);
          rowCounts.add(rowCount);
        }
        if (rowCounts.size > 1 || rowCounts.has(0))
          throw new Error('The two roles did not get the same rows.');
      }
      const value = percentile(withPolicies, 50);
      const peer = percentile(without, 50);
      const named = `${statement.what}, ${database.server}`;
      bench.add('rls', {
        what: `${named}, p50 as a person`,
        value,
        unit: 'ms',
        sampleCount,
        peer: { what: 'as owner', value: peer },
      });
      bench.add('rls', {
        what: `${named}, ratio`,
        value: value / peer,
        unit: 'times',
        sampleCount,
        budget: { is: 'at most', value: mostTimes },
      });
    }
  } finally {
    await person.end();
    await owner.end();
  }
};

const run = async (
  client: pg.Client,
  company: BigCompany,
  { what, text }: (typeof statements)[number],
  hash: Buffer,
) => {
  const context = `begin; set local app.company_id = '${company.companyId}'; set local app.person_id = '${company.recruiter.personId}'`;
  await client.query(context);
  const startedAt = performance.now();
  // Prepared, as the server's own connections ask for what comes again.
  const { rows } = await client.query({ name: what, text, values: [hash] });
  const ms = performance.now() - startedAt;
  await client.query('commit');
  return { ms, rowCount: rows.length };
};
