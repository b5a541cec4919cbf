/*
 * From a mailbox to the record: fetch, parse, decide, join, seal, store. First the whole way as the worker goes it, over HTTP
 * from a lab in a process of its own; then the same mail step by step, to see where the time goes.
 */
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { type ServerName, serverNames } from '../build/database-servers.ts';
import { type BenchServers, requireStored, startBenchServers } from './bench-database.ts';
import { addCandidates, connectedCompany } from './connected-company.ts';
import { type Bench, timed } from './figures.ts';
import { generateMail } from './generated-mail.ts';
import { measureIngestSteps, type Post } from './ingest-steps.ts';
import { gmailAt, startBenchLab } from './lab.ts';

const leastPerSecond = 300;
/** A mailbox may not spend more than its quota of a minute, which is about 80 messages. */
const mailOfMailbox = 50;
/** As the worker does. */
const pullsAtOnce = 4;

export const measureIngest = async (bench: Bench): Promise<void> => {
  const count = bench.isQuick ? 200 : 2_000;
  const own = Array.from({ length: count / mailOfMailbox }, (_, index) => `person-${index}@acme.test`);
  const candidates = Array.from({ length: count / 10 }, (_, index) => `candidate-${index}@mailbox.test`);
  const mail = generateMail(count, own, candidates, Date.now() + 3_600_000);
  const meanBytes = mail.reduce((sum, { raw }) => sum + raw.length, 0) / count;
  bench.say(
    `${count} messages of ${(meanBytes / 1_000).toFixed(1)} kB on average in ${own.length} mailboxes`,
  );
  bench.add('ingest', {
    what: 'mean size of a message',
    value: meanBytes / 1_000,
    unit: 'kB',
    sampleCount: count,
  });
  const servers = await startBenchServers();
  try {
    for (const server of serverNames) await measureWhole(bench, servers, server, { own, candidates, mail });
    await measureIngestSteps(bench, servers, { own, candidates, mail }, 1_000 / leastPerSecond);
  } finally {
    await servers.stop();
  }
};

const measureWhole = async (
  bench: Bench,
  servers: BenchServers,
  server: ServerName,
  { own, candidates, mail }: Post,
): Promise<void> => {
  const lab = await startBenchLab(own);
  const database = await servers.open(server, { gmail: gmailAt(lab) });
  const { services } = database;
  try {
    const company = await connectedCompany(
      services,
      own.map((address, index) => ({ address, refreshToken: lab.refreshTokens[index] ?? '' })),
    );
    await addCandidates(services, company, candidates);
    const signal = AbortSignal.timeout(300_000);
    const pullAll = () =>
      sideBySide(company.mailboxes, pullsAtOnce, (mailbox) => pullMailbox(services, mailbox, signal));
    // The first look only notes where to go on from.
    await pullAll();
    await lab.deliver(mail);
    const { ms } = await timed(pullAll);
    await requireStored(database, mail.length);
    bench.add('ingest', {
      what: `whole, ${pullsAtOnce} mailboxes at once, ${server}`,
      value: perSecond(mail.length, ms),
      unit: 'messages/s',
      sampleCount: mail.length,
      budget: { is: 'at least', value: leastPerSecond },
    });
  } finally {
    await database.close();
    await lab.stop();
  }
};

const sideBySide = async <T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const waiting = [...items];
  const one = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
};

const perSecond = (count: number, ms: number): number => (count / ms) * 1_000;
