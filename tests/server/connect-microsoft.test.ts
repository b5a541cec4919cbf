/* A mailbox at Microsoft: connected by its own person, followed, and kept open while its secret is replaced again and again. */
import { afterAll, describe, expect, test } from 'vitest';
import { MailboxId } from '../../lib/contract/ids.ts';
import { withMailbox } from '../../server/services/mailboxes/mailbox-access.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import { startGraphLab } from '../lab/graph/lab.ts';
import { aWorld } from '../world/a-world.ts';
import { browse } from '../world/browse.ts';
import { writeMessage } from '../world/mail.ts';
import { ana, jane, mia, people, raj, tom, type WorldPerson } from '../world/people.ts';

let now = Date.now;
const graph = await startGraphLab({ accounts: people.map(({ address }) => address), now: () => now() });
const world = aWorld({ connected: [], microsoft: graph });
afterAll(() => graph.close());

const startOf = async (person: WorldPerson) =>
  (await world.as(person).api.mailbox.startConnect.mutate({ provider: 'graph' })).url;
const browserOf = (person: WorldPerson) => browse(world.server.url, world.as(person).cookies);
const mailboxesOf = (person: WorldPerson) => world.as(person).api.mailbox.list.query();
const connect = async (person: WorldPerson): Promise<MailboxId> => {
  now = world.clock.now;
  const page = await browserOf(person).get(await graph.consent(await startOf(person), person.address));
  expect([page.status, page.words]).toEqual([200, expect.stringContaining('Your mailbox is connected')]);
  const [row] = await mailboxesOf(person);
  return MailboxId.parse(row?.mailboxId);
};
const never = new AbortController().signal;
const at = (mailboxId: MailboxId) => ({ companyId: world.companyId, mailboxId });
const pull = (mailboxId: MailboxId) => pullMailbox(world.server.services, at(mailboxId), never);
/** Connected, and the job that follows is through: nothing but the test uses the mailbox then. */
const connectQuietly = async (person: WorldPerson): Promise<MailboxId> => {
  const lookedAt = async () => (await mailboxesOf(person))[0]?.lastPulledAt;
  const before = await lookedAt();
  const mailboxId = await connect(person);
  await expect.poll(lookedAt, { timeout: 30_000 }).not.toBe(before);
  return mailboxId;
};
const sealedOf = async (mailboxId: MailboxId) =>
  (
    await world.sql<{ sealed: Buffer }>(
      'select secret_sealed as sealed from candor.mailbox_secret where mailbox_id = $1',
      [mailboxId],
    )
  )[0]?.sealed;

describe('a mailbox at Microsoft', () => {
  test('of another account is refused, and nothing is connected [JS-09] [LF-08]', async () => {
    const page = await browserOf(raj).get(await graph.consent(await startOf(raj), ana.address));
    expect(page.status).toBe(400);
    expect(page.words).toContain(
      'The provider says this mailbox belongs to another address than the one you named',
    );
    expect(await mailboxesOf(raj)).toEqual([]);
  });

  test('that the person declines says what to accept, in Microsoft’s words', async () => {
    const page = await browserOf(raj).get(
      await graph.consent(await startOf(raj), { address: raj.address, deny: true }),
    );
    expect(page.words).toContain('accept what Candor asks for');
    expect(page.words).not.toMatch(/Google|Gmail/);
  });

  test('is connected, and mail with a candidate comes to the record by itself [JS-20] [KL-09]', async () => {
    const mailboxId = await connect(ana);
    await pull(mailboxId);
    const raw = writeMessage({
      id: 'graph-1@mailbox.test',
      from: jane,
      to: [ana],
      subject: 'Hello from Outlook',
      text: 'Hi',
      at: world.clock.now(),
    });
    graph.deliver(ana.address, raw);
    graph.deliver(ana.address, raw.replace('graph-1@', 'noise@').replaceAll(jane.address, 'shop@other.test'));
    await pull(mailboxId);
    const copies = await world.sql(
      'select provider_message_id from candor.message_copy where mailbox_id = $1',
      [mailboxId],
    );
    expect(copies.length).toBe(1);
    expect(await mailboxesOf(ana)).toMatchObject([{ provider: 'graph', state: 'connected', keptCount: 1 }]);
  });

  test('keeps each new secret sealed, so that it opens after the first one’s life is over', async () => {
    const mailboxId = await connect(mia);
    const sealed = [await sealedOf(mailboxId)];
    for (const _ of [1, 2, 3]) {
      world.clock.pass(60 * 86_400_000);
      // As after a restart: what was held in memory is gone.
      world.server.services.providers.graph?.forget(mailboxId);
      await pull(mailboxId);
      sealed.push(await sealedOf(mailboxId));
    }
    expect(new Set(sealed.map((one) => one?.toString('base64'))).size).toBe(4);
    expect(await world.dump()).not.toContain('M.lab-');
  });

  test('that is turned off while its secret is being replaced stays without one', async () => {
    const mailboxId = await connect(raj);
    world.clock.pass(2 * 3_600_000);
    const held = graph.hold('POST /11111111');
    const pulling = withMailbox(
      world.server.services,
      at(mailboxId),
      'background',
      (provider) => provider.profile(never),
      never,
    );
    await held.reached(1);
    await world.sql('delete from candor.mailbox_secret where mailbox_id = $1', [mailboxId]);
    held.release();
    await pulling;
    expect(await sealedOf(mailboxId)).toBeUndefined();
  });

  test('that is connected anew keeps the new secret, though the old one is still being replaced', async () => {
    const mailboxId = await connectQuietly(tom);
    await withMailbox(
      world.server.services,
      at(mailboxId),
      'person',
      async (provider) => {
        await provider.profile(never);
        world.clock.pass(1_000);
        await connectQuietly(tom);
        const sealed = await sealedOf(mailboxId);
        graph.expireAccessTokens();
        expect(await provider.profile(never)).toEqual({ address: tom.address });
        expect(await sealedOf(mailboxId)).toEqual(sealed);
      },
      never,
    );
  });
});
