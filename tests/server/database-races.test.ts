import { describe, expect, test } from 'vitest';
import type { Tx } from '../../server/db/schema.ts';
import { aCompany } from '../build/a-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';

const orders = ['the first before the second', 'the second before the first', 'both at once'] as const;

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

  /** Both write before either commits; a second that has to wait for the first writes once that has committed. */
  const both = async (
    { asCompany }: Awaited<ReturnType<typeof acme>>,
    first: (tx: Tx) => Promise<unknown>,
    second: (tx: Tx) => Promise<unknown>,
    commits: (typeof orders)[number] = 'the first before the second',
  ) => {
    const begin = (write: (tx: Tx) => Promise<unknown>) => {
      const wrote = Promise.withResolvers<void>();
      const mayCommit = Promise.withResolvers<void>();
      const ended = asCompany(async (tx) => {
        await write(tx);
        wrote.resolve();
        await mayCommit.promise;
      });
      const commit = () => {
        mayCommit.resolve();
        return ended;
      };
      return { wrote: Promise.race([wrote.promise, ended]), commit };
    };
    const one = begin(first);
    await one.wrote;
    const other = begin(second);
    await untilSomebodyWaits(other.wrote);
    if (commits === 'both at once') await Promise.all([one.commit(), other.commit()]);
    const [earlier, later] = commits === 'the second before the first' ? [other, one] : [one, other];
    await earlier.commit();
    await later.commit();
  };

  const untilSomebodyWaits = async (orUntil: Promise<unknown>) => {
    let isOver = false;
    const over = orUntil.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const [row] = await database.query<{ waits: boolean }>(
        `select exists (select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock') as waits`,
      );
      if (row?.waits === true) return;
    }
    await over;
  };

  test.each(orders)('a stance and a copy leave no right open, %s', async (order) => {
    const company = await acme();
    const { companyId, threadId, ana, ben, cleo, messageId } = company;
    const makePrivate = (tx: Tx) =>
      tx
        .insertInto('candor.stance')
        .values({ company_id: companyId, thread_id: threadId, person_id: ana, stance: 'private', set_at: 0 })
        .execute();
    await both(company, makePrivate, company.bringCopy, order);
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

  test.each(orders)(
    'two mailboxes that bring the same message leave both owners their right, %s',
    async (order) => {
      const company = await acme();
      const { copyRow, threadId, messageId, ben, cleo } = company;
      const bring = (tx: Tx) =>
        tx
          .insertInto('candor.message_copy')
          .values(copyRow(threadId, messageId, ben))
          .execute();
      await both(company, bring, company.bringCopy, order);
      // Not by the hiring team any more, whatever Ben held before.
      await company.asCompany((tx) => tx.deleteFrom('candor.team_member').execute());
      expect(await company.readBy(ben)).toEqual([messageId]);
      expect(await company.readBy(cleo)).toEqual([messageId]);
    },
  );
});
