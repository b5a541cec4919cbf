/* Turning a mailbox off, and what becomes of what it brought. */
import { describe, expect, test } from 'vitest';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal } from '../world/acts.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';
import { connectMailbox } from '../world/start-world.ts';

const world = aWorld();
const mailboxOf = async (person: WorldPerson): Promise<MailboxRow | undefined> =>
  (await world.as(person).api.mailbox.list.query())[0];
const preview = (person: WorldPerson) =>
  world.as(person).api.mailbox.previewErase.query({ mailboxId: world.mailboxId(person) });
const turnOff = (person: WorldPerson, brought: 'keep' | 'erase') =>
  world
    .as(person)
    .api.mailbox.change.mutate({ kind: 'turn-off', mailboxId: world.mailboxId(person), brought });
const copiesOf = async (person: WorldPerson): Promise<number> =>
  (await world.sql('select from candor.message_copy where mailbox_id = $1', [world.mailboxId(person)]))
    .length;
const logJane = (person: WorldPerson, thread: string) =>
  log(world.as(person), world.threadId(person, thread), [world.candidateId(jane.address)]);

test('before it is asked for, it is told how many messages would go and how many others hold too [P-09]', async () => {
  await logJane(ana, 'jane');
  await logJane(tom, 'jane');
  // Four in Ana's mailbox, two of them in Tom's as well.
  expect(await preview(ana)).toEqual({ keptCount: 4, erasedCount: 2, onHoldCount: 0 });
  expect(await preview(tom)).toEqual({ keptCount: 2, erasedCount: 0, onHoldCount: 0 });
  expect(
    await refusal(world.as(mia).api.mailbox.previewErase.query({ mailboxId: world.mailboxId(ana) })),
  ).toBe('not-found');
});

describe('turning off', () => {
  test('and keeping leaves every message and every copy [LI-24] [P-09]', async () => {
    await turnOff(tom, 'keep');
    expect(await copiesOf(tom)).toBe(2);
    expect(keptThread(await look(world.as(ana), world.threadId(ana, 'jane'))).messageCount).toBe(4);
  });

  test('and erasing takes what no other mailbox holds, and leaves a colleague’s [P-09]', async () => {
    const rows = await turnOff(ana, 'erase');
    expect(rows.map(({ state }) => state)).toEqual(['off']);
    await expect.poll(async () => (await mailboxOf(ana))?.isErasing).toBe(false);
    expect(await copiesOf(ana)).toBe(0);
    expect(
      await world.sql('select from candor.decision where mailbox_id = $1', [world.mailboxId(ana)]),
    ).toEqual([]);
    expect(await world.sql('select from candor.message')).toHaveLength(2);
    expect(await world.sql('select from candor.message_copy')).toHaveLength(2);
    // She was on those two; the participant's right is not the mailbox's.
    expect(await mailboxOf(ana)).toMatchObject({ keptCount: 0, state: 'off' });
  });

  test('and erasing leaves no thread without a message', async () => {
    await logJane(mia, 'jane-mia');
    await turnOff(mia, 'erase');
    await expect.poll(async () => (await mailboxOf(mia))?.isErasing).toBe(false);
    expect(
      await world.sql(
        'select from candor.thread t where not exists (select from candor.message m where m.thread_id = t.id)',
      ),
    ).toEqual([]);
  });

  test('while it is being erased the mailbox can not be connected again; afterwards it can', async () => {
    const id = world.mailboxId(raj);
    await turnOff(raj, 'keep');
    await world.sql('update candor.mailbox set erase_asked_at = 1 where id = $1', [id]);
    await expect(connectMailbox(world.lab, world.as(raj))).rejects.toThrow();
    expect(await mailboxOf(raj)).toMatchObject({ state: 'off', isErasing: true });
    await world.sql('update candor.mailbox set erase_asked_at = null where id = $1', [id]);
    await connectMailbox(world.lab, world.as(raj));
    expect(await mailboxOf(raj)).toMatchObject({ state: 'connected' });
  });
});
