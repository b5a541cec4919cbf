import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aCompany } from '../build/a-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';
import {
  aRandomCompany,
  decideAccessByFacts,
  decideByFacts,
  only,
  type RandomCompany,
} from '../build/a-random-company.ts';
import { servicesOn } from '../build/some-services.ts';
import { doStep } from '../build/write-facts.ts';

describe.each(serverNames)('on %s', (server) => {
  const database = aDatabase(server);

  const writeDown = async ({ steps }: RandomCompany, splitAt: number) => {
    const company = await aCompany(database);
    const services = servicesOn(database);
    for (const part of [steps.slice(0, splitAt), steps.slice(splitAt)])
      await company.asCompany(async (tx) => {
        for (const step of part) await doStep(services, company, tx, step);
      });
    return company;
  };

  test('a person sees exactly the messages `readable` opens to them, whatever was written in whatever order [JS-34] [JS-35] [LI-17] [N-06]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (generate) => {
        const now = database.clock.now();
        const random = aRandomCompany(generate, now);
        const company = await writeDown(random, generate(fc.nat, { max: random.steps.length }));
        for (const { id: viewerId } of only(random.facts, 'person')) {
          const expected = only(random.facts, 'message').filter(
            (message) => decideByFacts(random.facts, viewerId, message, now)?.readable === true,
          );
          const seen = await company.asPerson(viewerId, async (tx) => ({
            messages: await tx.selectFrom('candor.message').select('id').execute(),
            threads: await tx.selectFrom('candor.thread').select('id').execute(),
            stances: await tx.selectFrom('candor.stance').select(['thread_id', 'person_id']).execute(),
            bcc: await tx
              .selectFrom('candor.participant')
              .select(['message_id', 'address_hash'])
              .where('role', '=', 'bcc')
              .execute(),
            candidates: await tx.selectFrom('candor.candidate').select('id').execute(),
          }));
          const messageIds = new Set(expected.map(({ id }) => id));
          const threadIds = new Set(expected.map(({ threadId }) => threadId));
          expect(seen.messages.map(({ id }) => id).sort()).toEqual([...messageIds].sort());
          expect(seen.threads.map(({ id }) => id).sort()).toEqual([...threadIds].sort());
          const othersStances = seen.stances.filter(({ person_id }) => person_id !== viewerId);
          expect(othersStances.filter(({ thread_id }) => !threadIds.has(thread_id))).toEqual([]);
          const ownHashes = new Set(
            only(random.facts, 'address')
              .filter(({ personId }) => personId === viewerId)
              .map(({ address }) => company.hash(address).toString('hex')),
          );
          expect(
            seen.bcc.map((row) => `${row.message_id} ${row.address_hash.toString('hex')}`).sort(),
          ).toEqual(
            only(random.facts, 'participant')
              .filter(({ role, messageId }) => role === 'bcc' && messageIds.has(messageId))
              .map(({ messageId, address, bccKnownBy }) => ({
                bccKnownBy,
                messageId,
                hash: company.hash(address).toString('hex'),
              }))
              .filter(({ bccKnownBy, hash }) => bccKnownBy === viewerId || ownHashes.has(hash))
              .map(({ messageId, hash }) => `${messageId} ${hash}`)
              .sort(),
          );
          expect(seen.candidates.map(({ id }) => id).sort()).toEqual(
            only(random.facts, 'candidate')
              .filter(({ id }) => decideAccessByFacts(random.facts, viewerId, id).card)
              .map(({ id }) => id)
              .sort(),
          );
        }
      }),
      // Shrinking would go on past the time limit and report nothing; the seed repeats the company.
      { numRuns: Number(process.env.WORLDS ?? 100), endOnFailure: true },
    );
  });

  test('without a person or company set, no table of the record shows a row', async () => {
    const company = await aCompany(database, { defaultVisibility: 'record-access' });
    const candidateId = await company.candidate({ jobs: [await company.job([await company.person()])] });
    const threadId = await company.thread({ candidates: [candidateId] });
    await company.message(threadId, { heldBy: [await company.person()] });
    for (const role of ['candor_app', 'candor_worker']) {
      const tables = await database.query<{ name: string }>(
        `select relname as name from pg_class where relnamespace = 'candor'::regnamespace and relkind = 'r'
         and has_any_column_privilege('${role}', oid, 'select')`,
      );
      expect(tables.length).toBeGreaterThan(25);
      const shown = tables.map(
        ({ name }) => `select '${name}' as name where exists (select from candor."${name}")`,
      );
      expect([role, await database.query(shown.join(' union all '), role)]).toEqual([role, []]);
    }
  });

  test('every table of the record is under row-level security, for its owner too', async () => {
    expect(
      await database.query(
        `select relname from pg_class where relnamespace = 'candor'::regnamespace and relkind = 'r'
         and not (relrowsecurity and relforcerowsecurity)`,
      ),
    ).toEqual([]);
  });
});
