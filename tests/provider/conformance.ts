/* What every provider keeps of the port, whatever it is built on. Run over a mailbox somebody else can change. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAddress } from '../../lib/domain/address.ts';
import { Failure } from '../../server/base/failure.ts';
import type { CopyRef, Delta, Provider } from '../../server/providers/provider.ts';
import type { FakeClock } from './fake-clock.ts';
import { letter } from './letter.ts';

export type MailboxUnderTest = {
  readonly provider: Provider;
  readonly clock: FakeClock;
  readonly address: string;
  /** The provider was opened with this name for the company's label. */
  readonly candidateLabelName: string;
  readonly deliver: (raw: string | Uint8Array, at?: number) => CopyRef;
  readonly remove: (ref: CopyRef) => void;
  readonly trash: (ref: CopyRef) => void;
  /** A change that says nothing of what may be kept. */
  readonly markRead: (ref: CopyRef) => void;
  readonly loseHistory: () => void;
  readonly revoke: () => void;
  readonly throttle: (seconds: number) => void;
  /** From now on the provider answers rubbish for this one message. */
  readonly poison: (ref: CopyRef) => void;
  /** Changes of one delta page at most. */
  readonly pageSize: number;
  readonly close: () => Promise<void>;
};

const never = new AbortController().signal;

export const describeProvider = (name: string, open: () => Promise<MailboxUnderTest>) =>
  describe(`${name} keeps the port`, () => {
    let box: MailboxUnderTest;
    beforeEach(async () => {
      box = await open();
    });
    afterEach(() => box.close());

    const pullAll = async (cursor: string, window = {}): Promise<{ deltas: Delta[]; next: string }> => {
      const deltas: Delta[] = [];
      let next = cursor;
      do {
        const delta = await box.provider.pull(next, window, never);
        deltas.push(delta);
        next = delta.next;
      } while (deltas.at(-1)?.more);
      return { deltas, next };
    };
    const upsertIds = (deltas: readonly Delta[]) =>
      deltas.flatMap(({ upserts }) => upserts.map((ref) => ref.providerMessageId));

    test('the profile gives the address the provider vouches for', async () => {
      expect(await box.provider.profile(never)).toEqual({ address: box.address });
    });

    test('a cursor gives what comes after it and nothing of what lay before', async () => {
      box.deliver(letter({ id: 'before@x.test' }));
      const cursor = await box.provider.start(never);
      const after = box.deliver(letter({ id: 'after@x.test' }));
      const delta = await box.provider.pull(cursor, {}, never);
      expect(delta).toMatchObject({ upserts: [after], deletions: [], more: false, reset: false });
    });

    test('a pull with nothing new is empty and its cursor goes on', async () => {
      const first = await box.provider.pull(await box.provider.start(never), {}, never);
      const later = box.deliver(letter({ id: 'later@x.test' }));
      expect(first).toMatchObject({ upserts: [], deletions: [], more: false });
      expect((await box.provider.pull(first.next, {}, never)).upserts).toEqual([later]);
    });

    test('the same cursor pulled again gives the same again', async () => {
      const cursor = await box.provider.start(never);
      box.deliver(letter({ id: 'one@x.test' }));
      expect(await box.provider.pull(cursor, {}, never)).toEqual(await box.provider.pull(cursor, {}, never));
    });

    test('a delta over several pages gives every message once', async () => {
      const cursor = await box.provider.start(never);
      const delivered = Array.from({ length: box.pageSize + 20 }, (_, nth) =>
        box.deliver(letter({ id: `${nth}@x.test`, subject: `Nr ${nth}` })),
      );
      const { deltas } = await pullAll(cursor);
      expect(deltas.length).toBeGreaterThan(1);
      expect(upsertIds(deltas)).toEqual(delivered.map((ref) => ref.providerMessageId));
    });

    test('a walk that breaks between two pages goes on from its cursor, and mail that came meanwhile is not lost', async () => {
      const cursor = await box.provider.start(never);
      const delivered = Array.from({ length: box.pageSize + 5 }, (_, nth) =>
        box.deliver(letter({ id: `${nth}@x.test`, subject: `Nr ${nth}` })),
      );
      const first = await box.provider.pull(cursor, {}, never);
      const meanwhile = box.deliver(letter({ id: 'meanwhile@x.test' }));
      const { deltas, next } = await pullAll(first.next);
      const later = await pullAll(next);
      const seen = new Set(upsertIds([first, ...deltas, ...later.deltas]));
      for (const ref of [...delivered, meanwhile]) expect(seen).toContain(ref.providerMessageId);
    });

    test('a delta of changes that say nothing of what may be kept is empty and moves the cursor on', async () => {
      const ref = box.deliver(letter({ id: 'read@x.test' }));
      const cursor = await box.provider.start(never);
      box.markRead(ref);
      const delta = await box.provider.pull(cursor, {}, never);
      expect(delta.upserts).toEqual([]);
      expect(delta.next).not.toBe(cursor);
    });

    test('a whole page of such changes does not hide the message behind it', async () => {
      const refs = Array.from({ length: box.pageSize + 10 }, (_, nth) =>
        box.deliver(letter({ subject: `Nr ${nth}` })),
      );
      const cursor = await box.provider.start(never);
      for (const ref of refs) box.markRead(ref);
      const behind = box.deliver(letter({ id: 'behind@x.test' }));
      const { deltas } = await pullAll(cursor);
      expect(deltas[0]).toMatchObject({ upserts: [], more: true });
      expect(upsertIds(deltas)).toEqual([behind.providerMessageId]);
    });

    test('a deleted message is a deletion, and wins over its own arrival', async () => {
      const old = box.deliver(letter({ id: 'old@x.test' }));
      const cursor = await box.provider.start(never);
      const shortLived = box.deliver(letter({ id: 'short@x.test' }));
      box.remove(old);
      box.remove(shortLived);
      const delta = await box.provider.pull(cursor, {}, never);
      expect(delta).toMatchObject({ upserts: [], deletions: [old, shortLived] });
    });

    test('a message put in the trash comes again, with its new place', async () => {
      const ref = box.deliver(letter({ id: 'trashed@x.test' }));
      const cursor = await box.provider.start(never);
      box.trash(ref);
      const delta = await box.provider.pull(cursor, {}, never);
      const copy = await box.provider.readHeaders(ref.providerMessageId, never);
      expect(delta.upserts).toEqual([ref]);
      expect(copy.place).toMatchObject({ isTrash: true, isSpam: false, isDraft: false });
    });

    test('a lost cursor gives the window anew, says so, and history goes on behind it', async () => {
      const cursor = await box.provider.start(never);
      const tooOld = box.deliver(letter({ id: 'old@x.test' }), box.clock.now() - 90 * day);
      const inWindow = box.deliver(letter({ id: 'new@x.test' }), box.clock.now() - day);
      box.loseHistory();
      const relist = await box.provider.pull(cursor, { from: box.clock.now() - 30 * day }, never);
      const next = box.deliver(letter({ id: 'next@x.test' }));
      expect(relist).toMatchObject({ upserts: [inWindow], more: false, reset: true });
      expect(relist.upserts).not.toContainEqual(tooOld);
      expect(await box.provider.pull(relist.next, {}, never)).toMatchObject({
        upserts: [next],
        reset: false,
      });
    });

    test('mail that comes while a lost window is listed is not lost', async () => {
      const cursor = await box.provider.start(never);
      const many = Array.from({ length: box.pageSize + 5 }, (_, nth) =>
        box.deliver(letter({ subject: `Nr ${nth}` })),
      );
      box.loseHistory();
      const first = await box.provider.pull(cursor, {}, never);
      const meanwhile = box.deliver(letter({ id: 'meanwhile@x.test' }));
      const { deltas, next } = await pullAll(first.next);
      const later = await pullAll(next);
      const seen = new Set(upsertIds([first, ...deltas, ...later.deltas]));
      expect(first).toMatchObject({ more: true, reset: true });
      for (const ref of [...many, meanwhile]) expect(seen).toContain(ref.providerMessageId);
    });

    test.each([
      '',
      '{}',
      '42',
      '{"v":2,"walk":"history","after":"1"}',
      '{"v":1,"walk":"history","after":"1; drop"}',
    ])('a cursor that is none of ours is refused: %j', async (cursor) => {
      await expect(box.provider.pull(cursor, {}, never)).rejects.toMatchObject({ reason: 'bad-input' });
    });

    test('the same message twice in one mailbox is two copies', async () => {
      const raw = letter({ id: 'twice@x.test' });
      const cursor = await box.provider.start(never);
      const copies = [box.deliver(raw), box.deliver(raw)];
      expect(new Set(upsertIds((await pullAll(cursor)).deltas)).size).toBe(2);
      for (const { providerMessageId } of copies) {
        const { headers } = await box.provider.readHeaders(providerMessageId, never);
        expect(headers).toContainEqual({ name: 'Message-ID', value: '<twice@x.test>' });
      }
    });

    test('a provider that is throttled says how long to wait, and works after that', async () => {
      const cursor = await box.provider.start(never);
      box.throttle(7);
      await expect(box.provider.pull(cursor, {}, never)).rejects.toMatchObject({
        reason: 'provider-busy',
        retryAfterMs: 7_000,
      });
      box.clock.pass(7_000);
      expect(await box.provider.pull(cursor, {}, never)).toMatchObject({ upserts: [] });
    });

    test('a mailbox whose owner took the permission back is disconnected for every verb', async () => {
      const cursor = await box.provider.start(never);
      const ref = box.deliver(letter({}));
      box.revoke();
      const jane = parseAddress('jane@candidates.test');
      if (jane === undefined) throw new Error('the address must parse');
      for (const call of [
        () => box.provider.profile(never),
        () => box.provider.start(never),
        () => box.provider.pull(cursor, {}, never),
        () => box.provider.readThread(ref.providerThreadId, never),
        () => box.provider.readHeaders(ref.providerMessageId, never),
        () => box.provider.fetch(ref.providerMessageId, 1_000_000, never),
        () => box.provider.search(jane, {}, undefined, never),
        () => box.provider.label(ref.providerThreadId, box.candidateLabelName, true, never),
      ])
        await expect(call()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    });

    test('a message that cannot be read fails alone', async () => {
      const cursor = await box.provider.start(never);
      const poisoned = box.deliver(letter({ id: 'poison@x.test', subject: 'One' }));
      const sound = box.deliver(letter({ id: 'sound@x.test', subject: 'Two' }));
      box.poison(poisoned);
      const delta = await box.provider.pull(cursor, {}, never);
      expect(delta.upserts).toEqual([poisoned, sound]);
      await expect(box.provider.readHeaders(poisoned.providerMessageId, never)).rejects.toBeInstanceOf(
        Failure,
      );
      expect(await box.provider.readHeaders(sound.providerMessageId, never)).toMatchObject(sound);
    });

    test('a message is fetched byte for byte, whatever its charset', async () => {
      const raw = Buffer.concat([
        Buffer.from(letter({ id: 'latin@x.test' })),
        Buffer.from([0xe9, 0xff, 0x0d, 0x0a]),
      ]);
      const ref = box.deliver(raw);
      const fetched = await box.provider.fetch(ref.providerMessageId, raw.length, never);
      expect(Buffer.from(fetched.raw).equals(raw)).toBe(true);
      expect(fetched).toMatchObject(ref);
    });

    test('a message over the limit is refused', async () => {
      const ref = box.deliver(letter({ body: 'x'.repeat(5_000) }));
      await expect(box.provider.fetch(ref.providerMessageId, 4_000, never)).rejects.toMatchObject({
        reason: 'too-large',
      });
    });

    test('a thread is read oldest first with every header in its order', async () => {
      const headers = ['X-One: 1', 'Received: by a.test', 'Received: by b.test', 'X-One: 2'];
      const first = box.deliver(letter({ id: 'a@x.test', headers }), box.clock.now() - 2_000);
      const reply = box.deliver(
        letter({ id: 'b@x.test', subject: 'Re: Your application', references: ['a@x.test'] }),
        box.clock.now() - 1_000,
      );
      const copies = await box.provider.readThread(first.providerThreadId, never);
      expect(copies.map((copy) => copy.providerMessageId)).toEqual([
        first.providerMessageId,
        reply.providerMessageId,
      ]);
      expect(copies[0]?.receivedAt).toBe(box.clock.now() - 2_000);
      expect(copies[0]?.headers.filter(({ name }) => name === 'Received' || name === 'X-One')).toEqual([
        { name: 'X-One', value: '1' },
        { name: 'Received', value: 'by a.test' },
        { name: 'Received', value: 'by b.test' },
        { name: 'X-One', value: '2' },
      ]);
    });

    test.each(['ffffffffffffffff', 'FMfcgzQXKWbGvlkMxGzBzlkjBFfvqgKj'])(
      'an id nobody gave out is not found: %s',
      async (id) => {
        for (const call of [
          () => box.provider.readThread(id, never),
          () => box.provider.readHeaders(id, never),
          () => box.provider.fetch(id, 1_000, never),
          () => box.provider.label(id, box.candidateLabelName, true, never),
        ])
          await expect(call()).rejects.toMatchObject({ reason: 'not-found' });
      },
    );

    test('a search finds the address in every role, newest first, inside the window only', async () => {
      const jane = parseAddress('jane@candidates.test');
      if (jane === undefined) throw new Error('the address must parse');
      const other = { from: 'bo@other.test', to: 'cy@other.test' };
      const now = box.clock.now();
      box.deliver(letter({ ...other, subject: 'none' }), now - 1 * day);
      box.deliver(letter({ from: 'jane@candidates.test.evil.test', to: 'cy@other.test' }), now - 1 * day);
      const roles = [
        box.deliver(letter({ ...other, from: 'Jane <jane@candidates.test>', subject: '1' }), now - 2 * day),
        box.deliver(letter({ ...other, to: 'jane@candidates.test', subject: '2' }), now - 3 * day),
        box.deliver(letter({ ...other, cc: 'x@y.test, jane@candidates.test', subject: '3' }), now - 4 * day),
        box.deliver(letter({ ...other, bcc: 'jane@candidates.test', subject: '4' }), now - 5 * day),
      ];
      box.deliver(letter({ subject: 'old' }), now - 60 * day);
      const { found } = await box.provider.search(jane, { from: now - 30 * day }, undefined, never);
      expect(found).toEqual(roles);
    });

    test('a first import pages through everything with one person and stops', async () => {
      const jane = parseAddress('jane@candidates.test');
      if (jane === undefined) throw new Error('the address must parse');
      const all = Array.from({ length: 230 }, (_, nth) =>
        box.deliver(letter({ subject: `Nr ${nth}` }), box.clock.now() - (300 - nth) * 60_000),
      );
      const found: CopyRef[] = [];
      let page: string | undefined;
      do {
        const answer = await box.provider.search(jane, {}, page, never);
        found.push(...answer.found);
        page = answer.nextPage;
      } while (page !== undefined);
      expect(found).toEqual([...all].reverse());
    });

    test('labelling a thread puts the label on every message of it, makes the label, and can be repeated', async () => {
      const first = box.deliver(letter({ id: 'a@x.test' }));
      box.deliver(letter({ id: 'b@x.test', subject: 'Re: Your application', inReplyTo: 'a@x.test' }));
      for (const _ of [1, 2])
        await box.provider.label(first.providerThreadId, box.candidateLabelName, true, never);
      const copies = await box.provider.readThread(first.providerThreadId, never);
      expect(
        copies.map(({ place, labels }) => [place.isLabelled, labels.includes(box.candidateLabelName)]),
      ).toEqual([
        [true, true],
        [true, true],
      ]);
    });

    test('taking the label off leaves no message with it, and can be repeated', async () => {
      const { providerThreadId } = box.deliver(letter({ id: 'a@x.test' }));
      await box.provider.label(providerThreadId, box.candidateLabelName, true, never);
      for (const _ of [1, 2])
        await box.provider.label(providerThreadId, box.candidateLabelName, false, never);
      const copies = await box.provider.readThread(providerThreadId, never);
      expect(copies.map(({ place }) => place.isLabelled)).toEqual([false]);
    });

    test('a label that is put on or taken off comes with the next delta', async () => {
      const ref = box.deliver(letter({ id: 'a@x.test' }));
      const cursor = await box.provider.start(never);
      await box.provider.label(ref.providerThreadId, box.candidateLabelName, true, never);
      const on = await box.provider.pull(cursor, {}, never);
      await box.provider.label(ref.providerThreadId, box.candidateLabelName, false, never);
      const off = await box.provider.pull(on.next, {}, never);
      expect([on.upserts, off.upserts]).toEqual([[ref], [ref]]);
    });

    test('a later message of a labelled thread stands in a labelled thread', async () => {
      const first = box.deliver(letter({ id: 'a@x.test' }));
      await box.provider.label(first.providerThreadId, box.candidateLabelName, true, never);
      const reply = box.deliver(
        letter({ id: 'b@x.test', subject: 'Re: Your application', inReplyTo: 'a@x.test' }),
      );
      const copy = await box.provider.readHeaders(reply.providerMessageId, never);
      expect(copy).toMatchObject({ providerThreadId: first.providerThreadId, place: { isLabelled: true } });
    });

    test('an aborted signal stops every verb with its own reason', async () => {
      const reason = new Error('stopped');
      const stopped = AbortSignal.abort(reason);
      await expect(box.provider.start(stopped)).rejects.toBe(reason);
      await expect(box.provider.readThread('18c0000000000000', stopped)).rejects.toBe(reason);
    });
  });

const day = 86_400_000;
