import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FolderChoice, mailboxFolders } from '../../server/providers/imap/folders.ts';
import { readMessageName } from '../../server/providers/imap/ids.ts';
import { imapProvider } from '../../server/providers/imap/index.ts';
import { imapSession } from '../../server/providers/imap/session.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import type { Delta } from '../../server/providers/provider.ts';
import { selfSigned } from '../lab/gmail-page/self-signed.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { startScriptedImap } from '../lab/imap/scripted.ts';
import { fakeClock } from './fake-clock.ts';
import { type ImapAtDovecot, openImapAtDovecot } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { addressOf, never } from './mailbox-under-test.ts';

describe.each(['modern', 'old'] as const)('the folders of a %s server', (persona) => {
  let dovecot: Dovecot;
  let box: ImapAtDovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona });
  });
  afterAll(() => dovecot.close());
  beforeEach(async () => {
    box = await openImapAtDovecot(dovecot);
  });
  afterEach(() => box.close());

  const at = (name: string) => (persona === 'old' ? `INBOX.${name}` : name);
  const ids = (refs: Delta['upserts']) => refs.map((ref) => ref.providerMessageId);
  const pull = (cursor: string) => box.provider.pull(cursor, {}, never);

  test('a message that is moved comes under its new name in the same delta that its old name goes', async () => {
    await box.other.mailboxCreate(at('Hiring'));
    const ref = await box.deliver(letter({ id: 'moved@x.test' }));
    const cursor = await box.provider.start(never);
    const there = await box.move(ref, at('Hiring'));
    const delta = await pull(cursor);
    expect(delta).toMatchObject({ upserts: [there], more: false, reset: false });
    expect(delta.deletions).toEqual([ref.providerMessageId]);
  });

  test('a move is told of whole on the last page, however many pages come before', async () => {
    await box.other.mailboxCreate(at('Hiring'));
    const ref = await box.deliver(letter({ id: 'moved@x.test' }));
    const cursor = await box.provider.start(never);
    for (let nth = 0; nth < box.pageSize; nth += 1) await box.deliver(letter({ id: `${nth}@x.test` }));
    const there = await box.move(ref, at('Hiring'));
    const first = await pull(cursor);
    const second = await pull(first.next);
    expect(first).toMatchObject({ deletions: [], more: true });
    expect(second).toMatchObject({ upserts: [there], more: false });
    expect(second.deletions).toEqual([ref.providerMessageId]);
  });

  test('a new folder is found with all that lies in it', async () => {
    const cursor = await box.provider.start(never);
    await box.other.mailboxCreate(at('Later'));
    const ref = await box.deliver(letter({ id: 'a@x.test' }), undefined, at('Later'));
    expect((await pull(cursor)).upserts).toEqual([ref]);
  });

  test('a renamed folder loses nothing: its messages come under their new names', async () => {
    await box.other.mailboxCreate(at('Before'));
    const ref = await box.deliver(letter({ id: 'a@x.test' }), undefined, at('Before'));
    const cursor = await box.provider.start(never);
    await box.other.mailboxRename(at('Before'), at('After'));
    const delta = await pull(cursor);
    expect(delta.upserts.map((one) => readMessageName(one.providerMessageId).path)).toEqual([at('After')]);
    expect(delta.deletions).toEqual([ref.providerMessageId]);
    expect((await pull(delta.next)).upserts).toEqual([]);
  });

  test('a folder that is deleted takes its messages along, and no others', async () => {
    await box.other.mailboxCreate(at('Old'));
    const kept = await box.deliver(letter({ id: 'kept@x.test' }));
    const ref = await box.deliver(letter({ id: 'a@x.test' }), undefined, at('Old'));
    const cursor = await box.provider.start(never);
    await box.other.mailboxDelete(at('Old'));
    const delta = await pull(cursor);
    expect(delta.deletions).toEqual([ref.providerMessageId]);
    expect(await box.provider.readHeaders(kept.providerMessageId, never)).toMatchObject(kept);
  });

  test('a folder made anew under its old name is told of anew, by the same Message-IDs, and deletes nothing', async () => {
    const name = at('Again');
    await box.other.mailboxCreate(name);
    const inbox = await box.deliver(letter({ id: 'inbox@x.test' }));
    const before = await box.deliver(letter({ id: 'again@x.test' }), undefined, name);
    const cursor = await box.provider.start(never);
    await box.other.mailboxDelete(name);
    await dovecot
      .doveadm('mailbox', 'create', '-u', box.address, '--uid-validity', '77', name)
      .catch(() => '');
    await box.other.mailboxCreate(name);
    await dovecot.doveadm('mailbox', 'update', '-u', box.address, '--uid-validity', '1', name);
    const after = await box.deliver(letter({ id: 'again@x.test' }), undefined, name);
    const delta = await pull(cursor);
    expect(after.providerMessageId).not.toBe(before.providerMessageId);
    expect(delta).toMatchObject({ deletions: [], more: false, reset: true });
    expect(new Set(ids(delta.upserts))).toEqual(new Set(ids([inbox, after])));
    await expect(box.provider.readHeaders(before.providerMessageId, never)).rejects.toMatchObject({
      reason: 'not-found',
    });
  });

  test.each([
    'Größe & Co',
    'Кандидаты',
    '候補者',
    '__proto__',
    'constructor',
    'a "quoted" one',
    '100% [x] *',
  ])('a folder may be called %s', async (name) => {
    await box.other.mailboxCreate(at(name));
    const cursor = await box.provider.start(never);
    const ref = await box.deliver(letter({ id: 'a@x.test' }), undefined, at(name));
    const delta = await pull(cursor);
    expect(delta.upserts).toEqual([ref]);
    const copy = await box.provider.readHeaders(ref.providerMessageId, never);
    expect(copy.labels).toEqual([at(name)]);
    expect((await pull(delta.next)).upserts).toEqual([]);
  });

  test('a folder that holds only folders is passed over', async () => {
    const separator = persona === 'old' ? '.' : '/';
    await box.other.mailboxCreate(`${at('Only')}${separator}Inner`);
    const cursor = await box.provider.start(never);
    const ref = await box.deliver(letter({ id: 'a@x.test' }), undefined, `${at('Only')}${separator}Inner`);
    expect((await pull(cursor)).upserts).toEqual([ref]);
  });

  test('what a page did not tell is told by the next, though changes that came later are counted already', async () => {
    const cursor = await box.provider.start(never);
    const refs: Delta['upserts'][number][] = [];
    for (let nth = 0; nth < box.pageSize + 5; nth += 1)
      refs.push(await box.deliver(letter({ id: `${nth}@x.test` })));
    const [oldest] = refs;
    const first = await pull(cursor);
    if (oldest !== undefined) await box.markRead(oldest);
    const second = await pull(first.next);
    expect([...first.upserts, ...second.upserts]).toEqual(refs);
  });

  test('a draft that is sent from where it lies, and a message marked for deletion, come again', async () => {
    const ref = await box.deliver(letter({ id: 'a@x.test' }));
    const { uid } = readMessageName(ref.providerMessageId);
    const flag = async (on: boolean, name: string) => {
      await box.other.mailboxOpen('INBOX');
      if (on) await box.other.messageFlagsAdd(String(uid), [name], { uid: true });
      else await box.other.messageFlagsRemove(String(uid), [name], { uid: true });
    };
    let cursor = await box.provider.start(never);
    for (const [on, name, place] of [
      [true, '\\Draft', { isDraft: true }],
      [false, '\\Draft', { isDraft: false }],
      [true, '\\Deleted', { isTrash: true }],
      [false, '\\Deleted', { isTrash: false }],
    ] as const) {
      await flag(on, name);
      const delta = await pull(cursor);
      expect(delta).toMatchObject({ upserts: [ref], deletions: [] });
      expect((await box.provider.readHeaders(ref.providerMessageId, never)).place).toMatchObject(place);
      cursor = delta.next;
    }
  });

  test('every verb leaves every message where it is, unread as it was [LF-16]', async () => {
    const first = await box.deliver(letter({ id: 'a@x.test' }));
    const marked = await box.deliver(letter({ id: 'b@x.test', inReplyTo: 'a@x.test' }));
    await box.other.mailboxOpen('INBOX');
    const { uid } = readMessageName(marked.providerMessageId);
    await box.other.messageFlagsAdd(String(uid), ['\\Deleted'], { uid: true });
    const cursor = await box.provider.start(never);
    await box.provider.pull(cursor, {}, never);
    await box.provider.can(never);
    await box.provider.readThread(first.providerThreadId, never);
    await box.provider.readHeaders(first.providerMessageId, never);
    await box.provider.fetch(first.providerMessageId, 100_000, never);
    await box.provider.search(
      { by: 'addresses', addresses: [addressOf('jane@candidates.test')] },
      {},
      undefined,
      never,
    );
    await box.provider.label(first.providerThreadId, box.candidateLabelName, true, never);
    await box.provider.label(first.providerThreadId, box.candidateLabelName, false, never);
    await box.provider.start(never);
    box.provider.close();
    await box.other.mailboxOpen('INBOX');
    const rows = await box.other.fetchAll('1:*', { uid: true, flags: true });
    expect(
      rows.map((row) => [row.uid, [...(row.flags ?? [])].filter((each) => each !== '\\Recent')]),
    ).toEqual([
      [1, []],
      [2, ['\\Deleted']],
    ]);
  });

  test('a look leaves a message as new to its owner’s own program as it was', async () => {
    const ref = await box.deliver(letter({ id: 'a@x.test' }));
    await box.provider.pull(await box.provider.start(never), {}, never);
    await box.provider.readHeaders(ref.providerMessageId, never);
    await box.provider.fetch(ref.providerMessageId, 100_000, never);
    await box.other.mailboxOpen('INBOX');
    const row = await box.other.fetchOne('1', { flags: true });
    expect(row !== false && [...(row?.flags ?? [])]).toEqual(['\\Recent']);
  });

  test('a label put on by hand in another program comes with the next delta', async () => {
    const ref = await box.deliver(letter({ id: 'a@x.test' }));
    const cursor = await box.provider.start(never);
    await box.other.mailboxOpen('INBOX');
    await box.other.messageFlagsAdd('1', ['candor'], { uid: true });
    expect((await pull(cursor)).upserts).toEqual([ref]);
    expect(await box.provider.readHeaders(ref.providerMessageId, never)).toMatchObject({
      place: { isLabelled: true },
      labels: ['INBOX', 'Candor'],
    });
  });

  test('a message in a folder of the label’s name is labelled, and so is its thread', async () => {
    await box.other.mailboxCreate(at('Candor'));
    const first = await box.deliver(letter({ id: 'a@x.test' }), undefined, at('Candor'));
    const reply = await box.deliver(letter({ id: 'b@x.test', inReplyTo: 'a@x.test' }));
    for (const ref of [first, reply])
      expect((await box.provider.readHeaders(ref.providerMessageId, never)).place.isLabelled).toBe(true);
  });

  test('a reply that names only its parent is found with the whole thread, in whatever folders it lies', async () => {
    await box.other.mailboxCreate(at('Hiring'));
    const first = await box.deliver(letter({ id: 'a@x.test' }), box.clock.now() - 3_000);
    await box.deliver(
      letter({ id: 'b@x.test', inReplyTo: 'a@x.test' }),
      box.clock.now() - 2_000,
      at('Hiring'),
    );
    const last = await box.deliver(
      letter({ id: 'c@x.test', inReplyTo: 'b@x.test' }),
      box.clock.now() - 1_000,
    );
    await box.deliver(letter({ id: 'aa@x.test' }));
    for (const thread of [first.providerThreadId, last.providerThreadId]) {
      const copies = await box.provider.readThread(thread, never);
      const messageIds = copies.map(
        ({ headers }) => headers.find(({ name }) => name === 'Message-ID')?.value,
      );
      expect(messageIds).toEqual(['<a@x.test>', '<b@x.test>', '<c@x.test>']);
    }
  });

  test('headers in another code page are read as such, and folded ones as one line', async () => {
    const raw = Buffer.concat([
      Buffer.from('Subject: Gr'),
      Buffer.from([0xfc, 0xdf]),
      Buffer.from('e\r\nX-Utf: Größe\r\nX-Folded: one\r\n two\r\nno header\r\n'),
      Buffer.from(letter({ id: 'old@x.test' })),
    ]);
    const ref = await box.deliver(raw);
    const { headers } = await box.provider.readHeaders(ref.providerMessageId, never);
    expect(headers.slice(0, 3)).toEqual([
      { name: 'Subject', value: 'Grüße' },
      { name: 'X-Utf', value: 'Größe' },
      { name: 'X-Folded', value: 'one two' },
    ]);
  });

  test('messages at which the server hangs up are told of and passed, however many', async () => {
    const cursor = await box.provider.start(never);
    const refs: Delta['upserts'][number][] = [];
    for (let nth = 0; nth < 8; nth += 1) refs.push(await box.deliver(letter({ id: `${nth}@x.test` })));
    for (const ref of refs.slice(1, 7)) await box.poison(ref);
    expect(ids((await pull(cursor)).upserts)).toEqual(ids(refs));
  });

  test('the folders a person names are believed over names and over what the server says', async () => {
    await box.other.mailboxCreate(at('Weg damit'));
    const ref = await box.deliver(letter({ id: 'a@x.test' }), undefined, at('Weg damit'));
    const provider = imapProvider({ ...box.options, folders: { trash: at('Weg damit') } });
    const copy = await provider.readHeaders(ref.providerMessageId, never);
    provider.close();
    expect(copy.place.isTrash).toBe(true);
  });
});

describe('what a folder is for', () => {
  /** By what the server lists, with these capabilities. */
  const usesOf = async (
    capabilities: string,
    listed: readonly string[],
    choice: FolderChoice = {},
  ): Promise<Readonly<Record<string, string>>> => {
    const keys = selfSigned('localhost', Date.now());
    const server = await startScriptedImap({
      greeting: `* OK [CAPABILITY ${capabilities}] hi`,
      keys,
      answer: (command) => {
        const [word = ''] = command.split(' ');
        if (word === 'CAPABILITY') return [`* CAPABILITY ${capabilities}`, 'TAG OK'];
        if (word === (capabilities.includes('XLIST') ? 'XLIST' : 'LIST') && command.includes('*'))
          return [...listed.map((line) => `* ${word} ${line}`), 'TAG OK'];
        return [word === 'STATUS' ? 'TAG NO' : 'TAG OK'];
      },
    });
    const clock = fakeClock(0);
    const session = imapSession({
      server: { host: 'localhost', port: server.port, security: 'tls' },
      credentials: { user: 'ana@acme.test', password: 'abcd' },
      clock,
      trust: trusting([keys.cert]),
      inside: ['localhost'],
    });
    const folders = await session.use(never, (connection) => mailboxFolders(clock, choice).list(connection));
    session.close();
    await server.close();
    return Object.fromEntries(
      folders.filter(({ use }) => use !== 'other').map(({ path, use }) => [path, use]),
    );
  };

  test('is what the server says (SPECIAL-USE), whatever it is called', async () => {
    const listed = ['(\\Sent) "/" Out', '(\\Junk) "/" Drafts', '(\\Trash) "/" Away', '(\\Drafts) "/" Half'];
    expect(await usesOf('IMAP4rev1 SPECIAL-USE', listed)).toEqual({
      Out: 'sent',
      Drafts: 'spam',
      Away: 'trash',
      Half: 'drafts',
    });
  });

  test('is what an older server says (XLIST)', async () => {
    expect(await usesOf('IMAP4rev1 XLIST', ['(\\Sent) "/" Out', '(\\Spam) "/" Bad'])).toEqual({
      Out: 'sent',
      Bad: 'spam',
    });
  });

  test('is what the server says in small letters too, and then no other folder is guessed from its name', async () => {
    const listed = ['(\\HasNoChildren \\trash) "/" Bin', '(\\sent) "/" Out', '() "/" Trash', '() "/" Drafts'];
    expect(await usesOf('IMAP4rev1 SPECIAL-USE', listed)).toEqual({
      Bin: 'trash',
      Out: 'sent',
      Drafts: 'drafts',
    });
  });

  test.each([
    ['German', 'Gesendet', 'Entw&APw-rfe', 'Spam', 'Papierkorb'],
    ['French', '&AMk-l&AOk-ments envoy&AOk-s', 'Brouillons', 'Ind&AOk-sirables', 'Corbeille'],
    ['Spanish', 'Enviados', 'Borradores', 'Correo no deseado', 'Papelera'],
    ['Italian', 'Posta inviata', 'Bozze', 'Posta indesiderata', 'Cestino'],
    ['Dutch', 'Verzonden items', 'Concepten', 'Ongewenste e-mail', 'Prullenbak'],
    ['Polish', 'Wys&AUI-ane', 'Wersje robocze', 'Spam', 'Kosz'],
    ['Portuguese', 'Enviados', 'Rascunhos', 'Lixo eletr&APQ-nico', 'Lixeira'],
    ['Exchange', 'Sent Items', 'Drafts', 'Junk Email', 'Deleted Items'],
  ])('is told by a %s name where the server says nothing', async (_language, ...names) => {
    const uses = await usesOf(
      'IMAP4rev1',
      names.map((name) => `() "/" "${name}"`),
    );
    expect(Object.values(uses)).toEqual(expect.arrayContaining(['sent', 'drafts', 'spam', 'trash']));
  });

  test('is no guess from a folder of one’s own that only sounds alike', async () => {
    expect(await usesOf('IMAP4rev1', ['() "/" "Sent to clients"', '() "/" "Trash talk"'])).toEqual({});
  });

  test('is what the person says, over the server and over names', async () => {
    const listed = ['(\\Sent) "/" Sent', '() "/" Trash', '() "/" Outbox', '() "/" Away'];
    expect(await usesOf('IMAP4rev1 SPECIAL-USE', listed, { sent: 'Outbox', trash: 'Away' })).toEqual({
      Outbox: 'sent',
      Away: 'trash',
    });
  });
});
