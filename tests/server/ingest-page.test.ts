/* A page stored at once gives the same record as its messages one by one, in whatever order they come. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseMime, readHeaders } from '../../server/providers/mime.ts';
import { ingestPage } from '../../server/services/ingest/ingest.ts';
import type { KeptCopy } from '../../server/services/ingest/kept-copy.ts';
import type { OpenMailbox } from '../../server/services/mailboxes/mailbox-access.ts';
import type { Services } from '../../server/services/services.ts';
import { addCandidates, connectedCompany } from '../bench/connected-company.ts';
import { aDatabase, serverNames } from '../build/a-database.ts';
import { candidateAddresses } from '../build/a-syncing-company.ts';
import { recordOf } from '../build/record-of.ts';
import { servicesOn } from '../build/some-services.ts';
import { watchServices } from '../build/watched-services.ts';
import { letter } from '../provider/letter.ts';

type Mail = {
  readonly id: number | undefined;
  readonly answers: readonly number[];
  readonly text: number;
  readonly to: readonly number[];
  readonly bcc: boolean;
};
const addresses = [...candidateAddresses, 'tom@acme.test', 'nobody@elsewhere.test'];
const mails: fc.Arbitrary<Mail> = fc.record({
  id: fc.option(fc.nat({ max: 9 }), { nil: undefined, freq: 9 }),
  answers: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
  text: fc.nat({ max: 1 }),
  to: fc.uniqueArray(fc.nat({ max: addresses.length - 1 }), { minLength: 1, maxLength: 3 }),
  bcc: fc.boolean(),
});

/** One message for each id, so that its headers are the same in every copy; two contents can stand under one id. */
const toKept = async (mail: Mail, at: number): Promise<KeptCopy> => {
  const subject = mail.id === undefined ? `Without ${mail.text}` : `Nr ${mail.id}, version ${mail.text}`;
  const raw = Buffer.from(
    letter({
      from: 'ana@acme.test',
      to: mail.to.map((index) => addresses[index] ?? '').join(', '),
      ...(mail.bcc ? { bcc: 'mia@acme.test' } : {}),
      subject,
      ...(mail.id === undefined ? {} : { id: `m${mail.id}@mailbox.test` }),
      references: mail.answers.map((id) => `m${id}@mailbox.test`),
      body: `Text ${mail.text}`,
    }),
  );
  const parsed = await parseMime(raw);
  return {
    copy: {
      providerMessageId: `copy-${at}`,
      providerThreadId: `thread-${at}`,
      place: { isDraft: false, isSpam: false, isTrash: false, isLabelled: at % 2 === 0 },
      labels: [],
      headers: parsed.headers,
      receivedAt: Date.UTC(2026, 0, 5) + at,
      sizeBytes: raw.length,
    },
    headers: readHeaders(parsed.headers, 0),
    mail: parsed,
    because: [{ rule: 'label' }],
    isAutomatic: false,
  };
};

describe.each(serverNames)('%s', (server) => {
  const database = aDatabase(server);
  let services: Services;
  beforeAll(() => {
    services = servicesOn(database);
  });

  const aMailbox = async (): Promise<OpenMailbox> => {
    const company = await connectedCompany(
      services,
      ['ana@acme.test', 'tom@acme.test', 'mia@acme.test'].map((address) => ({
        address: `${crypto.randomUUID()}.${address}`,
        refreshToken: 'unused',
      })),
    );
    await addCandidates(services, company, candidateAddresses);
    const [mailbox] = company.mailboxes;
    if (mailbox === undefined) throw new Error('The company has no mailbox.');
    return mailbox;
  };
  const ingest = (mailbox: OpenMailbox, kept: readonly KeptCopy[], by = services) =>
    by.db.transaction({ kind: 'company', companyId: mailbox.companyId }, (tx) =>
      ingestPage(by, tx, mailbox, kept),
    );

  test('a page at once is the same as one message after the other [JS-23]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mails, { minLength: 1, maxLength: 14 }), async (page) => {
        const kept = await Promise.all(page.map(toKept));
        const [atOnce, oneByOne] = [await aMailbox(), await aMailbox()];
        await ingest(atOnce, kept);
        for (const each of kept) await ingest(oneByOne, [each]);
        expect(await recordOf(services, atOnce.companyId)).toEqual(
          await recordOf(services, oneByOne.companyId),
        );
      }),
      { numRuns: 15 },
    );
  });

  test('threads are the same in whatever order and pages the mail comes [JS-23]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          mails.filter(({ id }) => id !== undefined),
          {
            minLength: 2,
            maxLength: 10,
            selector: ({ id }) => id,
          },
        ),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 6 }),
        async (page, order, pageSize) => {
          const kept = await Promise.all(page.map(toKept));
          const shuffled = kept
            .map((each) => ({ each, place: order.next().value }))
            .sort((a, b) => a.place - b.place)
            .map(({ each }) => each);
          const [inOrder, inOther] = [await aMailbox(), await aMailbox()];
          await ingest(inOrder, kept);
          for (let from = 0; from < shuffled.length; from += pageSize)
            await ingest(inOther, shuffled.slice(from, from + pageSize));
          expect((await recordOf(services, inOther.companyId)).threads).toEqual(
            (await recordOf(services, inOrder.companyId)).threads,
          );
        },
      ),
      { numRuns: 15 },
    );
  });

  test('a hundred messages take as many statements as one', async () => {
    let count = 0;
    const counted = watchServices(services, (step) => {
      if (step === 'statement') count += 1;
    });
    const mailOf = (index: number): Mail => ({
      id: index,
      answers: index === 0 ? [] : [index - 1],
      text: 0,
      to: [0],
      bcc: false,
    });
    const of = async (size: number): Promise<number> => {
      const kept = await Promise.all(
        Array.from({ length: size }, (_, index) => toKept(mailOf(index), index)),
      );
      const mailbox = await aMailbox();
      count = 0;
      await ingest(mailbox, kept, counted);
      return count;
    };
    const one = await of(1);
    expect(await of(100)).toBe(one);
    expect(one).toBeLessThanOrEqual(22);
  });

  test('ingested twice, nothing is there twice', async () => {
    const kept = await Promise.all(
      [0, 1, 2, 3].map((id) => toKept({ id, answers: [0], text: 0, to: [0, 2], bcc: true }, id)),
    );
    const mailbox = await aMailbox();
    await ingest(mailbox, [...kept, ...kept]);
    const once = await recordOf(services, mailbox.companyId);
    expect(once.messages).toHaveLength(4);
    await ingest(mailbox, kept.toReversed());
    expect(await recordOf(services, mailbox.companyId)).toEqual(once);
  });
});
