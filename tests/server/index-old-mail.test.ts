/* Mail that was stored before there was an index of its words: made searchable in portions, wherever it was cut off. */
import { describe, expect, test } from 'vitest';
import type { MessageId, PersonId } from '../../lib/contract/ids.ts';
import { indexOldMail } from '../../server/services/ingest/index-old-mail.ts';
import { sealHead } from '../../server/services/ingest/mail-content.ts';
import { searchMessages } from '../../server/services/search/search-messages.ts';
import type { Services } from '../../server/services/services.ts';
import { aCompany, anId, type TestCompany } from '../build/a-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';
import { silentLog } from '../build/silent-log.ts';
import { servicesOn } from '../build/some-services.ts';

/** More than two portions. */
const messageCount = 230;

describe.each(serverNames)('%s', (server) => {
  const database = aDatabase(server);

  const oldMail = async (services: Services) => {
    const company = await aCompany(database);
    const ana = await company.person();
    const threadId = await company.thread();
    const ids = Array.from({ length: messageCount }, () => anId<MessageId>());
    await company.asCompany(async (tx) => {
      for (const id of ids) {
        const at = { companyId: company.companyId, candidateId: undefined, row: id };
        const head = await sealHead(services, tx, at, { subject: 'An aardvark', participants: [] });
        await tx
          .insertInto('candor.message')
          .values(company.messageRow(threadId, id, { head }))
          .execute();
        await tx
          .insertInto('candor.message_copy')
          .values(company.copyRow(threadId, id, ana))
          .execute();
      }
    });
    return { company, ana, threadId };
  };
  const total = async (services: Services, { companyId }: TestCompany, personId: PersonId) => {
    const actor = {
      companyId,
      personId,
      name: 'Ana',
      address: 'ana@acme.example',
      role: 'recruiter',
    } as const;
    return (await searchMessages(services, actor, { text: 'aardvark' })).total;
  };
  const indexed = async ({ companyId }: TestCompany): Promise<number> => {
    const [{ count = 0 } = {}] = await database.query<{ count: number }>(
      `select count(*)::int as count from candor.message_words where company_id = '${companyId}'`,
    );
    return count;
  };

  test('it is found once the job was there, which goes on where it was cut off', async () => {
    const cut = new AbortController();
    const services = servicesOn(database, {
      log: {
        ...silentLog,
        info: (what) => {
          if (what === 'old mail was made searchable') cut.abort();
        },
      },
    });
    const { company, ana } = await oldMail(services);
    expect(await total(services, company, ana)).toEqual({ count: 0, isMore: false });

    await expect(indexOldMail(services, cut.signal)).rejects.toThrow();
    const before = await indexed(company);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(messageCount);

    await indexOldMail(services, new AbortController().signal);
    expect(await indexed(company)).toBe(messageCount);
    expect(await total(services, company, ana)).toEqual({ count: 200, isMore: true });
  }, 60_000);

  test('a message that does not open holds up none, and is not tried again', async () => {
    const warned: string[] = [];
    const services = servicesOn(database, {
      log: { ...silentLog, warn: (what) => void warned.push(what) },
    });
    const { company, ana, threadId } = await oldMail(services);
    const broken = await company.message(threadId, { heldBy: [ana] });
    await indexOldMail(services, new AbortController().signal);
    await indexOldMail(services, new AbortController().signal);
    expect(warned).toEqual(['a message could not be opened to make it searchable']);
    expect(await indexed(company)).toBe(messageCount + 1);
    await company.asCompany((tx) => tx.deleteFrom('candor.message').where('id', '=', broken).execute());
    expect(await indexed(company)).toBe(messageCount);
  }, 60_000);
});
