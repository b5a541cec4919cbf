/* A window that is told anew comes newest first and a page at a time; it must bring the same as mail that came in its order. */
import { expect, test } from 'vitest';
import { keepDeletedMs } from '../../lib/domain/deletion.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look } from '../world/acts.ts';
import { ana, jane, noor } from '../world/people.ts';

const world = aWorld({ connected: [ana], largestPage: 2 });

test('an answer that is told of before what it answers is kept with it, whoever wrote it', async () => {
  const at = world.clock.now();
  const asked = world.send({
    from: jane,
    to: [ana, noor],
    subject: 'My referee',
    text: 'Noor knows my work.',
    id: 'referee@mailbox.test',
    at,
  });
  for (const nth of [1, 2, 3, 4])
    world.send({
      from: { name: 'Shop', address: 'shop@offers.test' },
      to: [ana],
      subject: `Offer ${nth}`,
      text: 'Buy',
      at: at + nth * 1_000,
    });
  const answer = world.send({
    from: noor,
    to: [ana],
    subject: 'Re: My referee',
    text: 'I do, and it is good.',
    references: ['referee@mailbox.test'],
    at: at + 10_000,
  });
  world.lab.expireHistory(ana.address);
  await world.pull(ana);
  expect(answer.get(ana.address)).toBe(asked.get(ana.address));
  const thread = keptThread(await look(world.as(ana), asked.get(ana.address) ?? ''));
  expect(thread.messageCount).toBe(2);
});

test('what was deleted or thrown away while history was lost goes from the record, and nothing else does', async () => {
  const letters = ['deleted', 'thrown away', 'marked as spam', 'there'].map((fate) => ({
    fate,
    threadId:
      world.send({ from: jane, to: [ana], subject: `Is ${fate}`, text: 'Hello' }).get(ana.address) ?? '',
  }));
  await world.pull(ana);
  const mailbox = world.lab.mailbox(ana.address);
  const copyOf = (fate: string) => {
    const threadId = letters.find((letter) => letter.fate === fate)?.threadId ?? '';
    const [message] = mailbox.thread(threadId);
    if (message === undefined) throw new Error('The mailbox holds no such thread.');
    return message;
  };
  mailbox.remove(copyOf('deleted').id);
  mailbox.relabel(copyOf('thrown away'), ['TRASH'], []);
  mailbox.relabel(copyOf('marked as spam'), ['SPAM'], []);
  world.lab.expireHistory(ana.address);
  await world.pull(ana);
  const goes = async () =>
    Promise.all(
      letters.map(async ({ fate, threadId }) => {
        const { thread } = await look(world.as(ana), threadId);
        return [fate, thread.state === 'kept' ? thread.goes !== undefined : 'not kept'];
      }),
    );
  expect(await goes()).toEqual([
    ['deleted', true],
    ['thrown away', true],
    ['marked as spam', false],
    ['there', false],
  ]);
  expect(await world.sql('select from candor.unconfirmed_copy')).toEqual([]);
  world.clock.pass(keepDeletedMs);
  await eraseDue(world.server.services, new AbortController().signal);
  const left = await world.sql<{ thread: string }>(
    'select provider_thread_id as thread from candor.message_copy where provider_thread_id = any ($1)',
    [letters.map(({ threadId }) => threadId)],
  );
  const isLeft = ({ threadId }: { threadId: string }) => left.some(({ thread }) => thread === threadId);
  expect(letters.filter(isLeft).map(({ fate }) => fate)).toEqual(['marked as spam', 'there']);
});

test('a list that was cut off deletes nothing, and what it left out is asked for in the end', async () => {
  const threads = ['one', 'two', 'three', 'four', 'five'].map(
    (nth) =>
      world.send({ from: jane, to: [ana], subject: `Letter ${nth}`, text: 'Hello' }).get(ana.address) ?? '',
  );
  await world.pull(ana);
  const [gone = ''] = threads;
  const [message] = world.lab.mailbox(ana.address).thread(gone);
  if (message === undefined) throw new Error('The mailbox holds no such thread.');
  world.lab.mailbox(ana.address).remove(message.id);
  world.lab.expireHistory(ana.address);
  world.lab.fail({ match: 'pageToken', times: 4, how: 500 });
  await expect(world.pull(ana)).rejects.toMatchObject({ reason: 'provider-refused' });
  const due = () =>
    world.sql(
      `select from candor.message m join candor.message_copy c on c.message_id = m.id
       where m.erase_at is not null and c.provider_thread_id = any ($1)`,
      [threads],
    );
  expect(await due()).toEqual([]);
  await world.pull(ana);
  expect(await due()).toHaveLength(1);
});
