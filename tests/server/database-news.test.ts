import { describe, expect, test } from 'vitest';
import type { PersonId } from '../../lib/contract/ids.ts';
import { aCompany } from '../build/a-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';

describe.each(serverNames)('news on %s', (server) => {
  const database = aDatabase(server);

  /** Ana holds the thread, Ben is on the hiring team, Cleo has nothing to do with it. */
  const acme = async () => {
    const company = await aCompany(database, { defaultVisibility: 'record-access' });
    const [ana, ben, cleo] = [await company.person(), await company.person(), await company.person()];
    const candidateId = await company.candidate({ jobs: [await company.job([ben])] });
    const threadId = await company.thread({ candidates: [candidateId] });
    await company.message(threadId, { heldBy: [ana] });
    const countOf = async (personId: PersonId) => {
      const row = await company.asPerson(personId, (tx) =>
        tx.selectFrom('candor.person_news').select('seq').executeTakeFirst(),
      );
      return row?.seq ?? 0;
    };
    const counts = async () => ({
      ana: await countOf(ana),
      ben: await countOf(ben),
      cleo: await countOf(cleo),
    });
    return { ...company, ana, ben, cleo, candidateId, threadId, counts };
  };

  test('goes up by one for each transaction, however much of it a person sees', async () => {
    const { message, threadId, ana, counts } = await acme();
    const before = await counts();
    await message(threadId, {
      heldBy: [ana],
      participants: [{ role: 'to', address: 'jane@candidate.example' }],
    });
    expect(await counts()).toEqual({ ana: before.ana + 1, ben: before.ben + 1, cleo: before.cleo });
  });

  test('reaches whoever loses sight of a thread as well, once', async () => {
    const { stance, message, threadId, ana, counts } = await acme();
    const before = await counts();
    await stance(threadId, ana, 'private');
    expect(await counts()).toEqual({ ana: before.ana + 1, ben: before.ben + 1, cleo: before.cleo });
    await message(threadId, { heldBy: [ana] });
    await stance(threadId, ana, 'default');
    await stance(threadId, ana, 'private');
    const hidden = await counts();
    await message(threadId, { heldBy: [ana] });
    expect(await counts()).toEqual({ ...hidden, ana: hidden.ana + 1 });
  });

  test('reaches nobody who may see nothing of it', async () => {
    const { stance, grant, thread, message, threadId, candidateId, ana, ben, cleo, counts } = await acme();
    const before = await counts();
    await stance(threadId, ana, 'private');
    const secret = await thread({ candidates: [candidateId] });
    await stance(threadId, ana, 'default');
    await message(secret, { heldBy: [ana] });
    await stance(secret, ana, 'private');
    await grant(secret, ana, ben);
    expect((await counts()).cleo).toBe(before.cleo);
    expect((await counts()).ben).toBeGreaterThan(before.ben);
    await grant(secret, ana, cleo);
    expect((await counts()).cleo).toBe(before.cleo + 1);
  });

  test('does not go up when nothing was committed', async () => {
    const { asCompany, copyRow, messageRow, threadId, ana, counts } = await acme();
    const before = await counts();
    const undone = asCompany(async (tx) => {
      const row = messageRow(threadId, crypto.randomUUID() as never);
      await tx.insertInto('candor.message').values(row).execute();
      await tx
        .insertInto('candor.message_copy')
        .values(copyRow(threadId, row.id, ana))
        .execute();
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(await counts()).toEqual(before);
  });

  test('does not go up each time a mailbox is polled', async () => {
    const { asCompany, counts } = await acme();
    const before = await counts();
    await asCompany((tx) => tx.updateTable('candor.mailbox').set({ last_pulled_at: 1 }).execute());
    expect(await counts()).toEqual(before);
  });

  test('is told to whoever listens, by the id of the person and nothing else', async () => {
    const { message, threadId, ana, ben } = await acme();
    const stop = new AbortController();
    const told: PersonId[] = [];
    let heardBoth: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      heardBoth = resolve;
    });
    let isListening = false;
    const listening = database.db.watchNews((personId) => {
      isListening = true;
      told.push(personId);
      if (told.includes(ana) && told.includes(ben)) heardBoth();
    }, stop.signal);
    while (!isListening) await message(threadId, { heldBy: [ana] });
    await both;
    stop.abort();
    await listening;
    expect(new Set(told)).toEqual(new Set([ana, ben]));
  });

  test('of two transactions for the same people crosses without a deadlock', async () => {
    const { asCompany, companyId, thread, message, ana, ben, copyRow, messageRow } = await acme();
    const threads = [await thread(), await thread()] as const;
    for (const threadId of threads) await message(threadId, { heldBy: [ana, ben] });
    const writeTo = (first: typeof ana, second: typeof ana, threadId: (typeof threads)[number]) =>
      asCompany(async (tx) => {
        for (const personId of [first, second]) {
          const row = messageRow(threadId, crypto.randomUUID() as never);
          await tx.insertInto('candor.message').values(row).execute();
          await tx
            .insertInto('candor.message_copy')
            .values(copyRow(threadId, row.id, personId))
            .execute();
        }
      });
    for (let round = 0; round < 10; round += 1)
      await Promise.all([writeTo(ana, ben, threads[0]), writeTo(ben, ana, threads[1])]);
    const [row] = await database.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    expect([companyId, row?.deadlocks]).toEqual([companyId, '0']);
  });
});
