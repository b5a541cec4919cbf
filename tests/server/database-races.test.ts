import { describe, expect, test } from 'vitest';
import type { Tx } from '../../server/db/schema.ts';
import { aCompany } from '../build/a-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';

describe.each(serverNames)('of two transactions at once that miss each other’s facts, on %s,', (server) => {
  const database = aDatabase(server);

  /** Ana holds a message filed on a candidate; Ben is on the hiring team; Cleo is not, and her mailbox may bring a copy. */
  const acme = async () => {
    const company = await aCompany(database, { defaultVisibility: 'record-access' });
    const ana = await company.person();
    const ben = await company.person();
    const cleo = await company.person();
    const jobId = await company.job([ben]);
    const candidateId = await company.candidate({ jobs: [jobId] });
    const threadId = await company.thread({ candidates: [candidateId] });
    const messageId = await company.message(threadId, { heldBy: [ana] });
    const bringCopy = (tx: Tx) =>
      tx
        .insertInto('candor.message_copy')
        .values(company.copyRow(threadId, messageId, cleo))
        .execute();
    return { ...company, ana, ben, cleo, jobId, candidateId, threadId, messageId, bringCopy };
  };

  /** Does the first, and while it is not yet committed the second, which has to wait for it. */
  const both = async (
    { asCompany }: Awaited<ReturnType<typeof acme>>,
    first: (tx: Tx) => Promise<unknown>,
    second: (tx: Tx) => Promise<unknown>,
  ) => {
    let begin: () => void = () => {};
    const firstIsIn = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const one = asCompany(async (tx) => {
      await first(tx);
      begin();
      await untilSomebodyWaits();
    });
    await firstIsIn;
    await Promise.all([one, asCompany(second)]);
  };

  const untilSomebodyWaits = async () => {
    for (let round = 0; round < 1_000; round += 1) {
      const [row] = await database.query<{ waits: boolean }>(
        `select exists (select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock') as waits`,
      );
      if (row?.waits === true) return;
    }
    throw new Error('Nobody waited.');
  };

  test('a stance and a copy leave no right open', async () => {
    const company = await acme();
    const { companyId, threadId, ana, ben, cleo, messageId } = company;
    const makePrivate = (tx: Tx) =>
      tx
        .insertInto('candor.stance')
        .values({ company_id: companyId, thread_id: threadId, person_id: ana, stance: 'private', set_at: 0 })
        .execute();
    await both(company, makePrivate, company.bringCopy);
    expect(await company.readBy(ben)).toEqual([]);
    expect(await company.readBy(cleo)).toEqual([messageId]);
  });

  test('a change of policy and a copy leave no right open', async () => {
    const company = await acme();
    const closeAll = (tx: Tx) =>
      tx.updateTable('candor.policy').set({ default_visibility: 'owner-only' }).execute();
    await both(company, closeAll, company.bringCopy);
    expect(await company.readBy(company.ben)).toEqual([]);
  });

  test('leaving the hiring team and a new filing leave no right open', async () => {
    const company = await acme();
    const { thread, message, ana, ben, candidateId, file } = company;
    const elsewhere = await thread();
    await message(elsewhere, { heldBy: [ana] });
    const leave = (tx: Tx) => tx.deleteFrom('candor.team_member').where('person_id', '=', ben).execute();
    await both(company, leave, (tx) => file(tx, elsewhere, candidateId));
    expect(await company.readBy(ben)).toEqual([]);
  });

  test('two mailboxes that bring the same message leave both owners their right', async () => {
    const company = await acme();
    const { copyRow, threadId, messageId, ben, cleo } = company;
    const bring = (tx: Tx) =>
      tx
        .insertInto('candor.message_copy')
        .values(copyRow(threadId, messageId, ben))
        .execute();
    await both(company, bring, company.bringCopy);
    const { rights } = await company.asPerson(ben, (tx) =>
      tx.selectFrom('candor.message_reader').select('rights').executeTakeFirstOrThrow(),
    );
    expect(rights).toContain('copy');
    expect(await company.readBy(cleo)).toEqual([messageId]);
  });
});
