/* What is never kept, and what is asked about before it is. */
import { describe, expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal } from '../world/acts.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld({ connected: [ana, mia] });
const guards = (person: WorldPerson) => world.as(person).api.guard;
const box = { name: 'Hiring', address: 'hiring-box@lists.test' };

const letterTo = async (person: WorldPerson, subject: string, from = jane) => {
  const threadId = world.send({ from, to: [person], subject, text: 'Hello' }).get(person.address) ?? '';
  await world.pull(person);
  return (await look(world.as(person), threadId)).thread;
};

describe('a block list', () => {
  test('of a person keeps mail out of their own mailbox alone [N-09]', async () => {
    const { mine } = await guards(ana).block.mutate({
      whose: 'mine',
      entry: ` ${jane.address.toUpperCase()} `,
    });
    expect(mine.map(({ entry }) => entry)).toEqual([jane.address]);
    expect(await letterTo(ana, 'For Ana')).toMatchObject({
      state: 'not-kept',
      notKeptBecause: [expect.stringContaining(jane.address)],
    });
    expect((await letterTo(mia, 'For Mia')).state).toBe('kept');
    expect((await guards(mia).lists.query()).mine).toEqual([]);
    for (const { id } of mine) await guards(ana).unblock.mutate({ id });
    expect((await letterTo(ana, 'For Ana again')).state).toBe('kept');
  });

  test('of the company covers a domain and all below it, in every mailbox', async () => {
    const { company } = await guards(ana).block.mutate({ whose: 'company', entry: 'Agency.test' });
    expect(company.map(({ entry }) => entry)).toEqual(['@agency.test']);
    const agent = { ...jane, name: 'Agent', address: 'agent@mail.agency.test' };
    await world.as(ana).api.guard.lists.query();
    for (const person of [ana, mia]) {
      const thread = await letterTo(person, 'Candidates for you', agent);
      expect(thread).toMatchObject({ notKeptBecause: [expect.stringContaining('agency.test')] });
    }
  });

  test('holds an entry once', async () => {
    await guards(mia).block.mutate({ whose: 'mine', entry: '@twice.test' });
    const { mine } = await guards(mia).block.mutate({ whose: 'mine', entry: 'twice.test' });
    expect(mine).toHaveLength(1);
  });

  test.each(['com', '@com', 'not an address', '@', 'a@b@', '<script>'])('does not take %j', async (entry) => {
    expect(await refusal(guards(ana).block.mutate({ whose: 'mine', entry }))).toBe('bad-input');
  });

  test('of the company is changed by admins alone, and nobody takes an entry from another person’s', async () => {
    expect(await refusal(guards(raj).block.mutate({ whose: 'company', entry: 'x.test' }))).toBe(
      'policy-forbids',
    );
    expect(await refusal(guards(tom).setShared.mutate({ address: 'a@x.test', on: true }))).toBe(
      'policy-forbids',
    );
    const { mine } = await guards(mia).block.mutate({ whose: 'mine', entry: 'hers.test' });
    const { company } = await guards(ana).block.mutate({ whose: 'company', entry: 'theirs.test' });
    const idOf = (entries: typeof mine, entry: string) =>
      entries.find((one) => one.entry === entry)?.id ?? '';
    expect(await refusal(guards(ana).unblock.mutate({ id: idOf(mine, '@hers.test') }))).toBe('not-found');
    expect(await refusal(guards(raj).unblock.mutate({ id: idOf(company, '@theirs.test') }))).toBe(
      'not-found',
    );
  });
});

describe('mail that also goes to a shared box', () => {
  const writeToBox = async (subject: string) => {
    const sent = world.send({ from: jane, to: [ana, box], subject, text: 'Hello all' });
    await world.pull(ana);
    return sent.get(ana.address) ?? '';
  };
  const questions = async () => (await guards(ana).held.query()).threads;

  test('is held and asked about, and nothing of it is stored meanwhile [N-09]', async () => {
    await guards(ana).setShared.mutate({ address: box.address, on: true });
    const threadId = await writeToBox('Held and asked');
    expect((await look(world.as(ana), threadId)).thread.state).toBe('not-kept');
    expect(await questions()).toMatchObject([
      {
        ref: { mailboxAddress: ana.address, providerThreadId: threadId },
        subject: 'Held and asked',
        from: jane.name,
        messageCount: 1,
        because: expect.stringContaining(box.address),
        candidates: [{ name: jane.name }],
      },
    ]);
    const dump = await world.dump();
    expect(dump).not.toContain('Held and asked');
    expect(dump).not.toContain(threadId);
    expect((await guards(mia).held.query()).threads).toEqual([]);
  });

  test('is kept once its person logs it, and the question is gone', async () => {
    const [held] = await questions();
    if (held === undefined) throw new Error('Nothing is held.');
    await log(
      world.as(ana),
      held.ref.providerThreadId,
      held.candidates.map(({ candidateId }) => candidateId),
    );
    expect(keptThread(await look(world.as(ana), held.ref.providerThreadId)).messageCount).toBe(1);
    expect(await questions()).toEqual([]);
  });

  test('is not kept once its person says no, and is not asked about again, though the mailbox tells of it anew', async () => {
    const threadId = await writeToBox('No, thank you');
    const [held] = await questions();
    if (held === undefined) throw new Error('Nothing is held.');
    const after = await guards(ana).dismissHeld.mutate({ ...held, ...held.ref });
    expect(after.threads).toEqual([]);
    world.lab.expireHistory(ana.address);
    await world.pull(ana);
    expect(await questions()).toEqual([]);
    expect((await look(world.as(ana), threadId)).thread.state).toBe('not-kept');
  });

  test('is kept at the next look when the box is shared no more', async () => {
    const threadId = await writeToBox('Was a shared box');
    await guards(ana).setShared.mutate({ address: box.address, on: false });
    expect(await questions()).toEqual([]);
    expect((await look(world.as(ana), threadId)).thread.state).toBe('kept');
    await guards(ana).setShared.mutate({ address: box.address, on: true });
  });

  test('that was deleted in the mailbox meanwhile is asked about no more', async () => {
    const threadId = await writeToBox('Gone before the answer');
    const mailbox = world.lab.mailbox(ana.address);
    for (const message of mailbox.messages()) if (message.threadId === threadId) mailbox.remove(message.id);
    expect(await questions()).toEqual([]);
  });

  test('in a mailbox that cannot be asked is a number and the reason', async () => {
    await writeToBox('Nobody can look');
    world.lab.revoke(ana.address);
    expect(await guards(ana).held.query()).toMatchObject({
      threads: [],
      unread: [{ address: ana.address, messageCount: 1, reason: 'mailbox-disconnected' }],
    });
  });
});

describe('a message that the mailbox gives no sense of', () => {
  /** As often as one look asks for it, and then no more. */
  const triesALook = 4;
  const poisoned = () => {
    const threadId = world.send({ from: jane, to: [mia], subject: 'Rubbish', text: 'Hi' }).get(mia.address);
    world.lab.fail({ match: threadId ?? '', times: triesALook, how: 'not-json' });
    return threadId ?? '';
  };
  const unreadable = async (person: WorldPerson) => (await guards(person).held.query()).unreadable;

  test('is told to its person alone, as it came once the mailbox gives it, and kept at another try', async () => {
    const messageId = poisoned();
    await expect(world.pull(mia)).rejects.toMatchObject({ reason: 'provider-refused' });
    const [message] = await unreadable(mia);
    expect(message).toMatchObject({ address: mia.address, providerMessageId: messageId });
    expect(await unreadable(ana)).toEqual([]);
    if (message === undefined) throw new Error('Nothing is unreadable.');
    expect(await refusal(guards(ana).readRaw.query(message))).toBe('not-found');
    const { base64 } = await guards(mia).readRaw.query(message);
    expect(Buffer.from(base64, 'base64').toString()).toContain('Subject: Rubbish');
    expect(await guards(mia).retryUnreadable.mutate(message)).toEqual([]);
    expect((await look(world.as(mia), messageId)).thread.state).toBe('kept');
    expect(await refusal(guards(mia).readRaw.query(message))).toBe('not-found');
  });
});
