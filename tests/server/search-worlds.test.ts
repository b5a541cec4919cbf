/*
 * In any company, whoever looks for a word that stands in every message finds exactly what they may read, on both database
 * servers and by each way the index is asked. WORLDS: how many.
 */
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { CandidateId, MessageId, PersonId } from '../../lib/contract/ids.ts';
import type { SearchRequest } from '../../lib/contract/search.ts';
import { sealHead } from '../../server/services/ingest/mail-content.ts';
import { toSearchable } from '../../server/services/ingest/searchable.ts';
import { storeWords } from '../../server/services/ingest/store-words.ts';
import { searchMessages } from '../../server/services/search/search-messages.ts';
import type { Services } from '../../server/services/services.ts';
import { aCompany, type TestCompany } from '../build/a-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';
import { aRandomCompany, only } from '../build/a-random-company.ts';
import { servicesOn } from '../build/some-services.ts';
import { doStep } from '../build/write-facts.ts';

const head = { subject: 'The quokka itself', participants: [] };

/** Every message says the word; messages of a random company are otherwise sealed by a key nobody has. */
const speak = (services: Services, { companyId, asCompany }: TestCompany): Promise<void> =>
  asCompany(async (tx) => {
    const messages = await tx.selectFrom('candor.message').select('id').execute();
    for (const { id } of messages)
      await tx
        .updateTable('candor.message')
        .set({
          head_sealed: await sealHead(services, tx, { companyId, candidateId: undefined, row: id }, head),
        })
        .where('id', '=', id)
        .execute();
    await storeWords(
      services,
      tx,
      companyId,
      messages.map(({ id }) => ({ messageId: id, texts: toSearchable(head, undefined, []) })),
    );
  });

const search = async (
  services: Services,
  { companyId }: TestCompany,
  personId: PersonId,
  more: Partial<SearchRequest> = {},
) => {
  const actor = {
    companyId,
    personId,
    name: 'A person',
    address: 'a@acme.example',
    role: 'recruiter',
  } as const;
  const found: MessageId[] = [];
  let after: SearchRequest['after'];
  do {
    const { hits, total, next } = await searchMessages(services, actor, {
      text: 'quokka',
      ...more,
      ...(after === undefined ? {} : { after }),
    });
    expect(total.isMore).toBe(false);
    if (next === undefined && after === undefined) expect(total.count).toBe(hits.length);
    found.push(...hits.map(({ messageId }) => messageId));
    after = next;
  } while (after !== undefined);
  return found.sort();
};

/** What the index alone gives, before anything is read under row-level security. */
const fromIndex = async (
  { sealing }: Services,
  { companyId, asPerson }: TestCompany,
  personId: PersonId,
): Promise<readonly MessageId[]> => {
  const words = [...sealing.wordHashes(companyId, new Set(['quokka'])).values()].map(String);
  const { rows } = await asPerson(personId, (tx) =>
    sql<{
      id: MessageId;
    }>`select id from app.find_messages(${words}::bigint[], null, null, null, null, null, 1000)`.execute(tx),
  );
  return rows.map(({ id }) => id).sort();
};

/** As the person sees the record. */
const filedOn = async (
  { asPerson }: TestCompany,
  personId: PersonId,
  candidateId: CandidateId,
): Promise<readonly MessageId[]> => {
  const rows = await asPerson(personId, (tx) =>
    tx
      .selectFrom('candor.message')
      .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
      .select('candor.message.id')
      .where('candor.thread.root_id', 'in', (filed) =>
        filed
          .selectFrom('candor.thread_candidate')
          .innerJoin('candor.thread as its', 'its.id', 'candor.thread_candidate.thread_id')
          .select('its.root_id')
          .where('candor.thread_candidate.candidate_id', '=', candidateId),
      )
      .execute(),
  );
  return rows.map(({ id }) => id).sort();
};

const database = aDatabase();

describe.each(serverNames)('%s', (server) => {
  const database = aDatabase(server);

  test('whoever looks for a word of every message finds what they may read, and no more [N-06]', async () => {
    let found = 0;
    let hidden = 0;
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (generate) => {
        const random = aRandomCompany(generate, database.clock.now());
        const company = await aCompany(database);
        const services = servicesOn(database);
        await company.asCompany(async (tx) => {
          for (const step of random.steps) await doStep(services, company, tx, step);
        });
        await speak(services, company);
        const messages = only(random.facts, 'message');
        for (const { id: personId } of only(random.facts, 'person')) {
          const readable = await company.readBy(personId);
          expect(await search(services, company, personId)).toEqual(readable);
          expect(await fromIndex(services, company, personId)).toEqual(readable);
          for (const { id: candidateId } of only(random.facts, 'candidate'))
            expect(await search(services, company, personId, { candidateId })).toEqual(
              await filedOn(company, personId, candidateId),
            );
          found += readable.length;
          hidden += messages.length - readable.length;
        }
      }),
      { numRuns: Number(process.env.WORLDS ?? 20), endOnFailure: true },
    );
    expect(found).toBeGreaterThan(0);
    expect(hidden).toBeGreaterThan(0);
  }, 600_000);

  test('each way of asking the index gives the same, page after page, the newest first [N-06]', async () => {
    const company = await aCompany(database, { defaultVisibility: 'owner-only' });
    const services = servicesOn(database);
    const [ana, tom] = [await company.person(), await company.person()];
    const threadIds = [await company.thread(), await company.thread()];
    for (let at = 0; at < 50; at += 1) {
      // Some at the same moment.
      database.clock.at += at % 3 === 0 ? 0 : 1_000;
      const [threadId] = at % 5 === 0 ? threadIds.slice(1) : threadIds;
      if (threadId !== undefined)
        await company.message(threadId, { heldBy: at % 2 === 0 ? [ana] : [ana, tom] });
    }
    await speak(services, company);
    const ways = await ofEachWay(database, company, services, ana);
    expect(ways.map(({ ids }) => ids)).toEqual(ways.map(() => ways[0]?.ids));
    const newestFirst = await database.query<{ id: MessageId }>(
      `select id from candor.message where company_id = '${company.companyId}' order by sent_at desc, id desc`,
    );
    expect(ways[0]?.ids).toEqual(newestFirst.map(({ id }) => id));
    expect((await ofEachWay(database, company, services, tom)).map(({ ids }) => ids.length)).toEqual([
      25, 25, 25, 25,
    ]);
  }, 120_000);
});

test('a person reads no row of the index, and one company’s words find nothing of another’s [N-06]', async () => {
  const services = servicesOn(database);
  const [one, other] = [await aCompany(database), await aCompany(database)];
  const ana = await one.person();
  await one.message(await one.thread(), { heldBy: [ana] });
  await speak(services, one);
  expect(await search(services, one, ana)).toHaveLength(1);
  await expect(
    one.asPerson(ana, (tx) => tx.selectFrom('candor.message_words').select('message_id').execute()),
  ).rejects.toThrow(/permission denied/);
  const seenByOther = await other.asCompany((tx) =>
    tx.selectFrom('candor.message_words').select('message_id').execute(),
  );
  expect(seenByOther).toEqual([]);
  const words = new Set(['quokka']);
  expect([...services.sealing.wordHashes(one.companyId, words).values()]).not.toEqual([
    ...services.sealing.wordHashes(other.companyId, words).values(),
  ]);
  // Even by the very hash, in the other company's name.
  expect(await fromIndex(services, { ...other, companyId: one.companyId }, ana)).toEqual([]);
});

/** The function as it is, then with no person reading few threads, then with no word being rare, then with a short look. */
const ofEachWay = async (
  { query }: ReturnType<typeof aDatabase>,
  { companyId }: TestCompany,
  services: Services,
  personId: PersonId,
) => {
  const [{ source = '' } = {}] = await query<{ source: string }>(
    `select pg_get_functiondef(oid) as source from pg_proc where proname = 'find_messages'`,
  );
  const with_ = (way: string, name: string, value: number): string =>
    way.replace(new RegExp(`${name} constant integer := \\d+`), `${name} constant integer := ${value}`);
  const manyThreads = with_(source, 'few_threads', -1);
  const newestFirst = with_(manyThreads, 'few_messages', 0);
  const ways = [source, manyThreads, newestFirst, with_(newestFirst, 'looked_at_once', 7)];
  expect(new Set(ways).size).toBe(4);
  const found: { ids: MessageId[] }[] = [];
  for (const way of ways) {
    await query(way);
    const ids: MessageId[] = [];
    let after: SearchRequest['after'];
    do {
      const actor = { companyId, personId, name: 'A', address: 'a@acme.example', role: 'recruiter' } as const;
      const page = await searchMessages(services, actor, {
        text: 'quokka',
        ...(after === undefined ? {} : { after }),
      });
      ids.push(...page.hits.map(({ messageId }) => messageId));
      after = page.next;
    } while (after !== undefined);
    found.push({ ids });
  }
  await query(source);
  return found;
};
