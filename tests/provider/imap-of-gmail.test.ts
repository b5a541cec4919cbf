/* Gmail by IMAP, as its documents say that it answers: "IMAP extensions", developers.google.com, read 2026-11. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imapProvider } from '../../server/providers/imap/index.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import { selfSigned } from '../lab/gmail-page/self-signed.ts';
import { type ScriptedImap, startScriptedImap } from '../lab/imap/scripted.ts';
import { fakeClock } from './fake-clock.ts';
import { addressOf, never } from './mailbox-under-test.ts';

const capabilities = 'IMAP4rev1 UNSELECT IDLE NAMESPACE ID X-GM-EXT-1 UIDPLUS CONDSTORE ESEARCH SPECIAL-USE';
const folders = [
  '* LIST (\\HasNoChildren) "/" "INBOX"',
  '* LIST (\\HasChildren \\Noselect) "/" "[Gmail]"',
  '* LIST (\\All \\HasNoChildren) "/" "[Gmail]/Alle Nachrichten"',
  '* LIST (\\Junk \\HasNoChildren) "/" "[Gmail]/Spam"',
  '* LIST (\\HasNoChildren \\Trash) "/" "[Gmail]/Papierkorb"',
  '* LIST (\\HasNoChildren) "/" "Candor"',
];
const message = [
  '* 1 FETCH (X-GM-MSGID 17 X-GM-THRID 1278455344230334865 X-GM-LABELS ("\\\\Inbox" Candor) UID 1 MODSEQ (5)',
  'FLAGS () INTERNALDATE "05-Jan-2026 09:00:00 +0000" RFC822.SIZE 60 BODY[HEADER] {26}',
].join(' ');

let isFull = false;
const answer = (command: string): readonly string[] => {
  const [word = '', second = ''] = command.split(' ');
  if (word === 'CAPABILITY') return [`* CAPABILITY ${capabilities}`, 'TAG OK'];
  if (word === 'NAMESPACE') return ['* NAMESPACE (("" "/")) NIL NIL', 'TAG OK'];
  if (word === 'LIST') return [...(command.includes('*') ? folders : []), 'TAG OK'];
  if (word === 'STATUS') return ['TAG NO'];
  if (word === 'EXAMINE' || word === 'SELECT') {
    isFull = command.includes('Alle');
    return [
      '* FLAGS (\\Seen)',
      `* ${isFull ? 1 : 0} EXISTS`,
      '* OK [UIDVALIDITY 9] ok',
      '* OK [UIDNEXT 2] ok',
      '* OK [HIGHESTMODSEQ 5] ok',
      `TAG OK [READ-${word === 'SELECT' ? 'WRITE' : 'ONLY'}] ok`,
    ];
  }
  if (second === 'SEARCH')
    return [
      isFull && /SEARCH RETURN \(COUNT ALL\) (ALL|X-GM-THRID|X-GM-RAW)/.test(command)
        ? '* ESEARCH (TAG "x") UID COUNT 1 ALL 1'
        : '* ESEARCH (TAG "x") UID COUNT 0',
      'TAG OK',
    ];
  if (second === 'FETCH' && command.includes('HEADER'))
    return [
      `${command.includes('HEADER.FIELDS') ? message.replace('[HEADER]', '[HEADER.FIELDS (message-id in-reply-to references)]') : message}`,
      'Message-ID: <a@x.test>',
      '',
      ')',
      'TAG OK',
    ];
  if (second === 'FETCH') return ['* 1 FETCH (UID 1 INTERNALDATE "05-Jan-2026 09:00:00 +0000")', 'TAG OK'];
  return ['TAG OK'];
};

describe('Gmail by IMAP', () => {
  const keys = selfSigned('localhost', Date.now());
  let server: ScriptedImap;
  beforeEach(async () => {
    server = await startScriptedImap({ greeting: `* OK [CAPABILITY ${capabilities}] Gimap`, answer, keys });
  });
  afterEach(() => server.close());

  const open = () =>
    imapProvider({
      server: { host: 'localhost', port: server.port, security: 'tls' },
      credentials: { user: 'ana@gmail.test', password: 'abcd efgh ijkl mnop' },
      clock: fakeClock(Date.UTC(2026, 0, 10)),
      candidateLabelName: 'Candor',
      trust: trusting([keys.cert]),
      inside: ['localhost'],
    });

  test('each message is told of once, from the folder that holds all, and by its own thread', async () => {
    const provider = open();
    const start = JSON.stringify({ v: 1, walk: 'changes', folders: [] });
    const { upserts } = await provider.pull(start, {}, never);
    const looked = server.heard.filter((line) => line.startsWith('EXAMINE'));
    expect(upserts.length).toBe(1);
    expect(new Set(looked).size).toBe(3);
    expect(looked.join()).not.toMatch(/INBOX|Candor/);
    const copies = await provider.readThread(upserts[0]?.providerThreadId ?? '', never);
    expect(copies).toMatchObject([
      { ...upserts[0], place: { isLabelled: true, isSpam: false, isTrash: false } },
    ]);
    expect(copies[0]?.labels).toEqual(['[Gmail]/Alle Nachrichten', '\\Inbox', 'Candor']);
    expect(server.heard.join('\n')).toContain('X-GM-THRID 1278455344230334865');
    provider.close();
  });

  test('the label is Gmail’s own, put on the message and taken off it again', async () => {
    const provider = open();
    const { upserts } = await provider.pull('{"v":1,"walk":"changes","folders":[]}', {}, never);
    for (const on of [true, false])
      await provider.label(upserts[0]?.providerThreadId ?? '', 'Candor', on, never);
    expect(await provider.can(never)).toEqual({ label: true });
    const stored = server.heard.filter((line) => line.startsWith('UID STORE'));
    expect(stored).toEqual(['UID STORE 1 +X-GM-LABELS (Candor)', 'UID STORE 1 -X-GM-LABELS (Candor)']);
    provider.close();
  });

  test('addresses are searched for in Gmail’s own language, where its index is, and all at once', async () => {
    const provider = open();
    const addresses = ['jane@candidates.test', 'omar@candidates.test'].map(addressOf);
    await provider.search({ by: 'addresses', addresses }, { from: Date.UTC(2026, 0, 5) }, undefined, never);
    const searches = server.heard.filter((line) => line.includes('SEARCH'));
    expect(searches.length).toBe(1);
    const roles = ['from', 'to', 'cc', 'bcc'];
    const wanted = addresses.flatMap((address) => roles.map((role) => `${role}:\\"${address}\\"`));
    expect(searches[0]).toContain(`X-GM-RAW "{${wanted.join(' ')}}"`);
    expect(searches[0]).toContain('SINCE 03-Jan-2026');
    provider.close();
  });

  test('an address its language cannot spell is searched for as at any other server', async () => {
    const provider = open();
    const addresses = ['jane@candidates.test', 'o{m}ar@candidates.test'].map(addressOf);
    await provider.search({ by: 'addresses', addresses }, {}, undefined, never);
    const searches = server.heard.filter((line) => line.includes('SEARCH'));
    expect(searches.join()).not.toContain('X-GM-RAW');
    for (const address of addresses) expect(searches.join()).toMatch(new RegExp(`FROM "?${address}`));
    provider.close();
  });

  test('what is labelled is found by Gmail’s label, among all mail, with its thread', async () => {
    const provider = open();
    const { found, nextPage } = await provider.search({ by: 'label' }, {}, undefined, never);
    const searches = server.heard.filter((line) => line.includes('SEARCH'));
    expect([found.length, nextPage, searches.length]).toEqual([1, undefined, 1]);
    expect(searches[0]).toMatch(/X-GM-RAW .*label:.*Candor/i);
    expect(await provider.readThread(found[0]?.providerThreadId ?? '', never)).toMatchObject(found);
    provider.close();
  });
});
