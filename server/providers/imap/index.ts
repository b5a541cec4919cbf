/* Any IMAP mailbox as a Provider. */
import { parseAddress } from '../../../lib/domain/address.ts';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { ServerAt } from '../consent.ts';
import type { Provider } from '../provider.ts';
import { requireAlive } from './commands.ts';
import { type DeltaOptions, pullDelta, startCursor } from './delta.ts';
import { type FolderChoice, mailboxFolders } from './folders.ts';
import { readMessageName, readThreadName } from './ids.ts';
import { canLabel, imapLabels } from './labels.ts';
import { fetchMessage, readCopy, readThreadCopies } from './reading.ts';
import { searchPage } from './search.ts';
import { type ImapCredentials, imapSession } from './session.ts';

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
  /** Certificates (PEM) to trust in place of those everybody trusts: a company's own authority. */
  readonly trust?: readonly string[];
  readonly pageSize?: number;
};

export type ImapProvider = Provider & {
  /** Hangs up. The next verb opens the connection again. */
  readonly close: () => void;
};

export const imapProvider = ({
  server,
  credentials,
  clock,
  candidateLabelName,
  address = credentials.user,
  folders: choice = {},
  trust = [],
  pageSize = usualPageSize,
}: ImapOptions): ImapProvider => {
  const session = imapSession({ server, credentials, clock, trust });
  const folders = mailboxFolders(clock, choice);
  const labels = imapLabels(clock, folders, candidateLabelName);
  const delta: DeltaOptions = { session, folders, labelName: candidateLabelName, pageSize };
  const reading = { folders, labels, labelName: candidateLabelName };

  return {
    kind: 'imap',
    can: (signal) =>
      session.use(signal, async (connection) => ({ label: await canLabel(connection, candidateLabelName) })),
    push: undefined,
    profile: async (signal) => {
      await session.use(signal, requireAlive);
      const own = parseAddress(address);
      if (own === undefined) throw new Failure('provider-refused', 'The login name is no readable address');
      return { address: own };
    },
    start: (signal) => startCursor(delta, signal),
    pull: async (cursor, window, signal) => {
      const pulled = await pullDelta(delta, cursor, window, signal);
      if (pulled.upserts.length > 0) labels.forget();
      return pulled;
    },
    readThread: (providerThreadId, signal) =>
      session.use(signal, async (connection) => readThreadCopies(reading, connection, providerThreadId)),
    readHeaders: (providerMessageId, signal) =>
      session.use(signal, async (connection) =>
        readCopy(reading, connection, readMessageName(providerMessageId)),
      ),
    fetch: (providerMessageId, maxBytes, signal) =>
      session.use(signal, async (connection) => fetchMessage(connection, providerMessageId, maxBytes)),
    search: (sought, window, page, signal) =>
      session.use(signal, async (connection) =>
        searchPage({ folders, labelName: candidateLabelName }, connection, sought, window, page),
      ),
    label: (providerThreadId, labelName, on, signal) =>
      session.use(signal, async (connection) => {
        readThreadName(providerThreadId);
        const copies = await readThreadCopies(reading, connection, providerThreadId);
        const names = copies.map(({ providerMessageId }) => providerMessageId);
        await labels.set(connection, names, labelName, on);
      }),
    close: session.close,
  };
};

const usualPageSize = 200;
