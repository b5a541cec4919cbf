/*
 * The same statements as a person, held by row-level security, and as the tables' owner, whom no policy holds back. The person
 * may read all that is asked for, so both get the same rows and only the policies' own cost is between them.
 */
import type pg from 'pg';
import { ThreadId } from '../../lib/contract/ids.ts';
import { failureReason } from '../../server/base/failure.ts';
import { loginRoles, OWNER } from '../../server/db/roles.ts';
import { readThread } from '../../server/services/threads/thread-reading.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { BigCompany } from './big-company.ts';
import { type Bench, percentile, timed } from './figures.ts';
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

/** How long it takes to be told that there is no such thread: of one that is hidden, and of one that never was. */
const measureNothingTold = async (
  bench: Bench,
  database: BenchDatabase,
  { companyId, interviewer }: BigCompany,
  owner: pg.Client,
): Promise<void> => {
  const { rows } = await owner.query<{ root_id: ThreadId }>(
    `select t.root_id from candor.thread t
     where t.company_id = $1 and not $2 = any (t.reader_ids) order by t.id limit $3`,
    [companyId, interviewer.personId, bench.isQuick ? 50 : 1_000],
  );
  const hidden: number[] = [];
  const never: number[] = [];
  const ask = async (samples: number[], rootId: ThreadId): Promise<void> => {
    const { ms } = await timed(() =>
      readThread(database.services, interviewer, rootId).then(
        () => {
          throw new Error('A hidden thread was read.');
        },
        (thrown: unknown) => {
          if (failureReason(thrown) !== 'thread-hidden') throw thrown;
        },
      ),
    );
    samples.push(ms);
  };
  for (const [index, { root_id }] of rows.entries()) {
    const asks = [() => ask(hidden, root_id), () => ask(never, ThreadId.parse(crypto.randomUUID()))];
    for (const one of index % 2 === 0 ? asks : asks.toReversed()) await one();
  }
  for (const which of [50, 95])
    bench.add('rls', {
      what: `told that there is no such thread, of a hidden one, p${which}, ${database.server}`,
      value: percentile(hidden, which),
      unit: 'ms',
      sampleCount: hidden.length,
      peer: { what: 'of one that never was', value: percentile(never, which) },
    });
};

type Sample = { readonly queryMs: number; readonly transactionMs: number; readonly rowCount: number };

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
      const withPolicies: Sample[] = [];
      const without: Sample[] = [];
      for (let index = 0; index < sampleCount; index += 1) {
        const hash = database.services.sealing.addressHash(company.companyId, randomAddress(company, random));
        const askPerson = async () => withPolicies.push(await run(person, company, statement, hash));
        const askOwner = async () => without.push(await run(owner, company, statement, hash));
        // In turn, so that neither is helped more by what the other left in memory.
        for (const ask of index % 2 === 0 ? [askPerson, askOwner] : [askOwner, askPerson]) await ask();
        const rowCounts = new Set([withPolicies.at(-1)?.rowCount, without.at(-1)?.rowCount]);
        if (rowCounts.size > 1 || rowCounts.has(0))
          throw new Error('The two roles did not get the same rows.');
      }
      addRatio(bench, `${statement.what}, ${database.server}`, withPolicies, without);
    }
    await measureNothingTold(bench, database, company, owner);
  } finally {
    await person.end();
    await owner.end();
  }
};

/** The budget is held against the query alone; what a person waits for has the transaction around it too. */
const addRatio = (
  bench: Bench,
  what: string,
  withPolicies: readonly Sample[],
  without: readonly Sample[],
): void => {
  const sampleCount = withPolicies.length;
  const median = (samples: readonly Sample[], part: 'queryMs' | 'transactionMs'): number =>
    percentile(
      samples.map((each) => each[part]),
      50,
    );
  const add = (name: string, part: 'queryMs' | 'transactionMs'): void =>
    bench.add('rls', {
      what: `${what}, ${name} as a person, p50`,
      value: median(withPolicies, part),
      unit: 'ms',
      sampleCount,
      peer: { what: 'as owner', value: median(without, part) },
    });
  bench.add('rls', {
    what: `${what}, ratio`,
    value: median(withPolicies, 'queryMs') / median(without, 'queryMs'),
    unit: 'times',
    sampleCount,
    budget: { is: 'at most', value: mostTimes },
  });
  add('query', 'queryMs');
  add('whole transaction', 'transactionMs');
};

const randomAddress = ({ candidates }: BigCompany, random: () => number): string =>
  candidates[Math.floor(random() * candidates.length)]?.address ?? '';

const run = async (
  client: pg.Client,
  { companyId, recruiter }: BigCompany,
  { what, text }: (typeof statements)[number],
  hash: Buffer,
): Promise<Sample> => {
  const beganAt = performance.now();
  await client.query(
    `begin; set local app.company_id = '${companyId}'; set local app.person_id = '${recruiter.personId}'`,
  );
  const askedAt = performance.now();
  // Prepared, as the server's own connections ask for what comes again.
  const { rows } = await client.query({ name: what, text, values: [hash] });
  const queryMs = performance.now() - askedAt;
  await client.query('commit');
  return { queryMs, transactionMs: performance.now() - beganAt, rowCount: rows.length };
};
