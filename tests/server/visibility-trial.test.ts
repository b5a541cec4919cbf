/* A change of what people see by default, tried out: what it says would happen is what then does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PersonId, ThreadId } from '../../lib/contract/ids.ts';
import type { Visibility } from '../../lib/contract/visibility.ts';
import type { Actor } from '../../server/services/actor.ts';
import { sealHead } from '../../server/services/ingest/mail-content.ts';
import { tryVisibility } from '../../server/services/visibility/trial.ts';
import { aCompany, type TestCompany } from '../build/a-company.ts';
import { aDatabase } from '../build/a-database.ts';
import { aRandomCompany, only } from '../build/a-random-company.ts';
import { servicesOn } from '../build/some-services.ts';
import { doStep } from '../build/write-facts.ts';

const database = aDatabase();

/** Root threads with how many of their messages the person sees. */
const seenBy = async (
  company: TestCompany,
  personId: PersonId,
): Promise<ReadonlyMap<ThreadId, Set<string>>> => {
  const rows = await company.asPerson(personId, (tx) =>
    tx
      .selectFrom('candor.message')
      .innerJoin('candor.thread', 'candor.thread.id', 'candor.message.thread_id')
      .select(['candor.message.id', 'candor.thread.root_id'])
      .execute(),
  );
  const seen = new Map<ThreadId, Set<string>>();
  for (const { id, root_id } of rows) seen.set(root_id, (seen.get(root_id) ?? new Set()).add(id));
  return seen;
};

/** Roots of which the second holds a message that the first does not. */
const more = (
  first: ReadonlyMap<ThreadId, ReadonlySet<string>>,
  second: ReadonlyMap<ThreadId, ReadonlySet<string>>,
): readonly ThreadId[] =>
  [...second].flatMap(([root, ids]) =>
    [...ids].some((id) => first.get(root)?.has(id) !== true) ? [root] : [],
  );

test('it counts for each person exactly the conversations whose sight they gain or lose when it takes effect [N-04]', async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (generate) => {
      const random = aRandomCompany(generate, database.clock.now());
      const company = await aCompany(database);
      const services = servicesOn(database);
      await company.asCompany(async (tx) => {
        for (const step of random.steps) await doStep(services, company, tx, step);
        for (const { id } of await tx.selectFrom('candor.message').select('id').execute()) {
          const at = { companyId: company.companyId, candidateId: undefined, row: id };
          const head = await sealHead(services, tx, at, { subject: 'A subject', participants: [] });
          await tx.updateTable('candor.message').set({ head_sealed: head }).where('id', '=', id).execute();
        }
      });
      const people = only(random.facts, 'person').map(({ id }) => id);
      const asker = people[0] as PersonId;
      const actor: Actor = {
        personId: asker,
        companyId: company.companyId,
        name: 'A person',
        address: '',
        role: 'owner',
      };
      const { default_visibility: now } = await company.asCompany((tx) =>
        tx.selectFrom('candor.policy').select('default_visibility').executeTakeFirstOrThrow(),
      );
      const wanted: Visibility = {
        defaultVisibility: now === 'owner-only' ? 'record-access' : 'owner-only',
        hiddenTier: 'count',
        keeps: 'whole',
        isReadingAllowed: true,
      };
      const rowsBefore = new Map<PersonId, Awaited<ReturnType<typeof seenBy>>>();
      for (const id of people) rowsBefore.set(id, await seenBy(company, id));

      const trial = await tryVisibility(services, actor, wanted);
      await company.asCompany((tx) =>
        tx.updateTable('candor.policy').set({ default_visibility: wanted.defaultVisibility }).execute(),
      );

      const expected: { personId: PersonId; gainsCount: number; losesCount: number }[] = [];
      const opened = new Set<ThreadId>();
      const closed = new Set<ThreadId>();
      for (const personId of people) {
        const before = rowsBefore.get(personId) ?? new Map();
        const after = await seenBy(company, personId);
        const [gains, loses] = [more(before, after), more(after, before)];
        for (const root of gains) opened.add(root);
        for (const root of loses) closed.add(root);
        if (gains.length + loses.length > 0)
          expected.push({ personId, gainsCount: gains.length, losesCount: loses.length });
      }
      const byId = (a: { personId: string }, b: { personId: string }) => (a.personId < b.personId ? -1 : 1);
      const counted = trial.people
        .filter(({ gainsCount, losesCount }) => gainsCount + losesCount > 0)
        .map(({ person, gainsCount, losesCount }) => ({ personId: person.personId, gainsCount, losesCount }));
      expect(counted.toSorted(byId)).toEqual(expected.toSorted(byId));
      expect(trial.opened).toEqual({
        threadCount: opened.size,
        personCount: expected.filter(({ gainsCount }) => gainsCount > 0).length,
      });
      expect(trial.closed).toEqual({
        threadCount: closed.size,
        personCount: expected.filter(({ losesCount }) => losesCount > 0).length,
      });
      // Nothing is named to the asker but what they may read themself.
      const own = rowsBefore.get(asker);
      for (const { named } of trial.people)
        for (const { threadId } of named) expect(own?.has(threadId)).toBe(true);
      told += expected.length;
    }),
    { numRuns: Number(process.env.WORLDS ?? 40), endOnFailure: true },
  );
  expect(told).toBeGreaterThan(0);
}, 600_000);
