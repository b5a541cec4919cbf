/*
 * From a mailbox to the record: fetch, parse, decide, join, seal, store. First the whole way as the worker goes it: over HTTP
 * from a lab in a process of its own, and over IMAP from a real Dovecot; then the same mail step by step, to see where the
 * time goes.
 */
import { systemClock } from '../../server/base/clock.ts';
import { imapAccounts } from '../../server/providers/imap/accounts.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import type { Services } from '../../server/services/services.ts';
import { type ServerName, serverNames } from '../build/database-servers.ts';
import { startDovecot } from '../lab/imap/dovecot.ts';
import { password } from '../provider/imap-at-dovecot.ts';
import { type BenchServers, requireStored, startBenchServers } from './bench-database.ts';
import { addCandidates, connectedCompany, type ToConnect } from './connected-company.ts';
import { type Bench, timed } from './figures.ts';
import { generateMail } from './generated-mail.ts';
import { measureIngestSteps, type Post } from './ingest-steps.ts';
import { gmailAt, startBenchLab } from './lab.ts';
import { layIn, writeMail } from './maildir.ts';

const leastPerSecond = 300;
/** Of each mailbox: at Gmail one may not spend more than its quota of a minute, which is about 80 messages. */
const mailOfGmail = 50;
const mailOfImap = 1_000;
/** As the worker does. */
const pullsAtOnce = 4;

export const measureIngest = async (bench: Bench): Promise<void> => {
  const servers = await startBenchServers();
  try {
    const overGmail = postOf(bench, bench.isQuick ? 200 : 2_000, mailOfGmail);
    for (const server of serverNames)
      await measureWhole(bench, servers, server, overGmail, await mailboxesAtGmail(overGmail));
    const overImap = postOf(bench, bench.isQuick ? 1_000 : 10_000, mailOfImap);
    for (const server of serverNames)
      await measureWhole(bench, servers, server, overImap, await mailboxesAtDovecot(overImap));
    await measureIngestSteps(bench, servers, overGmail, 1_000 / leastPerSecond);
  } finally {
    await servers.stop();
  }
};

const postOf = (bench: Bench, count: number, mailOfMailbox: number): Post => {
  const own = Array.from(
    { length: Math.ceil(count / mailOfMailbox) },
    (_, index) => `person-${index}@acme.test`,
  );
  const candidates = Array.from({ length: count / 10 }, (_, index) => `candidate-${index}@mailbox.test`);
  const mail = generateMail(count, own, candidates, Date.now() + 3_600_000);
  const meanBytes = mail.reduce((sum, { raw }) => sum + raw.length, 0) / count;
  bench.say(
    `${count} messages of ${(meanBytes / 1_000).toFixed(1)} kB on average in ${own.length} mailboxes`,
  );
  bench.add('ingest', {
    what: `mean size of ${count} messages`,
    value: meanBytes / 1_000,
    unit: 'kB',
    sampleCount: count,
  });
  return { own, candidates, mail };
};

/** Mailboxes with nothing in them yet, at a server in processes of its own. */
type EmptyMailboxes = {
  readonly at: string;
  readonly providers: Services['providers'];
  readonly toConnect: readonly ToConnect[];
  readonly deliver: (mail: Post['mail']) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const mailboxesAtGmail = async ({ own }: Post): Promise<EmptyMailboxes> => {
  const lab = await startBenchLab(own);
  return {
    at: 'Gmail lab',
    providers: { gmail: gmailAt(lab) },
    toConnect: own.map((address, index) => ({ address, refreshToken: lab.refreshTokens[index] ?? '' })),
    deliver: lab.deliver,
    stop: lab.stop,
  };
};

const mailboxesAtDovecot = async ({ own }: Post): Promise<EmptyMailboxes> => {
  const dovecot = await startDovecot({ persona: 'modern' });
  for (const address of own) await layIn(dovecot, address, []);
  const accounts = imapAccounts({
    clock: systemClock,
    trust: trusting([dovecot.certificate]),
    inside: ['localhost'],
  });
  const imap = { host: 'localhost', port: dovecot.imapsPort, security: 'tls' } as const;
  return {
    at: 'Dovecot',
    providers: { imap: accounts },
    toConnect: own.map((address) => ({ address, secret: { user: address, password, imap } })),
    deliver: async (mail) => {
      for (const address of own)
        await layIn(
          dovecot,
          address,
          await writeMail(
            dovecot,
            mail.filter((each) => each.address === address),
          ),
        );
    },
    stop: async () => {
      accounts.close();
      await dovecot.close();
    },
  };
};

const measureWhole = async (
  bench: Bench,
  servers: BenchServers,
  server: ServerName,
  { candidates, mail }: Post,
  { at, providers, toConnect, deliver, stop }: EmptyMailboxes,
): Promise<void> => {
  const database = await servers.open(server, providers);
  const { services } = database;
  try {
    const company = await connectedCompany(services, toConnect);
    await addCandidates(services, company, candidates);
    const signal = AbortSignal.timeout(600_000);
    const pullAll = () =>
      sideBySide(company.mailboxes, pullsAtOnce, (mailbox) => pullMailbox(services, mailbox, signal));
    // The first look only notes where to go on from.
    await pullAll();
    await deliver(mail);
    const { ms } = await timed(pullAll);
    await requireStored(database, mail.length);
    bench.add('ingest', {
      what: `${at}, whole, ${pullsAtOnce} mailboxes at once, ${server}`,
      value: perSecond(mail.length, ms),
      unit: 'messages/s',
      sampleCount: mail.length,
      budget: { is: 'at least', value: leastPerSecond },
    });
  } finally {
    await database.close();
    await stop();
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
