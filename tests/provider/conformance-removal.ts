/* "Delete in my mailbox too": into the trash, one message, and never further. */
import { expect, test } from 'vitest';
import { letter } from './letter.ts';
import { type MailboxUnderTest, never } from './mailbox-under-test.ts';

export const removalRules = (box: () => MailboxUnderTest): void => {
  test('a message that is removed lies in the trash, whole, and is told of as any that was put there [KL-07]', async () => {
    const raw = letter({ id: 'removed@x.test', subject: 'Removed' });
    const ref = await box().deliver(raw);
    const cursor = await box().provider.start(never);
    await box().provider.remove(ref.providerMessageId, never);
    const { upserts } = await box().provider.pull(cursor, {}, never);
    const [there] = upserts;
    expect(upserts).toHaveLength(1);
    if (there === undefined) throw new Error('Nothing is told of.');
    const copy = await box().provider.readHeaders(there.providerMessageId, never);
    expect(copy.place).toMatchObject({ isTrash: true, isSpam: false, isDraft: false });
    const fetched = await box().provider.fetch(there.providerMessageId, 1_000_000, never);
    expect(Buffer.from(fetched.raw).toString()).toBe(raw);
  });

  test('no other message of its thread goes with it', async () => {
    const first = await box().deliver(letter({ id: 'first@x.test' }));
    const answer = await box().deliver(
      letter({ id: 'answer@x.test', inReplyTo: 'first@x.test', references: ['first@x.test'] }),
    );
    await box().provider.remove(first.providerMessageId, never);
    const left = await box().provider.readHeaders(answer.providerMessageId, never);
    expect(left.place.isTrash).toBe(false);
  });

  test('one that lies in the trash stays there', async () => {
    const there = await box().trash(await box().deliver(letter({ id: 'trashed@x.test' })));
    await box().provider.remove(there.providerMessageId, never);
    const copy = await box().provider.readHeaders(there.providerMessageId, never);
    expect(copy.place.isTrash).toBe(true);
  });

  test('one that was deleted for good is not found, and not brought back', async () => {
    const ref = await box().deliver(letter({ id: 'gone@x.test' }));
    await box().remove(ref);
    const cursor = await box().provider.start(never);
    await expect(box().provider.remove(ref.providerMessageId, never)).rejects.toMatchObject({
      reason: 'not-found',
    });
    expect((await box().provider.pull(cursor, {}, never)).upserts).toEqual([]);
  });
};
