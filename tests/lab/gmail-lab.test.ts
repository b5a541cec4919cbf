/* The lab is strict where Google is; all of this is asked through Google's own client. */
import { gmail, type gmail_v1 } from '@googleapis/gmail';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { letter } from '../provider/letter.ts';
import { type GmailLab, startGmailLab } from './gmail/lab.ts';
import { methodUnits, unitsPerUserPerMinute } from './gmail/quota.ts';
import { scope, scopeTable } from './gmail/scopes.ts';

const ana = 'ana@acme.test';
const ben = 'ben@acme.test';
const me = { userId: 'me' };
const raw = (source: string | Buffer) => Buffer.from(source).toString('base64url');

describe('the Gmail lab', () => {
  let lab: GmailLab;
  let now: number;
  let users: gmail_v1.Resource$Users;
  beforeEach(async () => {
    now = Date.UTC(2026, 0, 10);
    lab = await startGmailLab({ accounts: [ana, ben], now: () => now });
    users = clientOf(lab.grant(ana, [scope.all]).accessToken);
  });
  afterEach(() => lab.close());

  const clientOf = (token: string | undefined) =>
    gmail({
      version: 'v1',
      rootUrl: `${lab.url}/`,
      retry: false,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    }).users;
  const as = (...scopes: string[]) => clientOf(lab.grant(ana, scopes).accessToken);
  const found = async (q: string) => {
    const { data } = await users.messages.list({ ...me, q });
    return (data.messages ?? []).map(({ id }) => id);
  };

  describe('tokens and scopes', () => {
    test('takes the scopes of every method from Google, and knows the price of all it answers', () => {
      const table = scopeTable();
      expect(table.size).toBe(79);
      for (const method of Object.keys(methodUnits)) expect(table.has(method)).toBe(true);
      expect(table.get('users.labels.create')).toEqual(new Set([scope.all, scope.labels, scope.modify]));
    });

    test.each([undefined, 'garbage', 'ya29.lab-garbage'])('refuses the token %s', async (token) => {
      await expect(clientOf(token).getProfile(me)).rejects.toMatchObject({ status: 401 });
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

  describe('messages', () => {
    test('gives back every byte it was given', async () => {
      const source = Buffer.concat([Buffer.from(letter({})), Buffer.from([0, 0xe9, 0xff])]);
      const { data } = await users.messages.insert({
        ...me,
        requestBody: { raw: source.toString('base64url') },
      });
      const got = await users.messages.get({ ...me, id: data.id ?? '', format: 'raw' });
      expect(Buffer.from(got.data.raw ?? '', 'base64url').equals(source)).toBe(true);
      expect(data.id).toMatch(/^[0-9a-f]{16}$/);
    });

    test('gives all headers, and of chosen ones only those', async () => {
      const { id } = lab.deliver(
        ana,
        letter({ headers: ['List-Unsubscribe: <https://x.test>', 'X-Odd:\r\n folded'] }),
      );
      const all = await users.messages.get({ ...me, id, format: 'metadata' });
      const one = await users.messages.get({ ...me, id, format: 'metadata', metadataHeaders: ['x-odd'] });
      expect(all.data.payload?.headers).toContainEqual({
        name: 'List-Unsubscribe',
        value: '<https://x.test>',
      });
      expect(one.data.payload?.headers).toEqual([{ name: 'X-Odd', value: 'folded' }]);
      expect(one.data).toMatchObject({
        id,
        historyId: expect.stringMatching(/^\d{16,}$/),
        sizeEstimate: expect.any(Number),
      });
    });

    test('gives the parts of a message, and an attachment by its own call', async () => {
      const source =
        'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nwords\r\n--b\r\nContent-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\nYSxi\r\n--b--\r\n';
      const { id } = lab.deliver(ana, source);
      const { data } = await users.messages.get({ ...me, id });
      const [text, file] = data.payload?.parts ?? [];
      expect(Buffer.from(text?.body?.data ?? '', 'base64url').toString()).toBe('words');
      const attachment = await users.messages.attachments.get({
        ...me,
        messageId: id,
        id: file?.body?.attachmentId ?? '',
      });
      expect(Buffer.from(attachment.data.data ?? '', 'base64url').toString()).toBe('a,b');
    });

    test.each([
      ['18cffffffffffff0', 404],
      ['msg_1', 400],
    ])('has no message %s: %s', async (id, status) => {
      await expect(users.messages.get({ ...me, id })).rejects.toMatchObject({ status });
      await expect(users.threads.get({ ...me, id })).rejects.toMatchObject({ status });
    });

    test('joins a reply only by its references and subject together', async () => {
      const first = lab.deliver(ana, letter({ id: 'a@x.test', subject: 'Offer' }));
      const reply = lab.deliver(ana, letter({ subject: 'RE: Offer', references: ['a@x.test'] }));
      const renamed = lab.deliver(ana, letter({ subject: 'Other', references: ['a@x.test'] }));
      const unrelated = lab.deliver(ana, letter({ subject: 'Offer' }));
      const asked = lab.deliver(ana, letter({ subject: 'Offer' }), { threadId: first.threadId });
      expect(reply.threadId).toBe(first.threadId);
      for (const other of [renamed, unrelated, asked]) expect(other.threadId).not.toBe(first.threadId);
    });

    test("puts what is sent into the sender's Sent and the other people's inboxes, without its Bcc", async () => {
      const source = letter({ from: ana, to: ben, bcc: 'eve@x.test', id: 'sent@acme.test' });
      const { data } = await users.messages.send({ ...me, requestBody: { raw: raw(source) } });
      const [received] = lab.mailbox(ben).messages();
      expect(data.labelIds).toEqual(['SENT']);
      expect(
        lab
          .mailbox(ana)
          .message(data.id ?? '')
          .raw.toString(),
      ).toBe(source);
      expect(received?.raw.toString()).toBe(source.replace('Bcc: eve@x.test\r\n', ''));
      expect([...(received?.labelIds ?? [])]).toEqual(['INBOX', 'UNREAD']);
    });

    test('completes what is sent, and lets nobody send as somebody else', async () => {
      const source = `From: Boss <boss@acme.test>\r\nTo: ${ben}\r\nSubject: Hi\r\n\r\nHello\r\n`;
      await users.messages.send({ ...me, requestBody: { raw: raw(source) } });
      const headers = lab.mailbox(ben).messages()[0]?.headers;
      expect(headers?.filter(({ name }) => name === 'From')).toEqual([{ name: 'From', value: ana }]);
      expect(headers?.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['Date', 'Message-ID', 'Subject']),
      );
    });

    test('takes no media upload', async () => {
      const upload = users.messages.insert(
        { ...me, media: { mimeType: 'message/rfc822', body: letter({}) } },
        { rootUrl: `${lab.url}/` },
      );
      await expect(upload).rejects.toMatchObject({ status: 400 });
    });
  });

  describe('search', () => {
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
      const ids = [1, 2, 3].map(
        (nth) => lab.deliver(ana, letter({ subject: `${nth}` }), { at: now - nth }).id,
      );
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

  describe('labels', () => {
    test('makes each name once, whatever its case', async () => {
      const { data } = await users.labels.create({ ...me, requestBody: { name: 'Candor' } });
      expect(data).toMatchObject({ id: 'Label_1', type: 'user' });
      await expect(users.labels.create({ ...me, requestBody: { name: 'CANDOR' } })).rejects.toMatchObject({
        status: 409,
      });
      await expect(users.labels.create({ ...me, requestBody: { name: 'inbox' } })).rejects.toMatchObject({
        status: 400,
      });
      await users.labels.patch({ ...me, id: 'Label_1', requestBody: { name: 'Other' } });
      expect((await users.labels.get({ ...me, id: 'Label_1' })).data).toMatchObject({
        name: 'Other',
        messagesTotal: 0,
      });
    });

    test('labels every message of a thread, and a later one comes without', async () => {
      const { id: labelId } = lab.mailbox(ana).labels.create({ name: 'Candor' });
      const first = lab.deliver(ana, letter({ id: 'a@x.test' }));
      await users.threads.modify({ ...me, id: first.threadId, requestBody: { addLabelIds: [labelId] } });
      const later = lab.deliver(ana, letter({ references: ['a@x.test'] }));
      expect(later.threadId).toBe(first.threadId);
      expect([first.labelIds.has(labelId), later.labelIds.has(labelId)]).toEqual([true, false]);
    });

    test('refuses what only Gmail itself sets, and what is no label', async () => {
      const { id } = lab.deliver(ana, letter({}));
      for (const label of ['SENT', 'Label_404'])
        await expect(
          users.messages.modify({ ...me, id, requestBody: { addLabelIds: [label] } }),
        ).rejects.toMatchObject({ status: 400 });
    });

    test('a label that is removed is taken off every message', async () => {
      const { id: labelId } = lab.mailbox(ana).labels.create({ name: 'Candor' });
      const message = lab.deliver(ana, letter({}), { labels: ['INBOX', labelId] });
      await users.labels.delete({ ...me, id: labelId });
      expect([...message.labelIds]).toEqual(['INBOX']);
    });
  });

  describe('history', () => {
    const historyId = async () => (await users.getProfile(me)).data.historyId ?? '';

    test('tells what was added, labelled, unlabelled and deleted, in that order', async () => {
      const start = await historyId();
      const { id } = lab.deliver(ana, letter({}));
      await users.messages.modify({
        ...me,
        id,
        requestBody: { addLabelIds: ['STARRED'], removeLabelIds: ['UNREAD'] },
      });
      await users.messages.batchModify({ ...me, requestBody: { ids: [id], removeLabelIds: ['STARRED'] } });
      await users.messages.trash({ ...me, id });
      await users.messages.delete({ ...me, id });
      const { data } = await users.history.list({ ...me, startHistoryId: start });
      expect(
        (data.history ?? []).map((record) => Object.keys(record).find((key) => /ed$/.test(key))),
      ).toEqual([
        'messagesAdded',
        'labelsAdded',
        'labelsRemoved',
        'labelsRemoved',
        'labelsAdded',
        'labelsRemoved',
        'messagesDeleted',
      ]);
      expect(data.historyId).toBe(await historyId());
    });

    test('a filtered page can be empty and go on', async () => {
      const start = await historyId();
      for (const nth of [1, 2, 3]) lab.deliver(ana, letter({ subject: `${nth}` }));
      const asked = { ...me, startHistoryId: start, historyTypes: ['messageDeleted'], maxResults: 2 };
      const { data } = await users.history.list(asked);
      expect(data.history).toBeUndefined();
      expect(data.nextPageToken).toBeDefined();
    });

    test('has nothing for an id that was never given, or is too old', async () => {
      const start = await historyId();
      for (const startHistoryId of ['1', '99999999999999999999'])
        await expect(users.history.list({ ...me, startHistoryId })).rejects.toMatchObject({ status: 404 });
      lab.expireHistory(ana);
      await expect(users.history.list({ ...me, startHistoryId: start })).rejects.toMatchObject({
        status: 404,
      });
      expect(
        (await users.history.list({ ...me, startHistoryId: await historyId() })).data.history,
      ).toBeUndefined();
    });

    test('an id read as a number is another id', async () => {
      const id = await historyId();
      const deliveries = Array.from({ length: 20 }, () => String(lab.deliver(ana, letter({})).historyId));
      expect([id, ...deliveries].some((one) => String(Number(one)) !== one)).toBe(true);
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
      await clientOf(lab.grant(ben, [scope.all]).accessToken).getProfile(me);
      now += 60_000;
      await users.getProfile(me);
    });
  });

  describe('the consent page', () => {
    const authUrl = (facts: Record<string, string> = {}) => {
      const query = new URLSearchParams({
        client_id: lab.client.clientId,
        redirect_uri: 'http://127.0.0.1:1/callback',
        response_type: 'code',
        scope: `openid email ${scope.modify}`,
        code_challenge: 'c'.repeat(43),
        code_challenge_method: 'S256',
        state: 's',
        ...facts,
      });
      return `${lab.issuer}/o/oauth2/v2/auth?${query}`;
    };

    test('offers the accounts, the hinted one chosen, a box a scope, and two answers', async () => {
      const page = await (await fetch(authUrl({ login_hint: ben }))).text();
      expect(page).toContain(`value="${ben}" checked`);
      expect(page.match(/type="checkbox"/g)?.length).toBe(1);
      expect(page.match(/<button[^>]*value="(allow|deny)"/g)?.length).toBe(2);
    });

    test('escapes what the address bar brings', async () => {
      const page = await (await fetch(authUrl({ scope: 'openid "><script>x</script>' }))).text();
      expect(page).not.toContain('<script>');
    });

    test('gives state and code back, or the refusal', async () => {
      const yes = new URL(await lab.consent(authUrl(), ana)).searchParams;
      const no = new URL(await lab.consent(authUrl(), { address: ana, deny: true })).searchParams;
      expect([yes.get('state'), yes.has('code')]).toEqual(['s', true]);
      expect([no.get('state'), no.get('error'), no.has('code')]).toEqual(['s', 'access_denied', false]);
    });

    test('takes no consent without PKCE, and never sends an unknown client anywhere', async () => {
      const without = new URL(await lab.consent(authUrl({ code_challenge_method: 'plain' }), ana))
        .searchParams;
      expect(without.get('error')).toBe('invalid_request');
      await expect(lab.consent(authUrl({ client_id: 'other' }), ana)).rejects.toThrow('invalid_client');
      await expect(lab.consent(authUrl({ redirect_uri: 'https://evil.test/' }), ana)).rejects.toThrow(
        'redirect_uri_mismatch',
      );
    });

    test('gives a refresh token for an offline grant that is newly consented to', async () => {
      const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
      const exchange = async (facts: Record<string, string>) => {
        const code = new URL(
          await lab.consent(authUrl({ code_challenge: challenge, ...facts }), ana),
        ).searchParams.get('code');
        const answer = await fetch(`${lab.issuer}/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            code: code ?? '',
            redirect_uri: 'http://127.0.0.1:1/callback',
            code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
            client_id: lab.client.clientId,
            client_secret: lab.client.clientSecret,
          }),
        });
        return (await answer.json()) as { refresh_token?: string; access_token?: string };
      };
      expect((await exchange({})).refresh_token).toBeUndefined();
      expect((await exchange({ access_type: 'offline' })).refresh_token).toBeUndefined();
      expect((await exchange({ access_type: 'offline', prompt: 'consent' })).refresh_token).toBeDefined();
    });

    test.each(['body', 'query'] as const)('revokes a token given in the %s', async (where) => {
      const { refreshToken, accessToken } = lab.grant(ana, [scope.modify]);
      const answer =
        where === 'body'
          ? await fetch(`${lab.issuer}/revoke`, {
              method: 'POST',
              body: new URLSearchParams({ token: refreshToken }),
            })
          : await fetch(`${lab.issuer}/revoke?token=${encodeURIComponent(refreshToken)}`, { method: 'POST' });
      expect(answer.status).toBe(200);
      await expect(clientOf(accessToken).getProfile(me)).rejects.toMatchObject({ status: 401 });
    });

    test('takes no wrong secret', async () => {
      const { refreshToken } = lab.grant(ana, [scope.modify]);
      const answer = await fetch(`${lab.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
          client_id: lab.client.clientId,
          client_secret: 'wrong',
        }),
      });
      expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'invalid_client' }]);
    });
  });
});
