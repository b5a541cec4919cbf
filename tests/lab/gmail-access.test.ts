/* The lab lets nobody in whom Google would not; asked through Google's own client. */
import type { gmail_v1 } from '@googleapis/gmail';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { letter } from '../provider/letter.ts';
import { type GmailLab, startGmailLab } from './gmail/lab.ts';
import { methodUnits, unitsPerUserPerMinute } from './gmail/quota.ts';
import { scope, scopeTable } from './gmail/scopes.ts';
import { ana, ben, clientOf, me } from './gmail-lab-client.ts';

describe('who may ask the Gmail lab', () => {
  let lab: GmailLab;
  let now: number;
  let users: gmail_v1.Resource$Users;
  beforeEach(async () => {
    now = Date.UTC(2026, 0, 10);
    lab = await startGmailLab({ accounts: [ana, ben], now: () => now });
    users = clientOf(lab, lab.grant(ana, [scope.all]).accessToken);
  });
  afterEach(() => lab.close());
  const as = (...scopes: string[]) => clientOf(lab, lab.grant(ana, scopes).accessToken);

  describe('tokens and scopes', () => {
    test('takes the scopes of every method from Google, and knows the price of all it answers', () => {
      const table = scopeTable();
      expect(table.size).toBe(79);
      for (const method of Object.keys(methodUnits)) expect(table.has(method)).toBe(true);
      expect(table.get('users.labels.create')).toEqual(new Set([scope.all, scope.labels, scope.modify]));
    });

    test.each([undefined, 'garbage', 'ya29.lab-garbage'])('refuses the token %s', async (token) => {
      await expect(clientOf(lab, token).getProfile(me)).rejects.toMatchObject({ status: 401 });
    });

    test('refuses a token that has ended, and takes it until then', async () => {
      await users.getProfile(me);
      now += 3_599_000;
      await expect(users.getProfile(me)).rejects.toMatchObject({ status: 401 });
    });

    test("refuses another person's mailbox", async () => {
      await expect(users.getProfile({ userId: ben })).rejects.toMatchObject({ status: 403 });
      expect((await users.getProfile({ userId: ana })).data.emailAddress).toBe(ana);
    });

    test('refuses a method whose scope was not granted, in the words of Google', async () => {
      await expect(as(scope.send).messages.list(me)).rejects.toMatchObject({
        status: 403,
        response: {
          data: {
            error: {
              code: 403,
              errors: [{ reason: 'insufficientPermissions' }],
              status: 'PERMISSION_DENIED',
            },
          },
        },
      });
      await expect(as(scope.modify).messages.delete({ ...me, id: '18c0000000000000' })).rejects.toMatchObject(
        { status: 403 },
      );
    });

    test('refuses a search and a body to who may see headers only', async () => {
      const { id } = lab.deliver(ana, letter({}));
      const metadata = as(scope.metadata);
      await expect(metadata.messages.list({ ...me, q: 'from:jane' })).rejects.toMatchObject({ status: 403 });
      await expect(metadata.messages.get({ ...me, id, format: 'raw' })).rejects.toMatchObject({
        status: 403,
      });
      expect((await metadata.messages.list(me)).data.messages?.length).toBe(1);
    });

    test('keeps no token in its log', async () => {
      await users.getProfile(me);
      expect(lab.requests).toMatchObject([
        { path: '/gmail/v1/users/me/profile', account: ana, status: 200, units: 1 },
      ]);
      expect(JSON.stringify(lab.requests)).not.toContain('ya29');
    });
  });

  describe('quota', () => {
    test('is counted by the minute and person, and says how long to wait', async () => {
      const { threadId } = lab.deliver(ana, letter({}));
      const calls = unitsPerUserPerMinute / 40;
      for (let nth = 0; nth < calls; nth += 1)
        await users.threads.get({ ...me, id: threadId, format: 'minimal' });
      const refusal: unknown = await users.getProfile(me).catch((thrown: unknown) => thrown);
      expect(refusal).toMatchObject({
        status: 429,
        response: { data: { error: { errors: [{ reason: 'rateLimitExceeded' }] } } },
      });
      expect((refusal as { response: { headers: Headers } }).response.headers.get('retry-after')).toBe('60');
      await clientOf(lab, lab.grant(ben, [scope.all]).accessToken).getProfile(me);
      now += 60_000;
      await users.getProfile(me);
    });
  });
});
