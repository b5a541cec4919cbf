/* "Delete in my mailbox too": one message of a person's own, by their click, where the company allows it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { MessageId } from '../../lib/contract/ids.ts';
import { keepDeletedMs } from '../../lib/domain/deletion.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look, refusal } from '../world/acts.ts';
import { ana, jane, mia, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const never = new AbortController().signal;
let sent = 0;

const setPolicy = (policy: { isMailboxDeletionAllowed?: boolean; propagatesDeletions?: boolean }) =>
  world.as(ana).api.company.setDeletionPolicy.mutate({
    isMailboxDeletionAllowed: true,
    propagatesDeletions: true,
    ...policy,
  });
beforeEach(async () => {
  await setPolicy({});
});

/** A letter from Jane and its answer to her, in the mailboxes of all who are given. */
const kept = async (...holders: readonly WorldPerson[]) => {
  sent += 1;
  const id = `to-delete-${sent}@mailbox.test`;
  const threads = world.send({ id, from: jane, to: holders, subject: `Letter ${sent}`, text: 'Hello' });
  const [first = ana] = holders;
  world.send({
    id: `answer-${sent}@acme.test`,
    from: first,
    to: [jane],
    subject: `Re: Letter ${sent}`,
    text: 'Hello again',
    references: [id],
  });
  for (const person of holders) await world.pull(person);
  const threadOf = (person: WorldPerson) => threads.get(person.address) ?? '';
  const { threadId: rootId } = keptThread(await look(world.as(first), threadOf(first)));
  return { threadOf, rootId };
};
type Kept = Awaited<ReturnType<typeof kept>>;
const messagesOf = async (person: WorldPerson, { rootId }: Kept) =>
  (await world.as(person).api.thread.read.query({ threadId: rootId })).messages;
const firstOf = async (person: WorldPerson, thread: Kept) => {
  const message = (await messagesOf(person, thread)).find(({ subject }) => !subject.startsWith('Re: '));
  if (message === undefined) throw new Error('Nothing of the thread can be read.');
  return message;
};
const remove = (person: WorldPerson, messageId: string) =>
  world.as(person).api.thread.deleteInMailbox.mutate({ messageId: MessageId.parse(messageId) });
const inTrash = (person: WorldPerson, { threadOf }: Kept): readonly boolean[] =>
  world.lab
    .mailbox(person.address)
    .thread(threadOf(person))
    .map(({ labelIds }) => labelIds.has('TRASH'));

describe('where the company allows it', () => {
  test('one message goes to the trash of its person’s mailbox, and from the record seven days later [KL-07] [P-07b]', async () => {
    const thread = await kept(ana);
    const before = world.clock.now();
    const message = await firstOf(ana, thread);
    expect(message.canDeleteInMailbox).toBe(true);
    const { erasedAt } = await remove(ana, message.messageId);
    expect(Date.parse(erasedAt ?? '')).toBeGreaterThanOrEqual(before + keepDeletedMs);
    expect(inTrash(ana, thread)).toEqual([true, false]);
    const left = await messagesOf(ana, thread);
    expect(left.filter(({ canDeleteInMailbox }) => canDeleteInMailbox)).toHaveLength(1);
    expect((await firstOf(ana, thread)).canDeleteInMailbox).toBe(false);
    expect(
      await world.sql(
        `select facts ->> 'message_id' as id from candor.audit where kind = 'deleted-in-mailbox'`,
      ),
    ).toEqual([{ id: message.messageId }]);

    // What the provider tells of it afterwards changes nothing.
    await world.pull(ana);
    world.clock.pass(keepDeletedMs);
    await eraseDue(world.server.services, never);
    expect(await messagesOf(ana, thread)).toHaveLength(1);
  });

  test('it stays on record while a colleague’s mailbox holds it, whose copy nobody touches', async () => {
    const thread = await kept(ana, mia);
    const { messageId } = await firstOf(ana, thread);
    expect(await remove(ana, messageId)).toEqual({});
    expect(inTrash(mia, thread)).not.toContain(true);
    world.clock.pass(keepDeletedMs);
    await eraseDue(world.server.services, never);
    expect((await firstOf(mia, thread)).messageId).toBe(messageId);
  });

  test('it stays on record where the company keeps what is deleted', async () => {
    await setPolicy({ propagatesDeletions: false });
    const thread = await kept(ana);
    expect(await remove(ana, (await firstOf(ana, thread)).messageId)).toEqual({});
  });

  test('taken out of the trash again, it is the copy it was', async () => {
    const thread = await kept(ana);
    const { messageId } = await firstOf(ana, thread);
    await remove(ana, messageId);
    const mailbox = world.lab.mailbox(ana.address);
    const [message] = mailbox.thread(thread.threadOf(ana));
    if (message === undefined) throw new Error('The mailbox holds nothing of it.');
    mailbox.relabel(message, ['INBOX'], ['TRASH']);
    await world.pull(ana);
    expect(await firstOf(ana, thread)).toMatchObject({ messageId, canDeleteInMailbox: true });
  });

  test('asked for twice it is done once, and one that was deleted meanwhile is no failure', async () => {
    const twice = await kept(ana);
    const { messageId } = await firstOf(ana, twice);
    expect(await remove(ana, messageId)).toEqual(await remove(ana, messageId));
    const gone = await kept(ana);
    const other = await firstOf(ana, gone);
    const mailbox = world.lab.mailbox(ana.address);
    mailbox.remove(mailbox.thread(gone.threadOf(ana))[0]?.id ?? '');
    expect(await remove(ana, other.messageId)).toMatchObject({ erasedAt: expect.any(String) });
  });

  test('nobody deletes what only a colleague’s mailbox holds', async () => {
    const thread = await kept(ana);
    const { messageId } = await firstOf(ana, thread);
    expect(await refusal(remove(tom, messageId))).toBe('not-found');
    expect(inTrash(ana, thread)).not.toContain(true);
  });
});

describe('where the company does not', () => {
  test('it is not offered, and refused to whoever asks all the same [LF-16]', async () => {
    await setPolicy({ isMailboxDeletionAllowed: false });
    const thread = await kept(ana);
    const message = await firstOf(ana, thread);
    expect(message.canDeleteInMailbox).toBe(false);
    expect(await refusal(remove(ana, message.messageId))).toBe('policy-forbids');
    expect(inTrash(ana, thread)).not.toContain(true);
  });

  test('which it does not until an admin says so [P-07b]', async () => {
    const [row] = await world.sql<{ value: string }>(
      `select column_default as value from information_schema.columns
       where table_name = 'policy' and column_name = 'is_mailbox_deletion_allowed'`,
    );
    expect(row?.value).toBe('false');
    const policy = { isMailboxDeletionAllowed: true, propagatesDeletions: true };
    expect(await refusal(world.as(mia).api.company.setDeletionPolicy.mutate(policy))).toBe('policy-forbids');
  });
});

test('what waits to leave the record stays once the company keeps what is deleted', async () => {
  const thread = await kept(ana);
  await remove(ana, (await firstOf(ana, thread)).messageId);
  const goes = async () => keptThread(await look(world.as(ana), thread.threadOf(ana))).goes;
  expect(await goes()).toMatchObject({ messageCount: 1 });
  await setPolicy({ propagatesDeletions: false });
  expect(await goes()).toBeUndefined();
});
