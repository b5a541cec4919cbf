/* What an import would keep, told before it: nothing is stored for it, and what is left out stays out. */
import { describe, expect, test } from 'vitest';
import type { PreviewThread } from '../../lib/contract/import-preview.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal } from '../world/acts.ts';
import { latestOf, steer, untilState } from '../world/imports.ts';
import { ana, jane, mia, raj, tom } from '../world/people.ts';
import { disguises, readDataFolder } from '../world/raw-scan.ts';

const world = aWorld({ largestPage: 2 });
const api = () => world.as(mia).api.import;
const mailboxId = () => world.mailboxId(mia);

/** All pages, as the app page asks for them. */
const preview = async (): Promise<readonly PreviewThread[]> => {
  const threads = new Map<string, PreviewThread>();
  let position: string | undefined;
  do {
    const page = await api().preview.query({
      mailboxId: mailboxId(),
      window: '12-months',
      ...(position === undefined ? {} : { position }),
    });
    for (const thread of page.threads) threads.set(thread.providerThreadId, thread);
    position = page.next;
  } while (position !== undefined);
  return [...threads.values()];
};
const record = async () =>
  (await world.dump())
    .split('\n')
    .filter((line) => !/^(queue|auth)\./.test(line))
    .join('\n');
const named = (threads: readonly PreviewThread[], name: string) => {
  const found = threads.find(({ providerThreadId }) => providerThreadId === world.threadId(mia, name));
  if (found === undefined) throw new Error(`The preview does not list ${name}.`);
  return found;
};

describe('the preview [N-03]', () => {
  test('lists each conversation that would be kept, by person, with why and who would read it', async () => {
    const threads = await preview();
    expect(threads.map(({ providerThreadId }) => providerThreadId).sort()).toEqual(
      ['jane-mia', 'jane-salary'].map((name) => world.threadId(mia, name)).sort(),
    );
    expect(named(threads, 'jane-salary')).toMatchObject({
      subject: 'Your expectations',
      messageCount: 2,
      candidates: [{ name: jane.name }],
      because: [
        `${jane.address} is on a candidate’s record.`,
        'It answers a message that Candor sent or already keeps.',
      ],
      isOnRecord: false,
      readers: [{ person: { name: mia.name, isYou: true }, right: 'copy' }],
    });
    await world.sql("update candor.policy set default_visibility = 'record-access'");
    const open = named(await preview(), 'jane-salary');
    expect(open.readers.map(({ person }) => person.name)).toEqual(
      expect.arrayContaining([mia.name, ana.name, tom.name]),
    );
    expect(open.readers.map(({ person }) => person.name)).not.toContain(raj.name);
    await world.sql("update candor.policy set default_visibility = 'owner-only'");
  });

  test('leaves no row and no word of it, whatever is looked at', async () => {
    const before = await record();
    await preview();
    expect(await record()).toBe(before);
    const files = await readDataFolder(world.dataFolder);
    for (const words of ['Your expectations', 'Coffee chat about Acme'])
      for (const disguise of disguises(words))
        expect(files.filter(({ bytes }) => bytes.includes(disguise)).map(({ name }) => name)).toEqual([]);
  });

  test('reads headers alone, as a click of the person’s', async () => {
    const asked = world.lab.requests.length;
    await preview();
    const paths = world.lab.requests.slice(asked).map(({ path }) => path);
    expect(paths.filter((path) => /format=(raw|full)/.test(path))).toEqual([]);
  });

  test('is of one’s own mailbox, inside what the company allows, from a position of its own', async () => {
    const of = world.as(ana).api.import.preview;
    expect(await refusal(of.query({ mailboxId: mailboxId(), window: '3-months' }))).toBe('not-found');
    await world.sql("update candor.policy set import_max = '3-months'");
    expect(await refusal(api().preview.query({ mailboxId: mailboxId(), window: 'all' }))).toBe(
      'policy-forbids',
    );
    await world.sql("update candor.policy set import_max = 'all'");
    for (const position of ['{', '{"at":"elsewhere"}', '[]'])
      expect(await refusal(api().preview.query({ mailboxId: mailboxId(), window: 'all', position }))).toBe(
        'bad-input',
      );
  });

  test('says when the mailbox asks to wait or does not let us in, and stores nothing then either', async () => {
    const before = await record();
    world.lab.fail({ match: '/messages?', times: 4, how: 503 });
    expect(await refusal(api().preview.query({ mailboxId: mailboxId(), window: 'all' }))).toBe(
      'provider-refused',
    );
    expect(await record()).toBe(before);
  });
});

describe('a conversation that is left out [N-03]', () => {
  test('is not imported, nor is new mail of it; the rest is', async () => {
    const left = named(await preview(), 'jane-salary');
    await api().choose.mutate({ mailboxId: mailboxId(), window: '12-months', leaveOut: left.hashes });
    await untilState(world, mia, 'estimated');
    await steer(world, mia, 'start');
    await untilState(world, mia, 'done');
    expect((await latestOf(world, mia)).leftCounts).toEqual({ 'left-out': 2 });
    expect((await look(world.as(mia), world.threadId(mia, 'jane-mia'))).thread.state).toBe('kept');
    world.send({
      from: jane,
      to: [mia],
      subject: 'Re: Your expectations',
      text: 'One more thing',
      references: ['jane-salary.0@acme.test', 'jane-salary.1@mailbox.test'],
    });
    await world.pull(mia);
    const { thread } = await look(world.as(mia), world.threadId(mia, 'jane-salary'));
    expect(thread).toMatchObject({
      state: 'not-kept',
      notKeptBecause: [expect.stringMatching(/^You left this conversation out when you looked/)],
    });
  });

  test('stands in the database by keyed hashes alone, and comes by a log', async () => {
    const rows = await world.sql('select because from candor.removal');
    expect(rows).toEqual([{ because: 'left-out' }, { because: 'left-out' }]);
    const open = world.threadId(mia, 'jane-salary');
    await log(world.as(mia), open, [world.candidateId(jane.address)]);
    expect(keptThread(await look(world.as(mia), open)).messageCount).toBe(3);
  });

  test('is one’s own alone: what a colleague holds of it is kept as before', async () => {
    await world.as(tom).api.import.choose.mutate({
      mailboxId: world.mailboxId(tom),
      window: '12-months',
      leaveOut: ['0'.repeat(64)],
    });
    const mailbox = world.mailboxId(tom);
    expect(
      await refusal(api().choose.mutate({ mailboxId: mailbox, window: '12-months', leaveOut: [] })),
    ).toBe('not-found');
    expect(
      await refusal(
        api().choose.mutate({ mailboxId: mailboxId(), window: '12-months', leaveOut: ['not a hash'] }),
      ),
    ).toBe('bad-input');
  });
});
