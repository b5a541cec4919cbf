/* Processes that are killed while they bring in a mailbox's first delta. KILLS: how many; the long run takes 100. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seededRandom } from '../bench/seeded-random.ts';
import { aDatabase } from '../build/a-database.ts';
import { ana, aSyncingCompany, type SyncingCompany } from '../build/a-syncing-company.ts';
import type { At } from '../build/pull-in-a-process.ts';
import { recordOf } from '../build/record-of.ts';
import { startAndKill } from '../build/worker-process.ts';
import { letter } from '../provider/letter.ts';

const database = aDatabase();
const program = fileURLToPath(new URL('../build/pull-in-a-process.ts', import.meta.url));
const kills = Number(process.env.KILLS ?? 12);
const pageSize = 20;
/** A process spends about so many requests on two pages. */
const mostRequests = 90;

/** Threads of three with a candidate, and as much that is nobody's business. */
const lettersFrom = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => first + index).map((nr) => {
    const thread = nr - (nr % 6);
    const isKept = nr % 6 < 3;
    const from = isKept ? (nr % 2 === 0 ? 'jane@mailbox.test' : ana) : 'shop@else.test';
    return letter({
      from,
      to: from === ana ? 'jane@mailbox.test' : ana,
      id: `nr-${nr}@mailbox.test`,
      subject: `Nr ${nr}`,
      references: isKept && nr > thread ? [`nr-${nr - 1}@mailbox.test`] : [],
    });
  });

const deliver = ({ lab }: SyncingCompany, letters: readonly string[]): void => {
  for (const raw of letters) lab.deliver(ana, raw, { at: database.clock.at });
};

/** Runs until the mailbox has been asked so often, and some ms more; true when it was through before. */
const runAndKill = async (
  company: SyncingCompany,
  after: { readonly requests: number; readonly ms: number },
): Promise<boolean> => {
  const at: At = {
    databaseUrl: database.superuserUrl,
    labUrl: company.lab.url,
    ...company.lab.client,
    companyId: company.mailbox.companyId,
    mailboxId: company.mailbox.mailboxId,
  };
  return startAndKill(program, company, at, after);
};

test(
  `a worker killed ${kills} times on its way brings in the same as one that nothing disturbs`,
  async () => {
    const random = seededRandom(Date.now() % 1_000_000);
    const [killed, whole] = [
      await aSyncingCompany(database, pageSize),
      await aSyncingCompany(database, pageSize),
    ];
    try {
      let count = 0;
      const more = (): void => {
        const letters = lettersFrom(count, 300);
        count += letters.length;
        deliver(killed, letters);
        deliver(whole, letters);
      };
      more();
      for (let round = 0; round < kills; round += 1) {
        const after = { requests: 1 + Math.floor(random() * mostRequests), ms: Math.floor(random() * 40) };
        if (await runAndKill(killed, after)) more();
      }
      await killed.pull();
      await whole.pull();
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
