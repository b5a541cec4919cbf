import { expect, test } from 'vitest';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look } from '../world/acts.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const day = 86_400_000;
const idOf = (threads: ReadonlyMap<string, string>, person: WorldPerson): string =>
  threads.get(person.address) ?? '';
const stateOf = async (person: WorldPerson, threadId: string) =>
  (await look(world.as(person), threadId)).thread.state;
const decisions = () =>
  world.sql<{ decision: string; rule: string }>(
    'select decision, rule from candor.decision order by decided_at, rule',
  );
const forgetDecisions = () => world.sql('delete from candor.decision');
const cursorOf = async (person: WorldPerson) =>
  (
    await world.sql<{ cursor: string }>('select cursor from candor.mailbox_cursor where mailbox_id = $1', [
      world.mailboxId(person),
    ])
  )[0]?.cursor;

test('mail from a candidate is on their record with no browser open [DC-08] [JS-20] [JS-02] [JS-03] [LF-03]', async () => {
  const threadId = idOf(world.send({ from: jane, to: [ana], subject: 'A question', text: 'When?' }), ana);
  await world.server.services.enqueue({ kind: 'poll' });
  await expect.poll(() => world.as(ana).api.candidate.search.query({ text: jane.name })).toHaveLength(1);
  await expect.poll(() => stateOf(ana, threadId)).toBe('kept');
  expect((await look(world.as(ana), threadId)).history.threads.map(({ subject }) => subject)).toContain(
    'A question',
  );
});

test('one’s own mail to a candidate, sent from anywhere, is on their record [JS-21] [JS-01] [JS-03] [KL-06]', async () => {
  const threadId = idOf(
    world.send({ from: ana, to: [jane], subject: 'From my phone', text: 'Tomorrow' }),
    ana,
  );
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId)).keptBecause).toEqual([
    'An address on it is on a candidate’s record.',
  ]);
});

test('a reply from an address nobody knows is kept by what it answers [LF-05]', async () => {
  const other = { name: 'Jane D.', address: 'jane.private@elsewhere.test' };
  const first = { id: 'kept-first@acme.test', from: ana, to: [jane], subject: 'By ancestry', text: 'Hello' };
  const threadId = idOf(world.send(first), ana);
  await world.pull(ana);
  world.send({
    from: other,
    to: [ana],
    subject: 'Re: By ancestry',
    text: 'From my own account',
    references: [first.id],
  });
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(2);
});

test('drafts, spam and mail among colleagues leave a keyed hash, a rule and a time, nothing more [LI-21] [LF-04] [LV-12] [P-13]', async () => {
  await forgetDecisions();
  const letter = { to: [ana], text: 'Secret words inside' };
  world.send({ ...letter, from: tom, subject: 'Only among us' });
  for (const [label, sender] of [
    ['SPAM', jane],
    ['DRAFT', ana],
  ] as const) {
    const raw = `Message-ID: <${label}@x.test>\r\nFrom: ${sender.address}\r\nTo: ${jane.address}\r\nSubject: in ${label}\r\n\r\nSecret words inside`;
    world.lab.deliver(ana.address, raw, { labels: [label], at: world.clock.now() });
  }
  world.send({ ...letter, from: { name: 'Shop', address: 'offers@shop.test' }, subject: 'Offers' });
  const before = await world.dump();
  await world.pull(ana);
  expect((await decisions()).map(({ decision, rule }) => `${decision} ${rule}`).sort()).toEqual([
    'drop draft',
    'drop no-rule',
    'drop own-domains-only',
    'drop spam',
  ]);
  const grown = (await world.dump()).split('\n').filter((line) => !before.includes(line));
  expect(new Set(grown.map((line) => line.split(' ')[0]))).toEqual(
    new Set(['candor.decision', 'candor.mailbox', 'candor.mailbox_cursor']),
  );
  const dropped = grown.filter((line) => line.startsWith('candor.decision'));
  const row: Record<string, unknown> = JSON.parse(dropped[0]?.split(/ (.*)/)[1] ?? '{}');
  expect(row).toMatchObject({ message_id: null, ref_sealed: null });
  expect(Object.keys(row).sort()).toEqual([
    'company_id',
    'copy_hash',
    'decided_at',
    'decision',
    'mailbox_id',
    'message_id',
    'person_id',
    'ref_sealed',
    'rule',
  ]);
});

test('of mail that no rule keeps only the headers are asked for [LF-05] [LV-12] [LV-13]', async () => {
  world.send({
    from: { name: 'Shop', address: 'offers@shop.test' },
    to: [ana],
    subject: 'More offers',
    text: 'Buy',
  });
  const asked = world.lab.requests.length;
  await world.pull(ana);
  const gets = world.lab.requests.slice(asked).filter(({ apiMethod }) => apiMethod === 'users.messages.get');
  expect(gets.map(({ path }) => new URL(path, 'http://lab').searchParams.get('format'))).toEqual([
    'metadata',
  ]);
});

test('a lost cursor is made good by a list, and nothing is missed', async () => {
  const threads = ['One', 'Two', 'Three'].map((subject) =>
    idOf(world.send({ from: jane, to: [ana], subject: `Lost ${subject}`, text: 'Hi' }), ana),
  );
  world.lab.expireHistory(ana.address);
  await world.pull(ana);
  for (const threadId of threads) expect(await stateOf(ana, threadId)).toBe('kept');
});

test('mail from before the mailbox was connected is not looked at by itself [LI-27]', async () => {
  world.lab.expireHistory(ana.address);
  await world.pull(ana);
  expect(await stateOf(ana, world.threadId(ana, 'jane'))).toBe('not-kept');
});

test('when storing fails the cursor stays, and the next look brings everything', async () => {
  const threadId = idOf(world.send({ from: jane, to: [ana], subject: 'While it burns', text: 'Hi' }), ana);
  const before = await cursorOf(ana);
  await world.sql(
    `create function app.burn() returns trigger language plpgsql as $$ begin raise exception 'burning'; end $$`,
  );
  await world.sql(
    'create constraint trigger burn after insert on candor.message deferrable initially deferred for each row execute function app.burn()',
  );
  await expect(world.pull(ana)).rejects.toThrow();
  expect(await cursorOf(ana)).toBe(before);
  await world.sql('drop trigger burn on candor.message');
  await world.pull(ana);
  expect(await stateOf(ana, threadId)).toBe('kept');
  expect(await world.sql(`select from candor.decision where decision = 'unreadable'`)).toEqual([]);
});

test('a message that can not be read is tried for a while, then noted and passed; the others are kept at once', async () => {
  const poison = world.lab.deliver(
    ana.address,
    `Message-ID: <poison@x.test>\r\nFrom: ${jane.address}\r\nTo: ${ana.address}\r\nSubject: x\r\n\r\nx`,
    { at: world.clock.now() },
  );
  const threadId = idOf(world.send({ from: jane, to: [ana], subject: 'Beside the poison', text: 'Hi' }), ana);
  world.lab.fail({ match: `/messages/${poison.id}?`, times: 1_000, how: 'not-json' });
  const before = await cursorOf(ana);
  await expect(world.pull(ana)).rejects.toMatchObject({ reason: 'provider-refused' });
  expect(await cursorOf(ana)).toBe(before);
  expect(await stateOf(ana, threadId)).toBe('kept');
  expect((await world.as(ana).api.mailbox.list.query())[0]?.lastFailure?.reason).toBe('provider-refused');
  world.clock.pass(15 * 60_000);
  await world.pull(ana);
  expect(await cursorOf(ana)).not.toBe(before);
  expect(await world.sql(`select rule from candor.decision where decision = 'unreadable'`)).toEqual([
    { rule: 'provider-refused' },
  ]);
  expect((await world.as(ana).api.mailbox.list.query())[0]?.lastFailure).toBeUndefined();
});

test('when no call is answered the cursor stays, however long it lasts', async () => {
  const threadId = idOf(world.send({ from: jane, to: [ana], subject: 'In the storm', text: 'Hi' }), ana);
  const before = await cursorOf(ana);
  world.lab.fail({ match: /gmail\/v1\/users\/me\/(messages|profile)/, times: 24, how: 503 });
  for (let round = 0; round < 3; round += 1) {
    await expect(world.pull(ana)).rejects.toMatchObject({ reason: 'provider-refused' });
    world.clock.pass(day);
  }
  expect(await cursorOf(ana)).toBe(before);
  await world.pull(ana);
  expect(await stateOf(ana, threadId)).toBe('kept');
});

test('a message deleted between list and look is left out', async () => {
  const stored = world.lab.deliver(
    ana.address,
    `Message-ID: <gone@x.test>\r\nFrom: ${jane.address}\r\nTo: ${ana.address}\r\nSubject: gone\r\n\r\nx`,
    { at: world.clock.now() },
  );
  const held = world.lab.hold(`/messages/${stored.id}`);
  const pulling = world.pull(ana);
  await held.reached(1);
  world.lab.mailbox(ana.address).remove(stored.id);
  held.release();
  await pulling;
  expect(
    await world.sql('select from candor.message_copy where provider_message_id = $1', [stored.id]),
  ).toEqual([]);
});

test('a page that costs more than a mailbox may spend in a minute is taken all the same', async () => {
  for (let count = 0; count < 260; count += 1)
    world.lab.deliver(
      mia.address,
      `Message-ID: <many-${count}@x.test>\r\nFrom: shop@x.test\r\nTo: ${mia.address}\r\nSubject: ${count}\r\n\r\nx`,
      { at: world.clock.now() },
    );
  const threadId = idOf(world.send({ from: jane, to: [mia], subject: 'After many', text: 'Hi' }), mia);
  await world.pull(mia);
  expect(await stateOf(mia, threadId)).toBe('kept');
});

test('one mailbox is never looked at twice at a time, while others are', async () => {
  const jobOf = (person: WorldPerson) =>
    ({ kind: 'mailbox.pull', companyId: world.companyId, mailboxId: world.mailboxId(person) }) as const;
  const { enqueue } = world.server.services;
  const held = world.lab.hold(/GET .*\/history/);
  await enqueue(jobOf(tom));
  await held.reached(1);
  await enqueue(jobOf(tom));
  await enqueue(jobOf(mia));
  // Mia's came after Tom's second, so by then the worker had seen that one.
  await held.reached(2);
  expect(held.waiting()).toBe(2);
  held.release();
});

test('a mailbox that fails does not stop another’s', async () => {
  world.lab.revoke(raj.address);
  world.lab.expireAccessTokens();
  const threadId = idOf(world.send({ from: jane, to: [raj, tom], subject: 'To two', text: 'Hi' }), tom);
  await world.server.services.enqueue({ kind: 'poll' });
  await expect.poll(() => stateOf(tom, threadId)).toBe('kept');
  await expect
    .poll(async () => (await world.as(raj).api.mailbox.list.query())[0]?.state)
    .toBe('needs-reconnect');
});

test('a mailbox that was turned off is not read, though its job still waits', async () => {
  const mailboxId = world.mailboxId(tom);
  await world.as(tom).api.mailbox.change.mutate({ kind: 'turn-off', mailboxId, brought: 'keep' });
  const asked = world.lab.requests.length;
  const pulling = pullMailbox(
    world.server.services,
    { companyId: world.companyId, mailboxId: world.mailboxId(tom) },
    AbortSignal.timeout(10_000),
  );
  await expect(pulling).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
  expect(world.lab.requests.slice(asked)).toEqual([]);
});

test('a thread logged by hand goes on by itself: its next reply is kept at the next look [LV-10]', async () => {
  const threadId = world.threadId(ana, 'noor');
  await log(world.as(ana), threadId, [
    { create: { name: 'Noor Haddad', address: 'noor.haddad@mailbox.test' } },
  ]);
  world.send({
    from: ana,
    to: [{ name: 'Noor Haddad', address: 'noor.work@elsewhere.test' }],
    subject: 'Re: Question about the Robotics role',
    text: 'Yes',
    references: ['noor.0@mailbox.test'],
  });
  await world.pull(ana);
  expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(2);
});
