/* Where the time of an ingest goes: the same mail step by step, first to last, in one mailbox after the other. */
import { keyIdOf, makeDataKey, seal } from '../../server/base/vault.ts';
import { OWNER } from '../../server/db/roles.ts';
import { parseMime } from '../../server/providers/mime.ts';
import type { CopyHeaders, Provider } from '../../server/providers/provider.ts';
import { type DecidedCopy, decideCopies } from '../../server/services/ingest/decide-copies.ts';
import { ingestPage } from '../../server/services/ingest/ingest.ts';
import type { KeptCopy } from '../../server/services/ingest/kept-copy.ts';
import type { OpenMailbox } from '../../server/services/mailboxes/mailbox-access.ts';
import type { Services } from '../../server/services/services.ts';
import { testMasterKey } from '../build/database-servers.ts';
import { watchServices } from '../build/watched-services.ts';
import { type BenchDatabase, type BenchServers, requireStored } from './bench-database.ts';
import { addCandidates, connectedCompany } from './connected-company.ts';
import { type Bench, timed } from './figures.ts';
import type { GeneratedMail } from './generated-mail.ts';
import { gmailAt, startBenchLab } from './lab.ts';

/** Addresses of mailboxes and of candidates, and the mail between them. */
export type Post = {
  readonly own: readonly string[];
  readonly candidates: readonly string[];
  readonly mail: readonly GeneratedMail[];
};

const pageSize = 100;

export const measureIngestSteps = async (
  bench: Bench,
  servers: BenchServers,
  post: Post,
  budgetMs: number,
): Promise<void> => {
  const { mail } = post;
  const add = (what: string, ms: number): void =>
    bench.add('ingest', {
      what: `${what}, one message`,
      value: ms / mail.length,
      unit: 'ms',
      sampleCount: mail.length,
      peer: { what: 'at the budget all of it takes', value: budgetMs },
    });

  add('fetch: three requests to the lab', await timeFetching(post));
  const stored = await timeStoring(servers, post, 'with triggers');
  add('parse', stored.parseMs);
  add('decide', stored.decideMs);
  add('join, seal, store', stored.storeMs);
  bench.add('ingest', {
    what: 'join, seal, store, one message',
    value: stored.statementCount / mail.length,
    unit: 'statements',
    sampleCount: mail.length,
  });
  add('of it: seal', await timeSealing(stored.kept));
  const bare = await timeStoring(servers, post, 'without triggers');
  add('of it: triggers (who may read, news)', stored.storeMs - bare.storeMs);
};

const timeFetching = async ({ own, mail }: Post): Promise<number> => {
  const lab = await startBenchLab(own);
  try {
    const gmail = gmailAt(lab);
    const providers = own.map((address, index) =>
      gmail.open({
        mailboxKey: address,
        priority: 'background',
        labelName: 'Candidate',
        secret: { refreshToken: lab.refreshTokens[index] ?? '', grantedScopes: [] },
      }),
    );
    const signal = AbortSignal.timeout(300_000);
    const started = new Map<Provider, string>();
    for (const provider of providers) started.set(provider, await provider.start(signal));
    await lab.deliver(mail);
    let fetchedCount = 0;
    const { ms } = await timed(async () => {
      for (const provider of providers) {
        const { upserts } = await provider.pull(started.get(provider) ?? '', {}, signal);
        for (const { providerMessageId } of upserts) {
          await provider.readHeaders(providerMessageId, signal);
          await provider.fetch(providerMessageId, mostBytes, signal);
        }
        fetchedCount += upserts.length;
      }
    });
    if (fetchedCount !== mail.length)
      throw new Error(`${fetchedCount} of ${mail.length} messages were fetched.`);
    return ms;
  } finally {
    await lab.stop();
  }
};

const mostBytes = 25 * 1024 * 1024;

/** Page by page as the worker does, with the mail already here. */
const timeStoring = async (servers: BenchServers, post: Post, how: 'with triggers' | 'without triggers') => {
  const database = await servers.open('embedded 18');
  const { services } = database;
  let statementCount = 0;
  const counted = watchServices(services, (step) => {
    if (step === 'statement') statementCount += 1;
  });
  try {
    const company = await connectedCompany(
      services,
      post.own.map((address) => ({ address, refreshToken: 'unused' })),
    );
    await addCandidates(services, company, post.candidates);
    if (how === 'without triggers') await switchTriggersOff(database);
    const mailboxes = new Map(post.own.map((address, index) => [address, company.mailboxes[index]]));
    let parseMs = 0;
    let decideMs = 0;
    let storeMs = 0;
    const allKept: KeptCopy[] = [];
    for (const [address, mailbox] of mailboxes) {
      if (mailbox === undefined) continue;
      const held = post.mail.filter((each) => each.address === address);
      for (let from = 0; from < held.length; from += pageSize) {
        const page = held
          .slice(from, from + pageSize)
          .map((each) => ({ raw: Buffer.from(each.raw), at: each.at }));
        const copies = await Promise.all(page.map(({ raw, at }) => toCopy(raw, at)));
        const decided = await timed(() => decideCopies(services, mailbox, copies));
        decideMs += decided.ms;
        const parsed = await timed(() => parseAll(decided.value, page));
        parseMs += parsed.ms;
        const stored = await timed(() => store(counted, mailbox, parsed.value));
        storeMs += stored.ms;
        allKept.push(...parsed.value);
      }
    }
    await requireStored(database, post.mail.length);
    return { parseMs, decideMs, storeMs, statementCount, kept: allKept };
  } finally {
    await database.close();
  }
};

const parseAll = async (
  decided: readonly DecidedCopy[],
  page: readonly { readonly raw: Buffer }[],
): Promise<readonly KeptCopy[]> => {
  const kept: KeptCopy[] = [];
  for (const [index, { copy, headers, decision }] of decided.entries()) {
    const raw = page[index]?.raw;
    if (decision.decision !== 'keep' || raw === undefined) continue;
    const mail = await parseMime(raw);
    kept.push({ copy, headers, mail, because: decision.because, isAutomatic: decision.isAutomatic });
  }
  return kept;
};

const store = (services: Services, mailbox: OpenMailbox, kept: readonly KeptCopy[]): Promise<void> =>
  services.db.transaction({ kind: 'company', companyId: mailbox.companyId }, async (tx) => {
    await ingestPage(services, tx, mailbox, kept);
  });

/** As ingest seals: head, body, and each attachment's name and content. */
const timeSealing = async (kept: readonly KeptCopy[]): Promise<number> => {
  const { key } = makeDataKey(testMasterKey, 'a company');
  const place = { companyId: 'a company', table: 'message', row: 'a row', column: 'a column' };
  const { ms } = await timed(async () => {
    for (const { headers, mail } of kept) {
      const sealed = [
        seal(
          key,
          Buffer.from(JSON.stringify({ subject: headers.subject, participants: headers.participants })),
          place,
        ),
        seal(key, Buffer.from(JSON.stringify({ text: mail?.text, html: mail?.html })), place),
        ...(mail?.attachments ?? []).flatMap(({ name, content }) => [
          seal(key, Buffer.from(name ?? ''), place),
          seal(key, content, place),
        ]),
      ];
      for (const envelope of sealed)
        if (keyIdOf(envelope) !== key.id) throw new Error('Sealed under another key.');
    }
  });
  return ms;
};

const toCopy = async (raw: Buffer, at: number): Promise<CopyHeaders> => {
  const providerMessageId = crypto.randomUUID();
  return {
    providerMessageId,
    providerThreadId: providerMessageId,
    place: { isDraft: false, isSpam: false, isTrash: false, isLabelled: false },
    labels: ['INBOX'],
    headers: (await parseMime(raw)).headers,
    receivedAt: at,
    sizeBytes: raw.length,
  };
};

const switchTriggersOff = async (database: BenchDatabase): Promise<void> => {
  const client = await database.connect(OWNER);
  for (const name of ['message', 'message_copy', 'participant', 'thread_candidate'])
    await client.query(`alter table candor.${name} disable trigger user`);
  await client.end();
};
