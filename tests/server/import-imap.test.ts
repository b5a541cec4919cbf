/* The same import over another provider: real mail on a real Dovecot, new and cut down to an old one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseImport, steerImport } from '../../server/services/import/imports.ts';
import { previewImport } from '../../server/services/import/preview.ts';
import { runImports } from '../../server/services/import/run-import.ts';
import type { Services } from '../../server/services/services.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { type ImapAtDovecot, openImapAtDovecot } from '../provider/imap-at-dovecot.ts';
import { letter } from '../provider/letter.ts';
import { aWorld } from '../world/a-world.ts';
import { jane, tom } from '../world/people.ts';

describe.each(['modern', 'old'] as const)('a mailbox at a %s IMAP server', (persona) => {
  const world = aWorld({ connected: [tom] });
  let dovecot: Dovecot;
  let mailbox: ImapAtDovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona });
    mailbox = await openImapAtDovecot(dovecot);
  });
  afterAll(async () => {
    await mailbox.close();
    await dovecot.close();
  });

  test('gives its mail with candidates in both directions, the rest of their threads, and nothing besides [JS-19]', async () => {
    const now = world.clock.now();
    const own = mailbox.address;
    const day = 86_400_000;
    const sent = persona === 'old' ? 'INBOX.Sent' : 'Sent';
    // The old one makes no folder by itself.
    if (persona === 'old') await mailbox.other.mailboxCreate(sent);
    await mailbox.deliver(letter({ id: 'in@x.test', from: jane.address, to: own }), now - 9 * day);
    await mailbox.deliver(letter({ id: 'out@x.test', from: own, to: jane.address }), now - 8 * day, sent);
    await mailbox.deliver(
      letter({ id: 'other@x.test', from: 'desk@agency.test', to: own, references: ['in@x.test'] }),
      now - 7 * day,
    );
    await mailbox.deliver(letter({ id: 'old@x.test', from: jane.address, to: own }), now - 900 * day);
    for (let count = 0; count < 30; count += 1)
      await mailbox.deliver(letter({ id: `shop-${count}@x.test`, from: 'offers@shop.test', to: own }), now);

    const { gmail } = world.server.services.providers;
    if (gmail === undefined) throw new Error('There is no mailbox to stand in for.');
    const services: Services = {
      ...world.server.services,
      enqueue: async () => {},
      providers: { gmail: { ...gmail, open: () => mailbox.provider } },
    };
    const at = { companyId: world.companyId, mailboxId: world.mailboxId(tom) };
    const actor = { ...tom, personId: world.as(tom).personId, companyId: world.companyId };
    const signal = AbortSignal.timeout(60_000);
    // What would be kept is told before, and stored nowhere [N-03].
    const told = new Map<string, number>();
    let position: string | undefined;
    do {
      const page = await previewImport(
        services,
        actor,
        { mailboxId: at.mailboxId, window: '12-months', ...(position === undefined ? {} : { position }) },
        signal,
      );
      for (const { providerThreadId, messageCount } of page.threads) told.set(providerThreadId, messageCount);
      position = page.next;
    } while (position !== undefined);
    expect([...told.values()].sort()).toEqual([1, 2]);
    expect(await world.sql('select from candor.decision')).toEqual([]);
    const counted = await chooseImport(services, actor, { mailboxId: at.mailboxId, window: '12-months' });
    await runImports(services, at, signal);
    const importId = counted.latest?.importId;
    if (importId === undefined) throw new Error('No import was begun.');
    expect((await steerImport(services, actor, { importId, how: 'start' })).latest).toMatchObject({
      foundMessages: 2,
    });
    await runImports(services, at, signal);
    const [row] = await world.sql<{ state: string; kept: number; looked: number }>(
      `select state, looked_messages as looked, (select count(*)::int from candor.message_copy c where c.import_id = i.id) as kept
       from candor.mailbox_import i`,
    );
    expect(row).toEqual({ state: 'done', kept: 3, looked: 3 });
    await steerImport(services, actor, { importId, how: 'cancel' });
    await runImports(services, at, signal);
    expect(await world.sql('select from candor.message')).toEqual([]);
  });
});
