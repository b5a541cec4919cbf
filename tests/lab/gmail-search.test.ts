/* Gmail's search language as the lab speaks it, asked through Google's own client. */
import type { gmail_v1 } from '@googleapis/gmail';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { letter } from '../provider/letter.ts';
import { type GmailLab, startGmailLab } from './gmail/lab.ts';
import { scope } from './gmail/scopes.ts';
import { ana, ben, clientOf, me } from './gmail-lab-client.ts';

describe('search in the Gmail lab', () => {
  let lab: GmailLab;
  let now: number;
  let users: gmail_v1.Resource$Users;
  beforeEach(async () => {
    now = Date.UTC(2026, 0, 10);
    lab = await startGmailLab({ accounts: [ana, ben], now: () => now });
    users = clientOf(lab, lab.grant(ana, [scope.all]).accessToken);
  });
  afterEach(() => lab.close());
  const found = async (q: string) => {
    const { data } = await users.messages.list({ ...me, q });
    return (data.messages ?? []).map(({ id }) => id);
  };

  test.each([
    ['from:jane@candidates.test', ['offer', 'old', 'spamless']],
    ['from:candidates.test', ['offer', 'old', 'spamless']],
    ['from:candidates', []],
    ['from:@candidates.test', ['offer', 'old', 'spamless']],
    ['to:ana@acme.test subject:offer', ['offer']],
    ['cc:cy@x.test', ['copied']],
    ['bcc:di@x.test', ['copied']],
    ['from:jane@candidates.test OR cc:cy@x.test', ['offer', 'old', 'spamless', 'copied']],
    ['{from:jane@candidates.test cc:cy@x.test} after:2026/01/05', ['offer', 'spamless', 'copied']],
    ['from:(jane@candidates.test OR bo@x.test) -subject:offer', ['old', 'spamless', 'copied']],
    ['rfc822msgid:<offer@x.test>', ['offer']],
    ['rfc822msgid:offer@x.test', ['offer']],
    ['newer_than:3d', ['offer', 'spamless', 'copied']],
    ['before:2026/01/01', ['old']],
    ['subject:"an offer"', ['offer']],
    ['in:spam', ['spam']],
    ['in:anywhere from:jane@candidates.test', ['offer', 'old', 'spamless', 'spam']],
    ['label:candor-yes', ['copied']],
    ['is:unread -in:inbox', []],
    ['nothing-has-this', []],
  ])('%s', async (q, expected) => {
    const names = new Map<string, string>();
    const put = (name: string, facts: Parameters<typeof letter>[0], labels = ['INBOX'], daysAgo = 1) => {
      const at = now - daysAgo * 86_400_000;
      names.set(lab.deliver(ana, letter({ subject: name, ...facts }), { labels, at }).id, name);
    };
    const label = lab.mailbox(ana).labels.create({ name: 'Candor Yes' });
    put('offer', { subject: 'Here is an offer', id: 'offer@x.test' });
    put('old', {}, ['INBOX'], 40);
    put('spamless', {});
    put('spam', {}, ['SPAM']);
    put('copied', { from: 'bo@x.test', cc: 'cy@x.test', bcc: 'di@x.test' }, ['INBOX', label.id]);
    const got = (await found(q)).map((id) => names.get(id ?? ''));
    expect(got.sort()).toEqual([...expected].sort());
  });

  test.each(['frm:jane', 'from:(jane', 'after:soon', 'larger:5M'])(
    'refuses what it does not know: %s',
    async (q) => {
      await expect(found(q)).rejects.toMatchObject({ status: 400 });
    },
  );

  test('pages newest first, and takes a page token for its own list only', async () => {
    const ids = [1, 2, 3].map((nth) => lab.deliver(ana, letter({ subject: `${nth}` }), { at: now - nth }).id);
    const first = await users.messages.list({ ...me, maxResults: 2 });
    const pageToken = first.data.nextPageToken ?? '';
    const second = await users.messages.list({ ...me, maxResults: 2, pageToken });
    expect([...(first.data.messages ?? []), ...(second.data.messages ?? [])].map(({ id }) => id)).toEqual(
      ids,
    );
    expect(second.data.nextPageToken).toBeUndefined();
    await expect(
      users.messages.list({ ...me, maxResults: 2, q: 'in:inbox', pageToken }),
    ).rejects.toMatchObject({ status: 400 });
  });
});
