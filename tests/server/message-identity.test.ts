/* Which messages are the same and which belong together, by what mail systems do to ids on the way. */
import { expect, test } from 'vitest';
import { aDatabase } from '../build/a-database.ts';
import { ana, aSyncingCompany } from '../build/a-syncing-company.ts';
import { recordOf } from '../build/record-of.ts';
import { type Letter, letter } from '../provider/letter.ts';

const database = aDatabase();
const limitBytes = 10_000;
const tooLarge = 'y'.repeat(limitBytes);
const jane = 'Jane <jane@mailbox.test>';

/** What stands on record after the letters were brought in one look after the other. */
const recordAfter = async (...letters: readonly Letter[]) => {
  const company = await aSyncingCompany(database);
  try {
    await database.query(`update candor.policy set message_limit_bytes = ${limitBytes}`);
    for (const facts of letters) {
      company.lab.deliver(ana, letter({ from: jane, to: ana, ...facts }), { at: database.clock.at });
      await company.pull();
    }
    return await recordOf(company.services, company.mailbox.companyId);
  } finally {
    await company.close();
  }
};

test('a list’s copy with its footer under the same id is kept beside the direct one, on one thread [JS-23]', async () => {
  const { threads } = await recordAfter(
    { id: 'same@mailbox.test', subject: 'To the list', body: 'Hello.' },
    {
      id: 'same@mailbox.test',
      subject: '[list] To the list',
      body: 'Hello.\r\n-- \r\nYou get this as a member.',
    },
  );
  expect(threads).toEqual([['To the list', '[list] To the list']]);
});

test('the same message delivered twice is one message with two copies', async () => {
  const facts = { id: 'twice@mailbox.test', subject: 'Twice' };
  const { messages } = await recordAfter(facts, facts);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('2 copies');
});

test('what is too large to fetch opens no message that bears its id, and is one with what has the same head', async () => {
  const hers = { id: 'hers@mailbox.test', subject: 'My references', body: 'Confidential.' };
  const forged = { id: hers.id, subject: hers.subject, body: tooLarge };
  const { messages } = await recordAfter(hers, forged, forged);
  expect(messages).toHaveLength(2);
  expect(messages.filter((each) => each.includes('1 copies'))).toHaveLength(1);
  expect(messages.filter((each) => each.includes('2 copies'))).toHaveLength(1);
});

test('the text of a message with something else attached is another message', async () => {
  const withFile = (content: string): Letter => ({
    id: 'cv@mailbox.test',
    subject: 'My CV',
    headers: ['Content-Type: multipart/mixed; boundary=b'],
    body: `--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=cv.pdf\r\n\r\n${content}\r\n--b--`,
  });
  const { messages } = await recordAfter(withFile('one'), withFile('another'), withFile('one'));
  expect(messages).toHaveLength(2);
});

test('a message whose id a relay replaced is joined by the id it was sent with, which stands in its References', async () => {
  const { threads } = await recordAfter(
    { from: ana, to: jane, id: 'ours@acme.test', subject: 'As sent' },
    {
      from: ana,
      to: jane,
      id: '0102018f@eu-west-1.amazonses.com',
      references: ['ours@acme.test'],
      subject: 'As it arrived',
    },
    { id: 'answer@mailbox.test', inReplyTo: '<0102018f@eu-west-1.amazonses.com>', subject: 'Answer' },
  );
  expect(threads).toEqual([['Answer', 'As it arrived', 'As sent']]);
});

test('a message redirected by Exchange under a new id joins the one it was', async () => {
  const { threads } = await recordAfter(
    { id: 'first@mailbox.test', subject: 'As Jane wrote it' },
    {
      id: 'redirected@acme.test',
      headers: ['X-MS-Exchange-Parent-Message-Id: <first@mailbox.test>'],
      subject: 'As it was redirected',
    },
  );
  expect(threads).toEqual([['As Jane wrote it', 'As it was redirected']]);
});

test('a long thread whose References a client shortened to the first and the last stays one', async () => {
  const id = (nr: number) => `long-${nr}@mailbox.test`;
  const all = Array.from({ length: 80 }, (_, nr) => id(nr));
  const { threads } = await recordAfter(
    { id: id(0), subject: 'The first' },
    { id: id(79), references: all.slice(0, 79), subject: 'The eightieth' },
    { id: 'after@mailbox.test', references: [id(0), id(79)], subject: 'The one after' },
  );
  expect(threads).toEqual([['The eightieth', 'The first', 'The one after']]);
});

test('an answer listed in the same page as what it answers is kept, whoever wrote it [LF-05]', async () => {
  const company = await aSyncingCompany(database);
  try {
    const deliver = (facts: Letter) =>
      company.lab.deliver(ana, letter({ to: ana, ...facts }), { at: database.clock.at });
    deliver({
      from: 'jane.private@else.test',
      id: 'b@else.test',
      references: ['a@mailbox.test'],
      subject: 'Answer',
    });
    deliver({ from: jane, id: 'a@mailbox.test', subject: 'Question' });
    await company.pull();
    const { threads } = await recordOf(company.services, company.mailbox.companyId);
    expect(threads).toEqual([['Answer', 'Question']]);
  } finally {
    await company.close();
  }
});
