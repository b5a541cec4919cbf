/* Searching: what it costs the server, and that pages hold together whatever happens between them. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readMessageName } from '../../server/providers/imap/ids.ts';
import { imapProvider } from '../../server/providers/imap/index.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { allOf, fromSequence } from '../../server/providers/imap/uid-set.ts';
import { type CopyRef, mostSought, type Provider, type Sought } from '../../server/providers/provider.ts';
import { selfSigned } from '../lab/gmail-page/self-signed.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { type ScriptedImap, startScriptedImap } from '../lab/imap/scripted.ts';
import { fakeClock } from './fake-clock.ts';
import { type ImapAtDovecot, openImapAtDovecot } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { addressOf, deliverMany, never } from './mailbox-under-test.ts';

const jane: Sought = { by: 'addresses', addresses: [addressOf('jane@candidates.test')] };

const pagesOf = async (provider: Provider, sought: Sought): Promise<readonly (readonly CopyRef[])[]> => {
  const pages: (readonly CopyRef[])[] = [];
  let page: string | undefined;
  do {
    const { found, nextPage } = await provider.search(sought, {}, page, never);
    pages.push(found);
    page = nextPage;
  } while (page !== undefined);
  return pages;
};

describe('a search over several pages', () => {
  let dovecot: Dovecot;
  let box: ImapAtDovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona: 'modern' });
  });
  afterAll(() => dovecot.close());
  beforeEach(async () => {
    box = await openImapAtDovecot(dovecot);
  });
  afterEach(() => box.close());

  test('gives each message once, though mail comes and goes between two pages', async () => {
    const refs = await deliverMany(box, 120, (nth) => ({
      raw: letter({ id: `${nth}@x.test` }),
      at: box.clock.now() - (300 - nth) * 60_000,
    }));
    const first = await box.provider.search(jane, {}, undefined, never);
    await box.deliver(letter({ id: 'later@x.test' }));
    const [oldest] = refs;
    if (oldest !== undefined) await box.remove(oldest);
    const second = await box.provider.search(jane, {}, first.nextPage, never);
    expect([...first.found, ...second.found]).toEqual(refs.slice(1).reverse());
    expect(second.nextPage).toBeUndefined();
  });

  test('shows no message of a folder that was made anew between two pages under another one’s name', async () => {
    await deliverMany(box, 110, (nth) => ({ raw: letter({ id: `${nth}@x.test` }) }));
    const first = await box.provider.search(jane, {}, undefined, never);
    await box.loseHistory();
    expect((await box.provider.search(jane, {}, first.nextPage, never)).found).toEqual([]);
  });

  test.each(['', '{}', '7', '{"v":1,"runs":[["INBOX","1",[]]]}', '{"v":1,"runs":[["INBOX","1",["1:*"]]]}'])(
    'is not begun at a page nobody gave out: %j',
    async (page) => {
      await expect(box.provider.search(jane, {}, page, never)).rejects.toMatchObject({ reason: 'bad-input' });
    },
  );
});

describe('what a search asks the server', () => {
  const keys = selfSigned('localhost', Date.now());
  let server: ScriptedImap;
  let messages = 0;
  const row = (uid: number, command: string): readonly string[] => {
    // Each a minute younger than the one before, from the start of 2026 on.
    const at = new Date(Date.UTC(2026, 0, 1) + uid * 60_000).toUTCString().slice(5, 25);
    const dated = `* ${uid} FETCH (UID ${uid} INTERNALDATE "${at.replaceAll(' ', '-').replace(/-(\d\d:)/, ' $1')} +0000"`;
    if (!command.includes('HEADER')) return [`${dated})`];
    if (!command.includes('HEADER.FIELDS')) {
      const block = `Message-ID: <${uid}@x.test>\r\n\r\n`;
      return [`${dated} FLAGS () RFC822.SIZE 99 BODY[HEADER]<0> {${block.length}}`, `${block})`];
    }
    const headers = `From: jane@candidates.test\r\nMessage-ID: <${uid}@x.test>\r\n\r\n`;
    return [`${dated} BODY[HEADER.FIELDS (From)] {${headers.length}}`, `${headers})`];
  };
  beforeEach(async () => {
    const capabilities = 'IMAP4rev1 UIDPLUS ESEARCH';
    server = await startScriptedImap({
      greeting: `* OK [CAPABILITY ${capabilities}] hi`,
      keys,
      answer: (command) => {
        const [word = '', second = '', range = ''] = command.split(' ');
        if (word === 'CAPABILITY') return [`* CAPABILITY ${capabilities}`, 'TAG OK'];
        if (word === 'LIST') return [...(command.includes('*') ? ['* LIST () "/" "INBOX"'] : []), 'TAG OK'];
        if (word === 'STATUS') return ['TAG NO'];
        if (word === 'EXAMINE')
          return [`* ${messages} EXISTS`, '* OK [UIDVALIDITY 9] ok', 'TAG OK [READ-ONLY] ok'];
        if (second === 'SEARCH')
          return [`* ESEARCH (TAG "x") UID COUNT ${messages} ALL 1:${messages}`, 'TAG OK'];
        if (second === 'FETCH')
          return [...allOf(fromSequence(range)).flatMap((uid) => row(uid, command)), 'TAG OK'];
        return ['TAG OK'];
      },
    });
  });
  afterEach(() => server.close());

  const open = () =>
    imapProvider({
      server: { host: 'localhost', port: server.port, security: 'tls' },
      credentials: { user: 'ana@acme.test', password: 'abcd' },
      clock: fakeClock(0),
      candidateLabelName: 'Candor',
      trust: trusting([keys.cert]),
      inside: ['localhost'],
    });
  const searches = () => server.heard.filter((line) => line.startsWith('UID SEARCH'));

  test('is one search, however many pages are read of it', async () => {
    messages = 450;
    const provider = open();
    const pages = await pagesOf(provider, jane);
    expect(pages.map((page) => page.length)).toEqual([100, 100, 100, 100, 50]);
    expect(searches().length).toBe(1);
    provider.close();
  });

  test('is searched again where more is found than a page token may hold, and nothing is left out or told twice', async () => {
    messages = 2_150;
    const provider = open();
    const found = (await pagesOf(provider, jane)).flat();
    expect(new Set(found.map(({ providerMessageId }) => providerMessageId)).size).toBe(messages);
    expect(found.length).toBe(messages);
    expect(searches().length).toBe(2);
    expect(searches()[1]).toContain('BEFORE');
    provider.close();
  });

  test('the headers of a page are read with few commands, and each is that of its own copy', async () => {
    messages = 100;
    const provider = open();
    const { found } = await provider.search(jane, {}, undefined, never);
    const before = server.heard.length;
    for (const { providerMessageId } of found) {
      const { headers } = await provider.readHeaders(providerMessageId, never);
      const { uid } = readMessageName(providerMessageId);
      expect(headers).toEqual([{ name: 'Message-ID', value: `<${uid}@x.test>` }]);
    }
    const fetches = server.heard.slice(before).filter((line) => line.startsWith('UID FETCH'));
    expect(fetches.length).toBe(2);
    provider.close();
  });

  test('what is asked for again is read again', async () => {
    messages = 3;
    const provider = open();
    const [first] = (await provider.search(jane, {}, undefined, never)).found;
    const before = server.heard.length;
    for (const _ of [1, 2, 3]) await provider.readHeaders(first?.providerMessageId ?? '', never);
    const fetches = server.heard.slice(before).filter((line) => line.startsWith('UID FETCH'));
    expect(fetches.length).toBe(3);
    provider.close();
  });

  test('is no line longer than servers must take, however long the addresses', async () => {
    messages = 1;
    const provider = open();
    const addresses = Array.from({ length: mostSought }, (_, nth) =>
      addressOf(`${'a'.repeat(60)}${nth}@${'b'.repeat(60)}.${'c'.repeat(60)}.test`),
    );
    await provider.search({ by: 'addresses', addresses }, {}, undefined, never);
    const asked = searches().join('\n');
    for (const address of addresses) expect(asked.split(address).length).toBe(5);
    for (const line of searches()) expect(line.length).toBeLessThan(8_000);
    provider.close();
  });
});
