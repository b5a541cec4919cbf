import { expect, test } from 'vitest';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal } from '../world/acts.ts';
import { choose, importMail, importsOf, latestOf, steer, untilState } from '../world/imports.ts';
import { ana, candidates, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const day = 86_400_000;
const stateOf = async (person: WorldPerson, threadId: string) =>
  (await look(world.as(person), threadId)).thread.state;
const countOf = async (table: string) =>
  (await world.sql<{ n: number }>(`select count(*)::int as n from candor.${table}`))[0]?.n;
/** Everything the record holds, without what is told of imports and of looks. */
const record = async () =>
  (await world.dump())
    .split('\n')
    .filter((line) =>
      /^candor\.(message|message_copy|thread|thread_candidate|thread_join|mention|participant|attachment|stance) /.test(
        line,
      ),
    )
    .sort();

test('nothing old is brought unless the person asks for it [JS-19] [LI-27]', async () => {
  expect(await importsOf(world, mia)).toMatchObject({ window: 'none', companyMaximum: 'all', searches: [] });
  await world.pull(mia);
  expect(await countOf('message')).toBe(0);
});

test('before an import its count, size and time are told, and no mail is stored [KL-22]', async () => {
  const asked = world.lab.requests.length;
  await choose(world, mia, '12-months');
  const row = await untilState(world, mia, 'estimated');
  expect(row).toMatchObject({ foundMessages: 4, foundThreads: 2, percent: 0, keptMessages: 0 });
  expect(row.estimate?.sizeBytes).toBeGreaterThan(1_000);
  expect(row.estimate?.durationMs).toBeGreaterThan(0);
  expect(await countOf('message')).toBe(0);
  expect(await countOf('decision')).toBe(0);
  const methods = new Set(world.lab.requests.slice(asked).map(({ apiMethod }) => apiMethod));
  expect([...methods].sort()).toEqual(['users.labels.list', 'users.messages.get', 'users.messages.list']);
});

test('both what the person wrote to candidates and what came from them is brought, in threads [JS-19]', async () => {
  await steer(world, mia, 'start');
  const row = await untilState(world, mia, 'done');
  expect(row).toMatchObject({ keptMessages: 4, keptThreads: 2, percent: 100, leftCounts: {} });
  for (const name of ['jane-mia', 'jane-salary']) {
    const kept = keptThread(await look(world.as(mia), world.threadId(mia, name)));
    expect(kept.messageCount).toBe(2);
    expect(kept.keptBecause).toContain('An address on it is on a candidate’s record.');
  }
  expect(await countOf('import_thread')).toBe(0);
});

test('an import looks at no mail but what its search leads to', async () => {
  const noise = world.lab
    .mailbox(mia.address)
    .messages()
    .filter(({ searchText }) => !searchText.includes(jane.address));
  expect(noise.length).toBeGreaterThan(20);
  for (const { id } of noise) expect(world.lab.requests.filter(({ path }) => path.includes(id))).toEqual([]);
});

test('an import that is done is taken back with all it brought and nothing else [KL-21]', async () => {
  expect((await record()).length).toBeGreaterThan(4);
  const stayed = world.send({ from: jane, to: [mia], subject: 'Came by itself', text: 'Hi' });
  await world.pull(mia);
  const before = (await record()).filter((line) => line.startsWith('candor.message_copy '));
  await steer(world, mia, 'cancel');
  await untilState(world, mia, 'cancelled');
  const after = (await record()).filter((line) => line.startsWith('candor.message_copy '));
  expect(before.length - after.length).toBe(4);
  expect(after).toHaveLength(1);
  expect(await stateOf(mia, stayed.get(mia.address) ?? '')).toBe('kept');
  expect(await importsOf(world, mia)).toMatchObject({ window: 'none', latest: { keptMessages: 0 } });
  const decided = await world.sql<{ decision: string }>('select decision from candor.decision');
  expect(decided).toEqual([{ decision: 'keep' }]);
});

test('a window of three months leaves what is older, and says so [KL-21] [KL-20]', async () => {
  const old = world.send({
    from: jane,
    to: [tom],
    subject: 'Long ago',
    text: 'Hi',
    at: world.clock.now() - 200 * day,
  });
  const recent = world.send({
    from: jane,
    to: [tom],
    subject: 'Some weeks ago',
    text: 'Hi',
    at: world.clock.now() - 50 * day,
  });
  await importMail(world, tom, '3-months');
  expect(await stateOf(tom, recent.get(tom.address) ?? '')).toBe('kept');
  const left = (await look(world.as(tom), old.get(tom.address) ?? '')).thread;
  expect(left).toMatchObject({
    state: 'not-kept',
    notKeptBecause: [expect.stringContaining('where the import of this mailbox begins')],
  });
  expect((await importsOf(world, tom)).window).toBe('3-months');
});

test('a wider window later brings the rest, and nothing twice', async () => {
  const before = await countOf('message_copy');
  const row = await importMail(world, tom, 'all');
  expect(row).toMatchObject({ foundMessages: 4, keptMessages: 1 });
  expect(await countOf('message_copy')).toBe((before ?? 0) + 1);
});

test('the rest of a conversation is brought by what it answers, from an address nobody knows', async () => {
  const at = world.clock.now() - 30 * day;
  const first = {
    id: 'old-first@acme.test',
    from: ana,
    to: [jane],
    subject: 'By ancestry',
    text: 'Hello',
    at,
  };
  world.send(first);
  world.send({
    from: { name: 'Jane D.', address: 'jane.private@elsewhere.test' },
    to: [ana],
    subject: 'Re: By ancestry',
    text: 'From my own account',
    references: [first.id],
    at: at + 3_600_000,
  });
  const internal = {
    from: tom,
    to: [ana],
    subject: 'Re: By ancestry',
    text: 'Between us',
    at: at + 7_200_000,
  };
  const threads = world.send({ ...internal, references: [first.id] });
  const row = await importMail(world, ana, '12-months');
  expect(keptThread(await look(world.as(ana), threads.get(ana.address) ?? '')).messageCount).toBe(2);
  expect(row.leftCounts).toEqual({ 'own-domains-only': 1 });
  for (const [index] of candidates.filter((each) => each !== jane).entries())
    expect(await stateOf(ana, world.threadId(ana, `invitation-${index}`))).toBe('kept');
});

test('what was logged by hand stays when the import that brought it is taken back', async () => {
  const threadId = world.threadId(ana, 'invitation-1');
  const luca = candidates[2]?.address ?? '';
  await log(world.as(ana), threadId, [world.candidateId(luca)]);
  await steer(world, ana, 'cancel');
  await untilState(world, ana, 'cancelled');
  expect(await stateOf(ana, threadId)).toBe('kept');
  expect(await stateOf(ana, world.threadId(ana, 'invitation-0'))).toBe('not-kept');
});

test('a message that another mailbox holds stays there', async () => {
  const shared = world.send({
    from: jane,
    to: [mia, ana],
    subject: 'To both',
    text: 'Hi',
    at: world.clock.now() - 20 * day,
  });
  await importMail(world, mia, '3-months');
  await importMail(world, ana, '3-months');
  await steer(world, mia, 'cancel');
  await untilState(world, mia, 'cancelled');
  expect(keptThread(await look(world.as(ana), shared.get(ana.address) ?? '')).messageCount).toBe(1);
});

test('an import is the mailbox’s own person’s alone: no admin begins, sees or steers it [LF-19]', async () => {
  const mailboxId = world.mailboxId(raj);
  expect(await refusal(world.as(ana).api.import.choose.mutate({ mailboxId, window: '3-months' }))).toBe(
    'not-found',
  );
  const { latest } = await choose(world, raj, '3-months');
  for (const how of ['start', 'pause', 'resume', 'cancel'] as const) {
    const steered = world.as(ana).api.import.steer.mutate({ importId: latest?.importId as never, how });
    expect(await refusal(steered)).toBe('not-found');
  }
  expect(JSON.stringify(await world.as(ana).api.mailbox.list.query())).not.toContain(latest?.importId);
  await untilState(world, raj, 'estimated');
});

test('a choice that was not begun with gives way to another; none brings nothing [JS-19]', async () => {
  await choose(world, raj, 'none');
  expect((await latestOf(world, raj)).state).toBe('cancelled');
  expect(await importsOf(world, raj)).toMatchObject({ window: 'none' });
});

test('wider than the company’s maximum is refused, at the choice and at the start [P-06] [1c-6]', async () => {
  await choose(world, raj, '12-months');
  await untilState(world, raj, 'estimated');
  await world.sql(`update candor.policy set import_max = '3-months'`);
  expect(await refusal(steer(world, raj, 'start'))).toBe('policy-forbids');
  expect(await refusal(choose(world, raj, '6-months'))).toBe('policy-forbids');
  expect(await choose(world, raj, '3-months')).toMatchObject({ companyMaximum: '3-months' });
  await world.sql(`update candor.policy set import_max = 'all'`);
});

test('from now on: nothing that came before is kept, however the mailbox is looked at [LI-27]', async () => {
  const before = world.send({ from: jane, to: [raj], subject: 'Before now', text: 'Hi' });
  world.clock.pass(2_000);
  await choose(world, raj, 'from-now');
  await world.pull(raj);
  expect(await stateOf(raj, before.get(raj.address) ?? '')).toBe('not-kept');
  // Back to what came since the mailbox was connected.
  await choose(world, raj, 'none');
  const back = 'select window_from = created_at / 1000 * 1000 as yes from candor.mailbox where id = $1';
  expect(await world.sql(back, [world.mailboxId(raj)])).toEqual([{ yes: true }]);
  const after = world.send({ from: jane, to: [raj], subject: 'After now', text: 'Hi' });
  await world.pull(raj);
  expect(await stateOf(raj, after.get(raj.address) ?? '')).toBe('kept');
});

test('labelled mail is brought, whoever it is with', async () => {
  const threadId = world.threadId(raj, 'noise-3');
  const mailbox = world.lab.mailbox(raj.address);
  const { id } = mailbox.labels.create({ name: 'Candidate' });
  for (const message of mailbox.thread(threadId)) mailbox.relabel(message, [id], []);
  await importMail(world, raj, '3-months');
  expect(keptThread(await look(world.as(raj), threadId)).keptBecause).toContain(
    'The thread has the candidate label in the mailbox.',
  );
});
