/* The company's override: off until its owner turns it on, and never used unseen. */
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CandidateId, type ThreadId } from '../../lib/contract/ids.ts';
import { overrideMs } from '../../lib/domain/readable.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal, setStance } from '../world/acts.ts';
import { answerOf, sightOf } from '../world/looks.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const reason = 'Jane complained about how we wrote to her.';
/** Mia's, with Jane; private to her. */
let threadId: ThreadId;
let miasOpen = '';
/** Ana's own with Jane. */
let anasOpen = '';

const turn = (person: WorldPerson, isAllowed: boolean) =>
  world.as(person).api.override.setAllowed.mutate({ isAllowed });
const use = (person: WorldPerson, facts: { candidateIds?: CandidateId[]; reason?: string } = {}) =>
  world.as(person).api.override.use.mutate({
    candidateIds: [world.candidateId(jane.address)],
    reason,
    ...facts,
  });
const readBy = async (person: WorldPerson): Promise<number> => {
  const answer = await answerOf(world.as(person).api.thread.read.query({ threadId }));
  return 'messages' in answer ? answer.messages.length : 0;
};
const seenByMia = async () => keptThread(await look(world.as(mia), miasOpen));
const told = async () =>
  (await world.as(ana).api.audit.list.query({ group: 'override' })).entries.map(({ said }) => said);
const seqOf = async (person: WorldPerson) =>
  (
    await world.sql<{ seq: string }>('select seq from candor.person_news where person_id = $1', [
      world.as(person).personId,
    ])
  )[0]?.seq;

beforeAll(async () => {
  [miasOpen, anasOpen] = [world.threadId(mia, 'jane-salary'), world.threadId(ana, 'jane')];
  await log(world.as(mia), miasOpen, [world.candidateId(jane.address)]);
  threadId = (await seenByMia()).threadId;
  await setStance(world.as(mia), miasOpen, threadId, 'private');
  await log(world.as(ana), anasOpen, [world.candidateId(jane.address)]);
});
/** Off, and what was used before is over. */
beforeEach(async () => {
  await turn(ana, false);
  world.clock.pass(overrideMs);
});

describe('while it is off', () => {
  test('nobody opens anything by it, and the attempt is in the audit [P-03]', async () => {
    expect(await refusal(use(ana))).toBe('policy-forbids');
    expect(await readBy(ana)).toBe(0);
    expect((await seenByMia()).overrides).toEqual([]);
    expect((await told())[0]).toBe('Ana Ortiz tried to use the company’s override while it is off.');
    expect((await look(world.as(ana), anasOpen)).history).not.toHaveProperty('canOverride');
  });

  test('only the company’s owner turns it on: an admin may not, and the attempt is in the audit [P-03]', async () => {
    await world.sql(`update candor.person set role = 'admin' where id = $1`, [world.as(raj).personId]);
    for (const person of [raj, mia, tom]) expect(await refusal(turn(person, true))).toBe('policy-forbids');
    expect(await world.as(ana).api.override.setting.query()).toEqual({ isAllowed: false, canChange: true });
    expect(await world.as(raj).api.override.setting.query()).toEqual({ isAllowed: false, canChange: false });
    expect(await refusal(world.as(mia).api.override.setting.query())).toBe('policy-forbids');
    expect((await told()).slice(0, 3)).toEqual(
      [tom, mia, raj].map(
        ({ name }) => `${name} tried to turn the company’s override on or off, which only its owner may.`,
      ),
    );
    await world.sql(`update candor.person set role = 'interviewer' where id = $1`, [world.as(raj).personId]);
  });
});

describe('while it is on', () => {
  beforeEach(() => turn(ana, true));

  test('an owner opens what is hidden, for a day, and those who hold it are told at once with the reason [N-07] [P-03]', async () => {
    expect(await readBy(ana)).toBe(0);
    expect((await look(world.as(ana), anasOpen)).history).toMatchObject({
      hiddenCount: 1,
      canOverride: true,
    });
    const before = await seqOf(mia);
    const { threadCount, endsAt } = await use(ana);
    expect(threadCount).toBe(1);
    expect(Math.round((Date.parse(endsAt) - world.clock.now()) / 60_000)).toBe(24 * 60);
    expect(await seqOf(mia)).not.toBe(before);
    expect(await readBy(ana)).toBe(2);
    const { overrides, readers } = await seenByMia();
    expect(overrides?.[0]).toMatchObject({ person: { name: ana.name, isYou: false }, reason });
    expect(readers.find(({ person }) => person.name === ana.name)).toMatchObject({ right: 'override' });
    expect((await seenByMia()).receipts).toMatchObject([
      { person: { name: ana.name }, because: expect.stringMatching(/^used the company’s override on /) },
    ]);
    expect((await told())[0]).toBe('Ana Ortiz opened a hidden thread by the company’s override.');
  });

  test('it ends after a day, can be used again, and every use stays to be seen', async () => {
    const count = ((await seenByMia()).overrides ?? []).length;
    await use(ana);
    world.clock.pass(overrideMs - 60_000);
    expect(await readBy(ana)).toBe(2);
    world.clock.pass(60_000);
    expect(await readBy(ana)).toBe(0);
    await use(ana, { reason: 'The same complaint goes on, I look again.' });
    expect(await readBy(ana)).toBe(2);
    expect((await seenByMia()).overrides?.map((each) => each.reason)).toEqual([
      'The same complaint goes on, I look again.',
      reason,
      ...Array.from({ length: count }, () => reason),
    ]);
  });

  test('turning it off closes at once what it opened, and what was used stays to be seen', async () => {
    await use(ana);
    await turn(ana, false);
    expect(await readBy(ana)).toBe(0);
    const [last] = (await seenByMia()).overrides ?? [];
    expect([last?.reason, last?.endsAt]).toEqual([reason, undefined]);
    expect((await world.as(ana).api.audit.list.query({ group: 'policy' })).entries[0]?.said).toBe(
      'Ana Ortiz turned the company’s override off.',
    );
  });

  test('whoever is no admin may not, and the attempt is in the audit', async () => {
    for (const person of [tom, raj]) expect(await refusal(use(person))).toBe('policy-forbids');
    expect(await readBy(tom)).toBe(0);
    expect((await look(world.as(tom), world.threadId(tom, 'jane'))).history).not.toHaveProperty(
      'canOverride',
    );
    expect((await told()).slice(0, 2)).toEqual(
      [raj, tom].map(({ name }) => `${name} tried to use the company’s override without being an admin.`),
    );
  });

  test('without a reason of a sentence nothing happens', async () => {
    const rows = (await told()).length;
    for (const short of ['', 'because', ' '.repeat(50), 'x'.repeat(60)])
      expect(await refusal(use(ana, { reason: short }))).toBe('bad-input');
    expect(await refusal(use(ana, { candidateIds: [] }))).toBe('bad-input');
    expect(await readBy(ana)).toBe(0);
    expect(await told()).toHaveLength(rows);
  });

  test('a candidate of another company, or of none, is not found, and the attempt is in the audit', async () => {
    const other = crypto.randomUUID();
    const foreign = CandidateId.parse(crypto.randomUUID());
    await world.sql(`insert into candor.company (id, name, created_at) values ($1, 'Other', 0)`, [other]);
    await world.sql(
      `insert into candor.candidate (id, company_id, name, created_at) values ($1, $2, 'Theirs', 0)`,
      [foreign, other],
    );
    for (const candidateId of [foreign, CandidateId.parse(crypto.randomUUID())]) {
      expect(await refusal(use(ana, { candidateIds: [world.candidateId(jane.address), candidateId] }))).toBe(
        'not-found',
      );
      expect((await told())[0]).toBe(
        'Ana Ortiz tried to use the company’s override on a candidate who is not on record for them.',
      );
    }
    expect(await readBy(ana)).toBe(0);
  });

  test('what is open already is not opened again', async () => {
    await use(ana);
    expect(await refusal(use(ana))).toBe('already-done');
  });

  test('a use is neither changed nor taken away nor dated otherwise by anybody’s hand', async () => {
    await use(ana);
    const as = { companyId: world.companyId, personId: world.as(ana).personId };
    const { db } = world.server.services;
    for (const change of [
      'delete from candor.override_use',
      'update candor.override_use set used_at = used_at + 1',
      `insert into candor.override_use (company_id, thread_id, person_id, used_at, reason_sealed)
       select company_id, thread_id, person_id, used_at + 1000000000, reason_sealed from candor.override_use limit 1`,
    ])
      await expect(
        db.transaction({ kind: 'person', ...as }, (tx) => sql.raw(change).execute(tx)),
      ).rejects.toMatchObject({ code: '42501' });
    for (const change of ['delete from candor.override_use', 'update candor.override_use set used_at = 0'])
      await expect(
        db.transaction({ kind: 'company', companyId: as.companyId }, (tx) => sql.raw(change).execute(tx)),
      ).rejects.toMatchObject({ code: '42501' });
  });

  test('who reads the thread and does not hold it is not told the reason', async () => {
    await use(ana);
    const { told: all } = await sightOf(world.as(ana), threadId, anasOpen);
    expect(all).not.toContain(reason);
  });
});
