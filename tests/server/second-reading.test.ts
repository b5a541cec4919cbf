/* The rule said a second time must say the same of any company as `readable` and the database. WORLDS: how many. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { aRandomCompany, decideByFacts, only } from '../build/a-random-company.ts';
import { readAgain } from '../build/read-again.ts';
import { servicesOn } from '../build/some-services.ts';
import { doStep } from '../build/write-facts.ts';

const database = aDatabase();
test('the rule in plain SQL, `readable`, and the rows that each person sees agree [N-06]', async () => {
  let agreed = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (generate) => {
      const now = database.clock.now();
      const random = aRandomCompany(generate, now);
      const company = await aCompany(database);
      const services = servicesOn(database);
      await company.asCompany(async (tx) => {
        for (const step of random.steps) await doStep(services, company, tx, step);
      });
      const pairs = (await readAgain((sql) => database.query(sql), company.companyId, now))
        .map((row) => `${row.message_id} ${row.person_id}`)
        .sort();
      const decided: string[] = [];
      const seen: string[] = [];
      for (const { id } of only(random.facts, 'person')) {
        for (const message of only(random.facts, 'message'))
          if (decideByFacts(random.facts, id, message, now)?.readable === true)
            decided.push(`${message.id} ${id}`);
        for (const messageId of await company.readBy(id)) seen.push(`${messageId} ${id}`);
      }
      expect(decided.sort()).toEqual(pairs);
      expect(seen.sort()).toEqual(pairs);
      agreed += pairs.length;
    }),
    { numRuns: Number(process.env.WORLDS ?? 40), endOnFailure: true },
  );
  expect(agreed).toBeGreaterThan(0);
}, 600_000);
