/* Messages, labels and history in the lab, asked through Google's own client. */
import type { gmail_v1 } from '@googleapis/gmail';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { letter } from '../provider/letter.ts';
import { type GmailLab, startGmailLab } from './gmail/lab.ts';
import { scope } from './gmail/scopes.ts';
import { ana, ben, clientOf, me } from './gmail-lab-client.ts';

describe('a mailbox in the Gmail lab', () => {
  let lab: GmailLab;
  let now: number;
  let users: gmail_v1.Resource$Users;
  beforeEach(async () => {
    now = Date.UTC(2026, 0, 10);
    lab = await startGmailLab({ accounts: [ana, ben], now: () => now });
    users = clientOf(lab, lab.grant(ana, [scope.all]).accessToken);
  });
  afterEach(() => lab.close());
  const raw = (source: string) => Buffer.from(source).toString('base64url');

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
});
