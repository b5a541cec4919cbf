/* A message that goes by many names in an IMAP mailbox, on the record: once, and as long as one of its copies stands. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keepDeletedMs } from '../../lib/domain/deletion.ts';
import { eraseDue } from '../../server/services/ingest/erase.ts';
import { pullMailbox } from '../../server/services/mailboxes/sync.ts';
import type { Services } from '../../server/services/services.ts';
import { ownersRights } from '../lab/imap/config.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { type ImapAtDovecot, openImapAtDovecot } from '../provider/imap-at-dovecot.ts';
import { letter } from '../provider/letter.ts';
import { never } from '../provider/mailbox-under-test.ts';
import { aWorld } from '../world/a-world.ts';
import { jane, tom } from '../world/people.ts';

describe('copies of a message in a mailbox that keeps no keywords', () => {
  const world = aWorld({ connected: [tom] });
  let dovecot: Dovecot;
  let box: ImapAtDovecot;
  let services: Services;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona: 'no-keywords' });
  });
  afterAll(() => dovecot.close());
  beforeEach(async () => {
    box = await openImapAtDovecot(dovecot);
    const { gmail } = world.server.services.providers;
    if (gmail === undefined) throw new Error('There is no mailbox to stand in for.');
    services = {
      ...world.server.services,
      enqueue: async () => {},
      providers: { gmail: { ...gmail, open: () => box.provider } },
    };
    await world.sql('delete from candor.message');
    await world.sql('update candor.mailbox_cursor set cursor = $1', [await box.provider.start(never)]);
  });
  afterEach(() => box.close());

  const pull = () =>
    pullMailbox(services, { companyId: world.companyId, mailboxId: world.mailboxId(tom) }, never);
  const weekPasses = async () => {
    world.clock.pass(keepDeletedMs);
    await eraseDue(services, never);
  };
  /** Of each message on record: how many copies stand, and whether it is to go. */
  const record = () =>
    world.sql<{ copies: number; goes: boolean }>(
      `select count(*) filter (where c.gone_at is null)::int as copies, m.erase_at is not null as goes
       from candor.message m join candor.message_copy c on c.message_id = m.id group by m.id order by m.sent_at`,
    );
  const stranger = { from: 'desk@agency.test', to: 'tom@acme.test' };

  test('a message filed under the label by hand, as a copy, is kept with its thread, and once', async () => {
    const at = world.clock.now();
    await box.other.mailboxCreate('Candor');
    await box.deliver(letter({ ...stranger, id: 'asked@x.test' }), at);
    await box.deliver(letter({ ...stranger, id: 'answer@x.test', references: ['asked@x.test'] }), at);
    await pull();
    expect(await record()).toEqual([]);
    await box.other.mailboxOpen('INBOX');
    await box.other.messageCopy('2', 'Candor');
    await pull();
    expect((await record()).map(({ copies }) => copies).sort()).toEqual([1, 2]);
    await box.other.mailboxOpen('Candor');
    await box.other.messageDelete('1');
    await pull();
    expect(await record()).toEqual([
      { copies: 1, goes: false },
      { copies: 1, goes: false },
    ]);
  });

  test('what no rule would keep by itself stays on record when it is moved, until it is deleted', async () => {
    await box.other.mailboxCreate('Candor');
    await box.deliver(letter({ ...stranger, id: 'moved@x.test' }), undefined, 'Candor');
    await pull();
    await box.other.mailboxOpen('Candor');
    await box.other.messageMove('1', 'Sent');
    await pull();
    await weekPasses();
    expect(await record()).toEqual([{ copies: 1, goes: false }]);
    await box.other.mailboxOpen('Sent');
    await box.other.messageDelete('1');
    await pull();
    expect(await record()).toEqual([{ copies: 0, goes: true }]);
  });

  test('what is moved to spam stays no longer than what is deleted', async () => {
    await box.other.mailboxCreate('Candor');
    await box.deliver(letter({ ...stranger, id: 'unwanted@x.test' }), undefined, 'Candor');
    await pull();
    await box.other.mailboxOpen('Candor');
    await box.other.messageMove('1', 'Spam');
    await pull();
    expect(await record()).toEqual([{ copies: 0, goes: true }]);
    await weekPasses();
    expect(await record()).toEqual([]);
  });

  test('what lies in a folder that is shut since stays on record, and its person is told that one is', async () => {
    const at = world.clock.now();
    const shutCount = async () => (await world.as(tom).api.mailbox.list.query())[0]?.shutFolderCount;
    await box.other.mailboxCreate('Shut');
    await box.deliver(letter({ id: 'in-shut@x.test', from: jane.address, to: tom.address }), at, 'Shut');
    await pull();
    expect(await shutCount()).toBe(0);
    await writeFile(join(dovecot.folder, 'rights'), 'Shut owner la\n');
    box.provider.close();
    await box.deliver(letter({ id: 'in-inbox@x.test', from: jane.address, to: tom.address }), at);
    await pull();
    expect(await shutCount()).toBe(1);
    expect(await record()).toEqual([
      { copies: 1, goes: false },
      { copies: 1, goes: false },
    ]);
    await writeFile(join(dovecot.folder, 'rights'), ownersRights);
    box.provider.close();
    await pull();
    expect(await shutCount()).toBe(0);
  });

  test('a folder that was made anew keeps what it holds on record, once, and lets go of what it lost', async () => {
    const at = world.clock.now();
    await box.deliver(letter({ id: 'stays@x.test', from: jane.address, to: tom.address }), at);
    const goes = await box.deliver(letter({ id: 'goes@x.test', from: jane.address, to: tom.address }), at);
    await box.other.mailboxCreate('Candor');
    const labelled = await box.deliver(letter({ ...stranger, id: 'labelled@x.test' }), at, 'Candor');
    await pull();
    await box.move(labelled, 'INBOX');
    await pull();
    await box.remove(goes);
    await box.loseHistory();
    await pull();
    expect((await record()).map(({ copies }) => copies).sort()).toEqual([0, 1, 1]);
    expect(await world.sql('select from candor.message where erase_at is not null')).toHaveLength(1);
    expect(await world.sql('select from candor.unconfirmed_copy')).toEqual([]);
  });
});
