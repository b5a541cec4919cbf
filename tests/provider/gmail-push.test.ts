/* Gmail's watch, held as the port asks, at the lab. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gmailScopes } from '../../server/providers/gmail/authority.ts';
import { gmailProvider } from '../../server/providers/gmail/index.ts';
import type { Push } from '../../server/providers/provider.ts';
import { type GmailLab, startGmailLab } from '../lab/gmail/lab.ts';
import { gmailPublisher } from '../lab/gmail/watch.ts';
import { type PubsubLab, startPubsubLab } from '../lab/pubsub.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { ana, fixedToken } from './gmail-at-lab.ts';
import { letter } from './letter.ts';
import { dayMs, never } from './mailbox-under-test.ts';

const topic = 'projects/acme/topics/gmail';
const subscription = 'projects/acme/subscriptions/candor';

let clock: FakeClock;
let pubsub: PubsubLab;
let lab: GmailLab;
beforeEach(async () => {
  clock = fakeClock(Date.UTC(2026, 0, 10));
  pubsub = await startPubsubLab({ now: clock.now });
  pubsub.createTopic(topic, [gmailPublisher]);
  pubsub.createSubscription(subscription, topic);
  lab = await startGmailLab({ accounts: [ana], now: clock.now, pubsub });
});
afterEach(async () => {
  await lab.close();
  await pubsub.close();
});

const open = (pushTopic: string | undefined) =>
  gmailProvider({
    auth: fixedToken(lab.grant(ana, gmailScopes).accessToken),
    rootUrl: lab.url,
    clock,
    candidateLabelName: 'Candor',
    ...(pushTopic === undefined ? {} : { pushTopic }),
  });
const pushOf = (pushTopic = topic): Extract<Push, { by: 'subscription' }> => {
  const { push } = open(pushTopic);
  if (push?.by !== 'subscription') throw new Error('Gmail is not pushed by a subscription.');
  return push;
};
const arrive = (labels: readonly string[]) => {
  clock.pass(1_000);
  lab.deliver(ana, letter({}), { labels });
  return pubsub.unacknowledged(subscription);
};

test('without a topic nothing tells', () => {
  expect(open(undefined).push).toBeUndefined();
});

test('a watch is begun under the mailbox’s address, is renewed daily and lives a week', async () => {
  const held = await pushOf().renew(undefined, never);
  expect(held).toEqual({
    name: ana,
    renewAt: clock.now() + dayMs,
    expiresAt: clock.now() + 7 * dayMs,
  });
  clock.pass(dayMs);
  expect((await pushOf().renew(held, never)).expiresAt).toBe(held.expiresAt + dayMs);
});

test('what is never kept is not told of: a draft being written would use up the one event a second', async () => {
  await pushOf().renew(undefined, never);
  const begun = pubsub.unacknowledged(subscription);
  expect([arrive(['DRAFT']), arrive(['SPAM'])]).toEqual([begun, begun]);
  expect([arrive(['INBOX']), arrive(['SENT'])]).toEqual([begun + 1, begun + 2]);
});

test('a label put on a message is told of, as is one taken off', async () => {
  await pushOf().renew(undefined, never);
  const { threadId } = lab.deliver(ana, letter({}));
  await open(topic).label(threadId, 'Candor', true, never);
  clock.pass(1_000);
  const before = pubsub.unacknowledged(subscription);
  await open(topic).label(threadId, 'Candor', false, never);
  expect(pubsub.unacknowledged(subscription)).toBe(before + 1);
});

test('an ended watch tells nothing more, and one that is gone already is no failure', async () => {
  const push = pushOf();
  const held = await push.renew(undefined, never);
  await push.end(held, never);
  await push.end(held, never);
  expect(lab.watches.isWatched(ana)).toBe(false);
  expect(arrive(['INBOX'])).toBe(1);
});

test.each([
  ['is not there', 'projects/acme/topics/other'],
  ['Gmail may not publish to', 'projects/acme/topics/closed'],
])('a topic that %s is the server’s fault, not the mailbox’s', async (_, wrong) => {
  pubsub.createTopic('projects/acme/topics/closed', []);
  await expect(pushOf(wrong).renew(undefined, never)).rejects.toMatchObject({ reason: 'provider-refused' });
});

test('a grant that is gone, and a Gmail that asks to wait, are told apart', async () => {
  lab.fail({ match: '/watch', times: 1, how: 429, retryAfterSeconds: 30 });
  await expect(pushOf().renew(undefined, never)).rejects.toMatchObject({
    reason: 'provider-busy',
    retryAfterMs: 30_000,
  });
  const push = pushOf();
  lab.revoke(ana);
  await expect(push.renew(undefined, never)).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
});

test('an answer without an end in time is none', async () => {
  lab.fail({ match: '/watch', times: 10, how: 'not-json' });
  await expect(pushOf().renew(undefined, never)).rejects.toMatchObject({ reason: 'provider-refused' });
});
