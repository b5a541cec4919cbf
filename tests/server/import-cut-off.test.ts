/* A worker ends anywhere: at each call to the provider and at each transaction. What goes on from there comes to the same. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ImportId } from '../../lib/contract/ids.ts';
import { failureReason } from '../../server/base/failure.ts';
import type { Provider } from '../../server/providers/provider.ts';
import { chooseImport, steerImport } from '../../server/services/import/imports.ts';
import { runImports } from '../../server/services/import/run-import.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import type { Services } from '../../server/services/services.ts';
import { aWorld } from '../world/a-world.ts';
import { jane, mia, noor } from '../world/people.ts';

const world = aWorld({ connected: [mia] });
const hour = 3_600_000;

/** Nothing is enqueued, so that no worker but the test's runs an import. */
const byHand = (): Services => ({ ...world.server.services, enqueue: async () => {} });
const at = () => ({ companyId: world.companyId, mailboxId: world.mailboxId(mia) });
const actor = () => ({
  personId: world.as(mia).personId,
  companyId: world.companyId,
  name: mia.name,
  address: mia.address,
  role: mia.role,
});
/** As the queue does: what waits for the provider goes on when its time has come. */
const run = async (): Promise<void> => {
  try {
    await runImports(byHand(), at(), AbortSignal.timeout(60_000));
  } catch (thrown) {
    if (failureReason(thrown) !== 'provider-busy') throw thrown;
    world.clock.pass(60_000);
    await run();
  }
};
const begin = async (): Promise<ImportId> => {
  const services = byHand();
  // What was spent of the mailbox's quota before is no matter here.
  world.clock.pass(60_000);
  await chooseImport(services, actor(), { mailboxId: at().mailboxId, window: '12-months' });
  await run();
  const [row] = await world.sql<{ id: ImportId }>(
    `select id from candor.mailbox_import where state = 'estimated'`,
  );
  if (row === undefined) throw new Error('The import was not counted.');
  await steerImport(services, actor(), { importId: row.id, how: 'start' });
  return row.id;
};
const takeBack = async (importId: ImportId): Promise<void> => {
  await steerImport(byHand(), actor(), { importId, how: 'cancel' });
  await run();
};
const outcome = async (importId: ImportId) => ({
  row: await world.sql(
    'select state, position, found_messages, looked_threads, looked_messages, left_counts from candor.mailbox_import where id = $1',
    [importId],
  ),
  kept: await world.sql(
    `select c.provider_message_id, c.provider_thread_id, m.kept_by, count(*) over (partition by t.root_id) as in_thread, c.import_id = $1 as by_it
     from candor.message_copy c join candor.message m on m.id = c.message_id join candor.thread t on t.id = m.thread_id
     order by c.provider_message_id`,
    [importId],
  ),
  messages: await world.sql('select count(*) as n from candor.message'),
  left: await world.sql(
    `select encode(copy_hash, 'hex') as hash, decision, rule from candor.decision order by copy_hash`,
  ),
  threads: await world.sql('select count(*) as n from candor.import_thread'),
});

class CutOff extends Error {}

/** Services whose `nth` step ends the run, as kill -9 would: nothing after it is done, not even a catch that writes. */
const cutOffAfter = (nth: number) => {
  const services = byHand();
  const dying = new AbortController();
  let steps = 0;
  const step = async <T>(run: () => Promise<T>): Promise<T> => {
    if (dying.signal.aborted) throw new CutOff();
    steps += 1;
    const isLast = steps === nth;
    const done = await run();
    if (!isLast) return done;
    dying.abort(new CutOff());
    throw new CutOff();
  };
  const { gmail } = services.providers;
  if (gmail === undefined) throw new Error('There is no Gmail here.');
  const watched = (provider: Provider): Provider => ({
    ...provider,
    search: (...asked) => step(() => provider.search(...asked)),
    readThread: (...asked) => step(() => provider.readThread(...asked)),
    fetch: (...asked) => step(() => provider.fetch(...asked)),
  });
  return {
    signal: dying.signal,
    isOver: () => steps < nth,
    services: {
      ...services,
      providers: { gmail: { ...gmail, open: (mailbox) => watched(gmail.open(mailbox)) } },
      db: { ...services.db, transaction: (as, fn) => step(() => services.db.transaction(as, fn)) },
    } satisfies Services,
  };
};

/** True when the run came to its end before it could be cut off. */
const runCutOff = async (nth: number): Promise<boolean> => {
  const cut = cutOffAfter(nth);
  await runImports(cut.services, at(), cut.signal).catch((thrown: unknown) => {
    if (!(thrown instanceof CutOff)) throw thrown;
  });
  return cut.isOver();
};

describe('an import that is cut off', () => {
  let undisturbed: Awaited<ReturnType<typeof outcome>>;

  beforeAll(async () => {
    const when = world.clock.now() - 2_000 * hour;
    world.send({ id: 'cut-1@x.test', from: mia, to: [jane], subject: 'Cut', text: 'Hi', at: when });
    world.send({
      id: 'cut-2@x.test',
      from: noor,
      to: [mia],
      subject: 'Re: Cut',
      text: 'From an address nobody knows',
      references: ['cut-1@x.test'],
      at: when + hour,
    });
    world.send({
      from: { name: 'Shop', address: 'offers@shop.test' },
      to: [mia],
      cc: [{ name: 'Boss', address: 'boss@shop.test' }],
      subject: 'Re: Cut',
      text: 'Not ours',
      at: when + 2 * hour,
    });
    await pullMailbox(byHand(), at(), AbortSignal.timeout(60_000));
    await world.sql('delete from candor.decision');
    const importId = await begin();
    await run();
    undisturbed = await outcome(importId);
    await takeBack(importId);
  });

  test('brought something to be cut off from', () => {
    expect(undisturbed.kept).toHaveLength(6);
    expect(undisturbed.row).toMatchObject([{ state: 'done', looked_threads: 3 }]);
  });

  test('once, after whatever step, ends as one that was not', async () => {
    for (let nth = 1; ; nth += 1) {
      const importId = await begin();
      const isOver = await runCutOff(nth);
      if (!isOver) await run();
      expect(await outcome(importId), `cut off after step ${nth}`).toEqual(undisturbed);
      await takeBack(importId);
      await world.sql('delete from candor.decision');
      if (isOver) return;
    }
  }, 300_000);

  test('again and again ends as one that was not', async () => {
    const importId = await begin();
    let cutOffCount = 0;
    while (!(await runCutOff(8 + (cutOffCount % 5)))) cutOffCount += 1;
    expect(cutOffCount).toBeGreaterThan(3);
    expect(await outcome(importId)).toEqual(undisturbed);
    await takeBack(importId);
  });
});

test('mail that comes during an import is there once, whoever sees it first, and stays when the import is taken back', async () => {
  const importId = await begin();
  const held = world.lab.hold(/GET .*\/threads\//);
  const importing = run();
  await held.reached(1);
  world.send({ id: 'meanwhile@x.test', from: jane, to: [mia], subject: 'Meanwhile', text: 'Hi' });
  const pulling = pullMailbox(byHand(), at(), AbortSignal.timeout(60_000));
  held.release();
  await Promise.all([importing, pulling]);
  const before = await world.sql<{ n: number }>('select count(*)::int as n from candor.message_copy');
  expect(before).toEqual([{ n: 7 }]);
  await takeBack(importId);
  expect(await world.sql<{ n: number }>('select count(*)::int as n from candor.message_copy')).toEqual([
    { n: 1 },
  ]);
});

test('looks and imports of one mailbox at the same time come to the same as one after the other', async () => {
  for (let count = 0; count < 12; count += 1)
    world.send({ from: jane, to: [mia], subject: `At once ${count}`, text: 'Hi' });
  world.lab.expireHistory(mia.address);
  await begin();
  await Promise.all([
    run(),
    pullMailbox(byHand(), at(), AbortSignal.timeout(60_000)),
    pullMailbox(byHand(), at(), AbortSignal.timeout(60_000)),
  ]);
  expect(await world.sql<{ n: number }>('select count(*)::int as n from candor.message_copy')).toEqual([
    { n: 19 },
  ]);
  expect(await world.sql<{ n: number }>('select count(*)::int as n from candor.message')).toEqual([
    { n: 19 },
  ]);
});
