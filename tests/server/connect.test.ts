import { describe, expect, test } from 'vitest';
import type { MailboxId } from '../../lib/contract/ids.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal } from '../world/acts.ts';
import { browse } from '../world/browse.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';
import { connectMailbox, worldPassword } from '../world/start-world.ts';

/** Raj gave no consent. */
const world = aWorld({ connected: [ana, mia, tom] });
const browserOf = (person: WorldPerson) => browse(world.server.url, world.as(person).cookies);
const startOf = async (person: WorldPerson) =>
  (await world.as(person).api.mailbox.startConnect.mutate({ provider: 'gmail' })).url;
const mailboxesOf = (person: WorldPerson) => world.as(person).api.mailbox.list.query();
const off = (mailboxId: MailboxId) => ({ kind: 'turn-off' as const, mailboxId, brought: 'keep' as const });
const requestsTo = (path: string) =>
  world.lab.requests.filter((request) => request.path.startsWith(path)).length;

test('without a person’s consent their mailbox gets not one call [JS-07] [LF-01] [LF-18]', async () => {
  world.send({ from: jane, to: [raj], subject: 'Not for us', text: 'Hi' });
  await world.server.services.enqueue({ kind: 'poll' });
  expect((await look(world.as(raj), world.threadId(raj, 'noise-3'))).mailbox).toEqual({
    state: 'not-connected',
  });
  await world.pull(ana);
  expect(world.lab.requests.filter(({ account }) => account === raj.address)).toEqual([]);
});

describe('connecting a mailbox', () => {
  test('of another Google account is refused, and what it granted is given back [JS-09] [LF-08]', async () => {
    world.lab.addAccount('stranger@mailbox.test');
    const revoked = requestsTo('/revoke');
    const page = await browserOf(raj).get(
      await world.lab.consent(await startOf(raj), 'stranger@mailbox.test'),
    );
    expect(page.status).toBe(400);
    expect(page.words).toContain('Only your own mailbox can be connected');
    expect(requestsTo('/revoke')).toBe(revoked + 1);
    expect(await mailboxesOf(raj)).toEqual([]);
  });

  test('of a colleague’s Google account is refused, and theirs goes on [JS-09] [LF-08]', async () => {
    const page = await browserOf(raj).get(await world.lab.consent(await startOf(raj), ana.address));
    expect(page.status).toBe(400);
    expect(await mailboxesOf(raj)).toEqual([]);
    await world.pull(ana);
    expect((await mailboxesOf(ana)).map(({ state }) => state)).toEqual(['connected']);
  });

  test('with a colleague’s address is refused before anybody is asked, to an admin too [JS-09] [LF-18]', async () => {
    for (const person of [raj, ana]) {
      const asked = world
        .as(person)
        .api.mailbox.startConnect.mutate({ provider: 'gmail', address: tom.address });
      expect(await refusal(asked)).toBe('policy-forbids');
    }
  });

  test('is finished only by who began it', async () => {
    const callback = await world.lab.consent(await startOf(raj), raj.address);
    const page = await browserOf(mia).get(callback);
    expect(page.status).toBe(400);
    expect(page.words).toContain('does not belong to a connection you started');
    expect(await mailboxesOf(raj)).toEqual([]);
    expect((await mailboxesOf(mia)).map(({ address }) => address)).toEqual([mia.address]);
  });

  test('without a session leads to the sign-in and back', async () => {
    const callback = await world.lab.consent(await startOf(raj), raj.address);
    const stranger = browse(world.server.url);
    const { location = '' } = await stranger.get(callback);
    expect(location).toMatch(/^\/sign-in\?to=/);
    const to = new URL(location, world.server.url).searchParams.get('to') ?? '';
    const signedIn = await stranger.post('/sign-in', { to, address: raj.address, password: worldPassword });
    const back = await stranger.get(signedIn.location ?? '');
    expect(back.words).toContain('Your mailbox is connected');
    await world
      .as(raj)
      .api.mailbox.change.mutate(off((await mailboxesOf(raj))[0]?.mailboxId ?? world.mailboxId(ana)));
  });

  test('works once with one answer', async () => {
    const callback = await world.lab.consent(await startOf(raj), raj.address);
    expect((await browserOf(raj).get(callback)).status).toBe(200);
    expect((await browserOf(raj).get(callback)).status).toBe(400);
  });

  test('that the person declines connects nothing and says so', async () => {
    const callback = await world.lab.consent(await startOf(raj), { address: raj.address, deny: true });
    const page = await browserOf(raj).get(callback);
    expect([page.status, page.words]).toEqual([
      400,
      expect.stringContaining('Candor was not given what it needs'),
    ]);
  });

  test('without the box for Gmail connects nothing and says what to tick', async () => {
    const callback = await world.lab.consent(await startOf(raj), { address: raj.address, scopes: [] });
    expect((await browserOf(raj).get(callback)).words).toContain('leave the box for Gmail ticked');
  });

  test('takes no longer than a quarter of an hour', async () => {
    const callback = await world.lab.consent(await startOf(raj), raj.address);
    world.clock.pass(15 * 60_000 + 1);
    expect((await browserOf(raj).get(callback)).status).toBe(400);
  });

  test('with an answer made up by somebody else does nothing', async () => {
    for (const query of ['', '?state=x', '?state=x&code=y', '?error=access_denied'])
      expect((await browserOf(raj).get(`/oauth/google/callback${query}`)).status).toBe(400);
  });
});

describe('a mailbox that was revoked at Google', () => {
  test('is told of at its next use, and mended by connecting again; what was kept stays', async () => {
    const threadId = world.threadId(tom, 'jane');
    await log(world.as(tom), threadId, [world.candidateId(jane.address)]);
    world.lab.revoke(tom.address);
    world.lab.expireAccessTokens();
    const other = await look(world.as(tom), world.threadId(tom, 'noise-2'));
    expect(other.mailbox.state).toBe('needs-reconnect');
    expect(await mailboxesOf(tom)).toMatchObject([
      { state: 'needs-reconnect', lastFailure: { reason: 'mailbox-disconnected' } },
    ]);
    expect(keptThread(await look(world.as(tom), threadId)).messageCount).toBe(2);
    expect(await refusal(log(world.as(tom), threadId, [world.candidateId(jane.address)]))).toBe(
      'mailbox-disconnected',
    );
    await connectMailbox(world.lab, world.as(tom));
    expect((await mailboxesOf(tom)).map(({ state, lastFailure }) => [state, lastFailure])).toEqual([
      ['connected', undefined],
    ]);
    expect((await look(world.as(tom), world.threadId(tom, 'noise-2'))).thread.state).toBe('not-kept');
  });
});

describe('turning a mailbox off', () => {
  test('gives the consent back, forgets its secret, and keeps what was kept [LI-24] [JS-36]', async () => {
    const threadId = world.threadId(ana, 'jane');
    await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
    const kept = await world.sql('select id from candor.message order by id');
    const revoked = requestsTo('/revoke');
    const rows = await world.as(ana).api.mailbox.change.mutate(off(world.mailboxId(ana)));
    expect(rows.map(({ state }) => state)).toEqual(['off']);
    expect(requestsTo('/revoke')).toBe(revoked + 1);
    expect(
      await world.sql('select from candor.mailbox_secret where mailbox_id = $1', [world.mailboxId(ana)]),
    ).toEqual([]);
    expect(await world.sql('select id from candor.message order by id')).toEqual(kept);
  });

  test('works though Google does not answer: the secret is gone here at once', async () => {
    world.lab.fail({ match: 'POST /revoke', times: 10, how: 503 });
    const rows = await world.as(mia).api.mailbox.change.mutate(off(world.mailboxId(mia)));
    expect(rows.map(({ state }) => state)).toEqual(['off']);
  });

  test('is for its own person alone [LI-17]', async () => {
    const asked = world.as(raj).api.mailbox.change.mutate(off(world.mailboxId(tom)));
    expect(await refusal(asked)).toBe('not-found');
    expect((await mailboxesOf(tom)).map(({ state }) => state)).toEqual(['connected']);
  });
});
