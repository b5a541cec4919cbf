import { describe, expect, test } from 'vitest';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { checkMailbox } from '../../server/services/mailboxes/completeness.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal } from '../world/acts.ts';
import { importMail } from '../world/imports.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const patience = { timeout: 30_000 };
const hour = 3_600_000;

const rowOf = async (person: WorldPerson): Promise<MailboxRow> => {
  const [row] = await world.as(person).api.mailbox.list.query();
  if (row === undefined) throw new Error('The person has no mailbox.');
  return row;
};
const ask = (person: WorldPerson, how: 'count' | 'mend', mailboxOf = person) =>
  world.as(person).api.mailbox.check.mutate({ mailboxId: world.mailboxId(mailboxOf), how });
/** Asks by a click, and waits until a worker has done it. */
const asked = async (person: WorldPerson, how: 'count' | 'mend') => {
  await ask(person, how);
  await expect.poll(async () => (await rowOf(person)).completeness.underWay, patience).toBeUndefined();
  return (await rowOf(person)).completeness;
};
const letter = (to: WorldPerson, subject: string, at: number) =>
  world.send({ from: jane, to: [to], subject, text: 'Hi', at }).get(to.address) ?? '';
/** As when a fault lost them: the cursor stands past mail that was never looked at. */
const losePast = async (person: WorldPerson): Promise<void> => {
  const [row] = await world.sql<{ cursor: string }>(
    'select cursor from candor.mailbox_cursor where mailbox_id = $1',
    [world.mailboxId(person)],
  );
  const cursor = JSON.parse(row?.cursor ?? '{}');
  const { historyId } = world.lab.mailbox(person.address);
  await world.sql('update candor.mailbox_cursor set cursor = $1 where mailbox_id = $2', [
    JSON.stringify({ ...cursor, historyId: String(historyId) }),
    world.mailboxId(person),
  ]);
};

describe('messages that were lost', () => {
  test('are counted, with when the oldest of them came, and one click brings them all [N-14]', async () => {
    letter(ana, 'Was noticed', world.clock.now());
    await world.pull(ana);
    const since = world.clock.now();
    const lost = letter(ana, 'Lost one', since);
    world.clock.pass(hour);
    const answer = world.send({
      from: { name: 'Jane D.', address: 'jane.private@elsewhere.test' },
      to: [ana],
      subject: 'Re: Was lost too',
      text: 'By ancestry alone',
      references: ['lost-two@mail.test'],
      at: world.clock.now() + 1_000,
    });
    world.clock.pass(hour);
    await losePast(ana);
    await world.pull(ana);
    expect((await look(world.as(ana), lost)).thread.state).toBe('not-kept');
    expect(answer.size).toBe(1);

    expect(await asked(ana, 'count')).toMatchObject({
      state: 'told',
      storedCount: 1,
      missingCount: 1,
      missingSince: new Date(since).toISOString(),
      isWhole: true,
    });
    expect((await look(world.as(ana), lost)).thread.state).toBe('not-kept');

    expect(await asked(ana, 'mend')).toMatchObject({ state: 'told', storedCount: 2, missingCount: 0 });
    expect(keptThread(await look(world.as(ana), lost)).messageCount).toBe(1);
  });
});
