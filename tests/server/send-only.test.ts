/* A mailbox whose person lets Candor send and nothing else: no look is taken into it, and what would take one says why not. */
import { expect, test } from 'vitest';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal } from '../world/acts.ts';
import { ana, jane, tom } from '../world/people.ts';

const world = aWorld({ connected: [ana] });
const never = new AbortController().signal;

const connect = async (access?: 'full' | 'send-only'): Promise<URLSearchParams> => {
  const { api, cookies } = world.as(tom);
  const { url } = await api.mailbox.startConnect.mutate({
    provider: 'gmail',
    ...(access === undefined ? {} : { access }),
  });
  await fetch(await world.lab.consent(url, tom.address), { headers: { cookie: cookies } });
  return new URL(url).searchParams;
};
const mailbox = async () => {
  const [row] = await world.as(tom).api.mailbox.list.query();
  if (row === undefined) throw new Error('Tom has no mailbox.');
  return row;
};
const asked = () =>
  world.lab.requests.filter(({ account, apiMethod }) => account === tom.address && apiMethod);

test('it is asked for nothing but to send, and is never looked into, however often the clock comes round [LV-16]', async () => {
  expect((await connect('send-only')).get('scope')).toBe(
    'openid email https://www.googleapis.com/auth/gmail.send',
  );
  expect(await mailbox()).toMatchObject({ access: 'send-only', state: 'connected', isPrimary: true });
  world.send({ from: jane, to: [tom, ana], subject: 'For Tom', text: 'Hi' });
  await world.server.services.enqueue({ kind: 'poll' });
  world.clock.pass(30 * 3_600_000);
  await world.server.services.enqueue({ kind: 'poll' });
  await world.pull(ana);
  const at = { companyId: world.companyId, mailboxId: (await mailbox()).mailboxId };
  await expect(pullMailbox(world.server.services, at, never)).rejects.toMatchObject({ reason: 'send-only' });
  expect(asked()).toEqual([]);
  expect((await mailbox()).health.state).toBe('connected');
});

test('“Sync e-mails”, an import, a count and the label are refused there, with the reason [LV-20]', async () => {
  const { api } = world.as(tom);
  const { mailboxId } = await mailbox();
  const candidateId = world.candidateId(jane.address);
  for (const ask of [
    () => api.import.syncCandidate.mutate({ mailboxId, candidateId }),
    () => api.import.choose.mutate({ mailboxId, window: 'all' }),
    () => api.mailbox.check.mutate({ mailboxId, how: 'count' }),
    () => log(world.as(tom), '18c0000000000000', [candidateId]),
  ])
    expect(await refusal(ask())).toBe('send-only');
  expect(asked()).toEqual([]);
});

test('a reply goes out by it, to a thread its person reads by a colleague’s copy', async () => {
  const id =
    world.send({ from: jane, to: [ana], cc: [tom], subject: 'To both', text: 'Hi' }).get(ana.address) ?? '';
  await world.pull(ana);
  const { threadId } = keptThread(await look(world.as(ana), id));
  const [message] = (await world.as(tom).api.thread.read.query({ threadId })).messages;
  if (message === undefined) throw new Error('Tom reads nothing.');
  await world.as(tom).api.send.reply.mutate({
    kind: 'reply',
    key: newKey(),
    ref: refOf(world.as(tom), id),
    threadId,
    messageId: message.messageId,
    to: [jane.address],
    text: 'By send only',
  });
  await expect
    .poll(() => asked().map(({ apiMethod, status }) => [apiMethod, status]), { timeout: 30_000 })
    .toEqual([['users.messages.send', 200]]);
});

test('connected again it keeps that, until its person grants more; then mail is kept from that moment on', async () => {
  expect((await connect()).get('scope')).toMatch(/gmail\.send$/);
  expect((await connect('full')).get('scope')).toMatch(/gmail\.modify$/);
  await expect.poll(async () => (await mailbox()).lastPulledAt, { timeout: 30_000 }).toBeDefined();
  expect(await mailbox()).toMatchObject({ access: 'full', keptCount: 0 });
});

test('the company decides which of the two its people may choose', async () => {
  const policy = await world.as(ana).api.company.connectPolicy.query();
  expect(policy.allowedAccess).toEqual(['full', 'send-only']);
  const decide = (allowedAccess: ('full' | 'send-only')[]) =>
    world.as(ana).api.company.setConnectPolicy.mutate({ ...policy, allowedAccess });
  await decide(['full']);
  const { api } = world.as(tom);
  expect(await refusal(api.mailbox.startConnect.mutate({ provider: 'gmail', access: 'send-only' }))).toBe(
    'policy-forbids',
  );
  await decide(['send-only']);
  expect(await refusal(api.mailbox.startConnect.mutate({ provider: 'gmail', access: 'full' }))).toBe(
    'policy-forbids',
  );
  expect((await api.mailbox.findWay.query({ address: tom.address })).access).toEqual(['send-only']);
  expect(await refusal(decide([]))).toBe('bad-input');
});
