/* A mailbox that tells by itself that something changed: by IDLE, on a connection of its own. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ImapProvider, imapProvider } from '../../server/providers/imap/index.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import type { Provider } from '../../server/providers/provider.ts';
import { selfSigned } from '../lab/gmail-page/self-signed.ts';
import { type Dovecot, startDovecot } from '../lab/imap/dovecot.ts';
import { startScriptedImap } from '../lab/imap/scripted.ts';
import { type HeldClock, heldClock } from './held-clock.ts';
import { type ImapAtDovecot, openImapAtDovecot } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import { never } from './mailbox-under-test.ts';

/** Longer than any wait here, and no limit any test is about. */
const patience = { timeout: 20_000 };

/** What a mailbox tells from now on, until it is stopped. */
const hear = (provider: Provider) => {
  const { push } = provider;
  if (push?.by !== 'connection') throw new Error('IMAP listens on a connection.');
  const stop = new AbortController();
  let hints = 0;
  const listening = push.listen(() => {
    hints += 1;
  }, stop.signal);
  return {
    hints: () => hints,
    listening,
    more: async (than: number) => {
      await vi.waitFor(() => expect(hints).toBeGreaterThan(than), patience);
      return hints;
    },
    stop: () => stop.abort(),
  };
};

describe('a mailbox that is listened to', () => {
  let dovecot: Dovecot;
  let box: ImapAtDovecot;
  let clock: HeldClock;
  let provider: ImapProvider;
  let ear: ReturnType<typeof hear>;
  beforeAll(async () => {
    dovecot = await startDovecot({ persona: 'modern' });
  });
  afterAll(() => dovecot.close());
  beforeEach(async () => {
    box = await openImapAtDovecot(dovecot);
    clock = heldClock(Date.UTC(2026, 0, 10));
    provider = imapProvider({ ...box.options, clock });
    ear = hear(provider);
    await ear.more(0);
  });
  afterEach(async () => {
    ear.stop();
    await ear.listening;
    provider.close();
    await box.close();
  });

  test('tells of mail that comes, of a change to it, and that it goes', async () => {
    const ref = await box.deliver(letter({ id: 'a@x.test' }));
    let told = await ear.more(1);
    await box.markRead(ref);
    told = await ear.more(told);
    await box.remove(ref);
    await ear.more(told);
  });

  test('is connected again when the line breaks, after a wait that grows, and tells what came meanwhile', async () => {
    box.line.refuse(true);
    box.line.cut();
    const waits: number[] = [];
    for (let nth = 0; nth < 10; nth += 1) {
      await vi.waitFor(() => expect(clock.asleepMs().length).toBe(1), patience);
      const [waitMs = 0] = clock.asleepMs();
      waits.push(waitMs);
      if (nth === 9) box.line.refuse(false);
      clock.pass(waitMs);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300].map((seconds) => seconds * 1_000));
    const told = await ear.more(1);
    await box.deliver(letter({ id: 'b@x.test' }));
    await ear.more(told);
  });

  test('that has too many connections already is asked again when the wait is over, and no sooner', async () => {
    const before = box.line.taken();
    await box.throttle(1);
    await vi.waitFor(() => expect(clock.asleepMs().length).toBe(1), patience);
    clock.pass(clock.asleepMs()[0] ?? 0);
    await vi.waitFor(() => expect(clock.asleepMs()).toEqual([60_000]), patience);
    expect(box.line.taken()).toBe(before + 1);
    await box.waited(0);
    clock.pass(60_000);
    await ear.more(1);
  });

  test('ends when its password is taken no more', async () => {
    await box.revoke();
    await vi.waitFor(() => expect(clock.asleepMs().length).toBe(1), patience);
    clock.pass(1_000);
    await expect(ear.listening).rejects.toMatchObject({ reason: 'mailbox-disconnected' });
    ear = hear(imapProvider({ ...box.options, credentials: { user: box.address, password: 'another' } }));
    await ear.more(0);
  });

  test('stops at once, and hangs up', async () => {
    ear.stop();
    await ear.listening;
    await vi.waitFor(() => expect(box.line.open()).toBe(0), patience);
  });

  test('stops when the mailbox is closed', async () => {
    provider.close();
    await ear.listening;
    await vi.waitFor(() => expect(box.line.open()).toBe(0), patience);
  });

  test('a wait for the next connection is broken off too', async () => {
    box.line.refuse(true);
    box.line.cut();
    await vi.waitFor(() => expect(clock.asleepMs().length).toBe(1), patience);
    ear.stop();
    await ear.listening;
    box.line.refuse(false);
  });
});

describe('an old server', () => {
  test('never tells: that nothing listens is said at once, and pulls find what came', async () => {
    const dovecot = await startDovecot({ persona: 'old' });
    const box = await openImapAtDovecot(dovecot);
    const cursor = await box.provider.start(never);
    const ear = hear(box.provider);
    await ear.listening;
    const ref = await box.deliver(letter({ id: 'a@x.test' }));
    expect(ear.hints()).toBe(0);
    expect((await box.provider.pull(cursor, {}, never)).upserts).toEqual([ref]);
    await box.close();
    await dovecot.close();
  });
});

describe('what is said on the line', () => {
  const keys = selfSigned('localhost', Date.now());
  const listenTo = async (
    folders: readonly string[],
    capabilities: string,
    idle: readonly string[] = ['+ idling'],
  ) => {
    const server = await startScriptedImap({
      greeting: `* OK [CAPABILITY ${capabilities}] hi`,
      keys,
      answer: (command) => {
        const [word = ''] = command.split(' ');
        if (word === 'IDLE') return idle;
        if (word === 'CAPABILITY') return [`* CAPABILITY ${capabilities}`, 'TAG OK'];
        if (word === 'LIST') return [...(command.includes('*') ? folders : []), 'TAG OK'];
        if (word === 'EXAMINE')
          return ['* FLAGS (\\Seen)', '* 0 EXISTS', '* OK [UIDVALIDITY 9] ok', 'TAG OK [READ-ONLY] ok'];
        return ['TAG OK'];
      },
    });
    const provider = imapProvider({
      server: { host: 'localhost', port: server.port, security: 'tls' },
      credentials: { user: 'ana@acme.test', password: 'abcd efgh' },
      clock: heldClock(0),
      candidateLabelName: 'Candor',
      trust: trusting([keys.cert]),
      inside: ['localhost'],
      longestIdleMs: 50,
    });
    const ear = hear(provider);
    return {
      server,
      ear,
      close: async () => {
        ear.stop();
        await ear.listening;
        await server.close();
      },
    };
  };

  test('IDLE is ended and begun again before a server or a router forgets it', async () => {
    const { server, close } = await listenTo([], 'IMAP4rev1 IDLE');
    const spoken = () => server.heard.slice(server.heard.indexOf('IDLE'));
    await vi.waitFor(() => expect(spoken().length).toBeGreaterThan(3), patience);
    expect(spoken().slice(0, 4)).toEqual(['IDLE', 'DONE', 'IDLE', 'DONE']);
    await close();
  });

  test('at Gmail it is the folder that holds all mail', async () => {
    const folders = ['* LIST (\\HasNoChildren) "/" "INBOX"', '* LIST (\\All) "/" "[Gmail]/Todos"'];
    const { server, ear, close } = await listenTo(folders, 'IMAP4rev1 IDLE SPECIAL-USE X-GM-EXT-1');
    await ear.more(0);
    expect(server.heard.filter((line) => line.startsWith('EXAMINE')).join()).toContain('Todos');
    await close();
  });

  test('a server that offers IDLE and refuses it counts as one that never tells', async () => {
    const { ear, close } = await listenTo([], 'IMAP4rev1 IDLE', ['TAG BAD no']);
    await ear.listening;
    expect(ear.hints()).toBe(1);
    await close();
  });
});
