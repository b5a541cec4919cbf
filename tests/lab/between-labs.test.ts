/* Mail sent in one lab lies in the others as the same bytes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { letter } from '../provider/letter.ts';
import { type GmailLab, startGmailLab } from './gmail/lab.ts';
import { scope } from './gmail/scopes.ts';
import { ana, ben, clientOf, me } from './gmail-lab-client.ts';
import { type Dovecot, startDovecot } from './imap/dovecot.ts';
import { handOver } from './imap/hand-over.ts';

const jane = { login: 'jane@elsewhere.test', password: 'correct horse' };
let dovecot: Dovecot;
let lab: GmailLab;
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
});
afterAll(async () => {
  await lab.close();
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
