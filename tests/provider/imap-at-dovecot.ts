import { chmod, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { idsIn, readHeaderBlock } from '../../server/providers/imap/header-block.ts';
import { type CopyAt, readMessageName, toRef } from '../../server/providers/imap/ids.ts';
import { type ImapOptions, type ImapProvider, imapProvider } from '../../server/providers/imap/index.ts';
import { trusting } from '../../server/providers/imap/trust.ts';
import type { CopyRef } from '../../server/providers/provider.ts';
import { mostConnections } from '../lab/imap/config.ts';
import type { Dovecot } from '../lab/imap/dovecot.ts';
import { type FaultyLine, faultyLine } from '../lab/imap/faulty-line.ts';
import { type SubmissionLab, startSubmissionLab } from '../lab/smtp/submission.ts';
import { fakeClock } from './fake-clock.ts';
import type { MailboxUnderTest } from './mailbox-under-test.ts';

export const password = 'correct horse';

export type ImapAtDovecot = Omit<MailboxUnderTest, 'provider' | 'deliver'> & {
  readonly provider: ImapProvider;
  readonly line: FaultyLine;
  readonly submission: SubmissionLab;
  /** Somebody else's program at the same mailbox. */
  readonly other: ImapFlow;
  readonly deliver: (raw: string | Uint8Array, at?: number, path?: string) => Promise<CopyRef>;
  readonly move: (ref: CopyRef, path: string) => Promise<CopyRef>;
  readonly options: ImapOptions;
};

let mailboxes = 0;

/** A mailbox of its own at the server. */
export const openImapAtDovecot = async (
  dovecot: Dovecot,
  options: { readonly pageSize?: number } = {},
): Promise<ImapAtDovecot> => {
  mailboxes += 1;
  const address = `ana${mailboxes}@acme.test`;
  await dovecot.addUser(address, password);
  const clock = fakeClock(Date.UTC(2026, 0, 10));
  const line = await faultyLine(dovecot.imapsPort);
  const submission = await startSubmissionLab({ keys: dovecot.keys });
  submission.setPassword(address, password);
  const pageSize = options.pageSize ?? 20;
  const candidateLabelName = 'Candor';
  const open: ImapOptions = {
    server: { host: 'localhost', port: line.port, security: 'tls' },
    smtp: { host: 'localhost', port: submission.port, security: 'tls' },
    credentials: { user: address, password },
    clock,
    candidateLabelName,
    trust: trusting([dovecot.certificate]),
    inside: ['localhost'],
    pageSize,
  };
  const provider = imapProvider(open);
  const other = await otherProgram(dovecot, address);
  const crowd: ImapFlow[] = [];
  const trashPath = dovecot.persona.startsWith('old') ? 'INBOX.Trash' : 'Bin';
  const refs = new Map<string, { readonly raw: Buffer }>();
  let validity: { readonly from: string; readonly to: string } | undefined;

  const refAt = (at: CopyAt, raw: Buffer): CopyRef => toRef(at, idsIn(readHeaderBlock(raw)));
  const deliver = async (raw: string | Uint8Array, at = clock.now(), path = 'INBOX'): Promise<CopyRef> => {
    const bytes = Buffer.from(raw);
    const put = await other.append(path, bytes, [], new Date(at));
    if (put === false || put.uid === undefined || put.uidValidity === undefined)
      throw new Error('Not appended.');
    const ref = refAt({ path, uidValidity: put.uidValidity.toString(), uid: put.uid }, bytes);
    refs.set(ref.providerMessageId, { raw: bytes });
    return ref;
  };
  const inFolder = async <T>(ref: CopyRef, act: (uid: string) => Promise<T>): Promise<T> => {
    const { path, uid } = readMessageName(ref.providerMessageId);
    await other.mailboxOpen(path);
    return act(String(uid));
  };
  const move = async (ref: CopyRef, path: string): Promise<CopyRef> => {
    const { uid } = readMessageName(ref.providerMessageId);
    const moved = await inFolder(ref, (range) => other.messageMove(range, path, { uid: true }));
    const now = moved === false ? undefined : moved.uidMap?.get(uid);
    const raw = refs.get(ref.providerMessageId)?.raw;
    if (moved === false || now === undefined || moved.uidValidity === undefined || raw === undefined)
      throw new Error('Not moved.');
    const there = refAt({ path, uidValidity: moved.uidValidity.toString(), uid: now }, raw);
    refs.set(there.providerMessageId, { raw });
    return there;
  };

  return {
    provider,
    line,
    submission,
    other,
    options: open,
    clock,
    address,
    candidateLabelName,
    deliver,
    move,
    remove: async (ref) => {
      await inFolder(ref, (uid) => other.messageDelete(uid, { uid: true }));
    },
    trash: (ref) => move(ref, trashPath),
    labelByHand: async (ref) => {
      await inFolder(ref, async (uid) => {
        const { mailbox } = other;
        if (mailbox !== false && mailbox.permanentFlags?.has('\\*'))
          return other.messageFlagsAdd(uid, [candidateLabelName], { uid: true });
        // Where no keyword is kept, the label is a folder.
        await other.mailboxCreate(candidateLabelName);
        return other.messageCopy(uid, candidateLabelName, { uid: true });
      });
    },
    markRead: async (ref) => {
      await inFolder(ref, (uid) => other.messageFlagsAdd(uid, ['\\Seen'], { uid: true }));
    },
    loseHistory: async () => {
      const from = (await other.mailboxOpen('INBOX')).uidValidity;
      const to = from + 1_000n;
      await dovecot.doveadm('mailbox', 'update', '-u', address, '--uid-validity', to.toString(), 'INBOX');
      await other.mailboxOpen(trashPath);
      validity = { from: from.toString(), to: to.toString() };
    },
    renamed: (ref) => {
      const at = readMessageName(ref.providerMessageId);
      const raw = refs.get(ref.providerMessageId)?.raw;
      if (at.uidValidity !== validity?.from || raw === undefined) throw new Error('That copy kept its name.');
      return refAt({ ...at, uidValidity: validity.to }, raw);
    },
    revoke: async () => {
      await dovecot.setPassword(address, 'another');
      submission.setPassword(address, 'another');
      line.cut();
    },
    throttle: async () => {
      line.cut();
      // The one that was cut is let go of in its own time; more are refused only when all are taken.
      for (let tries = 0; tries < 4 * mostConnections; tries += 1) {
        try {
          crowd.push(await otherProgram(dovecot, address));
        } catch {
          if (tries >= mostConnections) break;
        }
      }
      return 60_000;
    },
    waited: async (ms) => {
      for (const one of crowd.splice(0)) await one.logout();
      clock.pass(ms);
    },
    poison: async (ref) => {
      const { path, uid } = readMessageName(ref.providerMessageId);
      if (path !== 'INBOX') throw new Error('Only mail of the inbox is poisoned.');
      const files = await mailFiles(join(dovecot.home(address), 'Maildir'));
      await chmod(files[uid - 1] ?? '', 0);
    },
    get outbound() {
      return submission.taken.flatMap(({ to, raw }) => to.map((one) => ({ to: one, raw })));
    },
    sentLabel: dovecot.persona.startsWith('old') ? 'INBOX.Sent' : 'Sent',
    sendingGoes: (how) => {
      if (how === 'answer-lost') submission.loseAnswer();
      else if (how === 'put-off') submission.putOff();
      else submission.breakOff();
    },
    pageSize,
    keepsLog: false,
    close: async () => {
      provider.close();
      for (const one of crowd) one.close();
      other.close();
      await line.close();
      await submission.close();
    },
  };
};

/** Of one folder, in the order they came: Maildir names begin with the time and, within it, a microsecond. */
const mailFiles = async (maildir: string): Promise<readonly string[]> => {
  const places = ['new', 'cur'].map((name) => join(maildir, name));
  const files = await Promise.all(
    places.map(async (place) => (await readdir(place)).map((file) => join(place, file))),
  );
  const arrival = (path: string) => {
    const [, seconds = '0', micros = '0'] = /(\d+)\.M(\d+)P/.exec(basename(path)) ?? [];
    return Number(seconds) * 1e6 + Number(micros);
  };
  return files.flat().sort((a, b) => arrival(a) - arrival(b));
};

export const otherProgram = async (dovecot: Dovecot, user: string): Promise<ImapFlow> => {
  const imap = new ImapFlow({
    host: 'localhost',
    port: dovecot.imapsPort,
    secure: true,
    tls: { ca: dovecot.certificate },
    auth: { user, pass: password },
    disableAutoIdle: true,
    logger: false,
  });
  imap.on('error', () => undefined);
  await imap.connect();
  return imap;
};
