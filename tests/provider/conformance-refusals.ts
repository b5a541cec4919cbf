/* What the provider may not, cannot, or will not do. */
import { expect, test } from 'vitest';
import { Failure } from '../../server/base/failure.ts';
import { aDraft, anAttempt } from './conformance-sending.ts';
import { letter } from './letter.ts';
import { addressOf, type MailboxUnderTest, never } from './mailbox-under-test.ts';

export const refusalRules = (box: () => MailboxUnderTest): void => {
  shutOutRules(box);

  test('a provider that is throttled says how long to wait, and works after that', async () => {
    const cursor = await box().provider.start(never);
    const retryAfterMs = await box().throttle(7);
    await expect(box().provider.pull(cursor, {}, never)).rejects.toMatchObject({
      reason: 'provider-busy',
      retryAfterMs,
    });
    await box().waited(retryAfterMs);
    expect(await box().provider.pull(cursor, {}, never)).toMatchObject({ upserts: [] });
  });

  test('a message that cannot be read fails alone', async () => {
    const cursor = await box().provider.start(never);
    const poisoned = await box().deliver(letter({ id: 'poison@x.test', subject: 'One' }));
    const sound = await box().deliver(letter({ id: 'sound@x.test', subject: 'Two' }));
    await box().poison(poisoned);
    const delta = await box().provider.pull(cursor, {}, never);
    const told = delta.upserts.map((ref) => ref.providerMessageId);
    expect(told).toEqual([poisoned.providerMessageId, sound.providerMessageId]);
    await expect(box().provider.readHeaders(poisoned.providerMessageId, never)).rejects.toBeInstanceOf(
      Failure,
    );
    expect(await box().provider.readHeaders(sound.providerMessageId, never)).toMatchObject(sound);
  });
};

/** Of any mailbox, whatever its provider lets somebody do to it. */
export const shutOutRules = (box: () => MailboxUnderTest): void => {
  test('a mailbox whose owner took the permission back is disconnected for every verb', async () => {
    const cursor = await box().provider.start(never);
    const ref = await box().deliver(letter({}));
    await box().revoke();
    const jane = addressOf('jane@candidates.test');
    for (const call of [
      () => box().provider.profile(never),
      () => box().provider.start(never),
      () => box().provider.pull(cursor, {}, never),
      () => box().provider.readThread(ref.providerThreadId, never),
      () => box().provider.readHeaders(ref.providerMessageId, never),
      () => box().provider.fetch(ref.providerMessageId, 1_000_000, never),
      () => box().provider.search({ by: 'addresses', addresses: [jane] }, {}, undefined, never),
      () => box().provider.label(ref.providerThreadId, box().candidateLabelName, true, never),
      () => box().provider.remove(ref.providerMessageId, never),
      () => box().provider.send(aDraft(box()), anAttempt(), never),
    ])
      await expect(call()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    expect(box().outbound).toEqual([]);
  });

  test.each(['ffffffffffffffff', 'FMfcgzQXKWbGvlkMxGzBzlkjBFfvqgKj'])(
    'an id nobody gave out is not found: %s',
    async (id) => {
      for (const call of [
        () => box().provider.readThread(id, never),
        () => box().provider.readHeaders(id, never),
        () => box().provider.fetch(id, 1_000, never),
        () => box().provider.label(id, box().candidateLabelName, true, never),
        () => box().provider.remove(id, never),
      ])
        await expect(call()).rejects.toMatchObject({ reason: 'not-found' });
    },
  );

  test('an aborted signal stops every verb with its own reason', async () => {
    const reason = new Error('stopped');
    const stopped = AbortSignal.abort(reason);
    await expect(box().provider.start(stopped)).rejects.toBe(reason);
    await expect(box().provider.readThread('18c0000000000000', stopped)).rejects.toBe(reason);
  });
};
