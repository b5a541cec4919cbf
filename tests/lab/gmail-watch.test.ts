/* The Gmail lab tells of changes as Google does: to a topic it may publish to, seldom enough, and saying nothing. */
import type { gmail_v1 } from '@googleapis/gmail';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { letter } from '../provider/letter.ts';
import { type GmailLab, startGmailLab } from './gmail/lab.ts';
import { scope } from './gmail/scopes.ts';
import { gmailPublisher } from './gmail/watch.ts';
import { ana, ben, clientOf, me } from './gmail-lab-client.ts';
import { type PubsubLab, startPubsubLab } from './pubsub.ts';

const topicName = 'projects/acme/topics/gmail';
const subscription = 'projects/acme/subscriptions/candor';
const dayMs = 86_400_000;

let pubsub: PubsubLab;
let lab: GmailLab;
let now: number;
let users: gmail_v1.Resource$Users;
beforeEach(async () => {
  now = Date.UTC(2026, 0, 10);
  pubsub = await startPubsubLab({ now: () => now });
  pubsub.createTopic(topicName, [gmailPublisher]);
  pubsub.createSubscription(subscription, topicName);
  lab = await startGmailLab({ accounts: [ana, ben], now: () => now, pubsub });
  users = clientOf(lab, lab.grant(ana, [scope.modify]).accessToken);
});
afterEach(async () => {
  await lab.close();
  await pubsub.close();
});

const watch = (body: Record<string, unknown> = {}) =>
  users.watch({ ...me, requestBody: { topicName, ...body } });
const told = () => pubsub.unacknowledged(subscription);
const deliver = (labels?: readonly string[]) => {
  now += 1_000;
  return lab.deliver(ana, letter({}), labels === undefined ? {} : { labels });
};

test('a watch is tried out at once, tells of each change, and lives seven days', async () => {
  const { data } = await watch();
  expect(data).toEqual({
    historyId: String(lab.mailbox(ana).historyId()),
    expiration: String(now + 7 * dayMs),
  });
  expect(told()).toBe(1);
  deliver();
  expect(told()).toBe(2);
  now += 7 * dayMs;
  deliver();
  expect(told()).toBe(2);
});

test('of one mailbox’s changes no more than one a second is told of; the others are lost', async () => {
  await watch();
  now += 1_000;
  for (const _ of [1, 2, 3]) lab.deliver(ana, letter({}));
  expect([told(), lab.watches.dropped()]).toEqual([2, 2]);
});

test('labels that are left out are not told of, and another mailbox’s changes never', async () => {
  await watch({ labelIds: ['DRAFT', 'SPAM'], labelFilterBehavior: 'exclude' });
  deliver(['DRAFT']);
  deliver(['SPAM']);
  lab.deliver(ben, letter({}));
  expect(told()).toBe(1);
  deliver(['SENT']);
  expect(told()).toBe(2);
});

test('a stopped watch tells nothing, and to stop none is no failure', async () => {
  await watch();
  await users.stop(me);
  await users.stop(me);
  deliver();
  expect(told()).toBe(1);
});

test.each([
  ['that is not there', { topicName: 'projects/acme/topics/other' }, 404],
  ['that Gmail may not publish to', { topicName: 'projects/acme/topics/closed' }, 403],
  ['that is none', { topicName: 'gmail' }, 400],
])('a topic %s is refused', async (_, body, status) => {
  pubsub.createTopic('projects/acme/topics/closed', []);
  await expect(watch(body)).rejects.toMatchObject({ status });
  deliver();
  expect(told()).toBe(0);
});

test('whoever may not read the mailbox may not watch it', async () => {
  users = clientOf(lab, lab.grant(ana, [scope.send]).accessToken);
  await expect(watch()).rejects.toMatchObject({ status: 403 });
});

test('mail to somebody outside goes out as the bytes the others get', async () => {
  const gone: string[] = [];
  await lab.close();
  lab = await startGmailLab({
    accounts: [ana, ben],
    now: () => now,
    outside: (address, raw) => gone.push(address, raw.toString()),
  });
  users = clientOf(lab, lab.grant(ana, [scope.modify]).accessToken);
  const source = letter({
    from: ana,
    to: `${ben}, jane@elsewhere.test`,
    bcc: 'eve@elsewhere.test',
    id: 'out@acme.test',
  });
  await users.messages.send({
    ...me,
    requestBody: { raw: Buffer.from(source).toString('base64url') },
  });
  const open = source.replace('Bcc: eve@elsewhere.test\r\n', '');
  expect(gone).toEqual(['jane@elsewhere.test', open, 'eve@elsewhere.test', open]);
  expect(lab.mailbox(ben).messages()[0]?.raw.toString()).toBe(open);
});
