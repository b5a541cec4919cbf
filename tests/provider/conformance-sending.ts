/* Sending: once, by the mailbox itself, so that it lies in its Sent folder and goes on with its thread. */
import { expect, test } from 'vitest';
import { normaliseMessageId } from '../../lib/domain/message-id.ts';
import { readHeaders } from '../../server/providers/mime.ts';
import type { Attempt, CopyHeaders, Draft } from '../../server/providers/provider.ts';
import { readHeaderLines } from '../lab/gmail/rfc822.ts';
import { letter } from './letter.ts';
import { addressOf, type MailboxUnderTest, never } from './mailbox-under-test.ts';

const idOf = (text: string) => {
  const id = normaliseMessageId(text);
  if (id === undefined) throw new Error('The test names no Message-ID.');
  return id;
};
const jane = 'jane@candidates.test';

export const aDraft = (
  box: Pick<MailboxUnderTest, 'address' | 'clock'>,
  changed: Partial<Draft> = {},
): Draft => ({
  messageId: idOf('minted@acme.test'),
  date: box.clock.now(),
  from: { address: addressOf(box.address), name: 'Ana Ortíz' },
  to: [{ address: addressOf(jane), name: 'Jane Doe' }],
  cc: [],
  subject: 'Re: Your application',
  text: 'Grüße\n.\nFrom here on\n',
  references: [],
  ...changed,
});

/** Remembers what was kept, for the next attempt. */
export const anAttempt = (earlier?: Attempt['earlier']) => {
  const kept: string[] = [];
  return {
    kept,
    ...(earlier === undefined ? {} : { earlier }),
    keep: async (handle: string) => {
      kept.push(handle);
    },
  };
};
const after = ({ kept }: ReturnType<typeof anAttempt>) => {
  const handle = kept.at(-1);
  return anAttempt(handle === undefined ? {} : { handle });
};

export const sendingRules = (box: () => MailboxUnderTest): void => {
  const inSent = async (cursor: string): Promise<readonly CopyHeaders[]> => {
    const { upserts } = await box().provider.pull(cursor, {}, never);
    const copies: CopyHeaders[] = [];
    for (const { providerMessageId } of upserts)
      copies.push(await box().provider.readHeaders(providerMessageId, never));
    return copies.filter(({ labels, place }) => labels.includes(box().sentLabel) && !place.isDraft);
  };
  const headersOf = ({ headers, receivedAt }: CopyHeaders) => readHeaders(headers, receivedAt);
  const sendTwice = async (how: Parameters<MailboxUnderTest['sendingGoes']>[0]) => {
    const draft = aDraft(box());
    const first = anAttempt();
    box().sendingGoes(how);
    const refused = await box()
      .provider.send(draft, first, never)
      .then(
        () => undefined,
        (thrown: { reason?: string }) => thrown.reason,
      );
    box().clock.pass(60_000);
    return { refused, second: () => box().provider.send(draft, after(first), never) };
  };

  test('a message goes to its people once and lies in Sent, under the id it is told to have gone by [JS-26]', async () => {
    const cursor = await box().provider.start(never);
    const { messageId, refused } = await box().provider.send(aDraft(box()), anAttempt(), never);
    expect(refused).toEqual([]);
    expect(box().outbound.map(({ to }) => to)).toEqual([jane]);
    const copies = await inSent(cursor);
    expect(copies.map((copy) => headersOf(copy).messageId)).toEqual([messageId]);
    const [there] = box().outbound;
    const arrived = readHeaders(readHeaderLines(there?.raw ?? Buffer.alloc(0)), 0);
    expect(arrived).toMatchObject({ messageId, subject: 'Re: Your application' });
    const fetched = await box().provider.fetch(copies[0]?.providerMessageId ?? '', 1_000_000, never);
    expect(Buffer.from(fetched.raw).toString()).toBe(there?.raw.toString());
    expect(there?.raw.toString().split('\r\n\r\n')[1]).toBe('Gr=C3=BC=C3=9Fe\r\n.\r\nFrom here on\r\n');
  });

  test('a reply goes on with its thread: by its headers everywhere, and by the thread’s id in the mailbox [LV-11]', async () => {
    const first = await box().deliver(letter({ id: 'first@candidates.test' }));
    const cursor = await box().provider.start(never);
    const answered = idOf('first@candidates.test');
    await box().provider.send(
      aDraft(box(), {
        inReplyTo: answered,
        references: [answered],
        providerThreadId: first.providerThreadId,
      }),
      anAttempt(),
      never,
    );
    const [copy] = await inSent(cursor);
    expect(copy?.providerThreadId).toBe(first.providerThreadId);
    const thread = await box().provider.readThread(first.providerThreadId, never);
    expect(thread).toHaveLength(2);
    const arrived = readHeaders(readHeaderLines(box().outbound[0]?.raw ?? Buffer.alloc(0)), 0);
    expect(arrived).toMatchObject({ inReplyTo: [answered], references: [answered] });
  });

  test('when the answer is lost, the next attempt does not send again: it finds the message, or says it cannot tell', async () => {
    const { refused, second } = await sendTwice('answer-lost');
    expect(refused).toMatch(/^(provider-refused|outcome-unknown)$/);
    const outcome = await second().then(
      ({ messageId }) => messageId,
      (thrown: { reason?: string }) => thrown.reason,
    );
    expect(box().outbound).toHaveLength(1);
    const arrived = readHeaders(readHeaderLines(box().outbound[0]?.raw ?? Buffer.alloc(0)), 0);
    expect(outcome).toBe(refused === 'outcome-unknown' ? 'outcome-unknown' : arrived.messageId);
  });

  test('a provider that puts it off is asked again after its wait, and it goes once', async () => {
    const cursor = await box().provider.start(never);
    const { refused, second } = await sendTwice('put-off');
    expect(refused).toBe('provider-busy');
    expect(box().outbound).toEqual([]);
    await second();
    expect(box().outbound).toHaveLength(1);
    expect(await inSent(cursor)).toHaveLength(1);
  });

  test('a way that breaks before anything is said leaves nothing sent', async () => {
    const { refused } = await sendTwice('broken-before');
    expect(refused).toMatch(/^(provider-refused|outcome-unknown)$/);
    expect(box().outbound).toEqual([]);
  });

  test('a recipient the provider takes no mail for is refused, and nothing is sent', async () => {
    const cursor = await box().provider.start(never);
    const nowhere = { address: addressOf('jane@nowhere') };
    await expect(
      box().provider.send(aDraft(box(), { to: [nowhere] }), anAttempt(), never),
    ).rejects.toMatchObject({ reason: 'recipient-refused' });
    expect(box().outbound).toEqual([]);
    expect(await inSent(cursor)).toEqual([]);
  });
};
