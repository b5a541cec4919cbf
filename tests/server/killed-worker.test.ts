/* Processes that are killed while they bring in a mailbox's first delta. KILLS: how many; the long run takes 100. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureReason } from '../../server/base/failure.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { seededRandom } from '../bench/seeded-random.ts';
import { aDatabase } from '../build/a-database.ts';
import { type AuditedMailbox, gmailToAudit, graphToAudit, imapToAudit } from '../build/audited-mailbox.ts';
import type { At } from '../build/pull-in-a-process.ts';
import { recordOf } from '../build/record-of.ts';
import { killedPageSize, startAndKill } from '../build/worker-process.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { letter } from '../provider/letter.ts';

const database = aDatabase();
const program = fileURLToPath(new URL('../build/pull-in-a-process.ts', import.meta.url));
const kills = Number(process.env.KILLS ?? 4);
const lettersAtOnce = 120;
/** A process spends about so much on two pages: requests, or pieces of what an IMAP server says. */
const mostTraffic = { Gmail: 90, 'Microsoft Graph': 90, IMAP: 120 } as const;

/** Threads of three with a candidate, and as much that is nobody's business. */
const lettersFrom = (first: number, count: number, own: string): readonly string[] =>
  Array.from({ length: count }, (_, index) => first + index).map((nr) => {
    const thread = nr - (nr % 6);
    const isKept = nr % 6 < 3;
    const from = isKept ? (nr % 2 === 0 ? 'jane@mailbox.test' : own) : 'shop@else.test';
    return letter({
      from,
      to: from === own ? 'jane@mailbox.test' : own,
      id: `nr-${nr}@mailbox.test`,
      subject: `Nr ${nr}`,
      references: isKept && nr > thread ? [`nr-${nr - 1}@mailbox.test`] : [],
    });
  });

const deliver = async (audited: AuditedMailbox, first: number, count: number): Promise<void> => {
  for (const raw of lettersFrom(first, count, audited.address)) await audited.deliver(raw);
};

/** Runs until there was so much traffic, and some ms more; true when it was through before. */
const runAndKill = async (
  audited: AuditedMailbox,
  after: { readonly requests: number; readonly ms: number },
): Promise<boolean> => {
  const at: At = {
    databaseUrl: database.superuserUrl,
    provider: audited.at,
    companyId: audited.mailbox.companyId,
    mailboxId: audited.mailbox.mailboxId,
  };
  return startAndKill(program, audited.traffic, at, after);
};

/** As the queue does: what waits for the provider's quota goes on when its time has come. */
const pull = async (audited: AuditedMailbox): Promise<void> => {
  try {
    await pullMailbox(audited.services, audited.mailbox, AbortSignal.timeout(120_000));
  } catch (thrown) {
    if (failureReason(thrown) !== 'provider-busy') throw thrown;
    database.clock.at += 60_000;
    await pull(audited);
  }
};

let dovecot: Dovecot;
beforeAll(async () => {
  dovecot = await startDovecot({ persona: 'modern' });
});
afterAll(() => dovecot.close());

test.each([
  { provider: 'Gmail', open: () => gmailToAudit(database, killedPageSize) },
  { provider: 'Microsoft Graph', open: () => graphToAudit(database, killedPageSize) },
  { provider: 'IMAP', open: () => imapToAudit(database, dovecot, killedPageSize) },
] as const)(
  `at $provider a worker killed ${kills} times on its way brings in the same as one that nothing disturbs`,
  async ({ provider, open }) => {
    const random = seededRandom(Date.now() % 1_000_000);
    const [killed, whole] = [await open(), await open()];
    try {
      let count = 0;
      const more = async (): Promise<void> => {
        await deliver(killed, count, lettersAtOnce);
        await deliver(whole, count, lettersAtOnce);
        count += lettersAtOnce;
      };
      await more();
      for (let round = 0; round < kills; round += 1) {
        const requests = 1 + Math.floor(random() * mostTraffic[provider]);
        if (await runAndKill(killed, { requests, ms: Math.floor(random() * 40) })) await more();
      }
      await pull(killed);
      await pull(whole);
      const record = await recordOf(killed.services, killed.mailbox.companyId);
      expect(record.messages).toHaveLength(count / 2);
      expect(record.threads).toHaveLength(count / 6);
      expect(record).toEqual(await recordOf(whole.services, whole.mailbox.companyId));
    } finally {
      await killed.close();
      await whole.close();
    }
  },
  60_000 + kills * 30_000,
);
