/*
 * Who is behind an address, and what row-level security costs, on both servers: first with a small record, then with a large
 * one. The queries are the product's own: what it sends is noted once and then sent again in both roles.
 */
import { type Address, foldAddress } from '../../lib/domain/address.ts';
import { findByAddress, readCards } from '../../server/services/people/candidates.ts';
import type { ServerName } from '../build/database-servers.ts';
import { type BenchDatabase, startBenchServers } from './bench-database.ts';
import { type BigCompany, bigCompany } from './big-company.ts';
import { type Bench, percentile, timed } from './figures.ts';
import { measureRowLevelSecurity } from './row-level-security.ts';
import { seededRandom } from './seeded-random.ts';

const budgets: readonly { readonly server: ServerName; readonly p99Ms: number }[] = [
  { server: 'embedded 18', p99Ms: 20 },
  { server: 'Debian 15', p99Ms: 10 },
];

export const measureDatabase = async (bench: Bench): Promise<void> => {
  const counts = bench.isQuick ? [1_000, 3_000] : [10_000, 200_000];
  const servers = await startBenchServers();
  try {
    for (const { server, p99Ms } of budgets) {
      const database = await servers.open(server);
      const company = await bigCompany(database);
      for (const messageCount of counts) {
        const { tookMs, readerCount } = await company.growTo(messageCount);
        bench.say(
          `${server}: ${messageCount} messages, ${readerCount} rights to read them, written in ${(tookMs / 1_000).toFixed(1)} s`,
        );
        if (bench.wants('lookup')) await measureLookup(bench, database, company, messageCount, p99Ms);
      }
      if (bench.wants('rls')) await measureRowLevelSecurity(bench, database, company);
      await database.close();
    }
  } finally {
    await servers.stop();
  }
};

/** From an address to the candidate's card, in one transaction as a person. */
const measureLookup = async (
  bench: Bench,
  { server, services }: BenchDatabase,
  company: BigCompany,
  messageCount: number,
  p99Ms: number,
): Promise<void> => {
  const { recruiter, companyId } = company;
  const lookupCount = bench.isQuick ? 100 : 2_000;
  const random = seededRandom(messageCount);
  const samples: number[] = [];
  for (let index = 0; index < lookupCount; index += 1) {
    const { address } = company.candidates[Math.floor(random() * company.candidates.length)] ?? {
      address: '',
    };
    const { ms, value } = await timed(() =>
      services.db.transaction({ kind: 'person', companyId, personId: recruiter.personId }, async (tx) => {
        const found = await findByAddress(services, tx, companyId, [address as Address]);
        return readCards(services, tx, recruiter, found.get(foldAddress(address as Address)) ?? []);
      }),
    );
    if (value[0]?.addresses[0] !== address) throw new Error('The look-up found somebody else.');
    samples.push(ms);
  }
  const what = `candidate by address, ${messageCount} messages, ${server}`;
  bench.add('lookup', {
    what: `${what}, p50`,
    value: percentile(samples, 50),
    unit: 'ms',
    sampleCount: lookupCount,
  });
  bench.add('lookup', {
    what: `${what}, p99`,
    value: percentile(samples, 99),
    unit: 'ms',
    sampleCount: lookupCount,
    budget: { is: 'at most', value: p99Ms },
  });
};
