/* What an owner keeps back of a thread they share: messages left out, and new mail while the share stands still. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageId, ThreadId } from '../../lib/contract/ids.ts';
import type { KeptThread } from '../../lib/contract/thread.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal, setStance, undo } from '../world/acts.ts';
import type { Mailer } from '../world/mail.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const rita: Mailer = { name: 'Rita Roth', address: 'rita@agency.test' };
let serial = 0;
let open = '';
let threadId: ThreadId;
let ids: string[] = [];

const send = async (
  facts: { from: Mailer; to: readonly Mailer[]; cc?: readonly Mailer[]; subject?: string },
  text: string,
): Promise<void> => {
  const id = `${text.toLowerCase()}-${serial}@mail.test`;
  const sent = world.send({ subject: `Re: Visit ${serial}`, ...facts, id, text, references: ids });
  ids.push(id);
  open = sent.get(ana.address) ?? open;
  world.clock.pass(60_000);
  await world.pull(ana);
};
const kept = async (): Promise<KeptThread> => keptThread(await look(world.as(ana), open));
const readBy = async (person: WorldPerson): Promise<readonly string[]> => {
  try {
    const { messages } = await world.as(person).api.thread.read.query({ threadId });
    return messages.map(({ text }) => text?.trim() ?? '');
  } catch (thrown) {
    expect(thrown).toMatchObject({ data: { reason: 'not-found' } });
    return [];
  }
};
const idOf = async (text: string): Promise<MessageId> => {
  const { messages } = await world.as(ana).api.thread.read.query({ threadId });
  const found = messages.find((each) => each.text?.trim() === text);
  if (found === undefined) throw new Error('no such message');
  return found.messageId;
};
const share = async (more: { leaveOut?: MessageId[]; holdsBack?: boolean } = {}) =>
  world.as(ana).api.thread.setStance.mutate({
    kind: 'stance',
    key: newKey(),
    ref: refOf(world.as(ana), open),
    threadId,
    stance: 'shared',
    ...more,
  });

beforeEach(async () => {
  serial += 1;
  ids = [];
  open = world
    .send({ from: jane, to: [ana], subject: `Visit ${serial}`, text: 'One', id: `one-${serial}@mail.test` })
    .get(ana.address) as string;
  ids.push(`one-${serial}@mail.test`);
  await log(world.as(ana), open, [world.candidateId(jane.address)]);
  threadId = (await kept()).threadId;
  await share();
});

describe('a thread that is shared [N-10] [P-21]', () => {
  test('goes on being shared with its new mail, as long as nobody new is on it [LI-18]', async () => {
    await send({ from: ana, to: [jane], cc: [tom] }, 'Two');
    expect(await readBy(mia)).toEqual(['One', 'Two']);
    expect((await kept()).pause).toBeUndefined();
  });

  test('stands still from the message on with which somebody outside joins; the owner alone is asked, and told who', async () => {
    await send({ from: jane, to: [ana], cc: [rita] }, 'Two');
    await send({ from: ana, to: [jane] }, 'Three');
    expect(await readBy(ana)).toEqual(['One', 'Two', 'Three']);
    expect(await readBy(mia)).toEqual(['One']);
    expect((await kept()).pause).toMatchObject({
      messageCount: 2,
      said: expect.stringMatching(/^rita@agency\.test was not on this thread before /),
    });
    expect(await world.as(ana).api.thread.paused.query()).toMatchObject([
      { threadId, ref: refOf(world.as(ana), open), pause: { messageCount: 2 } },
    ]);
    expect(await world.as(mia).api.thread.paused.query()).toEqual([]);
    const seen = JSON.stringify([
      await look(world.as(mia), world.threadId(mia, 'jane-mia')),
      await world.as(mia).api.thread.read.query({ threadId }),
    ]);
    expect(seen).not.toContain('rita@agency.test');
    const asked = await world
      .as(ana)
      .api.thread.couldRead.query({ threadId, personId: world.as(mia).personId });
    expect(asked.said).toContain('Not the rest: it was left out of what Ana Ortiz shared.');
  });

  test('stands still where it is about something else from then on', async () => {
    await send({ from: jane, to: [ana], subject: `Visit ${serial}` }, 'Two');
    expect((await kept()).pause).toBeUndefined();
    await world.sql("update candor.message set subject_hash = '\\x00' where thread_id = $1", [threadId]);
    await send({ from: jane, to: [ana] }, 'Three');
    expect(await readBy(mia)).toEqual(['One', 'Two']);
    expect((await kept()).pause?.said).toMatch(/^The thread has another subject since /);
  });

  test('is shared with what waits by the owner’s word, and stands still again with the next to join', async () => {
    await send({ from: jane, to: [ana], cc: [rita] }, 'Two');
    await share();
    expect(await readBy(mia)).toEqual(['One', 'Two']);
    expect((await kept()).pause).toBeUndefined();
    await send({ from: rita, to: [ana], cc: [jane] }, 'Three');
    expect(await readBy(mia)).toEqual(['One', 'Two', 'Three']);
    await send({ from: jane, to: [ana], cc: [{ name: 'Otto', address: 'otto@agency.test' }] }, 'Four');
    expect(await readBy(mia)).toEqual(['One', 'Two', 'Three']);
  });

  test('or stays as it is from there on, new mail included, and nobody is asked again', async () => {
    await send({ from: jane, to: [ana], cc: [rita] }, 'Two');
    const { said } = await share({ holdsBack: true });
    expect(said).toBe('What came since is not shared, and new mail of this thread is not either.');
    await send({ from: jane, to: [ana] }, 'Three');
    expect(await readBy(mia)).toEqual(['One']);
    expect(await kept()).toMatchObject({ leftOutCount: 2 });
    expect((await kept()).pause).toBeUndefined();
    expect(await refusal(share({ holdsBack: true }))).toBe('already-done');
  });

  test('is held back as a share alone: who asks for private is not told of something else', async () => {
    await send({ from: jane, to: [ana], cc: [rita] }, 'Two');
    const act = { kind: 'stance', key: newKey(), ref: refOf(world.as(ana), open), threadId } as const;
    const asked = world.as(ana).api.thread.setStance.mutate({ ...act, stance: 'private', holdsBack: true });
    expect(await refusal(asked)).toBe('bad-input');
    expect((await kept()).pause).toMatchObject({ messageCount: 1 });
  });

  test('either answer is undone, and mail that came meanwhile waits as it would have [N-23]', async () => {
    await send({ from: jane, to: [ana], cc: [rita] }, 'Two');
    const shared = await share();
    await send({ from: jane, to: [ana] }, 'Three');
    expect(await readBy(mia)).toEqual(['One', 'Two', 'Three']);
    await undo(world.as(ana), open, shared);
    expect(await readBy(mia)).toEqual(['One']);
    expect((await kept()).pause).toMatchObject({ messageCount: 2 });
    const held = await share({ holdsBack: true });
    await undo(world.as(ana), open, held);
    expect((await kept()).pause).toMatchObject({ messageCount: 2 });
  });

  test('a colleague’s address, another of the candidate’s and who was on it before are nobody new', async () => {
    await world.as(ana).api.candidate.addAddress.mutate({
      candidateId: world.candidateId(jane.address),
      address: `jane-${serial}@home.test`,
    });
    await send(
      { from: jane, to: [ana], cc: [raj, { name: 'Jane', address: `jane-${serial}@home.test` }] },
      'Two',
    );
    await send({ from: { name: 'New', address: 'new.colleague@acme.test' }, to: [ana], cc: [jane] }, 'Three');
    expect(await readBy(mia)).toEqual(['One', 'Two', 'Three']);
  });

  test('what a colleague received themself they read all the same [JS-34]', async () => {
    await send({ from: jane, to: [ana], cc: [tom, rita] }, 'Two');
    expect(await readBy(tom)).toEqual(['One', 'Two']);
    expect(await readBy(mia)).toEqual(['One']);
  });
});

describe('a share with something left out [N-12]', () => {
  beforeEach(async () => {
    await send({ from: ana, to: [jane] }, 'Two');
    await send({ from: ana, to: [rita] }, 'Between-us');
    await send({ from: jane, to: [ana] }, 'Three');
    await share();
  });

  test('opens the rest to the team and to whoever was given a grant; the preview says so before', async () => {
    await setStance(world.as(ana), open, threadId, 'private');
    const out = [await idOf('Two')];
    const preview = await world
      .as(ana)
      .api.thread.previewStance.query({ threadId, stance: 'shared', leaveOut: out });
    expect(preview.gains.find(({ person }) => person.name === mia.name)?.messageCount).toBe(3);
    await share({ leaveOut: out });
    expect(await readBy(mia)).toEqual(['One', 'Between-us', 'Three']);
    expect(await kept()).toMatchObject({ leftOutCount: 1 });
    const grantee = { threadId, granteeId: world.as(raj).personId };
    const { gains } = await world.as(ana).api.thread.previewGrant.query(grantee);
    expect(gains[0]?.messageCount).toBe(3);
    await world.as(ana).api.thread.setGrant.mutate({
      kind: 'grant',
      key: newKey(),
      ref: refOf(world.as(ana), open),
      ...grantee,
      on: true,
    });
    expect(await readBy(raj)).toEqual(['One', 'Between-us', 'Three']);
  });

  test('lists what can be left out, and which of it went past the candidate [P-04]', async () => {
    const listed = await world.as(ana).api.thread.leavable.query({ threadId });
    expect(listed.map(({ isSideBranch }) => isSideBranch)).toEqual([false, false, true, false]);
    expect(await refusal(world.as(mia).api.thread.leavable.query({ threadId }))).toBe('policy-forbids');
  });

  test('is opened again by sharing all of it, and undone as it stood [N-23]', async () => {
    await share({ leaveOut: [await idOf('Two')] });
    const all = await share();
    expect(await readBy(mia)).toEqual(['One', 'Two', 'Between-us', 'Three']);
    await undo(world.as(ana), open, all);
    expect(await readBy(mia)).toEqual(['One', 'Between-us', 'Three']);
  });

  test('stays left out when the stance changes', async () => {
    await share({ leaveOut: [await idOf('Between-us')] });
    await world.sql("update candor.policy set default_visibility = 'record-access'");
    await setStance(world.as(ana), open, threadId, 'default');
    expect(await readBy(mia)).toEqual(['One', 'Two', 'Three']);
    await world.sql("update candor.policy set default_visibility = 'owner-only'");
  });

  test('what no mailbox of theirs holds nobody leaves out, and nothing changes', async () => {
    const before = await readBy(mia);
    const foreign = crypto.randomUUID() as MessageId;
    expect(await refusal(share({ leaveOut: [foreign] }))).toBe('bad-input');
    expect(await readBy(mia)).toEqual(before);
  });

  test('is in the audit, message by message [LV-06]', async () => {
    await share({ leaveOut: [await idOf('Two')] });
    const { entries } = await world.as(ana).api.audit.list.query({ group: 'access' });
    expect(entries.map(({ said }) => said).join('\n')).toContain(
      'left a message out of what they share of a thread',
    );
  });
});
