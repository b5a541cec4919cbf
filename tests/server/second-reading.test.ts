/*
 * Who may read what, said a second time: in one slow query over the bare facts, by somebody who looked at neither `readable` nor
 * the triggers, only at the rule as it is written down. All three must say the same of any company. WORLDS: how many.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { aRandomCompany, decideByFacts, only } from '../build/a-random-company.ts';
import { servicesOn } from '../build/some-services.ts';
import { doStep } from '../build/write-facts.ts';

const database = aDatabase();
const overrideMs = 24 * 3_600_000;

/** Every pair of a message and a person who may read it. */
const readAgain = (companyId: string, now: number) =>
  database.query<{ message_id: string; person_id: string }>(`
    with open_candidate as (
      select c.id as candidate_id, p.id as person_id
      from candor.candidate c join candor.person p on p.company_id = c.company_id
      where p.role = 'recruiter' or p.id = c.owner_id or p.id in (
        select t.person_id from candor.team_member t join candor.application a on a.job_id = t.job_id
        where a.candidate_id = c.id)
    ), owner as (
      select c.message_id, c.person_id, coalesce(s.stance, 'default') as stance
      from candor.message_copy c
      left join candor.stance s on s.thread_id = c.thread_id and s.person_id = c.person_id
    )
    select m.id as message_id, p.id as person_id
    from candor.message m
    join candor.person p on p.company_id = m.company_id and p.is_active
    join candor.policy policy on policy.company_id = m.company_id
    where m.company_id = '${companyId}' and m.removed_at is null and (
      p.id in (select o.person_id from owner o where o.message_id = m.id)
      or exists (
        select from candor.participant x join candor.person_address a on a.address_hash = x.address_hash
        where x.message_id = m.id and a.person_id = p.id)
      or exists (
        select from candor."grant" g join owner o on o.person_id = g.owner_id and o.message_id = m.id
        where g.thread_id = m.thread_id and g.grantee_id = p.id and coalesce(g.ends_at, 9e15) > ${now})
      or p.id in (
        select c.person_id from open_candidate c
        join candor.thread_candidate f on f.candidate_id = c.candidate_id
        where f.thread_id = m.thread_id)
        and 'private' not in (select o.stance from owner o where o.message_id = m.id)
        and exists (
          select from owner o where o.message_id = m.id and (
            o.stance = 'shared' or o.stance = 'default' and policy.default_visibility = 'record-access'))
      or policy.is_override_allowed and exists (
        select from candor.override_use u
        where u.thread_id = m.thread_id and u.person_id = p.id and u.used_at + ${overrideMs} > ${now})
    )`);

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
      const pairs = (await readAgain(company.companyId, now))
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
