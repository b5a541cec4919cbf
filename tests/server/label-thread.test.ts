import { expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { keptThread, label, look, newKey, refusal, undo } from '../world/acts.ts';
import { ana, jane, mia, noor } from '../world/people.ts';

const world = aWorld();
const labelName = 'Candidate';
const labelsOf = (threadId: string): string[][] => {
  const mailbox = world.lab.mailbox(ana.address);
  const names = new Map(mailbox.labels.list().map(({ id, name }) => [id, name]));
  return mailbox.thread(threadId).map(({ labelIds }) => [...labelIds].map((id) => names.get(id) ?? id));
};
const aThread = (subject: string) => {
  const id = `${subject.replaceAll(' ', '-')}@mailbox.test`;
  const threadId = world.send({ id, from: noor, to: [ana], subject, text: 'Hello' }).get(ana.address) ?? '';
  return {
    id,
    threadId,
    reply: () =>
      world.send({ from: noor, to: [ana], subject: `Re: ${subject}`, text: 'More', references: [id] }),
  };
};

test('labelling a thread makes the label, puts it on every message, and keeps the thread [DC-04] [LF-11]', async () => {
  const { threadId, reply } = aThread('Label me');
  reply();
  const { said } = await label(world.as(ana), threadId);
  expect(said).toBe('Labelled “Candidate”. New mail of this thread is kept from now on.');
  for (const names of labelsOf(threadId)) expect(names).toContain(labelName);
  expect(keptThread(await look(world.as(ana), threadId))).toMatchObject({
    messageCount: 2,
    isLabelled: true,
  });
});

test('a new reply in a labelled thread, which Gmail brings without the label, is kept at the next look [DC-04] [LF-11]', async () => {
  await world.sql(`update candor.policy set matching = '[["label"]]'`);
  const { threadId, reply } = aThread('Labelled thread');
  await label(world.as(ana), threadId);
  reply();
  expect(labelsOf(threadId).at(-1)).not.toContain(labelName);
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(2);
  await world.sql(`update candor.policy set matching = default`);
});

test('labelling files the thread on the candidates that are chosen', async () => {
  const { threadId } = aThread('File me');
  await label(world.as(ana), threadId, true, [world.candidateId(jane.address)]);
  expect((await look(world.as(ana), threadId)).candidates.map(({ name }) => name)).toEqual([jane.name]);
});

test('the label set by hand in Gmail is as good: the thread is kept at the next look [LF-11] [P-15]', async () => {
  const { threadId } = aThread('By hand');
  await world.pull(ana);
  const mailbox = world.lab.mailbox(ana.address);
  const own = mailbox.labels.list().find(({ name }) => name === labelName);
  mailbox.modify(
    mailbox.thread(threadId).map(({ id }) => id),
    [own?.id ?? ''],
    [],
  );
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId)).isLabelled).toBe(true);
});

test('taking the label off leaves what was kept, and new mail of the thread is no longer kept by it', async () => {
  await world.sql(`update candor.policy set matching = '[["label"]]'`);
  const { threadId, reply } = aThread('Off again');
  await label(world.as(ana), threadId);
  await label(world.as(ana), threadId, false);
  for (const names of labelsOf(threadId)) expect(names).not.toContain(labelName);
  reply();
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId))).toMatchObject({
    messageCount: 1,
    isLabelled: false,
  });
  await world.sql(`update candor.policy set matching = default`);
});

test('the label taken off by hand in Gmail ends it just as well', async () => {
  await world.sql(`update candor.policy set matching = '[["label"]]'`);
  const { threadId, reply } = aThread('Off by hand');
  await label(world.as(ana), threadId);
  const mailbox = world.lab.mailbox(ana.address);
  const own = mailbox.labels.list().find(({ name }) => name === labelName);
  mailbox.modify(
    mailbox.thread(threadId).map(({ id }) => id),
    [],
    [own?.id ?? ''],
  );
  reply();
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId))).toMatchObject({
    messageCount: 1,
    isLabelled: false,
  });
  await world.sql(`update candor.policy set matching = default`);
});

test('undoing takes the label off and away what it brought', async () => {
  const { threadId } = aThread('Undo me');
  const done = await label(world.as(ana), threadId);
  await undo(world.as(ana), threadId, done);
  for (const names of labelsOf(threadId)) expect(names).not.toContain(labelName);
  expect((await look(world.as(ana), threadId)).thread).toMatchObject({
    state: 'not-kept',
    isLabelled: false,
  });
});

test('undoing leaves a label that was there before', async () => {
  const { threadId } = aThread('Twice labelled');
  await label(world.as(ana), threadId);
  const second = await label(world.as(ana), threadId);
  await undo(world.as(ana), threadId, second);
  for (const names of labelsOf(threadId)) expect(names).toContain(labelName);
  expect(keptThread(await look(world.as(ana), threadId)).isLabelled).toBe(true);
});

test('where the company keeps nothing by label it is refused, and the mailbox is left alone', async () => {
  await world.sql(`update candor.policy set matching = '[["candidate-address"]]'`);
  const { threadId } = aThread('Not by label');
  expect(await refusal(label(world.as(ana), threadId))).toBe('policy-forbids');
  for (const names of labelsOf(threadId)) expect(names).not.toContain(labelName);
  await world.sql(`update candor.policy set matching = default`);
});

test('nobody labels in a colleague’s mailbox', async () => {
  const { threadId } = aThread('Not yours');
  const asked = world.as(mia).api.thread.label.mutate({
    kind: 'label',
    key: newKey(),
    on: true,
    fileOn: [],
    ref: { mailboxAddress: ana.address, providerThreadId: threadId },
  });
  expect(await refusal(asked)).toBe('mailbox-disconnected');
  for (const names of labelsOf(threadId)) expect(names).not.toContain(labelName);
});
