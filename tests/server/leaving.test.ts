/* A colleague leaves: what of theirs ends at once, and what becomes of the mail their mailboxes brought. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PersonId } from '../../lib/contract/ids.ts';
import type { EndAccess } from '../../lib/contract/leaving.ts';
import { startTestWorld, type TestWorld } from '../world/a-world.ts';
import { keptThread, look, refusal, setStance } from '../world/acts.ts';
import { browse } from '../world/browse.ts';
import { ana, candidates, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';
import { worldPassword } from '../world/start-world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startTestWorld();
});
afterEach(() => world.stop());

const people = (who: WorldPerson = ana) => world.as(who).api.people;
const idOf = async (person: WorldPerson): Promise<PersonId> => {
  const found = (await people().list.query()).find(({ address }) => address === person.address);
  if (found === undefined) throw new Error('No such colleague.');
  return found.personId;
};
const end = async (
  person: WorldPerson,
  how: 'keep' | 'hide' | 'erase' | { readonly to: WorldPerson } = 'keep',
) => {
  const personId = await idOf(person);
  const order: EndAccess =
    typeof how === 'string'
      ? { personId, mail: how }
      : { personId, mail: 'pass-on', heirId: await idOf(how.to) };
  return people().endAccess.mutate(order);
};
/** Letters from Jane: to Mia alone, to her and Tom, and one that Mia made private. Gives their subjects by who reads them. */
const write = async () => {
  await world.sql(`update candor.policy set default_visibility = 'record-access'`);
  const send = (subject: string, to: readonly WorldPerson[]) =>
    world.send({ from: jane, to, subject, text: `Text of ${subject}` }).get(mia.address) ?? '';
  send('Mia alone', [mia]);
  send('Mia and Tom', [mia, tom]);
  const closed = send('Mia in private', [mia]);
  for (const person of [mia, tom]) await world.pull(person);
  const { threadId } = keptThread(await look(world.as(mia), closed));
  await setStance(world.as(mia), closed, threadId, 'private');
};
const readBy = async (person: WorldPerson): Promise<readonly string[]> => {
  const exported = await world
    .as(person)
    .api.candidate.export.mutate({ candidateId: world.candidateId(jane.address), form: 'data' });
  return JSON.parse(exported.text)
    .conversations.map(({ subject }: { subject: string }) => subject)
    .sort();
};

describe('an access that is ended', () => {
  test('is over at once: no session, no sign-in, no pairing, and every mailbox is off with its way in forgotten [N-22]', async () => {
    await expect(world.as(mia).api.session.me.query()).resolves.toMatchObject({ name: mia.name });
    const rows = await end(mia);
    expect(rows.find(({ address }) => address === mia.address)).toMatchObject({
      isActive: false,
      canChange: true,
    });
    expect(await refusal(world.as(mia).api.session.me.query())).toBe('not-signed-in');
    expect(
      await world.sql(
        `select from auth.session s join auth."user" u on u.id = s."userId" where u.email = $1`,
        [mia.address],
      ),
    ).toEqual([]);
    // The password is still theirs, for the day they are let in again; a session by it is nobody's.
    const again = browse(world.server.url);
    await again.post('/sign-in', { address: mia.address, password: worldPassword });
    expect((await again.get('/')).words).not.toContain('You are signed in');
    const id = world.mailboxId(mia);
    expect(await world.sql('select state from candor.mailbox where id = $1', [id])).toEqual([
      { state: 'off' },
    ]);
    for (const table of ['mailbox_secret', 'mailbox_cursor', 'mailbox_push'])
      expect([table, await world.sql(`select from candor.${table} where mailbox_id = $1`, [id])]).toEqual([
        table,
        [],
      ]);
    await expect(world.pull(mia)).rejects.toThrow();
    const [told] = await world.sql<{ actor: string; facts: object }>(
      `select p.address as actor, facts from candor.audit a join candor.person p on p.id = a.actor_id
       where kind = 'colleague-left'`,
    );
    expect(told).toEqual({
      actor: ana.address,
      facts: { person_id: await idOf(mia), mail: 'keep', heir_id: null },
    });
    expect(
      await world.sql(
        `select p.address from candor.audit a join candor.person p on p.id = a.actor_id
         where kind = 'mailbox-changed' and facts ->> 'state' = 'off'`,
      ),
    ).toEqual([{ address: ana.address }]);
  });

  test('is ended by the owner and admins alone, never one’s own and never the owner’s [N-22]', async () => {
    const [miasId, anasId] = [await idOf(mia), await idOf(ana)];
    const { people: asTom } = world.as(tom).api;
    expect(await refusal(asTom.list.query())).toBe('policy-forbids');
    expect(await refusal(asTom.previewLeaving.query({ personId: miasId }))).toBe('policy-forbids');
    expect(await refusal(asTom.endAccess.mutate({ personId: miasId, mail: 'keep' }))).toBe('policy-forbids');
    expect(await refusal(people().endAccess.mutate({ personId: anasId, mail: 'keep' }))).toBe(
      'policy-forbids',
    );
    await world.sql(`update candor.person set role = 'admin' where address = $1`, [tom.address]);
    expect(await refusal(people(tom).endAccess.mutate({ personId: anasId, mail: 'erase' }))).toBe(
      'policy-forbids',
    );
    expect((await people(tom).list.query()).map(({ name, canChange }) => [name, canChange])).toEqual([
      [ana.name, false],
      [mia.name, true],
      [raj.name, true],
      [tom.name, false],
    ]);
    await people(tom).endAccess.mutate({ personId: miasId, mail: 'keep' });
  });

  test('is given back by one click; mailboxes stay off until their person connects them', async () => {
    await end(mia);
    const rows = await people().letBackIn.mutate({ personId: await idOf(mia) });
    expect(rows.find(({ address }) => address === mia.address)?.isActive).toBe(true);
    expect(await refusal(world.as(mia).api.session.me.query())).toBe('not-signed-in');
    expect(await world.sql('select state from candor.mailbox where id = $1', [world.mailboxId(mia)])).toEqual(
      [{ state: 'off' }],
    );
  });
});

describe('the mail of who leaves', () => {
  test('is told by counts before, and with whom, without a subject [N-22] [P-09]', async () => {
    await write();
    expect(await people().previewLeaving.query({ personId: await idOf(mia) })).toEqual({
      mailboxes: 1,
      conversations: 3,
      privateConversations: 1,
      sharedConversations: 1,
      erasedMessages: 2,
      sharedMessages: 1,
      onHoldMessages: 0,
      withCandidates: [{ candidateId: expect.any(String), name: jane.name, conversations: 3 }],
    });
  });

  test('stays as it is: who could read goes on, and what was private stays so [LI-24] [N-22]', async () => {
    await write();
    const before = await readBy(tom);
    expect(before).toEqual(['Mia alone', 'Mia and Tom']);
    await end(mia, 'keep');
    expect(await readBy(tom)).toEqual(before);
  });

  test('is passed on to one colleague, named; nobody else gains sight, and nobody of what is private [N-22]', async () => {
    await world.sql(`update candor.policy set default_visibility = 'owner-only'`);
    await write();
    await world.sql(`update candor.policy set default_visibility = 'owner-only'`);
    expect(await readBy(ana)).toEqual([]);
    await end(mia, { to: ana });
    expect(await readBy(ana)).toEqual(['Mia alone', 'Mia and Tom']);
    expect(await readBy(tom)).toEqual(['Mia and Tom']);
    const grants = await world.sql<{ actor: string }>(
      `select p.address as actor from candor.audit a join candor.person p on p.id = a.actor_id
       where kind = 'grant-made'`,
    );
    expect(grants).toEqual([{ actor: ana.address }, { actor: ana.address }]);
    expect(await refusal(end(tom, { to: mia }))).toBe('bad-input');
    expect((await people().list.query()).find(({ address }) => address === tom.address)?.isActive).toBe(true);
  });

  test('is hidden from the team, but for what a colleague’s mailbox holds too [N-22] [P-09]', async () => {
    await write();
    await end(mia, 'hide');
    expect(await readBy(tom)).toEqual(['Mia and Tom']);
    expect(await readBy(ana)).toEqual(['Mia and Tom']);
  });

  test('is erased where it is theirs alone; a legal hold stops that [P-09] [N-22]', async () => {
    await write();
    const [, luca] = candidates;
    if (luca === undefined) throw new Error('No such candidate.');
    world.send({ from: luca, to: [mia], subject: 'Held', text: 'Held' });
    await world.pull(mia);
    await world.as(ana).api.erasure.setHold.mutate({
      candidateId: world.candidateId(luca.address),
      reason: 'Claim of 3 May',
    });
    expect(await people().previewLeaving.query({ personId: await idOf(mia) })).toMatchObject({
      erasedMessages: 2,
      onHoldMessages: 1,
    });
    await end(mia, 'erase');
    const left = () =>
      world.sql<{ n: number }>(
        `select count(distinct message_id)::int as n from candor.message_copy where mailbox_id = $1`,
        [world.mailboxId(mia)],
      );
    await expect.poll(left).toEqual([{ n: 1 }]);
    expect(await readBy(tom)).toEqual(['Mia and Tom']);
    expect(await world.sql('select from candor.message')).toHaveLength(2);
    expect(world.lab.mailbox(mia.address).messages().length).toBeGreaterThan(3);
  });
});
