/* Several mailboxes of one person, and the switches of each. */
import { describe, expect, test } from 'vitest';
import type { MailboxId } from '../../lib/contract/ids.ts';
import type { MailboxChange, MailboxRow } from '../../lib/contract/mailbox.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { aWorld, type Letter } from '../world/a-world.ts';
import { log, look, refusal } from '../world/acts.ts';
import { browse } from '../world/browse.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const home = 'raj@home.test';
const mailboxesOf = (person: WorldPerson) => world.as(person).api.mailbox.list.query();
const change = (person: WorldPerson, what: MailboxChange): Promise<MailboxRow[]> =>
  world.as(person).api.mailbox.change.mutate(what);
const states = (rows: readonly MailboxRow[]) => rows.map(({ address, state }) => [address, state]);
const primaries = (rows: readonly MailboxRow[]) =>
  rows.filter(({ isPrimary }) => isPrimary).map(({ address }) => address);
const idOf = async (person: WorldPerson, address: string): Promise<MailboxId> => {
  const row = (await mailboxesOf(person)).find((each) => each.address === address);
  if (row === undefined) throw new Error('No such mailbox.');
  return row.mailboxId;
};
const connect = async (person: WorldPerson, address: string) => {
  const { url } = await world.as(person).api.mailbox.startConnect.mutate({ provider: 'gmail', address });
  return browse(world.server.url, world.as(person).cookies).get(await world.lab.consent(url, address));
};
const addressesOf = async (person: WorldPerson) =>
  (
    await world.sql<{ address: string }>(
      'select address from candor.person_address where person_id = $1 order by 1',
      [world.as(person).personId],
    )
  ).map(({ address }) => address);

describe('several mailboxes of one person', () => {
  test('a second one that the provider vouches for is connected beside the first, which stays the primary [JS-14] [JS-25]', async () => {
    world.lab.addAccount(home);
    expect((await connect(raj, home)).words).toContain('Your mailbox is connected');
    const rows = await mailboxesOf(raj);
    expect(states(rows)).toEqual([
      [raj.address, 'connected'],
      [home, 'connected'],
    ]);
    expect(primaries(rows)).toEqual([raj.address]);
    expect(await addressesOf(raj)).toEqual([raj.address, home]);
  });

  test('another is made the primary, and there is exactly one [JS-25]', async () => {
    const rows = await change(raj, { kind: 'make-primary', mailboxId: await idOf(raj, home) });
    expect(primaries(rows)).toEqual([home]);
  });

  test('when the primary is turned off another becomes it [JS-25]', async () => {
    const mailboxId = await idOf(raj, home);
    const rows = await change(raj, { kind: 'turn-off', mailboxId, brought: 'keep' });
    expect(primaries(rows)).toEqual([raj.address]);
    expect(await refusal(change(raj, { kind: 'make-primary', mailboxId }))).toBe('mailbox-disconnected');
  });

  test('an address that was proven to be one person’s is no other’s to connect [JS-09]', async () => {
    const asked = world.as(mia).api.mailbox.startConnect.mutate({ provider: 'gmail', address: home });
    expect(await refusal(asked)).toBe('policy-forbids');
  });

  test.each(['pause', 'resume', 'make-primary'] as const)(
    '%s is for its own person alone [JS-09]',
    async (kind) => {
      expect(await refusal(change(ana, { kind, mailboxId: world.mailboxId(tom) }))).toBe('not-found');
      expect(states(await mailboxesOf(tom))).toEqual([[tom.address, 'connected']]);
    },
  );
});

const toMia = (subject: string): Letter => ({ from: jane, to: [mia], subject, text: 'Hello' });
const callsOf = (person: WorldPerson) =>
  world.lab.requests.filter(({ account }) => account === person.address).length;

describe('a mailbox that is paused', () => {
  test('gets not one call, by job, by poll or by its panel, until it is resumed; then nothing is missed [JS-36]', async () => {
    const mailboxId = world.mailboxId(mia);
    expect(states(await change(mia, { kind: 'pause', mailboxId }))).toEqual([[mia.address, 'paused']]);
    const calls = callsOf(mia);
    const threadId = world.send(toMia('While it was paused')).get(mia.address) ?? '';
    await world.server.services.enqueue({ kind: 'poll' });
    await expect(world.pull(mia)).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    expect((await look(world.as(mia), threadId)).mailbox).toMatchObject({ state: 'paused' });
    expect(await refusal(log(world.as(mia), threadId, [world.candidateId(jane.address)]))).toBe(
      'mailbox-disconnected',
    );
    await world.pull(ana);
    expect(callsOf(mia)).toBe(calls);

    await change(mia, { kind: 'resume', mailboxId });
    await expect.poll(async () => (await look(world.as(mia), threadId)).thread.state).toBe('kept');
  });

  test('while it is being read: the call under way is broken off, and nothing of it is stored [JS-36]', async () => {
    const mailboxId = world.mailboxId(mia);
    const threadId = world.send(toMia('Broken off')).get(mia.address) ?? '';
    const held = world.lab.hold(/GET .*\/messages\/.*format=raw/);
    const pulling = pullMailbox(
      world.server.services,
      { companyId: world.companyId, mailboxId },
      AbortSignal.timeout(30_000),
    );
    const ended = expect(pulling).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    await held.reached(1);
    const calls = callsOf(mia);
    await change(mia, { kind: 'pause', mailboxId });
    await ended;
    expect((await look(world.as(mia), threadId)).thread.state).not.toBe('kept');
    expect(callsOf(mia)).toBe(calls);
    held.release();
    expect(states(await mailboxesOf(mia))).toEqual([[mia.address, 'paused']]);
    await change(mia, { kind: 'resume', mailboxId });
  });

  test('can only be resumed while there is a way in', async () => {
    const mailboxId = await idOf(raj, home);
    expect(await refusal(change(raj, { kind: 'resume', mailboxId }))).toBe('mailbox-disconnected');
  });
});
