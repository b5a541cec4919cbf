/* Messages, threads, searches and the label. */
import { expect, test } from 'vitest';
import { decideInterest } from '../../lib/domain/interest.ts';
import { readHeaders } from '../../server/providers/mime.ts';
import type { CopyRef } from '../../server/providers/provider.ts';
import { letter } from './letter.ts';
import { addressOf, dayMs, deliverMany, type MailboxUnderTest, never } from './mailbox-under-test.ts';

export const readingRules = (box: () => MailboxUnderTest): void => {
  const messageIdsOf = async (refs: readonly CopyRef[]): Promise<(string | undefined)[]> => {
    const ids: (string | undefined)[] = [];
    for (const { providerMessageId } of refs) {
      const { headers } = await box().provider.readHeaders(providerMessageId, never);
      ids.push(readHeaders(headers, 0).messageId);
    }
    return ids;
  };

  test('the profile gives the address the provider vouches for', async () => {
    expect(await box().provider.profile(never)).toEqual({ address: box().address });
  });

  test('a message is fetched byte for byte, whatever its charset', async () => {
    const raw = Buffer.concat([
      Buffer.from(letter({ id: 'latin@x.test' })),
      Buffer.from([0xe9, 0xff, 0x0d, 0x0a]),
    ]);
    const ref = await box().deliver(raw);
    const fetched = await box().provider.fetch(ref.providerMessageId, raw.length, never);
    expect(Buffer.from(fetched.raw).equals(raw)).toBe(true);
    expect(fetched).toMatchObject(ref);
  });

  test('a message over the limit is refused', async () => {
    const ref = await box().deliver(letter({ body: 'x'.repeat(5_000) }));
    await expect(box().provider.fetch(ref.providerMessageId, 4_000, never)).rejects.toMatchObject({
      reason: 'too-large',
    });
  });

  test('a thread is read oldest first with every header in its order', async () => {
    const headers = ['X-One: 1', 'Received: by a.test', 'Received: by b.test', 'X-One: 2'];
    const first = await box().deliver(letter({ id: 'a@x.test', headers }), box().clock.now() - 2_000);
    const reply = await box().deliver(
      letter({ id: 'b@x.test', subject: 'Re: Your application', references: ['a@x.test'] }),
      box().clock.now() - 1_000,
    );
    const copies = await box().provider.readThread(first.providerThreadId, never);
    expect(copies.map((copy) => copy.providerMessageId)).toEqual([
      first.providerMessageId,
      reply.providerMessageId,
    ]);
    expect(copies[0]?.receivedAt).toBe(box().clock.now() - 2_000);
    expect(copies[0]?.headers.filter(({ name }) => name === 'Received' || name === 'X-One')).toEqual([
      { name: 'X-One', value: '1' },
      { name: 'Received', value: 'by a.test' },
      { name: 'Received', value: 'by b.test' },
      { name: 'X-One', value: '2' },
    ]);
  });

  test('a search finds the address in every role, newest first, inside the window only', async () => {
    const jane = addressOf('jane@candidates.test');
    const other = { from: 'bo@other.test', to: 'cy@other.test' };
    const now = box().clock.now();
    await box().deliver(letter({ ...other, subject: 'none' }), now - 1 * dayMs);
    await box().deliver(
      letter({ from: 'jane@candidates.test.evil.test', to: 'cy@other.test' }),
      now - 1 * dayMs,
    );
    const roles = [
      await box().deliver(
        letter({ ...other, from: 'Jane <jane@candidates.test>', subject: '1' }),
        now - 2 * dayMs,
      ),
      await box().deliver(letter({ ...other, to: 'jane@candidates.test', subject: '2' }), now - 3 * dayMs),
      await box().deliver(
        letter({ ...other, cc: 'x@y.test, jane@candidates.test', subject: '3' }),
        now - 4 * dayMs,
      ),
      await box().deliver(letter({ ...other, bcc: 'jane@candidates.test', subject: '4' }), now - 5 * dayMs),
    ];
    await box().deliver(letter({ subject: 'old' }), now - 60 * dayMs);
    const { found } = await box().provider.search(
      { by: 'addresses', addresses: [jane] },
      { from: now - 30 * dayMs },
      undefined,
      never,
    );
    expect(found).toEqual(roles);
  });

  test('a search for several addresses finds each message once, and one for the label what is labelled', async () => {
    const now = box().clock.now();
    const fromJane = letter({ from: 'jane@candidates.test', to: 'omar@candidates.test', subject: '1' });
    const both = await box().deliver(fromJane, now - 1_000);
    const omar = await box().deliver(
      letter({ from: 'omar@candidates.test', to: 'bo@other.test', subject: '2' }),
      now - 2_000,
    );
    const other = await box().deliver(
      letter({ id: 'other@x.test', from: 'cy@other.test', to: 'bo@other.test', subject: '3' }),
      now - 3_000,
    );
    await box().provider.label(other.providerThreadId, box().candidateLabelName, true, never);
    const addresses = ['omar@candidates.test', 'jane@candidates.test'].map(addressOf);
    const byAddress = await box().provider.search({ by: 'addresses', addresses }, {}, undefined, never);
    const byLabel = await box().provider.search({ by: 'label' }, {}, undefined, never);
    expect(byAddress.found).toEqual([both, omar]);
    expect(await messageIdsOf(byLabel.found)).toEqual(['other@x.test']);
  });

  test('a first import pages through everything with one person and stops', async () => {
    const jane = addressOf('jane@candidates.test');
    const all = await deliverMany(box(), 230, (nth) => ({
      raw: letter({ subject: `Nr ${nth}` }),
      at: box().clock.now() - (300 - nth) * 60_000,
    }));
    const found: CopyRef[] = [];
    let page: string | undefined;
    do {
      const answer = await box().provider.search({ by: 'addresses', addresses: [jane] }, {}, page, never);
      found.push(...answer.found);
      page = answer.nextPage;
    } while (page !== undefined);
    expect(found).toEqual([...all].reverse());
  });

  test('labelling a thread puts the label on every message of it, makes the label, and can be repeated [P-15]', async () => {
    const first = await box().deliver(letter({ id: 'a@x.test' }));
    await box().deliver(letter({ id: 'b@x.test', subject: 'Re: Your application', inReplyTo: 'a@x.test' }));
    for (const _ of [1, 2])
      await box().provider.label(first.providerThreadId, box().candidateLabelName, true, never);
    const copies = await box().provider.readThread(first.providerThreadId, never);
    expect(copies.map(({ place }) => place.isLabelled)).not.toContain(false);
    const underLabel = copies.filter(({ labels }) => labels.includes(box().candidateLabelName));
    expect((await messageIdsOf(underLabel)).sort()).toEqual(['a@x.test', 'b@x.test']);
  });

  test('taking the label off leaves no message with it, and can be repeated', async () => {
    const { providerThreadId } = await box().deliver(letter({ id: 'a@x.test' }));
    await box().provider.label(providerThreadId, box().candidateLabelName, true, never);
    for (const _ of [1, 2])
      await box().provider.label(providerThreadId, box().candidateLabelName, false, never);
    const copies = await box().provider.readThread(providerThreadId, never);
    expect(copies.map(({ place }) => place.isLabelled)).toEqual([false]);
  });

  test('a label that is put on or taken off comes with the next delta', async () => {
    const ref = await box().deliver(letter({ id: 'a@x.test' }));
    const cursor = await box().provider.start(never);
    await box().provider.label(ref.providerThreadId, box().candidateLabelName, true, never);
    const on = await box().provider.pull(cursor, {}, never);
    expect(await messageIdsOf(on.upserts)).toEqual(['a@x.test']);
    await box().provider.label(ref.providerThreadId, box().candidateLabelName, false, never);
    const off = await box().provider.pull(on.next, {}, never);
    // A label that is a copy in a folder goes with that copy.
    const isCopy = on.upserts[0]?.providerMessageId !== ref.providerMessageId;
    expect([off.upserts, off.deletions]).toEqual(
      isCopy ? [[], on.upserts.map((copy) => copy.providerMessageId)] : [[ref], []],
    );
  });

  test('a label the person puts on by hand in another program is told, and is enough to keep the message [P-15] [LF-12]', async () => {
    const ref = await box().deliver(letter({ id: 'hand@x.test' }));
    const cursor = await box().provider.start(never);
    await box().labelByHand(ref);
    const { upserts } = await box().provider.pull(cursor, {}, never);
    expect(await messageIdsOf(upserts)).toEqual(['hand@x.test']);
    const { headers, place, receivedAt } = await box().provider.readHeaders(
      upserts[0]?.providerMessageId ?? '',
      never,
    );
    const nothing: ReadonlySet<never> = new Set();
    const decision = decideInterest(
      { headers: readHeaders(headers, receivedAt), place },
      {
        matching: [['label']],
        ownDomains: nothing,
        blocked: nothing,
        candidateAddresses: nothing,
        verifiedAddresses: nothing,
        colleagueAddresses: nothing,
        sharedAddresses: nothing,
        keptIds: nothing,
        sentIds: nothing,
        automaticMail: 'mark',
      },
    );
    expect(decision).toMatchObject({ decision: 'keep', because: [{ rule: 'label' }] });
  });

  test('a later message of a labelled thread stands in a labelled thread', async () => {
    const first = await box().deliver(letter({ id: 'a@x.test' }));
    await box().provider.label(first.providerThreadId, box().candidateLabelName, true, never);
    const reply = await box().deliver(
      letter({ id: 'b@x.test', subject: 'Re: Your application', inReplyTo: 'a@x.test' }),
    );
    const copy = await box().provider.readHeaders(reply.providerMessageId, never);
    expect(copy).toMatchObject({ providerThreadId: first.providerThreadId, place: { isLabelled: true } });
  });
};
