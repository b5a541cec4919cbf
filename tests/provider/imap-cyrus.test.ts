/*
 * Cyrus, which has threads of its own (OBJECTID) and habits of its own. What needs a server's insides to be brought about, a
 * server that asks to wait and a message that cannot be read, is proven at Dovecot alone.
 */
import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { idsIn, readHeaderBlock } from '../../server/providers/imap/header-block.ts';
import { type CopyAt, readMessageName, toMessageName, toRef } from '../../server/providers/imap/ids.ts';
import { imapProvider } from '../../server/providers/imap/index.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import type { CopyRef } from '../../server/providers/provider.ts';
import { type Cyrus, startCyrus } from '../lab/imap/cyrus.ts';
import { startSubmissionLab } from '../lab/smtp/submission.ts';
import { deltaRules, lostCursorRules } from './conformance-delta.ts';
import { readingRules } from './conformance-reading.ts';
import { shutOutRules } from './conformance-refusals.ts';
import { fakeClock } from './fake-clock.ts';
import { password } from './imap-at-dovecot.ts';
import { letter } from './letter.ts';
import type { MailboxUnderTest } from './mailbox-under-test.ts';

let mailboxes = 0;

describe('a mailbox at Cyrus', () => {
  let cyrus: Cyrus;
  let opened: MailboxUnderTest;
  beforeAll(async () => {
    cyrus = await startCyrus();
  });
  afterAll(() => cyrus.close());
  beforeEach(async () => {
    opened = await openImapAtCyrus(cyrus);
  });
  afterEach(() => opened.close());
  const box = () => opened;

  describe('what changed since a cursor', () => deltaRules(box));
  describe('reading and labelling', () => readingRules(box));
  describe('refusals', () => shutOutRules(box));

  describe('in a folder of one’s own', () => {
    beforeEach(async () => {
      await opened.close();
      opened = await openImapAtCyrus(cyrus, 'Work');
    });

    describe('a cursor that was lost', () => lostCursorRules(box));
  });

  test('tells by itself that mail came', async () => {
    const { push } = opened.provider;
    if (push?.by !== 'connection') throw new Error('IMAP listens on a connection.');
    const stop = new AbortController();
    let hints = 0;
    const listening = push.listen(() => {
      hints += 1;
    }, stop.signal);
    await vi.waitFor(() => expect(hints).toBe(1), { timeout: 20_000 });
    await opened.deliver(letter({ id: 'a@x.test' }));
    await vi.waitFor(() => expect(hints).toBeGreaterThan(1), { timeout: 20_000 });
    stop.abort();
    await listening;
  });
});

const connect = async (cyrus: Cyrus, user: string): Promise<ImapFlow> => {
  const imap = new ImapFlow({
    host: 'localhost',
    port: cyrus.imapsPort,
    secure: true,
    tls: { ca: cyrus.certificate },
    auth: { user, pass: password },
    disableAutoIdle: true,
    logger: false,
  });
  imap.on('error', () => undefined);
  await imap.connect();
  return imap;
};

/** `folder`: where mail is delivered to. */
const openImapAtCyrus = async (cyrus: Cyrus, folder = 'INBOX'): Promise<MailboxUnderTest> => {
  mailboxes += 1;
  const address = `ana${mailboxes}@acme.test`;
  await cyrus.addUser(address, password);
  const clock = fakeClock(Date.UTC(2026, 0, 10));
  const pageSize = 20;
  const candidateLabelName = 'Candor';
  const other = await connect(cyrus, address);
  const submission = await startSubmissionLab({ keys: cyrus.keys });
  submission.setPassword(address, password);
  const provider = imapProvider({
    server: { host: 'localhost', port: cyrus.imapsPort, security: 'tls' },
    smtp: { host: 'localhost', port: submission.port, security: 'tls' },
    credentials: { user: address, password },
    clock,
    candidateLabelName,
    trust: trusting([cyrus.certificate]),
    inside: ['localhost'],
    pageSize,
  });
  const raws = new Map<string, Buffer>();
  const newNames = new Map<string, CopyRef>();
  if (folder !== 'INBOX') await other.mailboxCreate(folder);

  /** The thread is Cyrus’s own, which only it can tell. */
  const refAt = async (at: CopyAt, raw: Buffer): Promise<CopyRef> => {
    await other.mailboxOpen(at.path);
    const row = await other.fetchOne(String(at.uid), { threadId: true }, { uid: true });
    const ref = toRef(at, idsIn(readHeaderBlock(raw)), row === false ? undefined : row?.threadId);
    raws.set(ref.providerMessageId, raw);
    return ref;
  };
  const put = async (raw: Buffer, at: number): Promise<CopyAt> => {
    const appended = await other.append(folder, raw, [], new Date(at));
    if (appended === false || appended.uid === undefined || appended.uidValidity === undefined)
      throw new Error('Not appended.');
    return { path: folder, uidValidity: appended.uidValidity.toString(), uid: appended.uid };
  };
  const inFolder = async <T>(ref: CopyRef, act: (uid: string) => Promise<T>): Promise<T> => {
    const { path, uid } = readMessageName(ref.providerMessageId);
    await other.mailboxOpen(path);
    return act(String(uid));
  };
  const notHere = () => {
    throw new Error('Nothing asks this of Cyrus.');
  };

  return {
    provider,
    clock,
    address,
    candidateLabelName,
    get outbound() {
      return submission.taken.flatMap(({ to, raw }) => to.map((one) => ({ to: one, raw })));
    },
    sentLabel: 'Sent',
    sendingGoes: notHere,
    deliver: async (raw, at = clock.now()) => {
      const bytes = Buffer.from(raw);
      return refAt(await put(bytes, at), bytes);
    },
    remove: async (ref) => {
      await inFolder(ref, (uid) => other.messageDelete(uid, { uid: true }));
    },
    trash: async (ref) => {
      const { uid } = readMessageName(ref.providerMessageId);
      const moved = await inFolder(ref, (range) => other.messageMove(range, 'Bin', { uid: true }));
      const now = moved === false ? undefined : moved.uidMap?.get(uid);
      const raw = raws.get(ref.providerMessageId);
      if (moved === false || now === undefined || moved.uidValidity === undefined || raw === undefined)
        throw new Error('Not moved.');
      return refAt({ path: 'Bin', uidValidity: moved.uidValidity.toString(), uid: now }, raw);
    },
    labelByHand: async (ref) => {
      await inFolder(ref, (uid) => other.messageFlagsAdd(uid, [candidateLabelName], { uid: true }));
    },
    markRead: async (ref) => {
      await inFolder(ref, (uid) => other.messageFlagsAdd(uid, ['\\Seen'], { uid: true }));
    },
    loseHistory: async () => {
      const { uidValidity } = await other.mailboxOpen(folder);
      const rows = await other.fetchAll('1:*', { uid: true, source: true, internalDate: true });
      await other.mailboxOpen('INBOX');
      await other.mailboxDelete(folder);
      await other.mailboxCreate(folder);
      for (const { uid, source, internalDate } of rows) {
        if (source === undefined || internalDate === undefined) throw new Error('Not read.');
        const at = { path: folder, uidValidity: uidValidity.toString(), uid };
        const now = await refAt(await put(source, new Date(internalDate).getTime()), source);
        newNames.set(toMessageName(at), now);
      }
    },
    renamed: (ref) => {
      const now = newNames.get(ref.providerMessageId);
      if (now === undefined) throw new Error('That copy kept its name.');
      return now;
    },
    revoke: async () => {
      await cyrus.addUser(address, 'another');
      submission.setPassword(address, 'another');
      provider.close();
    },
    throttle: notHere,
    waited: notHere,
    poison: notHere,
    pageSize,
    keepsLog: false,
    close: async () => {
      provider.close();
      other.close();
      await submission.close();
    },
  };
};
