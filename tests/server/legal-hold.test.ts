/* A legal hold on a candidate: nothing of theirs goes by any way while it stands, and everybody who works with them is told why. */
import { describe, expect, test } from 'vitest';
import type { PersonId } from '../../lib/contract/ids.ts';
import type { MailboxRow } from '../../lib/contract/mailbox.ts';
import { keepDeletedMs } from '../../lib/domain/deletion.ts';
import { retireGraceMs } from '../../lib/domain/retention.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import { retireDue } from '../../server/services/people/retire.ts';
import type { Services } from '../../server/services/services.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, log, look, newKey, refOf, refusal, undo } from '../world/acts.ts';
import { ana, candidates, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
const never = new AbortController().signal;
const dayMs = 86_400_000;
const admin = () => world.as(ana).api.erasure;
const idOf = (name: string) => {
  const found = candidates.find((each) => each.name.startsWith(name));
  if (found === undefined) throw new Error('No such candidate.');
  return { ...found, candidateId: world.candidateId(found.address) };
};
const hold = (name: string, reason = 'Claim of 3 May, file 12/26') =>
  admin().setHold.mutate({ candidateId: idOf(name).candidateId, reason });
const lift = (name: string) => admin().liftHold.mutate({ candidateId: idOf(name).candidateId });
const letterFrom = async (name: string, to: readonly WorldPerson[], subject: string) => {
  const threads = world.send({ from: idOf(name), to, subject, text: subject });
  for (const person of to) await world.pull(person);
  return (person: WorldPerson): string => threads.get(person.address) ?? '';
};
const remove = (who: WorldPerson, threadId: string) =>
  world
    .as(who)
    .api.thread.remove.mutate({ kind: 'remove', key: newKey(), ref: refOf(world.as(who), threadId) });
const cardOf = async (who: WorldPerson, name: string) =>
  (await world.as(who).api.candidate.search.query({ text: name }))[0];
const isKept = async (who: WorldPerson, threadId: string) =>
  (await look(world.as(who), threadId)).thread.state === 'kept';
const later = (ms: number): Services => ({
  ...world.server.services,
  clock: { ...world.clock, now: () => world.clock.now() + ms },
});

test('is set and lifted by the owner and admins alone, stands on the card with its reason, and in the audit without it [N-22]', async () => {
  expect(
    await refusal(
      world.as(mia).api.erasure.setHold.mutate({
        candidateId: world.candidateId(jane.address),
        reason: 'Because',
      }),
    ),
  ).toBe('policy-forbids');
  await hold('Jane');
  expect((await cardOf(tom, 'Jane'))?.hold).toMatchObject({
    reason: 'Claim of 3 May, file 12/26',
    by: { name: ana.name, isYou: false },
  });
  expect(await cardOf(raj, 'Jane')).toBeUndefined();
  expect(await world.as(raj).api.candidate.search.query({ text: jane.address })).toEqual([]);
  expect((await hold('Jane', 'Claim withdrawn, appeal runs')).hold?.reason).toBe(
    'Claim withdrawn, appeal runs',
  );
  expect((await lift('Jane')).hold).toBeUndefined();
  const rows = await world.sql<{ kind: string; facts: object }>(
    `select kind, facts from candor.audit where kind like 'legal_hold-%' order by seq`,
  );
  expect(rows.map(({ kind }) => kind)).toEqual(['legal_hold-made', 'legal_hold-ended']);
  expect(JSON.stringify(rows)).not.toContain('Claim');
  expect(await world.sql(`select from pg_tables where tablename = 'legal_hold' and not rowsecurity`)).toEqual(
    [],
  );
});

test('and the certificates are shown by the database itself to nobody else [N-06]', async () => {
  await hold('Jane');
  const seen = async (who: WorldPerson) => {
    const [row] = await world.sql<{ id: PersonId }>('select id from candor.person where address = $1', [
      who.address,
    ]);
    if (row === undefined) throw new Error('No such colleague.');
    const as = { kind: 'person', companyId: world.companyId, personId: row.id } as const;
    return world.server.services.db.transaction(as, async (tx) => [
      (await tx.selectFrom('candor.legal_hold').select('candidate_id').execute()).length,
      (await tx.selectFrom('candor.erasure').select('id').execute()).length,
    ]);
  };
  await world.sql(
    `insert into candor.erasure (id, company_id, candidate_id, because, done_at, address_hashes, counts)
     values (gen_random_uuid(), $1, gen_random_uuid(), 'retired', 0, '{}', '{}')`,
    [world.companyId],
  );
  // Raj is on no team of Jane's; only Ana is the company's owner.
  expect([await seen(ana), await seen(tom), await seen(raj)]).toEqual([
    [1, 1],
    [1, 0],
    [0, 0],
  ]);
  await world.sql('delete from candor.erasure');
  await lift('Jane');
});

describe('while it stands', () => {
  test('the candidate is not erased on request [LI-26] [N-22]', async () => {
    await hold('Jane');
    const candidateId = world.candidateId(jane.address);
    expect(await refusal(admin().erase.mutate({ candidateId, askedBy: 'candidate' }))).toBe('legal-hold');
    expect(await cardOf(ana, 'Jane')).toBeDefined();
    await lift('Jane');
  });

  test('nor by the company’s time, which begins its week anew once it is lifted [P-08] [N-22]', async () => {
    const { candidateId } = idOf('Piotr');
    await world.sql(
      `update candor.application set stage = 'Rejected', stage_since = $2 where candidate_id = $1`,
      [candidateId, world.clock.now() - 7 * 31 * dayMs],
    );
    await world.as(ana).api.company.setRetention.mutate({ rules: [{ stage: 'rejected', months: 6 }] });
    await retireDue(later(0), never);
    expect((await cardOf(ana, 'Piotr'))?.retires?.isInGrace).toBe(true);
    await hold('Piotr');
    expect((await cardOf(ana, 'Piotr'))?.retires).toBeUndefined();
    await retireDue(later(retireGraceMs + dayMs), never);
    await retireDue(later(3 * retireGraceMs), never);
    expect(await cardOf(ana, 'Piotr')).toBeDefined();
    await lift('Piotr');
    const retires = (await cardOf(ana, 'Piotr'))?.retires;
    expect(Date.parse(retires?.at ?? '')).toBeGreaterThanOrEqual(world.clock.now() + retireGraceMs - dayMs);
    await world.as(ana).api.company.setRetention.mutate({ rules: [] });
  });

  test('nobody removes a thread with them, deletes it in a mailbox, undoes its logging or moves it off them [N-22]', async () => {
    const policy = await world.as(ana).api.company.deletionPolicy.query();
    await world.as(ana).api.company.setDeletionPolicy.mutate({ ...policy, isMailboxDeletionAllowed: true });
    const own = (await letterFrom('Luca', [ana], 'Held letter'))(ana);
    const noors = world.threadId(ana, 'noor');
    const logged = await log(world.as(ana), noors, [idOf('Luca').candidateId]);
    await hold('Luca');
    expect(await refusal(remove(ana, own))).toBe('legal-hold');
    expect(await refusal(undo(world.as(ana), noors, logged))).toBe('legal-hold');
    const { threadId } = keptThread(await look(world.as(ana), own));
    const [message] = (await world.as(ana).api.thread.read.query({ threadId })).messages;
    if (message === undefined) throw new Error('The thread has no message.');
    expect(
      await refusal(world.as(ana).api.thread.deleteInMailbox.mutate({ messageId: message.messageId })),
    ).toBe('legal-hold');
    expect(
      await refusal(
        world.as(ana).api.thread.move.mutate({
          kind: 'move',
          key: newKey(),
          ref: refOf(world.as(ana), own),
          threadId,
          candidateIds: [world.candidateId(jane.address)],
        }),
      ),
    ).toBe('legal-hold');
    for (const thread of [own, noors]) expect(await isKept(ana, thread)).toBe(true);
    await lift('Luca');
    await remove(ana, own);
    expect(await isKept(ana, own)).toBe(false);
  });

  test('what is deleted in every mailbox stays on record, and goes when it is lifted [P-08] [N-22]', async () => {
    const threadId = (await letterFrom('Luca', [ana], 'Deleted while held'))(ana);
    const [copy] = world.lab.mailbox(ana.address).thread(threadId);
    await hold('Luca');
    world.lab.mailbox(ana.address).remove(copy?.id ?? '');
    await world.pull(ana);
    const onRecord = () =>
      world.sql<{ erase_at: string | null }>(
        `select m.erase_at from candor.message m join candor.message_copy c on c.message_id = m.id
         where c.provider_thread_id = $1`,
        [threadId],
      );
    await eraseDue(later(2 * keepDeletedMs), never);
    expect(await onRecord()).toEqual([{ erase_at: null }]);
    await lift('Luca');
    await eraseDue(later(2 * keepDeletedMs), never);
    expect(await onRecord()).toEqual([]);
  });

  test('what was due already when it was set stays as well [P-08] [N-22]', async () => {
    const threadId = (await letterFrom('Luca', [ana], 'Due before'))(ana);
    const [copy] = world.lab.mailbox(ana.address).thread(threadId);
    world.lab.mailbox(ana.address).remove(copy?.id ?? '');
    await world.pull(ana);
    await hold('Luca');
    await eraseDue(later(2 * keepDeletedMs), never);
    expect(
      await world.sql('select from candor.message_copy where provider_thread_id = $1', [threadId]),
    ).toHaveLength(1);
    await lift('Luca');
  });

  test('erasing what one’s own mailbox brought leaves it, says how much, and can be asked for again [P-09] [N-22]', async () => {
    await letterFrom('Aisha', [mia], 'Held in a mailbox');
    await letterFrom('Luca', [mia], 'Not held in a mailbox');
    const mailboxId = world.mailboxId(mia);
    const { mailbox } = world.as(mia).api;
    await hold('Aisha');
    const preview = await mailbox.previewErase.query({ mailboxId });
    expect(preview).toEqual({ keptCount: 2, erasedCount: 1, onHoldCount: 1 });
    const stands = async (): Promise<MailboxRow | undefined> => (await mailbox.list.query())[0];
    const erase = async () => {
      await mailbox.change.mutate({ kind: 'turn-off', mailboxId, brought: 'erase' });
      await expect.poll(async () => (await stands())?.isErasing).toBe(false);
    };
    await erase();
    expect(await stands()).toMatchObject({ state: 'off', keptCount: 1 });
    expect(
      await world.sql(`select decision, rule from candor.decision where mailbox_id = $1`, [mailboxId]),
    ).toEqual([{ decision: 'keep', rule: 'candidate-address' }]);
    await lift('Aisha');
    await erase();
    expect(await stands()).toMatchObject({ keptCount: 0 });
  });
});
