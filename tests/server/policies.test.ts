/* What the company decides on what is kept, of whom, for how long and how soon; each by its admins, and in the audit. */
import { afterEach, describe, expect, test } from 'vitest';
import type { KeepPolicy } from '../../lib/contract/keeping.ts';
import { knownCandidates } from '../../lib/domain/matching.ts';
import { retireGraceMs } from '../../lib/domain/retention.ts';
import type { Job } from '../../server/queue/jobs.ts';
import { enqueueWatches } from '../../server/services/mailboxes/push.ts';
import { enqueuePulls } from '../../server/services/mailboxes/sync.ts';
import { retireDue } from '../../server/services/people/retire.ts';
import type { Services } from '../../server/services/services.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, refusal, setStance } from '../world/acts.ts';
import { ana, candidates, jane, mia, noor, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const never = new AbortController().signal;
const dayMs = 86_400_000;
const asItBegan: KeepPolicy = {
  matching: knownCandidates.map((rules) => [...rules]),
  mayCreateCandidates: true,
};
const admin = () => world.as(ana).api.company;
const setKeep = (policy: Partial<KeepPolicy>) => admin().setKeepPolicy.mutate({ ...asItBegan, ...policy });
const candidate = (name: string) => {
  const found = candidates.find((each) => each.name.startsWith(name));
  if (found === undefined) throw new Error('No such candidate.');
  return { ...found, candidateId: world.candidateId(found.address) };
};
const letterTo = (person: WorldPerson, from: { name: string; address: string }, subject: string) =>
  world.send({ from, to: [person], subject, text: `About ${subject}` }).get(person.address) ?? '';
const labelByHand = (threadId: string) => {
  const mailbox = world.lab.mailbox(ana.address);
  const own =
    mailbox.labels.list().find(({ name }) => name === 'Candidate') ??
    mailbox.labels.create({ name: 'Candidate' });
  mailbox.modify(
    mailbox.thread(threadId).map(({ id }) => id),
    [own.id],
    [],
  );
};
const audited = (kind: string) =>
  world.sql<{ actor_id: string; facts: Record<string, unknown> }>(
    'select actor_id, facts from candor.audit where kind = $1 order by seq desc limit 1',
    [kind],
  );
const stateOf = async (threadId: string) => (await look(world.as(ana), threadId)).thread;

afterEach(async () => {
  await admin().setKeepPolicy.mutate(asItBegan);
  await admin().setRetention.mutate({ rules: [] });
});

describe('what is kept', () => {
  test('is by the company’s own alternatives, and an open thread says by which it is not kept [P-05] [LI-22]', async () => {
    await setKeep({ matching: [['candidate-address', 'label']] });
    const threadId = letterTo(ana, jane, 'Both must hold');
    await world.pull(ana);
    expect(await stateOf(threadId)).toMatchObject({
      state: 'not-kept',
      notKeptBecause: [
        'Your company keeps mail only when an address on it is on a candidate’s record and its thread has the candidate label in the mailbox. Log the thread to keep it.',
      ],
    });
    labelByHand(threadId);
    await world.pull(ana);
    expect(keptThread(await look(world.as(ana), threadId)).keptBecause).toEqual([
      'An address on it is on a candidate’s record.',
      'The thread has the candidate label in the mailbox.',
    ]);
    expect(await audited('policy-changed')).toMatchObject([
      {
        facts: {
          matching: [['candidate-address', 'label']],
          was: { matching: [['ancestry'], ['candidate-address'], ['label']] },
        },
      },
    ]);
  });

  test('by “replies only” is no first letter of a candidate, but each answer in a thread that was logged [P-05]', async () => {
    await setKeep({ matching: [['ancestry'], ['label']] });
    const id = 'replies-only@mailbox.test';
    const first = { id, from: jane, to: [ana], subject: 'Begun by her', text: 'Hello' };
    const threadId = world.send(first).get(ana.address) ?? '';
    await world.pull(ana);
    expect((await stateOf(threadId)).state).toBe('not-kept');
    await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
    world.send({ from: jane, to: [ana], subject: 'Re: Begun by her', text: 'More', references: [id] });
    await world.pull(ana);
    expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(2);
  });

  test('is decided by admins alone, and read by everybody', async () => {
    expect(await refusal(world.as(mia).api.company.setKeepPolicy.mutate(asItBegan))).toBe('policy-forbids');
    expect(await refusal(world.as(mia).api.company.setRetention.mutate({ rules: [] }))).toBe(
      'policy-forbids',
    );
    expect(await world.as(mia).api.company.keepPolicy.query()).toEqual(asItBegan);
  });

  test('by no rule at all, and an alternative without one, is refused as such', async () => {
    expect(await refusal(setKeep({ matching: [[]] }))).toBe('bad-input');
  });
});

describe('a verified address', () => {
  const vouch = (who: WorldPerson, isVerified: boolean, hasConsent: boolean, address = jane.address) =>
    world.as(who).api.candidate.vouchAddress.mutate({
      candidateId: world.candidateId(jane.address),
      address,
      isVerified,
      hasConsent,
    });

  test('keeps mail only where it is verified and its candidate agreed; who said so stands on the card [LI-20] [P-05]', async () => {
    await setKeep({ matching: [['verified-address']] });
    const threadId = letterTo(ana, jane, 'Found by consent');
    await world.pull(ana);
    expect((await stateOf(threadId)).state).toBe('not-kept');
    await vouch(ana, true, false);
    await world.pull(ana);
    const half = letterTo(ana, jane, 'Verified alone');
    await world.pull(ana);
    expect((await stateOf(half)).state).toBe('not-kept');
    const card = await vouch(tom, true, true);
    expect(card.vouched).toMatchObject([
      {
        address: jane.address,
        verified: { by: { name: ana.name, isYou: false } },
        consent: { by: { name: tom.name, isYou: true } },
      },
    ]);
    const whole = letterTo(ana, jane, 'Verified and agreed');
    await world.pull(ana);
    expect(keptThread(await look(world.as(ana), whole)).keptBecause).toEqual([
      'A verified address on it is on a candidate’s record, with the candidate’s consent.',
    ]);
    expect(await audited('address-vouched')).toMatchObject([
      { facts: { is_verified: true, has_consent: true } },
    ]);
    expect((await vouch(ana, false, false)).vouched).toBeUndefined();
  });

  test('is vouched for by nobody who may not open the candidate, and of no other address', async () => {
    expect(await refusal(vouch(raj, true, true))).toBe('not-found');
    expect(await refusal(vouch(ana, true, true, noor.address))).toBe('not-found');
  });
});

describe('a candidate from mail', () => {
  test('comes of no mail by itself [P-16]', async () => {
    const count = () => world.sql('select from candor.candidate');
    const before = (await count()).length;
    const threadId = letterTo(ana, noor, 'From a stranger');
    labelByHand(threadId);
    await world.pull(ana);
    expect(keptThread(await look(world.as(ana), threadId)).isLabelled).toBe(true);
    expect(await count()).toHaveLength(before);
  });

  test('is made by one click, unless the company forbids it; who is on record is filed on all the same [P-16]', async () => {
    const threadId = letterTo(ana, noor, 'Make me one');
    const create = { create: { name: noor.name, address: noor.address } };
    await setKeep({ mayCreateCandidates: false });
    expect((await look(world.as(ana), threadId)).mayCreateCandidates).toBe(false);
    expect(await refusal(log(world.as(ana), threadId, [create]))).toBe('policy-forbids');
    expect((await stateOf(threadId)).state).toBe('not-kept');
    await setKeep({});
    await log(world.as(ana), threadId, [create]);
    await setKeep({ mayCreateCandidates: false });
    const { candidates: cards } = await look(world.as(ana), threadId);
    expect(cards.map(({ name }) => name)).toEqual([noor.name]);
    const again = letterTo(ana, noor, 'Filed on her record');
    await log(world.as(ana), again, [create]);
    expect((await stateOf(again)).state).toBe('kept');
  });
});

describe('how long candidates stay', () => {
  /** The services some time later; the world itself stays where it is, so that nobody's session ends. */
  const later = (ms: number): Services => ({
    ...world.server.services,
    clock: { ...world.clock, now: () => world.clock.now() + ms },
  });
  const lookThrough = (ms = 0) => retireDue(later(ms), never);
  const reject = (candidateId: string, monthsAgo: number) =>
    world.sql(`update candor.application set stage = 'Rejected', stage_since = $2 where candidate_id = $1`, [
      candidateId,
      world.clock.now() - monthsAgo * 31 * dayMs,
    ]);
  const cardOf = async (who: WorldPerson, name: string) =>
    (await world.as(who).api.candidate.search.query({ text: name }))[0];
  const halfAYear = { rules: [{ stage: 'rejected', months: 6 }] };

  test('is for good, until the company says otherwise [LI-28] [P-08]', async () => {
    const piotr = candidate('Piotr');
    const threadId = letterTo(ana, piotr, 'For good');
    await world.pull(ana);
    await reject(piotr.candidateId, 7);
    for (const years of [1, 10, 30]) await lookThrough(years * 365 * dayMs);
    expect(keptThread(await look(world.as(ana), threadId)).messageCount).toBe(1);
    expect((await cardOf(ana, 'Piotr'))?.retires).toBeUndefined();
  });

  test('of a candidate whose time is over is told for a week, then they go with their mail, and no sync brings it back [P-08]', async () => {
    const luca = candidate('Luca');
    const alone = candidate('Piotr');
    const labelled = letterTo(ana, luca, 'Labelled by hand');
    const plain = letterTo(ana, luca, 'Plain');
    const shared = letterTo(ana, luca, 'About Jane too');
    labelByHand(labelled);
    await world.pull(ana);
    await log(world.as(ana), shared, [world.candidateId(jane.address)]);
    const gone = (
      await world.sql<{ message_id: string }>(
        'select message_id from candor.message_copy where provider_thread_id = any ($1)',
        [[labelled, plain]],
      )
    ).map((row) => row.message_id);
    expect(gone).toHaveLength(2);
    const plainId = keptThread(await look(world.as(ana), plain)).threadId;
    await setStance(world.as(ana), plain, plainId, 'shared');
    await world.sql(
      `insert into candor.outgoing (company_id, person_id, thread_id, state, message_id_hash, draft_sealed, created_at)
       select company_id, id, $1, 'failed', '\\x00', '\\x00', 0 from candor.person where address = $2`,
      [plainId, ana.address],
    );
    const writtenOrDone = () =>
      world.sql(
        `select thread_id from candor.outgoing where message_id_hash = '\\x00'
         union all select thread_id from candor.action where kind = 'stance'`,
      );
    expect(await writtenOrDone()).toEqual([{ thread_id: plainId }, { thread_id: plainId }]);
    await reject(luca.candidateId, 2);
    await admin().setRetention.mutate(halfAYear);
    expect((await cardOf(ana, 'Luca'))?.retires).toMatchObject({ isInGrace: false });
    for (const { candidateId } of [luca, alone]) await reject(candidateId, 7);
    await lookThrough();
    const told = (await cardOf(ana, 'Luca'))?.retires;
    expect(told).toMatchObject({ isInGrace: true, canKeep: true });
    expect(Date.parse(told?.at ?? '')).toBeGreaterThanOrEqual(world.clock.now() + retireGraceMs - dayMs);
    await lookThrough(retireGraceMs - dayMs);
    expect(keptThread(await look(world.as(ana), plain)).messageCount).toBe(1);

    await lookThrough(retireGraceMs + dayMs);
    expect(await cardOf(ana, 'Luca')).toBeUndefined();
    const left = (await world.dump())
      .split('\n')
      .filter((line) => gone.some((id) => line.includes(id)) || line.includes(luca.candidateId));
    expect(new Set(left.map((line) => line.split(' ')[0]))).toEqual(
      new Set(['candor.audit', 'candor.erasure']),
    );
    expect(await writtenOrDone()).toEqual([]);
    const ofPiotr = (await world.dump()).split('\n').filter((line) => line.includes(alone.candidateId));
    expect(new Set(ofPiotr.map((line) => line.split(' ')[0]))).toEqual(
      new Set(['candor.audit', 'candor.erasure']),
    );
    for (const threadId of [labelled, plain])
      expect(world.lab.mailbox(ana.address).thread(threadId)).toHaveLength(1);
    expect(
      await world.sql(
        `select facts -> 'message_count' as count from candor.audit
         where kind = 'candidate-retired' and facts ->> 'candidate_id' = $1`,
        [luca.candidateId],
      ),
    ).toEqual([{ count: 2 }]);

    world.lab.expireHistory(ana.address);
    await world.pull(ana);
    expect(await stateOf(labelled)).toMatchObject({
      state: 'not-kept',
      notKeptBecause: [expect.stringMatching(/^Candor erased this message when your company’s time /)],
    });
    const { threadId } = keptThread(await look(world.as(ana), shared));
    const { messages } = await world.as(ana).api.thread.read.query({ threadId });
    expect(messages.map(({ text }) => text)).toEqual(['About About Jane too\n']);
  });

  test('is longer by the word of whoever works with them, until their stage changes [P-08]', async () => {
    const aisha = candidate('Aisha');
    await reject(aisha.candidateId, 7);
    await admin().setRetention.mutate(halfAYear);
    await lookThrough();
    const keep = (who: WorldPerson) =>
      world.as(who).api.candidate.keep.mutate({ candidateId: aisha.candidateId });
    expect(await refusal(keep(tom))).toBe('not-found');
    expect((await keep(ana)).retires).toBeUndefined();
    await lookThrough(60 * dayMs);
    await lookThrough(90 * dayMs);
    expect(await cardOf(ana, 'Aisha')).toBeDefined();
    expect(await audited('candidate-kept')).toMatchObject([{ facts: { candidate_id: aisha.candidateId } }]);
  });

  test('is not cut short by a rule that is taken back within the week [P-08]', async () => {
    const sofia = candidate('Sof');
    await reject(sofia.candidateId, 7);
    await admin().setRetention.mutate(halfAYear);
    await lookThrough();
    await admin().setRetention.mutate({ rules: [] });
    await lookThrough(retireGraceMs + dayMs);
    expect(await cardOf(ana, 'Sof')).toBeDefined();
    await admin().setRetention.mutate(halfAYear);
    await lookThrough(retireGraceMs + 2 * dayMs);
    expect(await cardOf(ana, 'Sof')).toBeDefined();
  });
});

describe('how soon new mail comes', () => {
  test('is as often as the company chose, for every mailbox, and nothing tells of it by itself [KL-14] [P-17]', async () => {
    const policy = await admin().connectPolicy.query();
    for (const person of [ana, mia, tom, raj]) await world.pull(person);
    const enqueuedAfter = async (minutes: number): Promise<readonly string[]> => {
      const jobs: Job[] = [];
      const services = {
        ...world.server.services,
        clock: { ...world.clock, now: () => world.clock.now() + minutes * 60_000 },
        enqueue: async (job: Job) => void jobs.push(job),
      };
      await enqueuePulls(services);
      await enqueueWatches(services);
      return jobs.map(({ kind }) => kind);
    };
    expect(await enqueuedAfter(120)).toContain('mailbox.watch');
    await admin().setConnectPolicy.mutate({ ...policy, lookEveryMinutes: 60 });
    expect(await enqueuedAfter(59)).toEqual([]);
    expect(await enqueuedAfter(60)).toEqual(Array.from({ length: 4 }, () => 'mailbox.pull'));
    const [mailbox] = await world.as(ana).api.mailbox.list.query();
    expect(mailbox).toMatchObject({ lookEveryMinutes: 60, isTold: false });
    await admin().setConnectPolicy.mutate(policy);
    expect(await enqueuedAfter(1)).toHaveLength(4);
  });
});
