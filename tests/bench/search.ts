/*
 * Searching what one may read, over a large record: by somebody who reads all of it, by an interviewer who reads a fifth and by one
 * who was let read fifty conversations; for words that all messages hold and words that few do. A whole answer each time: found,
 * opened, looked through, with its excerpts.
 */

import { PersonId } from '../../lib/contract/ids.ts';
import type { Actor } from '../../server/services/actor.ts';
import { searchMessages } from '../../server/services/search/search-messages.ts';
import { serverNames } from '../build/database-servers.ts';
import { type BenchDatabase, startBenchServers } from './bench-database.ts';
import { type BigCompany, bigCompany } from './big-company.ts';
import { anId } from './big-company-mail.ts';
import { addSpread, type Bench, timed } from './figures.ts';
import { seededRandom } from './seeded-random.ts';

const budgetMs = 150;
const vocabulary = 30_000;
const wordsOfMessage = 120;
const grantCount = 50;

export const measureSearch = async (bench: Bench): Promise<void> => {
  const messageCount = bench.isQuick ? 2_000 : 100_000;
  const searchCount = bench.isQuick ? 10 : 100;
  const servers = await startBenchServers();
  try {
    for (const server of serverNames) {
      const database = await servers.open(server);
      const company = await bigCompany(database, textsOf(messageCount));
      await company.growTo(messageCount);
      for (const [who, actor] of [
        ['recruiter', company.recruiter],
        ['interviewer', company.interviewer],
        ['newcomer', await aNewcomer(database, company)],
      ] as const)
        for (const [what, textOf] of searches) {
          const samples: number[] = [];
          for (let index = 0; index < searchCount; index += 1) {
            const text = textOf(index);
            const { ms } = await timed(() => searchMessages(database.services, actor, { text }));
            samples.push(ms);
          }
          addSpread(
            bench,
            'search',
            `${what}, ${who}, ${messageCount} messages, ${server}`,
            samples,
            budgetMs,
          );
        }
      await measureSize(bench, database, messageCount);
      await database.close();
    }
  } finally {
    await servers.stop();
  }
};

/** One search for each sample, so that none is answered from what the last one left. */
const searches: readonly (readonly [string, (index: number) => string])[] = [
  ['a word in every message', () => 'regards'],
  ['a word in every tenth', (index) => `tenth${index % 10}`],
  // A candidate's address holds both.
  ['two words in twenty messages', (index) => `candidate ${20 + index}`],
  ['two words, each in every tenth', (index) => `tenth${index % 10} other${(index + 3) % 10}`],
  ['a phrase of common words', (index) => `"kind regards tenth${index % 10}"`],
  // Colleagues whose candidates' mail the interviewer does not read.
  ['two words common where the interviewer does not read', (index) => `person ${[13, 17][index % 2]}`],
  ['a word in none', (index) => `nowhere${index}`],
];

/** Few words are used often and many rarely, as in any language. */
const textsOf = (seed: number): (() => string) => {
  const random = seededRandom(seed);
  const any = (prefix: string) => `${prefix}${Math.floor(random() * 10)}`;
  return () => {
    const words = Array.from(
      { length: wordsOfMessage },
      () => `word${Math.floor(vocabulary ** random())}`,
    ).join(' ');
    return `${words}\n\n${any('other')}. Kind regards\n${any('tenth')}`;
  };
};

/** An interviewer with no mail and no job, whom colleagues let read a few conversations. */
const aNewcomer = async ({ services }: BenchDatabase, { companyId }: BigCompany): Promise<Actor> => {
  const personId = anId(PersonId);
  const facts = { name: 'Newcomer', address: 'newcomer@acme.test', role: 'interviewer' as const };
  const now = services.clock.now();
  await services.db.transaction({ kind: 'company', companyId }, async (tx) => {
    await tx
      .insertInto('candor.person')
      .values({ id: personId, company_id: companyId, ...facts, created_at: now })
      .execute();
    const held = await tx
      .selectFrom('candor.message_copy')
      .select(['thread_id', 'person_id'])
      .distinct()
      .orderBy('thread_id')
      .limit(grantCount)
      .execute();
    await tx
      .insertInto('candor.grant')
      .values(
        held.map(({ thread_id, person_id }) => ({
          company_id: companyId,
          thread_id,
          owner_id: person_id,
          grantee_id: personId,
          granted_at: now,
        })),
      )
      .execute();
  });
  return { personId, companyId, ...facts };
};

const measureSize = async (
  bench: Bench,
  { server, connect }: BenchDatabase,
  count: number,
): Promise<void> => {
  const client = await connect();
  const { rows } = await client.query<{ rows: string; index: string }>(
    `select pg_table_size('candor.message_words') as rows, pg_indexes_size('candor.message_words') as index`,
  );
  await client.end();
  for (const [what, bytes] of Object.entries(rows[0] ?? {}))
    bench.add('search', {
      what: `message_words, ${what}, for one message, ${server}`,
      value: Number(bytes) / count,
      unit: 'bytes',
    });
};
