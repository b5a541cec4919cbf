/* What is deleted in mailboxes reaches the record, with time to take it back; what only looks like a deletion does not. */
import { expect, test } from 'vitest';
import type { ThreadId } from '../../lib/contract/ids.ts';
import { keepDeletedMs } from '../../lib/domain/deletion.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal } from '../world/acts.ts';
import { ana, jane, mia, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const never = new AbortController().signal;
let sent = 0;
/** A letter from Jane that the mailboxes of all who are given hold and have been looked at for. */
const kept = async (...holders: readonly WorldPerson[]) => {
  sent += 1;
  const id = `deletion-${sent}@mailbox.test`;
  const threads = world.send({
    id,
    from: jane,
    to: holders,
    subject: `Letter ${sent}`,
    text: `Text ${sent}`,
  });
  for (const person of holders) await world.pull(person);
  return { threadId: (person: WorldPerson) => threads.get(person.address) ?? '', subject: `Letter ${sent}` };
};
const copyIn = (person: WorldPerson, threadId: string) => {
  const [message] = world.lab.mailbox(person.address).thread(threadId);
  if (message === undefined) throw new Error('The mailbox holds no such thread.');
  return message;
};
const deleteIn = async (person: WorldPerson, threadId: string) => {
  world.lab.mailbox(person.address).remove(copyIn(person, threadId).id);
  await world.pull(person);
};
const trashIn = async (person: WorldPerson, threadId: string, on = true) => {
  const mailbox = world.lab.mailbox(person.address);
  mailbox.relabel(copyIn(person, threadId), on ? ['TRASH'] : [], on ? [] : ['TRASH']);
  await world.pull(person);
};
const keep = (person: WorldPerson, open: string, threadId: ThreadId) =>
  world.as(person).api.thread.keep.mutate({
    kind: 'keep',
    key: newKey(),
    ref: refOf(world.as(person), open),
    threadId,
  });
/** As many days as the deletion can be taken back, and the job that follows. */
const weekPasses = async () => {
  world.clock.pass(keepDeletedMs);
  await eraseDue(world.server.services, never);
};
const rowsOf = (threadId: string) =>
  world.sql<{ message_id: string; erase_at: string | null; gone_at: string | null }>(
    `select c.message_id, m.erase_at, c.gone_at from candor.message_copy c join candor.message m on m.id = c.message_id
     where c.provider_thread_id = $1`,
    [threadId],
  );
const setPolicy = (propagates: boolean) =>
  world.sql('update candor.policy set propagates_deletions = $1', [propagates]);

test('a message deleted in the mailbox goes from the record seven days later, with all that hangs on it [LI-23] [P-07a]', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  const [{ message_id: messageId } = { message_id: '' }] = await rowsOf(id);
  const before = await world.dump();
  expect(before).toContain(messageId);
  await deleteIn(ana, id);
  world.clock.pass(keepDeletedMs - 60_000);
  await eraseDue(world.server.services, never);
  expect(await rowsOf(id)).toHaveLength(1);
  world.clock.pass(60_000);
  await eraseDue(world.server.services, never);
  const left = (await world.dump()).split('\n').filter((line) => line.includes(messageId));
  expect(left.map((line) => line.split(' ')[0])).toEqual(['candor.audit']);
  expect(
    await world.sql(
      `select from candor.decision where rule = 'deleted' and decision = 'drop' and message_id is null`,
    ),
  ).toHaveLength(1);
});

test('until then it is read as before, and its owner is told when it goes', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  const thread = keptThread(await look(world.as(ana), id));
  expect(thread.goes).toBeUndefined();
  const at = world.clock.now();
  await deleteIn(ana, id);
  const after = keptThread(await look(world.as(ana), id));
  expect(after.messageCount).toBe(1);
  expect(after.readers).toEqual(thread.readers);
  expect(after.goes).toMatchObject({ messageCount: 1, canKeep: true });
  expect(Date.parse(after.goes?.at ?? '')).toBeGreaterThanOrEqual(at + keepDeletedMs);
});

test('its owner takes the deletion back within the seven days, and it stays [P-07a]', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  const { threadId: rootId } = keptThread(await look(world.as(ana), id));
  await deleteIn(ana, id);
  expect(await keep(ana, id, rootId)).toMatchObject({ said: '1 message stays in Candor.' });
  expect(keptThread(await look(world.as(ana), id)).goes).toBeUndefined();
  await weekPasses();
  expect(keptThread(await look(world.as(ana), id)).messageCount).toBe(1);
});

test('a colleague whose mailbox never held it can not say that it stays', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  const { threadId: rootId } = keptThread(await look(world.as(ana), id));
  await deleteIn(ana, id);
  expect(await refusal(keep(mia, id, rootId))).toBe('not-found');
  expect(keptThread(await look(world.as(ana), id)).goes).toBeDefined();
});

test('it stays while a colleague’s mailbox holds it, and goes with the last copy [LI-23]', async () => {
  const { threadId } = await kept(ana, mia);
  await deleteIn(ana, threadId(ana));
  await weekPasses();
  expect(keptThread(await look(world.as(mia), threadId(mia))).messageCount).toBe(1);
  await deleteIn(mia, threadId(mia));
  await weekPasses();
  expect(await rowsOf(threadId(mia))).toEqual([]);
});

test('the trash counts as deleted, and coming back from it as back', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  await trashIn(ana, id);
  expect(keptThread(await look(world.as(ana), id)).goes).toBeDefined();
  await trashIn(ana, id, false);
  expect(keptThread(await look(world.as(ana), id)).goes).toBeUndefined();
  await weekPasses();
  expect(await rowsOf(id)).toHaveLength(1);
  await trashIn(ana, id);
  await weekPasses();
  expect(await rowsOf(id)).toEqual([]);
});

test('a thread logged by hand that no rule would keep is back when it comes from the trash', async () => {
  const sam = { name: 'Sam Field', address: 'sam.field@mailbox.test' };
  const id = world.send({ from: sam, to: [ana], subject: 'By hand', text: 'Hi' }).get(ana.address) ?? '';
  await log(world.as(ana), id, [world.candidateId(jane.address)]);
  await world.pull(ana);
  await trashIn(ana, id);
  expect(keptThread(await look(world.as(ana), id)).goes).toBeDefined();
  await trashIn(ana, id, false);
  expect(keptThread(await look(world.as(ana), id)).goes).toBeUndefined();
});

test('spam is no deletion', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  world.lab.mailbox(ana.address).relabel(copyIn(ana, id), ['SPAM'], []);
  await world.pull(ana);
  await weekPasses();
  expect(keptThread(await look(world.as(ana), id)).messageCount).toBe(1);
});

test('a copy that comes back under another id of the provider’s is the same copy', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  const { raw } = copyIn(ana, id);
  const [before] = await world.sql<{ id: string }>(
    'select id from candor.message_copy where provider_thread_id = $1',
    [id],
  );
  await deleteIn(ana, id);
  const again = world.lab.deliver(ana.address, raw, { at: world.clock.now() });
  await world.pull(ana);
  const rows = await world.sql('select id, gone_at from candor.message_copy where provider_message_id = $1', [
    again.id,
  ]);
  expect(rows).toEqual([{ id: before?.id, gone_at: null }]);
  await weekPasses();
  expect(keptThread(await look(world.as(ana), again.threadId)).messageCount).toBe(1);
});

test('a move, told as a new copy and a deletion in either order, leaves one copy', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  const old = copyIn(ana, id);
  const [before] = await world.sql<{ id: string }>(
    'select id from candor.message_copy where provider_thread_id = $1',
    [id],
  );
  const moved = world.lab.deliver(ana.address, old.raw, { at: world.clock.now() });
  await world.pull(ana);
  world.lab.mailbox(ana.address).remove(old.id);
  await world.pull(ana);
  expect(
    await world.sql(
      `select id, provider_message_id, gone_at from candor.message_copy where message_id =
         (select message_id from candor.message_copy where provider_message_id = $1)`,
      [moved.id],
    ),
  ).toEqual([{ id: before?.id, provider_message_id: moved.id, gone_at: null }]);
});

test('where the company keeps what is deleted, it stays for good [P-07a]', async () => {
  const { threadId } = await kept(ana);
  await setPolicy(false);
  await deleteIn(ana, threadId(ana));
  await weekPasses();
  expect(await rowsOf(threadId(ana))).toHaveLength(1);
  await setPolicy(true);
});

test('what is due stays when the company has changed its mind by then', async () => {
  const { threadId } = await kept(ana);
  await deleteIn(ana, threadId(ana));
  await setPolicy(false);
  await weekPasses();
  expect(await rowsOf(threadId(ana))).toMatchObject([{ erase_at: null }]);
  await setPolicy(true);
});

test('a thread whose messages are all erased is gone from the history of its candidate', async () => {
  const { threadId, subject } = await kept(ana);
  const other = await kept(ana);
  const historyOf = async () =>
    (await look(world.as(ana), other.threadId(ana))).history.threads.map((each) => each.subject);
  expect(await historyOf()).toContain(subject);
  await deleteIn(ana, threadId(ana));
  await weekPasses();
  expect(await historyOf()).not.toContain(subject);
});

test('a mailbox that is turned off deletes nothing: what was synced stays, also when others delete theirs [LI-24]', async () => {
  const { threadId } = await kept(ana, tom);
  await world.as(tom).api.mailbox.change.mutate({
    kind: 'turn-off',
    mailboxId: world.mailboxId(tom),
    brought: 'keep',
  });
  await deleteIn(ana, threadId(ana));
  await weekPasses();
  expect(keptThread(await look(world.as(ana), threadId(ana))).goes).toBeUndefined();
  expect(await rowsOf(threadId(tom))).toMatchObject([{ gone_at: null, erase_at: null }]);
});

test('a mailbox that no longer lets Candor in deletes nothing [LI-24]', async () => {
  const { threadId } = await kept(mia);
  world.lab.revoke(mia.address);
  world.lab.expireAccessTokens();
  await expect(world.pull(mia)).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
  await weekPasses();
  expect(await rowsOf(threadId(mia))).toMatchObject([{ gone_at: null, erase_at: null }]);
});
