/* A reply from beside the thread, to the lab's Gmail and onto the record; and who may send one, to whom. */
import { expect, test } from 'vitest';
import type { MessageId, ThreadId } from '../../lib/contract/ids.ts';
import type { ReplyAction } from '../../lib/contract/send.ts';
import { deliverOutgoing } from '../../server/services/sending/deliver.ts';
import { headerValue, messageIdsIn } from '../lab/gmail/rfc822.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal, setStance } from '../world/acts.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld({ connected: [ana, mia, tom] });
const never = new AbortController().signal;

const aKeptThread = async (subject: string, from: WorldPerson | typeof jane = jane) => {
  const facts = {
    id: `${crypto.randomUUID()}@Mailbox.Test`,
    from,
    to: [ana],
    cc: [tom],
    subject,
    text: 'When?',
  };
  const threadId = world.send(facts).get(ana.address) ?? '';
  await world.pull(ana);
  const kept = keptThread(await look(world.as(ana), threadId));
  const { messages } = await world.as(ana).api.thread.read.query({ threadId: kept.threadId });
  return { facts, threadId, kept, messageId: messages[0]?.messageId as MessageId };
};
type Kept = Awaited<ReturnType<typeof aKeptThread>>;
const replyTo = (
  person: WorldPerson,
  { threadId, kept, messageId }: Kept,
  changed: Partial<ReplyAction> = {},
): ReplyAction => ({
  kind: 'reply',
  key: newKey(),
  ref: refOf(world.as(person), threadId),
  threadId: kept.threadId,
  messageId,
  to: [jane.address],
  text: 'On Tuesday at ten.\n\nGrüße',
  ...changed,
});
const send = (person: WorldPerson, reply: ReplyAction) => world.as(person).api.send.reply.mutate(reply);
const sentBy = (person: WorldPerson) =>
  world.lab
    .mailbox(person.address)
    .messages()
    .filter(({ labelIds }) => labelIds.has('SENT'));
const outgoing = async (person: WorldPerson, threadId: string) =>
  (await look(world.as(person), threadId)).outgoing.map(({ state }) => state);
const isOut = (person: WorldPerson, threadId: string) =>
  expect.poll(() => outgoing(person, threadId), { timeout: 30_000 }).toEqual(['sent']);

test('a reply lies in Sent in the same thread at Gmail, and on the record once; the answer to it follows [JS-26] [LV-10] [LV-11]', async () => {
  const thread = await aKeptThread('An interview');
  world.clock.pass(60_000);
  await send(ana, replyTo(ana, thread));
  await isOut(ana, thread.threadId);
  const [sent, ...more] = sentBy(ana).filter(({ threadId }) => threadId === thread.threadId);
  expect(more).toEqual([]);
  const header = (name: string) => headerValue(sent?.headers ?? [], name);
  expect(header('Subject')).toBe('Re: An interview');
  // Letter by letter as it was given, whatever case it is known by on record.
  expect(header('In-Reply-To')).toBe(`<${thread.facts.id}>`);
  expect(header('References')).toBe(`<${thread.facts.id}>`);
  expect(header('From')).toBe(`${ana.name} <${ana.address}>`);
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), thread.threadId)).messageCount).toBe(2);

  const [id = ''] = messageIdsIn(header('Message-ID'));
  world.clock.pass(60_000);
  world.send({
    from: jane,
    to: [ana],
    subject: 'Re: An interview',
    text: 'Fine',
    references: [thread.facts.id, id.slice(1, -1)],
  });
  await world.pull(ana);
  const read = await world.as(ana).api.thread.read.query({ threadId: thread.kept.threadId });
  expect(read.messages.map(({ text }) => text?.trim())).toEqual([
    'When?',
    'On Tuesday at ten.\n\nGrüße',
    'Fine',
  ]);
  expect(read.messages[1]).toMatchObject({ to: [{ address: jane.address, name: jane.name }] });
});

test('an answer from a client at the mailbox continues what was sent from here, in both [LV-11]', async () => {
  const thread = await aKeptThread('From either place');
  await send(ana, replyTo(ana, thread));
  await isOut(ana, thread.threadId);
  const [own] = sentBy(ana).filter(({ threadId }) => threadId === thread.threadId);
  const [id = ''] = messageIdsIn(headerValue(own?.headers ?? [], 'Message-ID'));
  const more = world.send({
    from: ana,
    to: [jane],
    subject: 'Re: From either place',
    text: 'By the way',
    references: [thread.facts.id, id.slice(1, -1)],
  });
  await world.pull(ana);
  expect(more.get(ana.address)).toBe(thread.threadId);
  const read = await world.as(ana).api.thread.read.query({ threadId: thread.kept.threadId });
  expect(read.messages).toHaveLength(3);
});

test('the same act twice, and at the same time, is one message', async () => {
  const thread = await aKeptThread('Once');
  const reply = replyTo(ana, thread);
  const [one, other] = await Promise.all([send(ana, reply), send(ana, reply)]);
  expect(one.key).toBe(other.key);
  await isOut(ana, thread.threadId);
  await send(ana, reply);
  await world.server.services.enqueue({ kind: 'poll' });
  await deliverOutgoing(world.server.services, { companyId: world.companyId, outgoingId: reply.key }, never);
  expect(sentBy(ana).filter(({ threadId }) => threadId === thread.threadId)).toHaveLength(1);
});

test('what is sent is kept because Candor sent it, to whomever it went, and what answers it too', async () => {
  const noor = { name: 'Noor', address: 'noor@elsewhere.test' };
  const threadId =
    world.send({ from: noor, to: [ana], subject: 'Unknown', text: 'Hi' }).get(ana.address) ?? '';
  await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
  const kept = keptThread(await look(world.as(ana), threadId));
  const [message] = (await world.as(ana).api.thread.read.query({ threadId: kept.threadId })).messages;
  const messageId = message?.messageId as MessageId;
  await send(ana, { ...replyTo(ana, { threadId, kept, messageId } as Kept), to: [noor.address] });
  await isOut(ana, threadId);
  // Not by what it answers: that is off the record by now.
  await world.sql('update candor.message set removed_at = 1 where id = $1', [messageId]);
  await world.pull(ana);
  const rows = await world.sql<{ kept_by: string[] }>(
    'select m.kept_by from candor.message m join candor.outgoing o on o.sent_id_hash = m.message_id_hash where o.thread_id = $1',
    [kept.threadId],
  );
  expect(rows).toEqual([{ kept_by: ['ancestry'] }]);
});

test('nobody is written to who is not on the thread, nor about a message that is not on it', async () => {
  const thread = await aKeptThread('Whom');
  const before = sentBy(ana).length;
  const stranger = replyTo(ana, thread, { to: [jane.address, 'eve@elsewhere.test'] });
  expect(await refusal(send(ana, stranger))).toBe('bad-input');
  const other = await aKeptThread('Another');
  expect(await refusal(send(ana, replyTo(ana, thread, { messageId: other.messageId })))).toBe('not-found');
  expect(await world.sql('select from candor.outgoing where thread_id = $1', [thread.kept.threadId])).toEqual(
    [],
  );
  expect(sentBy(ana)).toHaveLength(before);
});

test('only who may read a thread answers it: a private one is not there for a colleague', async () => {
  const before = sentBy(tom).length;
  const facts = { from: jane, to: [ana], subject: 'Secret', text: 'Psst' };
  const threadId = world.send(facts).get(ana.address) ?? '';
  await world.pull(ana);
  const kept = keptThread(await look(world.as(ana), threadId));
  const [message] = (await world.as(ana).api.thread.read.query({ threadId: kept.threadId })).messages;
  await setStance(world.as(ana), threadId, kept.threadId as ThreadId, 'private');
  const reply = replyTo(tom, { threadId, kept, messageId: message?.messageId } as Kept);
  expect(await refusal(send(tom, reply))).toBe('not-found');
  expect(sentBy(tom)).toHaveLength(before);
});

test('who has no connected mailbox sends nothing', async () => {
  const thread = await aKeptThread('No mailbox');
  expect(await refusal(send(raj, replyTo(raj, thread)))).toBe('mailbox-disconnected');
});

test('a colleague who may read the thread answers by their own mailbox, where it begins a thread of its own if it must', async () => {
  const thread = await aKeptThread('By a colleague');
  await world.pull(tom);
  const before = sentBy(tom).length;
  world.clock.pass(60_000);
  await send(tom, replyTo(tom, thread, { ref: refOf(world.as(tom), thread.threadId) }));
  await expect.poll(() => sentBy(tom).length, { timeout: 30_000 }).toBe(before + 1);
  expect(headerValue(sentBy(tom)[0]?.headers ?? [], 'From')).toBe(`${tom.name} <${tom.address}>`);
  await world.pull(tom);
  const read = await world.as(tom).api.thread.read.query({ threadId: thread.kept.threadId });
  expect(read.messages.map(({ from }) => from?.address)).toEqual([jane.address, tom.address]);
});

test('what the provider refuses is said in words, kept, and sent again when its person says so', async () => {
  const nowhere = { name: 'Nowhere', address: 'jane@nowhere' };
  const thread = await aKeptThread('Refused', nowhere as typeof jane).catch(() => undefined);
  expect(thread).toBeUndefined();
  const kept = await aKeptThread('Refused later');
  world.lab.fail({ match: '/messages/send', times: 1, how: 400 });
  const reply = replyTo(ana, kept);
  await send(ana, reply);
  await expect
    .poll(async () => (await look(world.as(ana), kept.threadId)).outgoing, { timeout: 30_000 })
    .toMatchObject([{ key: reply.key, state: 'failed', failedFor: 'recipient-refused' }]);
  expect(await refusal(world.as(tom).api.send.settle.mutate({ key: reply.key, how: 'drop' }))).toBe(
    'not-found',
  );
  await world.as(ana).api.send.settle.mutate({ key: reply.key, how: 'retry' });
  await isOut(ana, kept.threadId);
});

test('a mailbox that asks to wait costs nothing but the wait', async () => {
  const kept = await aKeptThread('Throttled');
  world.lab.fail({ match: '/messages/send', times: 1, how: 429, retryAfterSeconds: 1 });
  const reply = replyTo(ana, kept);
  await send(ana, reply);
  await expect.poll(() => outgoing(ana, kept.threadId), { timeout: 30_000 }).toEqual(['waits-for-provider']);
  world.clock.pass(1_000);
  await deliverOutgoing(world.server.services, { companyId: world.companyId, outgoingId: reply.key }, never);
  await isOut(ana, kept.threadId);
  const [row] = await world.sql<{ attempts: number }>(
    'select attempts from candor.outgoing where thread_id = $1',
    [kept.kept.threadId],
  );
  expect(row?.attempts).toBe(1);
});

test('a mailbox that lets nobody in keeps the reply waiting until it is reconnected', async () => {
  const kept = await aKeptThread('Waiting', jane);
  world.lab.revoke(ana.address);
  world.lab.expireAccessTokens();
  const reply = replyTo(ana, kept);
  await send(ana, reply);
  await expect.poll(() => outgoing(ana, kept.threadId), { timeout: 30_000 }).toEqual(['waits-for-mailbox']);
  const { url } = await world.as(ana).api.mailbox.startConnect.mutate({ provider: 'gmail' });
  await fetch(await world.lab.consent(url, ana.address), { headers: { cookie: world.as(ana).cookies } });
  await world.server.services.enqueue({ kind: 'poll' });
  await isOut(ana, kept.threadId);
  expect(sentBy(ana).filter(({ threadId }) => threadId === kept.threadId)).toHaveLength(1);
});

test('a draft rests sealed, and is gone once it was sent', async () => {
  const kept = await aKeptThread('Sealed');
  const held = world.lab.hold('/messages/send');
  await send(ana, replyTo(ana, kept, { text: 'Eyes only, quite unheard of' }));
  await held.reached(1);
  expect(await world.dump()).not.toMatch(/Eyes only/);
  held.release();
  await isOut(ana, kept.threadId);
  expect(
    await world.sql('select from candor.outgoing where thread_id = $1 and draft_sealed is not null', [
      kept.kept.threadId,
    ]),
  ).toEqual([]);
});
