/* Any IMAP mailbox as a Provider. */
import { parseAddress } from '../../../lib/domain/address.ts';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { ServerAt } from '../consent.ts';
import type { Priority, Provider } from '../provider.ts';
import { requireAlive } from './commands.ts';
import { type DeltaOptions, pullDelta, startCursor } from './delta.ts';
import type { ImapCredentials } from './dial.ts';
import { type FolderChoice, mailboxFolders } from './folders.ts';
import { readMessageName, readThreadName } from './ids.ts';
import { canLabel, imapLabels } from './labels.ts';
import { imapListener } from './listen.ts';
import { readAhead } from './read-ahead.ts';
import { fetchMessage, readCopy, readThreadCopies } from './reading.ts';
import { moveToTrash } from './removing.ts';
import { searchPage } from './search.ts';
import { sendDraft } from './sending.ts';
import { imapSession } from './session.ts';
import type { Trust } from './trust.ts';

export type ImapOptions = {
  readonly server: ServerAt;
  readonly credentials: ImapCredentials;
  readonly clock: Clock;
  /** The company's candidate label: what `isLabelled` is told by. */
  readonly candidateLabelName: string;
  /** Whose mailbox it is, where the login name is no address. That they match is what the person says: a login proves no address. */
  readonly address?: string;
  /** Folders the person named, where neither the server nor their names tell. */
  readonly folders?: FolderChoice;
  /** Where it is sent by; without it nothing is. */
  readonly smtp?: ServerAt;
  readonly trust?: Trust;
  /** Hosts that may lie in a private network. */
  readonly inside?: readonly string[];
  readonly pageSize?: number;
  /** The connection is hung up when nobody used it for so long; never, when absent. */
  readonly restMs?: number;
  /** Re-issues IDLE after this time. */
  readonly longestIdleMs?: number;
};

/** A mailbox with its two connections, one to work on and one to listen on, and what is remembered of it. */
export type ImapMailbox = {
  /** The verbs; a person's go before those of the background. */
  readonly provider: (priority: Priority) => Provider;
  /** Hangs up. The next verb opens a connection again. */
  readonly close: () => void;
};

export const imapMailbox = (options: ImapOptions): ImapMailbox => {
  const { credentials, clock, candidateLabelName, pageSize = usualPageSize } = options;
  const { address = credentials.user, folders: choice = {}, smtp, trust, inside = [] } = options;
  const session = imapSession(options);
  const folders = mailboxFolders(clock, choice);
  const labels = imapLabels(clock, folders, candidateLabelName);
  const ahead = readAhead(clock);
  const reading = { folders, labels, ahead, labelName: candidateLabelName };
  const listener = imapListener(options, folders);
  const submission = smtp === undefined ? undefined : { server: smtp, credentials, trust, inside };

  return {
    provider: (priority) => {
      const use: typeof session.use = (signal, work) => session.use(signal, work, priority);
      const delta: DeltaOptions = { session: { use }, folders, labelName: candidateLabelName, pageSize };
      return {
        kind: 'imap',
        can: (signal) =>
          use(signal, async (connection) => ({ label: await canLabel(connection, candidateLabelName) })),
        push: { by: 'connection', listen: listener.listen },
        profile: async (signal) => {
          await use(signal, requireAlive);
          const own = parseAddress(address);
          if (own === undefined)
            throw new Failure('provider-refused', 'The login name is no readable address');
          return { address: own };
        },
        start: (signal) => startCursor(delta, signal),
        pull: async (cursor, window, signal) => {
          const pulled = await pullDelta(delta, cursor, window, signal);
          if (pulled.upserts.length > 0) labels.forget();
          ahead.expect(pulled.upserts);
          return pulled;
        },
        readThread: (providerThreadId, signal) =>
          use(signal, async (connection) => readThreadCopies(reading, connection, providerThreadId)),
        readHeaders: (providerMessageId, signal) =>
          use(signal, async (connection) =>
            readCopy(reading, connection, readMessageName(providerMessageId)),
          ),
        fetch: (providerMessageId, maxBytes, signal) =>
          use(signal, async (connection) => fetchMessage(connection, providerMessageId, maxBytes)),
        search: (sought, window, page, signal) =>
          use(signal, async (connection) => {
            const answer = await searchPage(reading, connection, sought, window, page);
            ahead.expect(answer.found);
            return answer;
          }),
        label: (providerThreadId, labelName, on, signal) =>
          use(signal, async (connection) => {
            readThreadName(providerThreadId);
            ahead.forget();
            const copies = await readThreadCopies(reading, connection, providerThreadId);
            await labels.set(connection, copies, labelName, on);
          }),
        remove: (providerMessageId, signal) =>
          use(signal, async (connection) => {
            ahead.forget();
            await moveToTrash(connection, folders, readMessageName(providerMessageId));
          }),
        send: (draft, attempt, signal) =>
          sendDraft({ session: { use }, folders, submission }, draft, attempt, signal),
      };
    },
    close: () => {
      session.close();
      listener.close();
    },
  };
};

export type ImapProvider = Provider & {
  /** Hangs up. The next verb opens the connection again. */
  readonly close: () => void;
};

/** A mailbox of one owner, who waits for every verb. */
export const imapProvider = (options: ImapOptions): ImapProvider => {
  const { provider, close } = imapMailbox(options);
  return { ...provider('person'), close };
};

const usualPageSize = 200;
