/* A cursor and what comes after it: nothing lost, nothing twice, whatever breaks. */
import { expect, test } from 'vitest';
import type { Delta } from '../../server/providers/provider.ts';
import { letter } from './letter.ts';
import { dayMs, deliverMany, type MailboxUnderTest, never } from './mailbox-under-test.ts';

export const deltaRules = (box: () => MailboxUnderTest): void => {
  const { pullAll, upsertIds } = follow(box);

  test('a cursor gives what comes after it and nothing of what lay before', async () => {
    await box().deliver(letter({ id: 'before@x.test' }));
    const cursor = await box().provider.start(never);
    const after = await box().deliver(letter({ id: 'after@x.test' }));
    const delta = await box().provider.pull(cursor, {}, never);
    expect(delta).toMatchObject({ upserts: [after], deletions: [], more: false, reset: false });
  });

  test('a pull with nothing new is empty and its cursor goes on', async () => {
    const first = await box().provider.pull(await box().provider.start(never), {}, never);
    const later = await box().deliver(letter({ id: 'later@x.test' }));
    expect(first).toMatchObject({ upserts: [], deletions: [], more: false });
    expect((await box().provider.pull(first.next, {}, never)).upserts).toEqual([later]);
  });

  test('the same cursor pulled again gives the same again', async () => {
    const cursor = await box().provider.start(never);
    await box().deliver(letter({ id: 'one@x.test' }));
    expect(await box().provider.pull(cursor, {}, never)).toEqual(
      await box().provider.pull(cursor, {}, never),
    );
  });

  test('a delta over several pages gives every message once', async () => {
    const cursor = await box().provider.start(never);
    const delivered = await deliverMany(box(), box().pageSize + 20, (nth) => ({
      raw: letter({ id: `${nth}@x.test`, subject: `Nr ${nth}` }),
    }));
    const { deltas } = await pullAll(cursor);
    expect(deltas.length).toBeGreaterThan(1);
    expect(upsertIds(deltas)).toEqual(delivered.map((ref) => ref.providerMessageId));
  });

  test('a walk that breaks between two pages goes on from its cursor, and mail that came meanwhile is not lost', async () => {
    const cursor = await box().provider.start(never);
    const delivered = await deliverMany(box(), box().pageSize + 5, (nth) => ({
      raw: letter({ id: `${nth}@x.test`, subject: `Nr ${nth}` }),
    }));
    const first = await box().provider.pull(cursor, {}, never);
    const meanwhile = await box().deliver(letter({ id: 'meanwhile@x.test' }));
    const { deltas, next } = await pullAll(first.next);
    const later = await pullAll(next);
    const seen = new Set(upsertIds([first, ...deltas, ...later.deltas]));
    for (const ref of [...delivered, meanwhile]) expect(seen).toContain(ref.providerMessageId);
  });

  test('a delta of changes that say nothing of what may be kept is empty and moves the cursor on', async () => {
    const ref = await box().deliver(letter({ id: 'read@x.test' }));
    const cursor = await box().provider.start(never);
    await box().markRead(ref);
    const delta = await box().provider.pull(cursor, {}, never);
    expect(delta.upserts).toEqual([]);
    if (box().keepsLog) expect(delta.next).not.toBe(cursor);
  });

  test('a whole page of such changes does not hide the message behind it', async () => {
    const refs = await deliverMany(box(), box().pageSize + 10, (nth) => ({
      raw: letter({ subject: `Nr ${nth}` }),
    }));
    const cursor = await box().provider.start(never);
    for (const ref of refs) await box().markRead(ref);
    const behind = await box().deliver(letter({ id: 'behind@x.test' }));
    const { deltas } = await pullAll(cursor);
    if (box().keepsLog) expect(deltas[0]).toMatchObject({ upserts: [], more: true });
    expect(upsertIds(deltas)).toEqual([behind.providerMessageId]);
  });

  test('a deleted message is a deletion, and wins over its own arrival', async () => {
    const old = await box().deliver(letter({ id: 'old@x.test' }));
    const cursor = await box().provider.start(never);
    const shortLived = await box().deliver(letter({ id: 'short@x.test' }));
    await box().remove(old);
    await box().remove(shortLived);
    const delta = await box().provider.pull(cursor, {}, never);
    const deleted = delta.deletions;
    expect(delta.upserts).toEqual([]);
    // Without a log, what came and went unseen is not known to have been there.
    expect(deleted).toEqual((box().keepsLog ? [old, shortLived] : [old]).map((ref) => ref.providerMessageId));
  });

  test('a message put in the trash comes again, with its new place', async () => {
    const ref = await box().deliver(letter({ id: 'trashed@x.test' }));
    const cursor = await box().provider.start(never);
    const there = await box().trash(ref);
    const delta = await box().provider.pull(cursor, {}, never);
    const copy = await box().provider.readHeaders(there.providerMessageId, never);
    expect(delta.upserts).toEqual([there]);
    expect(copy.place).toMatchObject({ isTrash: true, isSpam: false, isDraft: false });
  });

  test.each([
    '',
    '{}',
    '42',
    '{"v":2,"walk":"history","after":"1"}',
    '{"v":1,"walk":"history","after":"1; drop"}',
  ])('a cursor that is none of ours is refused: %j', async (cursor) => {
    await expect(box().provider.pull(cursor, {}, never)).rejects.toMatchObject({ reason: 'bad-input' });
  });

  test('the same message twice in one mailbox is two copies', async () => {
    const raw = letter({ id: 'twice@x.test' });
    const cursor = await box().provider.start(never);
    const copies = [await box().deliver(raw), await box().deliver(raw)];
    expect(new Set(upsertIds((await pullAll(cursor)).deltas)).size).toBe(2);
    for (const { providerMessageId } of copies) {
      const { headers } = await box().provider.readHeaders(providerMessageId, never);
      expect(headers).toContainEqual({ name: 'Message-ID', value: '<twice@x.test>' });
    }
  });
};

/** Of a mailbox whose history somebody can lose. */
export const lostCursorRules = (box: () => MailboxUnderTest): void => {
  const { pullAll, upsertIds } = follow(box);

  test('a lost cursor gives the window anew, says so, and history goes on behind it', async () => {
    const cursor = await box().provider.start(never);
    const tooOld = await box().deliver(letter({ id: 'old@x.test' }), box().clock.now() - 90 * dayMs);
    const inWindow = await box().deliver(letter({ id: 'new@x.test' }), box().clock.now() - dayMs);
    await box().loseHistory();
    const relist = await box().provider.pull(cursor, { from: box().clock.now() - 30 * dayMs }, never);
    const next = await box().deliver(letter({ id: 'next@x.test' }));
    expect(relist).toMatchObject({ upserts: [box().renamed(inWindow)], more: false, reset: true });
    expect(relist.upserts).not.toContainEqual(box().renamed(tooOld));
    expect(await box().provider.pull(relist.next, {}, never)).toMatchObject({
      upserts: [next],
      reset: false,
    });
  });

  test('mail that comes while a lost window is listed is not lost', async () => {
    const cursor = await box().provider.start(never);
    const many = await deliverMany(box(), box().pageSize + 5, (nth) => ({
      raw: letter({ subject: `Nr ${nth}` }),
    }));
    await box().loseHistory();
    const first = await box().provider.pull(cursor, {}, never);
    const meanwhile = await box().deliver(letter({ id: 'meanwhile@x.test' }));
    const { deltas, next } = await pullAll(first.next);
    const later = await pullAll(next);
    const seen = new Set(upsertIds([first, ...deltas, ...later.deltas]));
    expect(first).toMatchObject({ more: true, reset: true });
    for (const ref of [...many.map(box().renamed), meanwhile]) expect(seen).toContain(ref.providerMessageId);
  });
};

const follow = (box: () => MailboxUnderTest) => {
  const pullAll = async (cursor: string, window = {}): Promise<{ deltas: Delta[]; next: string }> => {
    const deltas: Delta[] = [];
    let next = cursor;
    do {
      const delta = await box().provider.pull(next, window, never);
      deltas.push(delta);
      next = delta.next;
    } while (deltas.at(-1)?.more);
    return { deltas, next };
  };
  const upsertIds = (deltas: readonly Delta[]) =>
    deltas.flatMap(({ upserts }) => upserts.map((ref) => ref.providerMessageId));
  return { pullAll, upsertIds };
};
