/*
 * What an import costs of a Gmail mailbox's quota, at the lab: units for each message kept, against the least that can bring a
 * message whole, which is to list it and to get it. A mailbox in which one message of twenty is with a candidate.
 */
import { failureReason } from '../../server/base/failure.ts';
import { chooseImport, steerImport } from '../../server/services/import/imports.ts';
import { runImports } from '../../server/services/import/run-import.ts';
import type { Services } from '../../server/services/services.ts';
import { methodUnits } from '../lab/gmail/quota.ts';
import { startTestWorld, type TestWorld } from '../world/a-world.ts';
import { jane, mia } from '../world/people.ts';
import type { Bench } from './figures.ts';

const shareWithCandidates = 20;
/** Messages of one conversation with a candidate. */
const threadLength = 4;
const listPage = 100;

export const measureImport = async (bench: Bench): Promise<void> => {
  const count = bench.isQuick ? 400 : 4_000;
  const world = await startTestWorld({
    isSetUpHere: true,
    connected: [mia],
    unitsPerMinute: 1_000_000,
  });
  try {
    fill(world, count);
    bench.say(`a mailbox of ${count} messages, one in ${shareWithCandidates} with a candidate`);
    const services: Services = { ...world.server.services, enqueue: async () => {} };
    const actor = { ...mia, personId: world.as(mia).personId, companyId: world.companyId };
    const { latest } = await chooseImport(services, actor, {
      mailboxId: world.mailboxId(mia),
      window: 'all',
    });
    if (latest === undefined) throw new Error('No import was begun.');
    const counting = await unitsOf(world, () => run(services, world));
    await steerImport(services, actor, { importId: latest.importId, how: 'start' });
    const importing = await unitsOf(world, () => run(services, world));
    const [kept] = await world.sql<{ n: number }>('select count(*)::int as n from candor.message_copy');
    if (kept === undefined || kept.n === 0) throw new Error('The import brought nothing.');
    const floor =
      (methodUnits['users.messages.list'] ?? 0) / listPage + (methodUnits['users.messages.get'] ?? 0);
    bench.add('import', {
      what: 'Gmail, for each message kept',
      value: importing / kept.n,
      unit: 'units',
      peer: { what: 'list and get of each, nothing besides', value: floor },
      sampleCount: kept.n,
    });
    bench.add('import', {
      what: 'Gmail, the count before',
      value: counting,
      unit: 'units',
      sampleCount: kept.n,
    });
  } finally {
    await world.stop();
  }
};

const fill = (world: TestWorld, count: number): void => {
  const now = world.clock.now();
  const day = 86_400_000;
  for (let index = 0; index < count; index += 1) {
    const at = now - (index % 700) * day - 60_000;
    const isWithCandidate = index % shareWithCandidates < 1;
    const nth = Math.floor(index / shareWithCandidates);
    const inThread = nth % threadLength;
    const id = (of: number) => `bench-${of}@mailbox.test`;
    world.send({
      id: isWithCandidate ? id(nth) : `noise-${index}@shop.test`,
      from: isWithCandidate
        ? inThread % 2 === 0
          ? jane
          : mia
        : { name: 'Shop', address: 'offers@shop.test' },
      to: [isWithCandidate && inThread % 2 === 1 ? jane : mia],
      subject: isWithCandidate ? `Role ${nth - inThread}` : `Offer ${index}`,
      text: 'Hello',
      at,
      ...(isWithCandidate
        ? { references: Array.from({ length: inThread }, (_, before) => id(nth - inThread + before)) }
        : {}),
    });
  }
};

const unitsOf = async (world: TestWorld, work: () => Promise<void>): Promise<number> => {
  const before = world.lab.requests.length;
  await work();
  return world.lab.requests.slice(before).reduce((sum, { units }) => sum + units, 0);
};

/** As the queue does: what waits for the provider goes on when its time has come. */
const run = async (services: Services, world: TestWorld): Promise<void> => {
  const at = { companyId: world.companyId, mailboxId: world.mailboxId(mia) };
  try {
    await runImports(services, at, AbortSignal.timeout(600_000));
  } catch (thrown) {
    if (failureReason(thrown) !== 'provider-busy') throw thrown;
    world.clock.pass(60_000);
    await run(services, world);
  }
};
