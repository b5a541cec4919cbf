import { describe, expect, test } from 'vitest';
import type { ImportRow } from '../../lib/contract/import.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal } from '../world/acts.ts';
import { choose, importMail, steer, untilState } from '../world/imports.ts';
import { ana, candidates, jane, mia, noor, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const day = 86_400_000;
const patience = { timeout: 30_000 };
const stateOf = async (person: WorldPerson, threadId: string) =>
  (await look(world.as(person), threadId)).thread.state;
const searchesUnderWay = () =>
  world.sql<{ state: string }>(
    `select state from candor.mailbox_import where reason <> 'window' and state not in ('done', 'cancelled')`,
  );
const allDone = () => expect.poll(searchesUnderWay, patience).toEqual([]);
const countsOf = () =>
  world.sql<{ person: string; n: number }>(
    `select p.name as person, count(*)::int as n from candor.message_copy c join candor.person p on p.id = c.person_id group by 1 order by 1`,
  );
const private_ = { name: 'Jane D.', address: 'jane.private@elsewhere.test' };

describe('a new address on a candidate’s record', () => {
  test('brings old mail in every mailbox whose person let Candor look, inside its own window [JS-22] [1c-6]', async () => {
    const ages = [20, 120, 400].map((days) => world.clock.now() - days * day);
    for (const at of ages)
      world.send({
        from: private_,
        to: [ana, mia, tom],
        subject: `From my own account ${at}`,
        text: 'Hi',
        at,
      });
    await importMail(world, ana, 'all');
    await importMail(world, mia, '6-months');
    const before = await countsOf();
    const card = await world.as(ana).api.candidate.addAddress.mutate({
      candidateId: world.candidateId(jane.address),
      address: private_.address,
    });
    expect(card.addresses).toEqual([jane.address, private_.address]);
    await allDone();
    const grown = new Map((await countsOf()).map(({ person, n }) => [person, n]));
    for (const { person, n } of before) grown.set(person, (grown.get(person) ?? 0) - n);
    expect(Object.fromEntries(grown)).toEqual({ [ana.name]: 3, [mia.name]: 2 });
  });

  test('searches no mailbox of somebody who did not let Candor look through old mail [LF-19]', async () => {
    const rows = await world.sql<{ name: string }>(
      `select distinct p.name from candor.mailbox_import i join candor.person p on p.id = i.person_id where reason = 'new-address' order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([ana.name, mia.name]);
    await choose(world, tom, 'from-now');
    await world.as(ana).api.candidate.addAddress.mutate({
      candidateId: world.candidateId(jane.address),
      address: 'jane.third@elsewhere.test',
    });
    await allDone();
    expect((await countsOf()).map(({ person }) => person)).not.toContain(tom.name);
  });

  test('also one that comes with a candidate made from a participant', async () => {
    const at = world.clock.now() - 90 * day;
    const older = world.send({ from: noor, to: [ana], subject: 'An older question', text: 'Hi', at });
    await log(world.as(ana), world.threadId(ana, 'noor'), [{ create: noor }]);
    await allDone();
    expect(await stateOf(ana, older.get(ana.address) ?? '')).toBe('kept');
  });

  test('that stands there already, is none, or is on another’s candidate is refused [JS-28]', async () => {
    const add = (who: WorldPerson, address: string) =>
      refusal(
        world.as(who).api.candidate.addAddress.mutate({
          candidateId: world.candidateId(jane.address),
          address,
        }),
      );
    expect(await add(ana, private_.address.toUpperCase())).toBe('already-done');
    expect(await add(ana, 'no address')).toBe('bad-input');
    expect(await add(raj, 'somebody@elsewhere.test')).toBe('not-found');
  });
});

describe('Sync e-mails', () => {
  const asked = async (person: WorldPerson): Promise<ImportRow | undefined> =>
    (await look(world.as(person), world.threadId(person, 'jane'))).imports.find(
      ({ reason }) => reason === 'asked',
    );
  const sync = (person: WorldPerson, address = jane.address) =>
    world.as(person).api.import.syncCandidate.mutate({
      mailboxId: world.mailboxId(person),
      candidateId: world.candidateId(address),
    });

  test('brings all mail between the candidate and that mailbox, wherever it began and however old [LF-09] [LV-14]', async () => {
    const old = world.clock.now() - 900 * day;
    const theirs = {
      id: 'they-began@mailbox.test',
      from: jane,
      to: [tom],
      subject: 'They began it',
      text: 'Hi',
      at: old,
    };
    const ids = world.send(theirs);
    world.send({
      from: { name: 'Agency', address: 'desk@agency.test' },
      to: [tom],
      subject: 'Re: They began it',
      text: 'We, too',
      references: [theirs.id],
      at: old + day,
    });
    world.send({
      from: raj,
      to: [tom],
      subject: 'Re: They began it',
      text: 'Between us',
      references: [theirs.id],
      at: old + 2 * day,
    });
    await sync(tom);
    await allDone();
    expect(await asked(tom)).toMatchObject({
      state: 'done',
      keptThreads: 5,
      keptMessages: 7,
      leftCounts: { 'own-domains-only': 1 },
    });
    const kept = keptThread(await look(world.as(tom), ids.get(tom.address) ?? ''));
    expect(kept.messageCount).toBe(2);
    expect(kept.keptBecause).toContain('It came with “Sync e-mails” for this candidate.');
  });

  test('is one look: mail of the person with other candidates stays where it is', async () => {
    world.send({
      from: candidates[1] ?? jane,
      to: [tom],
      subject: 'Another',
      text: 'Hi',
      at: world.clock.now() - 30 * day,
    });
    await sync(tom);
    await allDone();
    expect(await asked(tom)).toMatchObject({ state: 'done', keptMessages: 0 });
  });

  test('twice at once is one search', async () => {
    const held = world.lab.hold(/\/messages\?/);
    const first = await sync(tom);
    await held.reached(1);
    expect((await sync(tom)).importId).toBe(first.importId);
    held.release();
    await allDone();
  });

  test('is the person’s own: not in another’s mailbox, not for a candidate they may not open, never by a clock [LF-10]', async () => {
    const candidateId = world.candidateId(jane.address);
    const syncIn = (who: WorldPerson, whose: WorldPerson) =>
      refusal(
        world.as(who).api.import.syncCandidate.mutate({ mailboxId: world.mailboxId(whose), candidateId }),
      );
    expect(await syncIn(ana, tom)).toBe('not-found');
    expect(await syncIn(raj, raj)).toBe('not-found');
    const before = await world.sql('select id from candor.mailbox_import');
    await world.server.services.enqueue({ kind: 'poll' });
    await world.pull(ana);
    expect(await world.sql('select id from candor.mailbox_import')).toEqual(before);
  });

  test('is undone: what it brought goes, what was there before stays', async () => {
    const threads = world.send({
      from: jane,
      to: [mia],
      subject: 'Years ago',
      text: 'Hi',
      at: world.clock.now() - 1_500 * day,
    });
    const before = await countsOf();
    const { importId } = await sync(mia);
    await allDone();
    expect(await stateOf(mia, threads.get(mia.address) ?? '')).toBe('kept');
    await world.as(mia).api.import.steer.mutate({ importId, how: 'cancel' });
    await allDone();
    expect(await countsOf()).toEqual(before);
    expect(await stateOf(mia, threads.get(mia.address) ?? '')).toBe('not-kept');
  });
});

describe('an import under way', () => {
  test('waits when it is paused, and goes on where it was', async () => {
    const at = world.clock.now() - 30 * day;
    const threads = world.send({ from: jane, to: [raj], subject: 'Old', text: 'Hi', at });
    await choose(world, raj, 'all');
    await untilState(world, raj, 'estimated');
    const held = world.lab.hold(`/threads/${threads.get(raj.address)}`);
    await steer(world, raj, 'start');
    await held.reached(1);
    expect((await look(world.as(raj), world.threadId(raj, 'noise-3'))).imports).toMatchObject([
      { reason: 'window', state: 'running', percent: 0 },
    ]);
    await steer(world, raj, 'pause');
    held.release();
    await world.server.services.enqueue({ kind: 'poll' });
    await world.pull(raj);
    expect((await untilState(world, raj, 'paused')).keptMessages).toBe(0);
    await steer(world, raj, 'resume');
    expect((await untilState(world, raj, 'done')).percent).toBe(100);
  });
});
