/* Who opened what of others is told to those who hold it, and to nobody else. */
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MessageId, ThreadId } from '../../lib/contract/ids.ts';
import { aWorld } from '../world/a-world.ts';
import { keptThread, look, newKey, refOf, refusal, setStance } from '../world/acts.ts';
import { answerOf } from '../world/looks.ts';
import { ana, jane, mia, raj, tom, type WorldPerson } from '../world/people.ts';

const world = aWorld();
type Talk = { readonly threadId: ThreadId; readonly openOf: (person: WorldPerson) => string };
let nth = 0;

/** A thread that Ana has with Jane, and whoever else. */
const talk = async (more: { cc?: WorldPerson[]; bcc?: WorldPerson[] } = {}): Promise<Talk> => {
  nth += 1;
  const threads = world.send({
    from: ana,
    to: [jane],
    ...more,
    subject: `Talk ${nth}`,
    text: 'Your pay',
    id: `talk-${nth}@acme.test`,
  });
  for (const person of [ana, ...(more.cc ?? []), ...(more.bcc ?? [])]) await world.pull(person);
  const openOf = (person: WorldPerson): string => threads.get(person.address) ?? '';
  return { threadId: keptThread(await look(world.as(ana), openOf(ana))).threadId, openOf };
};
const open = (person: WorldPerson, { threadId }: Talk) =>
  answerOf(world.as(person).api.thread.read.query({ threadId }));
const receiptsOf = async (person: WorldPerson, { openOf }: Talk) =>
  keptThread(await look(world.as(person), openOf(person))).receipts;
/** Under row-level security. */
const rowsSeenBy = (person: WorldPerson, threadId: ThreadId) =>
  world.server.services.db.transaction(
    { kind: 'person', companyId: world.companyId, personId: world.as(person).personId },
    (tx) =>
      tx
        .selectFrom('candor.receipt')
        .select(['person_id', 'by_right'])
        .where('thread_id', '=', threadId)
        .execute(),
  );
const shareByDefault = (isShared: boolean) =>
  world.sql('update candor.policy set default_visibility = $1', [isShared ? 'record-access' : 'owner-only']);

beforeAll(() => shareByDefault(true));
beforeEach(() => world.clock.pass(60_000));

describe('opening what others hold', () => {
  test('leaves a receipt with the right, the first and the last time, which the owner sees [N-07]', async () => {
    const shared = await talk();
    const before = new Date(world.clock.now()).toISOString();
    expect(await open(tom, shared)).toMatchObject({ leavesReceipt: true });
    world.clock.pass(3_600_000);
    const between = new Date(world.clock.now()).toISOString();
    await open(tom, shared);
    await open(mia, shared);
    const [mias, toms, ...more] = (await receiptsOf(ana, shared)) ?? [];
    expect([mias, toms, more]).toMatchObject([
      { person: { name: mia.name }, because: 'recruiter, with access to every candidate', count: 1 },
      { person: { name: tom.name }, because: 'hiring team of Backend Engineer', count: 2 },
      [],
    ]);
    expect(mias?.firstAt).toBe(mias?.lastAt);
    const times = [before, toms?.firstAt, between, toms?.lastAt, mias?.lastAt];
    expect(times).toEqual([...times].sort());
  });

  test('is a link of the audit each time [N-07] [LV-06]', async () => {
    const shared = await talk();
    await open(tom, shared);
    world.clock.pass(1);
    await open(tom, shared);
    const { entries } = await world.as(ana).api.audit.list.query({ group: 'readings' });
    expect(entries.slice(0, 2).map(({ said }) => said)).toEqual([
      'Tom Becker opened a thread of others by being on the candidate’s team.',
      'Tom Becker opened a thread of others by being on the candidate’s team.',
    ]);
    expect(await world.as(ana).api.audit.check.query()).not.toHaveProperty('broken');
  });

  test('of one’s own copy leaves none, and says so', async () => {
    const shared = await talk({ cc: [tom] });
    expect(await open(ana, shared)).toMatchObject({ leavesReceipt: false });
    expect(await open(tom, shared)).toMatchObject({ leavesReceipt: false });
    expect(await receiptsOf(ana, shared)).toEqual([]);
  });

  test('that is refused leaves none', async () => {
    const hidden = await talk();
    await setStance(world.as(ana), hidden.openOf(ana), hidden.threadId, 'private');
    expect(await open(tom, hidden)).toMatchObject({ refused: { reason: 'not-found' } });
    expect(await receiptsOf(ana, hidden)).toEqual([]);
  });

  test('by a Bcc alone leaves none, which would tell of the Bcc', async () => {
    const shared = await talk({ cc: [tom] });
    await world.sql(
      `insert into candor.participant (company_id, message_id, thread_id, role, address_hash, bcc_known_by)
       select m.company_id, m.id, m.thread_id, 'bcc', a.address_hash, $2
       from candor.message m join candor.person_address a on a.person_id = $3 where m.thread_id = $1`,
      [shared.threadId, world.as(ana).personId, world.as(raj).personId],
    );
    expect(await open(raj, shared)).toMatchObject({
      messages: [{ canReadBecause: 'you received it' }],
      leavesReceipt: false,
    });
    expect(await receiptsOf(tom, shared)).toEqual([]);
  });
});

describe('a receipt', () => {
  test('is seen by who holds what was opened and by its reader, and by no other reader [N-07]', async () => {
    const shared = await talk({ cc: [raj] });
    await open(tom, shared);
    await open(mia, shared);
    const toms = { person_id: world.as(tom).personId, by_right: 'team' };
    const mias = { person_id: world.as(mia).personId, by_right: 'team' };
    for (const owner of [ana, raj])
      expect(await rowsSeenBy(owner, shared.threadId)).toEqual(expect.arrayContaining([toms, mias]));
    expect(await rowsSeenBy(tom, shared.threadId)).toEqual([toms]);
    expect(await rowsSeenBy(mia, shared.threadId)).toEqual([mias]);
    expect(await receiptsOf(raj, shared)).toHaveLength(2);
  });

  test('of a message is not seen by who holds another one of the thread', async () => {
    const shared = await talk({ cc: [raj] });
    // Mail is dated in whole seconds.
    world.clock.pass(1_000);
    world.send({
      from: jane,
      to: [ana],
      subject: `Re: Talk ${nth}`,
      text: 'Between us',
      references: [`talk-${nth}@acme.test`],
    });
    await world.pull(ana);
    await world.sql(
      `delete from candor.message_copy where thread_id = $1 and person_id = $2
       and message_id = (select id from candor.message where thread_id = $1 order by sent_at desc limit 1)`,
      [shared.threadId, world.as(raj).personId],
    );
    const ids = (
      await world.sql<{ id: MessageId }>(
        'select id from candor.message where thread_id = $1 order by sent_at',
        [shared.threadId],
      )
    ).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    await open(tom, shared);
    await world.sql('update candor.receipt set message_ids = array[$2::uuid] where thread_id = $1', [
      shared.threadId,
      ids[1],
    ]);
    expect(await receiptsOf(ana, shared)).toHaveLength(1);
    expect(await receiptsOf(raj, shared)).toEqual([]);
  });

  test('goes along with a message that is split off', async () => {
    const shared = await talk();
    world.send({
      from: jane,
      to: [ana],
      subject: `Re: Talk ${nth}`,
      text: 'And a question',
      references: [`talk-${nth}@acme.test`],
    });
    await world.pull(ana);
    await open(tom, shared);
    const who = world.as(ana);
    const { messages } = await who.api.thread.evidence.query({ threadId: shared.threadId });
    await who.api.thread.split.mutate({
      kind: 'split',
      key: newKey(),
      ref: refOf(who, shared.openOf(ana)),
      threadId: shared.threadId,
      messageIds: messages.slice(1).map(({ messageId }) => messageId),
      candidateIds: [world.candidateId(jane.address)],
    });
    const { parts } = await look(who, shared.openOf(ana));
    expect(parts?.map(({ thread }) => thread.receipts?.map(({ person }) => person.name))).toEqual([
      [tom.name],
      [tom.name],
    ]);
  });

  test('is neither written nor taken away by a person’s own hand', async () => {
    const shared = await talk();
    await open(tom, shared);
    for (const change of ['delete from candor.receipt', 'update candor.receipt set opened_count = 0'])
      await expect(
        world.server.services.db.transaction(
          { kind: 'person', companyId: world.companyId, personId: world.as(tom).personId },
          (tx) => sql.raw(change).execute(tx),
        ),
      ).rejects.toMatchObject({ code: '42501' });
    await expect(
      world.server.services.db.transaction({ kind: 'company', companyId: world.companyId }, (tx) =>
        sql`delete from candor.receipt`.execute(tx),
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('is news to the owner at once', async () => {
    const shared = await talk();
    const seqOf = async () =>
      (
        await world.sql<{ seq: string }>('select seq from candor.person_news where person_id = $1', [
          world.as(ana).personId,
        ])
      )[0]?.seq;
    const before = await seqOf();
    await open(tom, shared);
    expect(await seqOf()).not.toBe(before);
  });
});

describe('an owner checks that nobody is missing', () => {
  const check = (person: WorldPerson, { threadId }: Talk) =>
    world.as(person).api.audit.checkReceipts.query({ threadId });
  /** Past row-level security and triggers, as somebody who holds the server. */
  const byHand = (change: string, threadId: ThreadId) =>
    world.sql(
      `do $$ begin set local session_replication_role = replica; ${change.replaceAll('THREAD', `'${threadId}'`)}; end $$`,
    );

  test('and is told that the chain holds, also after several openings and a split [N-07]', async () => {
    const shared = await talk();
    await open(tom, shared);
    world.clock.pass(1_000);
    await open(tom, shared);
    await open(mia, shared);
    expect(await check(ana, shared)).toEqual({ rowCount: expect.any(Number) });
  });

  test.each([
    ['a receipt is taken away', 'delete from candor.receipt where thread_id = THREAD'],
    ['a receipt is given another time', 'update candor.receipt set last_at = 0 where thread_id = THREAD'],
    [
      'a receipt is put on somebody else',
      "update candor.receipt set person_id = (select id from candor.person p where p.name = 'Raj Patel') where thread_id = THREAD",
    ],
    [
      'a use of the override is made up',
      "insert into candor.override_use select company_id, thread_id, person_id, 1, '\\x00' from candor.receipt where thread_id = THREAD",
    ],
  ])('and is told when %s [N-07]', async (_, change) => {
    const shared = await talk();
    await open(tom, shared);
    expect(await check(ana, shared)).not.toHaveProperty('broken');
    await byHand(change, shared.threadId);
    expect(await check(ana, shared)).toMatchObject({
      broken: 'The audit and what is shown here tell of different openings of this thread.',
    });
  });

  test('and who holds none of it may not', async () => {
    const shared = await talk();
    expect(await refusal(check(tom, shared))).toBe('policy-forbids');
    await setStance(world.as(ana), shared.openOf(ana), shared.threadId, 'private');
    expect(await refusal(check(tom, shared))).toBe('not-found');
  });

  test('and is told of a link that is broken', async () => {
    const shared = await talk();
    await open(tom, shared);
    await byHand(
      `update candor.audit set facts = facts || '{"last_at": 0}' where kind = 'receipt-made' and facts ->> 'thread_id' = THREAD`,
      shared.threadId,
    );
    expect(await check(ana, shared)).toMatchObject({ broken: expect.stringMatching(/^Row \d+ was changed/) });
  });
});
