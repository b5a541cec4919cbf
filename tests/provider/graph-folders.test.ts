/* Graph follows folders one by one: each of its traps, by name. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CopyRef } from '../../server/providers/provider.ts';
import type { LostLink } from '../lab/graph/links.ts';
import { ana, type GraphAtLab, openGraphAtLab, toRef } from './graph-at-lab.ts';
import { letter } from './letter.ts';
import { dayMs, never } from './mailbox-under-test.ts';

describe('a mailbox of folders', () => {
  let box: GraphAtLab;
  beforeEach(async () => {
    box = await openGraphAtLab();
  });
  afterEach(() => box.close());

  const mailbox = () => box.lab.mailbox(ana);
  const pull = (cursor: string, window = {}) => box.provider.pull(cursor, window, never);
  const move = (ref: CopyRef, folder: string) => mailbox().move(box.stored(ref), folder);
  const deltaPaths = () =>
    box.lab.requests.filter(({ path }) => path.includes('/messages/delta')).map(({ path }) => path);

  test('mail in a folder that was made after the cursor is found', async () => {
    const cursor = await box.provider.start(never);
    const folder = mailbox().makeFolder('Candidates', 'inbox');
    const ref = toRef(box.lab.deliver(ana, letter({ id: 'new@x.test' }), { folder: folder.id }));
    expect((await pull(cursor)).upserts).toEqual([ref]);
  });

  test('a message that moves to another folder keeps its id and comes again, and is no deletion', async () => {
    const ref = box.deliver(letter({ id: 'moved@x.test' }));
    const cursor = await box.provider.start(never);
    move(ref, 'archive');
    expect(await pull(cursor)).toMatchObject({ upserts: [ref], deletions: [] });
  });

  test('a message that left its folder and came back is not lost, though Graph says it was removed', async () => {
    const ref = box.deliver(letter({ id: 'back@x.test' }));
    const cursor = await box.provider.start(never);
    move(ref, 'archive');
    move(ref, 'inbox');
    const delta = await pull(cursor);
    expect(delta).toMatchObject({ upserts: [ref], deletions: [] });
    expect((await pull(delta.next)).deletions).toEqual([]);
  });

  test('a message that was deleted for good is a deletion while it can still be recovered, and after', async () => {
    const refs = [box.deliver(letter({ subject: '1' })), box.deliver(letter({ subject: '2' }))];
    const cursor = await box.provider.start(never);
    for (const ref of refs) await box.remove(ref);
    mailbox().purge(box.stored(refs[1] as CopyRef));
    const { upserts, deletions } = await pull(cursor);
    expect(upserts).toEqual([]);
    expect(deletions).toEqual(refs.map((ref) => ref.providerMessageId));
  });

  test('a folder that is thrown away takes its messages to the trash, and brings them back', async () => {
    const folder = mailbox().makeFolder('Candidates');
    const ref = toRef(box.lab.deliver(ana, letter({}), { folder: folder.id }));
    const cursor = await box.provider.start(never);
    mailbox().moveFolder(folder.id, 'deleteditems');
    const thrown = await pull(cursor);
    const inTrash = await box.provider.readHeaders(ref.providerMessageId, never);
    mailbox().moveFolder(folder.id, 'inbox');
    const brought = await pull(thrown.next);
    const back = await box.provider.readHeaders(ref.providerMessageId, never);
    expect([thrown.upserts, brought.upserts]).toEqual([[ref], [ref]]);
    expect([inTrash.place.isTrash, back.place.isTrash]).toEqual([true, false]);
  });

  test('a folder that is gone for good is a reset: nothing else says what lay in it', async () => {
    const folder = mailbox().makeFolder('Candidates');
    const gone = toRef(box.lab.deliver(ana, letter({ subject: 'gone' }), { folder: folder.id }));
    box.deliver(letter({ subject: 'there' }));
    const cursor = await box.provider.start(never);
    mailbox().removeFolder(folder.id);
    const delta = await pull(cursor);
    expect(delta).toMatchObject({ upserts: [], reset: true, more: false });
    await expect(box.provider.readHeaders(gone.providerMessageId, never)).rejects.toMatchObject({
      reason: 'not-found',
    });
    expect(await pull(delta.next)).toMatchObject({ upserts: [], reset: false });
  });

  test.each<LostLink>(['gone', 'syncStateNotFound', 'resyncRequired', 'ErrorInvalidSyncStateData'])(
    'a link lost as %s makes that folder be listed again, and no other',
    async (how) => {
      box.deliver(letter({ subject: '1' }));
      const cursor = await box.provider.start(never);
      const inArchive = toRef(box.lab.deliver(ana, letter({ subject: '2' }), { folder: 'archive' }));
      const { id } = mailbox().folder('archive');
      box.lab.loseLinks(how, id.slice(0, 60));
      const asked = deltaPaths().length;
      const delta = await pull(cursor, { from: box.clock.now() - dayMs });
      expect(delta).toMatchObject({ upserts: [inArchive], reset: true, more: false, deletions: [] });
      const listed = deltaPaths()
        .slice(asked)
        .filter((path) => path.includes('$select='));
      expect(listed).toEqual([expect.stringContaining(encodeURIComponent(id))]);
      expect(await pull(delta.next)).toMatchObject({ reset: false, upserts: [] });
    },
  );

  test('links of many folders lost at once are one reset', async () => {
    for (let nth = 0; nth < 30; nth += 1) {
      const { id } = mailbox().makeFolder(`Folder ${nth}`);
      box.lab.deliver(ana, letter({ subject: `${nth}` }), { folder: id });
    }
    const cursor = await box.provider.start(never);
    box.lab.loseLinks('gone');
    let delta = await pull(cursor);
    let count = delta.upserts.length;
    while (delta.more) {
      expect(delta.reset).toBe(true);
      delta = await pull(delta.next);
      count += delta.upserts.length;
    }
    expect(count).toBe(30);
    expect(await pull(delta.next)).toMatchObject({ reset: false, upserts: [], more: false });
  });

  test('a link that Graph gives is followed as it is', async () => {
    const first = await pull(await box.provider.start(never));
    await pull(first.next);
    const followed = deltaPaths().filter((path) => path.includes('token='));
    expect(followed.length).toBeGreaterThan(0);
    for (const path of followed) expect(path).toMatch(/\/delta\?\$deltatoken=[\w-]+$/);
  });

  test('a read mark is told of without what was asked for, and says nothing', async () => {
    const ref = box.deliver(letter({}));
    const cursor = await box.provider.start(never);
    await box.markRead(ref);
    expect(await pull(cursor)).toMatchObject({ upserts: [], deletions: [] });
  });

  test('a message that was read and labelled in one round is told of', async () => {
    const ref = box.deliver(letter({}));
    const cursor = await box.provider.start(never);
    await box.markRead(ref);
    await box.provider.label(ref.providerThreadId, 'Candor', true, never);
    expect((await pull(cursor)).upserts).toEqual([ref]);
  });

  test('an old message that gets the label by hand comes with the next delta', async () => {
    const old = box.deliver(letter({}), box.clock.now() - 400 * dayMs);
    const cursor = await box.provider.start(never);
    mailbox().categorise(box.stored(old), ['Candor']);
    const delta = await pull(cursor, { from: box.clock.now() });
    expect(delta.upserts).toEqual([old]);
  });

  test.each([
    ['deleteditems', { isTrash: true, isSpam: false }],
    ['junkemail', { isTrash: false, isSpam: true }],
    ['archive', { isTrash: false, isSpam: false }],
  ])(
    'what lies in %s, or in a folder inside it, stands there, whatever language names it',
    async (name, place) => {
      const inside = mailbox().makeFolder('Inside', name);
      const deeper = mailbox().makeFolder('Deeper', inside.id);
      for (const folder of [name, inside.id, deeper.id]) {
        const ref = toRef(box.lab.deliver(ana, letter({}), { folder }));
        expect((await box.provider.readHeaders(ref.providerMessageId, never)).place).toMatchObject(place);
        box.clock.pass(60_000);
      }
    },
  );

  test('a search folder is not followed: Graph refuses it, and what it shows lies elsewhere', async () => {
    mailbox().makeSearchFolder('Unread');
    const cursor = await box.provider.start(never);
    const ref = box.deliver(letter({}));
    expect((await pull(cursor)).upserts).toEqual([ref]);
  });

  test('a mailbox of more folders than go into one request is followed whole', async () => {
    const folders = Array.from({ length: 45 }, (_, at) => mailbox().makeFolder(`Folder ${at}`));
    const cursor = await box.provider.start(never);
    const refs = folders.map(({ id }) => toRef(box.lab.deliver(ana, letter({}), { folder: id })));
    expect((await pull(cursor)).upserts).toEqual(refs);
  });
});
