/* Notices of Gmail's out of Pub/Sub: fetched or sent to us, signed or refused, at the lab. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportSPKI, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemFetch } from '../../server/base/http-fetch.ts';
import { calledNotices, pulledNotices, readServiceKey } from '../../server/providers/google-notices.ts';
import type { NoticeFeed } from '../../server/providers/notice-feed.ts';
import { type GmailLab, startGmailLab } from '../lab/gmail/lab.ts';
import { publicKeyOfLab, signJwt } from '../lab/oauth-keys.ts';
import { type PubsubLab, type ServiceKeyFile, startPubsubLab } from '../lab/pubsub.ts';
import { fakeClock } from './fake-clock.ts';
import { never } from './mailbox-under-test.ts';

const topic = 'projects/acme/topics/gmail';
const subscription = 'projects/acme/subscriptions/candor';
const publisher = 'somebody@acme.test';
const said = (emailAddress: string) => JSON.stringify({ emailAddress, historyId: 9_007_199_254_741_000 });

describe('fetched from a subscription', () => {
  const clock = fakeClock(Date.UTC(2026, 0, 10));
  let pubsub: PubsubLab;
  beforeEach(async () => {
    pubsub = await startPubsubLab({ now: clock.now });
    pubsub.createTopic(topic, [publisher]);
    pubsub.createSubscription(subscription, topic);
  });
  afterEach(() => pubsub.close());

  const feedOf = (key: ServiceKeyFile, from = subscription): Extract<NoticeFeed, { by: 'pull' }> => {
    const feed = pulledNotices({ subscription: from, key, rootUrl: pubsub.url, fetch: systemFetch });
    if (feed.by !== 'pull') throw new Error('The feed is not pulled.');
    return feed;
  };
  const publish = (data: string) => pubsub.publish(topic, publisher, Buffer.from(data));

  test('a notice names a mailbox by its folded address, and waits until there is one', async () => {
    const next = feedOf(pubsub.serviceKey()).next(never);
    publish(said('Ana@Acme.test'));
    expect((await next).names).toEqual(['ana@acme.test']);
  });

  test('what is not settled comes again, what is settled does not', async () => {
    const feed = feedOf(pubsub.serviceKey());
    publish(said('ana@acme.test'));
    await feed.next(never);
    clock.pass(10_000);
    const again = await feed.next(never);
    expect(again.names).toEqual(['ana@acme.test']);
    await again.settle(never);
    expect(pubsub.unacknowledged(subscription)).toBe(0);
  });

  test.each(['{', '[]', '{"historyId":1}', '{"emailAddress":"nobody"}', ''])(
    'a notice of %j is counted, settled, and holds up none beside it',
    async (rubbish) => {
      publish(rubbish);
      publish(said('ana@acme.test'));
      const { names, unreadableCount, settle } = await feedOf(pubsub.serviceKey()).next(never);
      await settle(never);
      expect([names, unreadableCount, pubsub.unacknowledged(subscription)]).toEqual([
        ['ana@acme.test'],
        1,
        0,
      ]);
    },
  );

  test('a key that is unknown, that may not subscribe, and a subscription that is not there are refused', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const forged = {
      ...pubsub.serviceKey(),
      private_key: other.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    const feeds = [
      feedOf(forged),
      feedOf(pubsub.serviceKey({ isSubscriber: false })),
      feedOf(pubsub.serviceKey(), 'projects/acme/subscriptions/other'),
    ];
    for (const feed of feeds)
      await expect(feed.next(never)).rejects.toMatchObject({ reason: 'provider-refused' });
    expect(pubsub.requests.map(({ status }) => status)).toEqual([401, 403, 404]);
  });

  test('waiting ends with the signal', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const next = feedOf(pubsub.serviceKey()).next(stop.signal);
    stop.abort(reason);
    await expect(next).rejects.toBe(reason);
  });

  test('a key file that is none is refused in a sentence without a word of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'candor-key-'));
    const path = join(folder, 'key.json');
    await writeFile(path, '{"private_key":"-----BEGIN secret');
    await expect(readServiceKey(path)).rejects.toThrow(/^GOOGLE_SERVICE_KEY must be the path of a service/);
    await expect(readServiceKey(path)).rejects.not.toThrow(/secret/);
    await writeFile(path, JSON.stringify(pubsub.serviceKey()));
    expect((await readServiceKey(path)).client_email).toMatch(/@/);
    await rm(folder, { recursive: true });
  });
});

describe('sent to us', () => {
  const audience = 'https://candor.acme.test/hooks/gmail';
  const sender = 'push@acme.iam.gserviceaccount.com';
  let lab: GmailLab;
  beforeEach(async () => {
    lab = await startGmailLab();
  });
  afterEach(() => lab.close());

  const feedOf = (issuer = lab.issuer): Extract<NoticeFeed, { by: 'call' }> => {
    const feed = calledNotices({ issuer, audience, sender, fetch: systemFetch });
    if (feed.by !== 'call') throw new Error('The feed is not called.');
    return feed;
  };
  const claims = (facts: Record<string, unknown> = {}) => {
    const iat = Math.floor(Date.now() / 1_000);
    return {
      iss: lab.issuer,
      aud: audience,
      sub: '1',
      email: sender,
      email_verified: true,
      iat,
      exp: iat + 3_600,
      ...facts,
    };
  };
  const bodyOf = (text: string) => ({ message: { data: Buffer.from(text).toString('base64') } });
  const open = (token: string, body: unknown = bodyOf(said('Ana@acme.test')), feed = feedOf()) =>
    feed.open(`Bearer ${token}`, body, never);

  test('what Google signed for us names a mailbox', async () => {
    expect(await open(signJwt(claims()))).toBe('ana@acme.test');
  });

  test.each([
    ['for another address', { aud: 'https://elsewhere.test/hooks/gmail' }],
    ['by another issuer', { iss: 'https://accounts.evil.test' }],
    ['for another sender', { email: 'other@acme.iam.gserviceaccount.com' }],
    ['for a sender nobody vouches for', { email_verified: false }],
    ['long ago', { exp: 1_700_000_000 }],
    ['without an end', { exp: undefined }],
  ])('a token signed %s is refused', async (_, facts) => {
    await expect(open(signJwt(claims(facts)))).rejects.toMatchObject({ reason: 'policy-forbids' });
  });

  test('a token that is signed by somebody else, by nobody, or with the public key as a password is refused', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const forged = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'RS256', kid: 'lab-key-1' })
      .sign(other);
    const confused = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid: 'lab-key-1' })
      .sign(Buffer.from(await exportSPKI(publicKeyOfLab())));
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'none' })}.${encode(claims())}.`;
    for (const token of [forged, confused, unsigned, 'garbage', ''])
      await expect(open(token)).rejects.toMatchObject({ reason: 'policy-forbids' });
    await expect(feedOf().open('', bodyOf(said('ana@acme.test')), never)).rejects.toMatchObject({
      reason: 'policy-forbids',
    });
  });

  test.each([{}, null, 'text', { message: {} }, bodyOf('{'), bodyOf('{"emailAddress":7}')])(
    'a signed body of %j says nothing',
    async (body) => {
      await expect(open(signJwt(claims()), body)).rejects.toMatchObject({ reason: 'bad-input' });
    },
  );

  test('when Google’s keys can not be read the notice is to come again', async () => {
    lab.fail({ match: '/oauth2/v3/certs', times: 1, how: 503 });
    await expect(open(signJwt(claims()))).rejects.toMatchObject({ reason: 'provider-refused' });
    lab.fail({ match: '/.well-known/', times: 1, how: 503 });
    await expect(open(signJwt(claims()))).rejects.toMatchObject({ reason: 'provider-refused' });
  });
});
