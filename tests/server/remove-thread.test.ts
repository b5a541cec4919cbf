import { expect, test } from 'vitest';
import { KeptThread } from '../../lib/contract/thread.ts';
import { undoMs } from '../../lib/domain/undo.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import type { Services } from '../../server/services/services.ts';
import { describeKeptThread } from '../../server/services/threads/kept-thread.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal, undo } from '../world/acts.ts';
import { ana, jane, mia, raj, type WorldPerson } from '../world/people.ts';
import type { SignedIn } from '../world/start-world.ts';

const world = aWorld();
const never = new AbortController().signal;
let sent = 0;
const kept = async (...holders: readonly WorldPerson[]) => {
  sent += 1;
  const id = `removal-${sent}@mailbox.test`;
  const threads = world.send({ id, from: jane, to: holders, subject: `Removal ${sent}`, text: 'Hi' });
  for (const person of holders) await world.pull(person);
  return { id, threadId: (person: WorldPerson) => threads.get(person.address) ?? '' };
};
const remove = (who: SignedIn, threadId: string, key = newKey()) =>
  who.api.thread.remove.mutate({ kind: 'remove', key, ref: refOf(who, threadId) });
const tenMinutesPass = async () => {
  world.clock.pass(undoMs);
  await eraseDue(world.server.services, never);
};
const stateOf = async (person: WorldPerson, threadId: string) =>
  (await look(world.as(person), threadId)).thread.state;
const record = () =>
  world.sql(
    `select (select count(*) from candor.message) as messages, (select count(*) from candor.message_copy) as copies,
      (select count(*) from candor.participant) as participants,
      (select sum(cardinality(reader_ids)) from candor.message) as readers,
      (select count(*) from candor.thread) as threads, (select count(*) from candor.thread_candidate) as filed,
      (select count(*) from candor.removal) as removals,
      (select count(*) from candor.decision where decision = 'keep') as kept`,
  );

test('removing takes the thread off the record at once, and for good after ten minutes; the mail stays [LF-16] [LF-17]', async () => {
  const before = await record();
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  const asked = world.lab.requests.length;
  const done = await remove(world.as(ana), id);
  expect(done.said).toBe('Removed 1 message from Candor. The originals stay in your mailbox.');
  expect(world.lab.requests.slice(asked)).toEqual([]);
  const view = await look(world.as(ana), id);
  expect(view.thread).toMatchObject({
    state: 'not-kept',
    notKeptBecause: [
      'You removed this message from Candor, so it is not kept. Log the thread to keep it again.',
    ],
  });
  expect(view.history.hiddenCount).toBe(
    (await look(world.as(ana), world.threadId(ana, 'jane'))).history.hiddenCount,
  );
  await tenMinutesPass();
  const after = await record();
  expect(after).toEqual([{ ...before[0], removals: '1' }]);
  expect(world.lab.mailbox(ana.address).thread(id)).toHaveLength(1);
});

test('the next look at the mailbox does not bring it back, also when its place there changes [LF-17]', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  await remove(world.as(ana), id);
  await tenMinutesPass();
  const mailbox = world.lab.mailbox(ana.address);
  const [message] = mailbox.thread(id);
  if (message === undefined) throw new Error('The mailbox lost it.');
  mailbox.relabel(message, ['TRASH'], []);
  await world.pull(ana);
  mailbox.relabel(message, [], ['TRASH']);
  world.lab.expireHistory(ana.address);
  await world.pull(ana);
  expect(await stateOf(ana, id)).toBe('not-kept');
  expect(
    await world.sql(`select from candor.decision where decision = 'drop' and rule = 'removed'`),
  ).not.toEqual([]);
});

test('new mail on a removed thread is new mail, and is kept by the rules', async () => {
  const { id, threadId } = await kept(ana);
  await remove(world.as(ana), threadId(ana));
  await tenMinutesPass();
  world.send({ from: jane, to: [ana], subject: `Re: Removal ${sent}`, text: 'Again', references: [id] });
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId(ana))).messageCount).toBe(1);
});

test('logging by hand keeps it again', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  await remove(world.as(ana), id);
  await tenMinutesPass();
  await log(world.as(ana), id, [world.candidateId(jane.address)]);
  world.lab.expireHistory(ana.address);
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), id)).messageCount).toBe(1);
});

test('a log of it that is undone leaves it removed: the next look does not bring it back', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  await remove(world.as(ana), id);
  await tenMinutesPass();
  await undo(world.as(ana), id, await log(world.as(ana), id, [world.candidateId(jane.address)]));
  world.lab.expireHistory(ana.address);
  await world.pull(ana);
  expect(await stateOf(ana, id)).toBe('not-kept');
});

test('within ten minutes it is undone, and all is as it was [N-23]', async () => {
  const { threadId } = await kept(ana, mia);
  const id = threadId(ana);
  const before = await record();
  const seen = keptThread(await look(world.as(ana), id));
  const done = await remove(world.as(ana), id);
  expect((await look(world.as(ana), id)).undoable).toMatchObject([{ key: done.key, kind: 'remove' }]);
  await undo(world.as(ana), id, done);
  expect(await record()).toEqual(before);
  expect(keptThread(await look(world.as(ana), id))).toEqual(seen);
  await tenMinutesPass();
  expect(await record()).toEqual(before);
});

test('what a colleague’s mailbox holds stays on record, with them as its owner', async () => {
  const { threadId } = await kept(ana, mia);
  const done = await remove(world.as(ana), threadId(ana));
  expect(done.said).toBe(
    'Removed 1 message from Candor. 1 of them stays, because a colleague’s mailbox holds them too. The originals stay in your mailbox.',
  );
  await tenMinutesPass();
  const thread = keptThread(await look(world.as(mia), threadId(mia)));
  expect(thread.messageCount).toBe(1);
  expect(thread.stance).toBe('default');
});

test('a colleague’s mailbox that holds it later brings it for that colleague', async () => {
  const { id, threadId } = await kept(ana);
  await remove(world.as(ana), threadId(ana));
  const theirs = world.send({ id, from: jane, to: [mia], subject: `Removal ${sent}`, text: 'Hi' });
  await world.pull(mia);
  await tenMinutesPass();
  expect(await stateOf(mia, theirs.get(mia.address) ?? '')).toBe('kept');
});

test('is done once under one key, and not at all by somebody without a copy', async () => {
  const { threadId } = await kept(ana);
  const key = newKey();
  const done = await remove(world.as(ana), threadId(ana), key);
  expect(await remove(world.as(ana), threadId(ana), key)).toEqual(done);
  expect(await refusal(remove(world.as(raj), threadId(ana)))).toBe('not-found');
  expect(await refusal(remove(world.as(ana), threadId(ana)))).toBe('not-found');
});

test('the audit names who removed it and what was erased', async () => {
  const { threadId } = await kept(ana);
  await remove(world.as(ana), threadId(ana));
  await tenMinutesPass();
  const rows = await world.sql<{ kind: string; actor_id: string | null }>(
    `select kind, actor_id from candor.audit order by seq desc limit 40`,
  );
  expect(rows).toContainEqual({ kind: 'thread-removed', actor_id: world.as(ana).personId });
  expect(rows.map(({ kind }) => kind)).toContain('messages-erased');
});

test('a thread that is removed while it is being looked at is told without a fault', async () => {
  const { threadId } = await kept(ana);
  const id = threadId(ana);
  const { threadId: rootId } = keptThread(await look(world.as(ana), id));
  const { services } = world.server;
  let isGone = false;
  // After the person's own look, before the company's.
  const between: Services = {
    ...services,
    db: {
      ...services.db,
      transaction: async (as, fn) => {
        if (as.kind === 'company' && !isGone) {
          isGone = true;
          await remove(world.as(ana), id);
        }
        return services.db.transaction(as, fn);
      },
    },
  };
  const actor = { ...ana, personId: world.as(ana).personId, companyId: world.companyId };
  const told = await describeKeptThread(between, actor, rootId, world.mailboxId(ana));
  expect(isGone).toBe(true);
  expect(KeptThread.parse(told)).toMatchObject({ messageCount: 1, hiddenMessageCount: 0 });
});
