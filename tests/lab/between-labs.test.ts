/* Mail sent in one lab lies in the others as the same bytes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { letter } from '../provider/letter.ts';
import { type GmailLab, startGmailLab } from './gmail/lab.ts';
import { scope } from './gmail/scopes.ts';
import { ana, ben, clientOf, me } from './gmail-lab-client.ts';
import { type GraphLab, startGraphLab } from './graph/lab.ts';
import { type Dovecot, startDovecot } from './imap/dovecot.ts';
import { handOver } from './imap/hand-over.ts';

const jane = { login: 'jane@elsewhere.test', password: 'correct horse' };
let dovecot: Dovecot;
let lab: GmailLab;
let graph: GraphLab;
const eva = 'eva@outlook.test';
const onTheWay: Promise<void>[] = [];

beforeAll(async () => {
  dovecot = await startDovecot({ persona: 'modern' });
  await dovecot.addUser(jane.login, jane.password);
  lab = await startGmailLab({
    accounts: [ana, ben],
    outside: (address, raw) => {
      if (address === jane.login) onTheWay.push(handOver(dovecot, jane, raw));
    },
  });
  graph = await startGraphLab({
    accounts: [eva],
    outside: (address, raw) => {
      if (address === jane.login) onTheWay.push(handOver(dovecot, jane, raw));
      else lab.deliver(address, raw);
    },
  });
});
afterAll(async () => {
  await lab.close();
  await graph.close();
  await dovecot.close();
});

test('what is sent at Gmail lies in a colleague’s Gmail and in a Dovecot as the same bytes, without its Bcc', async () => {
  const users = clientOf(lab, lab.grant(ana, [scope.modify]).accessToken);
  const source = letter({
    from: ana,
    to: `${ben}, ${jane.login}`,
    bcc: 'eve@elsewhere.test',
    id: 'between@acme.test',
    body: 'Grüße',
  });
  await users.messages.send({ ...me, requestBody: { raw: Buffer.from(source).toString('base64url') } });
  await Promise.all(onTheWay);
  const open = source.replace('Bcc: eve@elsewhere.test\r\n', '');
  expect(lab.mailbox(ben).messages()[0]?.raw.toString()).toBe(open);
  const fetched = await dovecot.doveadm('fetch', '-u', jane.login, 'text', 'mailbox', 'INBOX');
  expect(fetched).toContain(open.replaceAll('\r\n', '\n').trimEnd());
});

test('what is sent at Outlook lies in a Gmail mailbox and in a Dovecot as the same bytes as in Sent Items', async () => {
  const { accessToken } = graph.grant(eva, ['Mail.Send']);
  const source = letter({ from: eva, to: `${ana}, ${jane.login}`, id: 'own@outlook.test', body: 'Grüße' });
  const answer = await fetch(`${graph.url}/v1.0/me/sendMail`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'text/plain' },
    body: Buffer.from(source).toString('base64'),
  });
  expect(answer.status).toBe(202);
  await Promise.all(onTheWay);
  const [sent] = graph.mailbox(eva).messages();
  expect(sent?.folderId).toBe(graph.mailbox(eva).folder('sentitems').id);
  // Outlook gives it an id of its own, whatever the source says.
  expect(sent?.raw.toString()).not.toContain('own@outlook.test');
  expect(lab.mailbox(ana).messages()[0]?.raw.toString()).toBe(sent?.raw.toString());
  const fetched = await dovecot.doveadm('fetch', '-u', jane.login, 'text', 'mailbox', 'INBOX');
  expect(fetched).toContain(sent?.raw.toString().replaceAll('\r\n', '\n').trimEnd());
});

test('sending at Outlook takes leave to send: leave to read and write is not enough', async () => {
  const { accessToken } = graph.grant(eva, ['Mail.ReadWrite']);
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'text/plain' };
  const body = Buffer.from(letter({ from: eva, to: ana })).toString('base64');
  const answer = await fetch(`${graph.url}/v1.0/me/sendMail`, { method: 'POST', headers, body });
  expect(answer.status).toBe(403);
  const tooLarge = 'A'.repeat(4 * 1024 * 1024 + 4);
  const full = { ...headers, authorization: `Bearer ${graph.grant(eva, ['Mail.Send']).accessToken}` };
  const refused = { method: 'POST', headers: full, body: tooLarge };
  expect((await fetch(`${graph.url}/v1.0/me/sendMail`, refused)).status).toBe(413);
});
