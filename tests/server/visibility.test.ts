/* Who sees what by default: tried out, proposed, agreed to by a second admin where it opens much, in effect later, taken back. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Visibility } from '../../lib/contract/visibility.ts';
import {
  changeDelayMs,
  changeUndoMs,
  mostOpenedAlone,
  presets,
  soleAdminDelayMs,
} from '../../lib/domain/visibility.ts';
import { applyDueVisibility } from '../../server/services/visibility/changes.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look, refusal, setStance } from '../world/acts.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld({ connected: [ana] });
const of = (person: WorldPerson) => world.as(person).api.company;
const never = new AbortController().signal;
const pass = async (ms: number): Promise<void> => {
  world.clock.pass(ms);
  await applyDueVisibility(world.server.services, never);
};
const policy = async () =>
  (
    await world.sql<{ default_visibility: string; hidden_tier: string; keeps: string; access: string[] }>(
      'select default_visibility, hidden_tier, keeps, allowed_access_levels as access from candor.policy',
    )
  )[0];
const setRole = (person: WorldPerson, role: string) =>
  world.sql('update candor.person set role = $1 where address = $2', [role, person.address]);

/** The world's clock runs while a test does. */
const soon = 60_000;
let sent = 0;
/** Conversations of Ana's with Jane, on record; gives Gmail's ids. */
const conversations = async (count: number, text = 'Hello'): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, () => {
    sent += 1;
    const id = `visibility-${sent}@mailbox.test`;
    return world.send({ id, from: jane, to: [ana], subject: `Letter ${sent}`, text }).get(ana.address) ?? '';
  });
  await world.pull(ana);
  return ids;
};
const open: Visibility = presets['open-team'];

beforeEach(async () => {
  await world.sql('delete from candor.visibility_change');
  await world.sql(
    "update candor.policy set default_visibility = 'owner-only', hidden_tier = 'count', keeps = 'whole', allowed_access_levels = '{full,send-only}'",
  );
  await setRole(raj, 'interviewer');
});

describe('a change that opens little', () => {
  test('says before for whom, names what the asker reads, takes effect ten minutes later, and is taken back [N-04] [P-01]', async () => {
    const [thread = ''] = await conversations(1);
    const [own = ''] = await conversations(1);
    await setStance(world.as(ana), own, keptThread(await look(world.as(ana), own)).threadId, 'private');
    const before = await world.dump();
    const trial = await of(ana).tryVisibility.query(open);
    expect(await world.dump()).toBe(before);
    expect(trial).toMatchObject({
      opened: { threadCount: 1, personCount: 2 },
      closed: { threadCount: 0, personCount: 0 },
      said: '1 conversation becomes visible to 2 people who do not read it now.',
      needsSecond: false,
      waitMs: changeDelayMs,
    });
    // Tom is on the job's team and Mia a recruiter; Raj works for another.
    expect(
      trial.people.map(({ person, gainsCount, named }) => [
        person.name,
        gainsCount,
        named.map(({ subject }) => subject),
      ]),
    ).toEqual([
      [mia.name, 1, [`Letter ${sent - 1}`]],
      [tom.name, 1, [`Letter ${sent - 1}`]],
    ]);

    const proposed = await of(ana).proposeVisibility.mutate(open);
    expect(proposed.pending).toMatchObject({
      to: open,
      mayAgree: false,
      by: { name: ana.name, isYou: true },
    });
    await pass(changeDelayMs - soon);
    expect(await policy()).toMatchObject({ default_visibility: 'owner-only' });
    expect(await refusal(look(world.as(tom), thread))).toBeUndefined();
    await pass(soon);
    expect(await policy()).toEqual({
      default_visibility: 'record-access',
      hidden_tier: 'contact',
      keeps: 'whole',
      access: ['full', 'send-only'],
    });
    const state = await of(ana).visibility.query();
    expect(state).toMatchObject({ preset: 'open-team', undoable: { by: { name: ana.name } } });
    expect(state.pending).toBeUndefined();

    const changeId = state.undoable?.changeId;
    if (changeId === undefined) throw new Error('There is nothing to take back.');
    world.clock.pass(changeUndoMs - soon);
    const undone = await of(ana).steerVisibility.mutate({ changeId, how: 'undo' });
    expect(undone.now).toEqual({ ...presets['private-first'], hiddenTier: 'count' });
    expect(await refusal(of(ana).steerVisibility.mutate({ changeId, how: 'undo' }))).toBe('not-found');
  });

  test('can not be taken back after a day, nor over what was decided since', async () => {
    const apply = async (wanted: Visibility) => {
      const changeId = (await of(ana).proposeVisibility.mutate(wanted)).pending?.changeId;
      if (changeId === undefined) throw new Error('Nothing is on its way.');
      await pass(changeDelayMs);
      return changeId;
    };
    const headers = { ...presets['private-first'], keeps: 'headers' } as const;
    const first = await apply(headers);
    world.clock.pass(changeUndoMs);
    expect(await refusal(of(ana).steerVisibility.mutate({ changeId: first, how: 'undo' }))).toBe('not-found');
    expect((await of(ana).visibility.query()).undoable).toBeUndefined();
    const second = await apply(presets['private-first']);
    await apply(headers);
    expect(await refusal(of(ana).steerVisibility.mutate({ changeId: second, how: 'undo' }))).toBe(
      'not-found',
    );
  });

  test('is withdrawn before its time, and then never takes effect', async () => {
    const { pending } = await of(ana).proposeVisibility.mutate(presets['send-only']);
    if (pending === undefined) throw new Error('Nothing is on its way.');
    expect(await refusal(of(ana).proposeVisibility.mutate(open))).toBe('already-done');
    await of(ana).steerVisibility.mutate({ changeId: pending.changeId, how: 'withdraw' });
    await pass(changeDelayMs);
    expect(await policy()).toMatchObject({ access: ['full', 'send-only'] });
    expect(
      await refusal(of(ana).proposeVisibility.mutate({ ...presets['private-first'], hiddenTier: 'count' })),
    ).toBe('already-done');
  });
});

describe('a change that opens much', () => {
  test('waits for a second admin, who is not the one who proposed it [N-04]', async () => {
    await conversations(mostOpenedAlone);
    await setRole(raj, 'admin');
    const trial = await of(ana).tryVisibility.query(open);
    expect(trial).toMatchObject({ needsSecond: true, waitMs: changeDelayMs });
    const { pending } = await of(ana).proposeVisibility.mutate(open);
    if (pending === undefined) throw new Error('Nothing is on its way.');
    expect(pending.dueAt).toBeUndefined();
    await pass(soleAdminDelayMs);
    expect(await policy()).toMatchObject({ default_visibility: 'owner-only' });
    const change = { changeId: pending.changeId, how: 'agree' } as const;
    expect(await refusal(of(ana).steerVisibility.mutate(change))).toBe('policy-forbids');
    expect(await refusal(of(mia).steerVisibility.mutate(change))).toBe('policy-forbids');
    expect((await of(raj).visibility.query()).pending).toMatchObject({ mayAgree: true });
    // Raj reads none of them: he learns how many, and of none what it is about.
    const seen = await of(raj).tryVisibility.query(open);
    expect(seen.opened).toEqual(trial.opened);
    expect(seen.people.flatMap(({ named }) => named)).toEqual([]);
    expect(JSON.stringify(seen)).not.toContain('Letter');
    await of(raj).steerVisibility.mutate(change);
    await pass(changeDelayMs);
    expect(await policy()).toMatchObject({ default_visibility: 'record-access' });
  });

  test('waits three days where nobody could agree', async () => {
    const { pending } = await of(ana).proposeVisibility.mutate(open);
    expect(Date.parse(pending?.dueAt ?? '')).toBe(Date.parse(pending?.proposedAt ?? '') + soleAdminDelayMs);
    await pass(soleAdminDelayMs - soon);
    expect(await policy()).toMatchObject({ default_visibility: 'owner-only' });
    await pass(soon);
    expect(await policy()).toMatchObject({ default_visibility: 'record-access' });
  });
});

describe('what stands on record', () => {
  test('who proposed, who agreed, and each change of it is in the audit, which holds', async () => {
    const { pending } = await of(ana).proposeVisibility.mutate(presets['headers-only']);
    if (pending === undefined) throw new Error('Nothing is on its way.');
    const rows = await world.sql<{ kind: string; facts: { id: string; state: string } }>(
      "select kind, facts from candor.audit where kind like 'visibility_change-%' order by seq desc limit 1",
    );
    expect(rows).toMatchObject([{ kind: 'visibility_change-made', facts: { id: pending.changeId } }]);
  });

  test('of mail that comes once headers alone are kept, no body and no attachment is [P-10]', async () => {
    await world.sql("update candor.policy set keeps = 'headers'");
    const [thread = ''] = await conversations(1, 'What only the mailbox may hold');
    const asked = world.lab.requests.filter(({ path }) => path.includes('format=raw')).length;
    const { threadId } = keptThread(await look(world.as(ana), thread));
    const { messages } = await world.as(ana).api.thread.read.query({ threadId });
    expect(messages).toMatchObject([{ subject: `Letter ${sent}`, isHeadersOnly: true }]);
    expect(messages[0]).not.toHaveProperty('text');
    expect(asked).toBe(world.lab.requests.filter(({ path }) => path.includes('format=raw')).length);
  });

  test('nobody but an admin is told or changes any of it, and no admin past the proposal', async () => {
    for (const person of [mia, tom, raj]) {
      expect(await refusal(of(person).visibility.query())).toBe('policy-forbids');
      expect(await refusal(of(person).tryVisibility.query(open))).toBe('policy-forbids');
      expect(await refusal(of(person).proposeVisibility.mutate(open))).toBe('policy-forbids');
    }
    const actor = world.as(ana);
    await expect(
      world.server.services.db.transaction(
        { kind: 'person', companyId: world.companyId, personId: actor.personId },
        (tx) => tx.updateTable('candor.policy').set({ default_visibility: 'record-access' }).execute(),
      ),
    ).rejects.toThrow(/permission denied/);
  });
});
