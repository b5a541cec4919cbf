/* Mail to its owner and the admins when a mailbox needs somebody: one, by the company's own server, with nothing of a candidate's. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { noticeMail } from '../../server/providers/imap/notice-mail.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import type { Job } from '../../server/queue/jobs.ts';
import { enqueueTelling, readNoticeMail, tellByMail } from '../../server/services/mailboxes/tell-by-mail.ts';
import type { Services } from '../../server/services/services.ts';
import { aDatabase } from '../build/a-database.ts';
import { ana, aSyncingCompany, candidateAddresses, type SyncingCompany } from '../build/a-syncing-company.ts';
import { selfSigned } from '../lab/gmail-page/self-signed.ts';
import { type SubmissionLab, startSubmissionLab } from '../lab/smtp/submission.ts';
import { letter } from '../provider/letter.ts';

const database = aDatabase();
const keys = selfSigned('localhost', Date.now());
const hour = 3_600_000;
const admin = 'boss@acme.test';
let smtp: SubmissionLab;
let company: SyncingCompany;
let services: Services;
let jobs: Job[];

beforeAll(async () => {
  smtp = await startSubmissionLab({ keys });
  smtp.setPassword('candor', 'p@ss word');
});
afterAll(() => smtp.close());
beforeEach(async () => {
  company = await aSyncingCompany(database);
  jobs = [];
  const url = `smtps://candor:p%40ss%20word@localhost:${smtp.port}`;
  services = {
    ...company.services,
    noticeMail: noticeMail(url, 'candor@acme.test', trusting([keys.cert])),
    enqueue: async (job) => {
      jobs.push(job);
    },
  };
  await database.query(
    `insert into candor.person (company_id, name, address, role, created_at)
     values ('${company.mailbox.companyId}', 'Boss', '${admin}', 'admin', 0)`,
  );
  return company.close;
});

/** As the timetable does it, and the worker after it. */
const look = async (): Promise<number> => {
  const before = smtp.taken.length;
  jobs.length = 0;
  await enqueueTelling(services);
  for (const job of jobs)
    if (job.kind === 'mailbox.tell' && job.mailboxId === company.mailbox.mailboxId)
      await tellByMail(services, job);
  return smtp.taken.length - before;
};
const revoke = async (): Promise<void> => {
  company.lab.revoke(ana);
  company.lab.expireAccessTokens();
  company.services.providers.gmail?.forget(company.mailbox.mailboxId);
  await expect(company.pull()).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
};

test('when a mailbox is revoked, its owner and the admins get one mail, and not one at each look', async () => {
  company.lab.deliver(ana, letter({ from: candidateAddresses[0], to: ana, subject: 'Salary' }));
  await company.pull();
  expect(await look()).toBe(0);
  await revoke();
  expect(await look()).toBe(1);
  const mail = smtp.taken.at(-1);
  expect(mail).toMatchObject({ from: 'candor@acme.test', to: [ana, admin] });
  const text = mail?.raw.toString() ?? '';
  expect(text).toMatch(/Subject: Candor: the mailbox ana@acme\.test needs you/);
  expect(text).toMatch(/Content-Type: text\/plain/);
  expect(text).toMatch(/Auto-Submitted: auto-generated/);
  expect(text).not.toMatch(/Salary|mailbox\.test/);
  database.clock.at += hour;
  expect(await look()).toBe(0);
});

test('when a mailbox is silent for too long, they are told once, and once more when it happens again', async () => {
  database.clock.at += 5 * hour;
  expect(await look()).toBe(0);
  database.clock.at += 2 * hour;
  expect(await look()).toBe(1);
  database.clock.at += 24 * hour;
  expect(await look()).toBe(0);
  await company.pull();
  expect(await look()).toBe(0);
  database.clock.at += 7 * hour;
  expect(await look()).toBe(1);
});

test('a mailbox that may only be sent from is never silent', async () => {
  await database.query(
    `update candor.mailbox set access_level = 'send-only' where id = '${company.mailbox.mailboxId}'`,
  );
  database.clock.at += 48 * hour;
  expect(await look()).toBe(0);
});

test('when the server puts it off, they are told at a later look', async () => {
  await revoke();
  smtp.putOff();
  await expect(look()).rejects.toMatchObject({ reason: 'provider-busy' });
  expect(await look()).toBe(1);
});

test('without a server for it nobody is written to, and admins are told that on the Company page', async () => {
  await revoke();
  expect(readNoticeMail(services)).toEqual({ isOn: true, from: 'candor@acme.test' });
  services = { ...services, noticeMail: undefined };
  expect(await look()).toBe(0);
  expect(jobs).toEqual([]);
  expect(readNoticeMail(services)).toEqual({ isOn: false });
});
