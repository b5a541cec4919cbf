/*
 * The IMAP commands that are used, each of which gives an answer or throws: imapflow answers `false` where a command failed
 * or the connection went, and an empty list taken for an answer would read as a mailbox that lost everything.
 * Folders are opened read-only (EXAMINE), so that nothing a look does can change a mailbox; only `store`, `move` and `expunge`
 * open one to write.
 * CLOSE is never sent: it expunges.
 */
import type { FetchMessageObject, FetchQueryObject, MailboxObject, SearchObject } from 'imapflow';
import { Failure } from '../../base/failure.ts';
import type { Connection } from './dial.ts';
import { CommandLost, unreadableAnswer } from './failures.ts';
import type { CopyAt } from './ids.ts';
import { fromSequence, fromUids, noUids, sizeOf, toSequence, type UidSet } from './uid-set.ts';

/** Throws: not-found where the server says that there is no such folder. */
export const examine = async ({ imap }: Connection, path: string): Promise<MailboxObject> => {
  const folder = await imap.mailboxOpen(path, { readOnly: true });
  if (typeof folder.uidValidity !== 'bigint' || typeof folder.exists !== 'number')
    throw unreadableAnswer('a folder without UIDVALIDITY or EXISTS');
  return folder;
};

/** Throws where the server does not answer: imapflow's own NOOP tells nobody. */
export const requireAlive = async (connection: Connection): Promise<void> => {
  requireAnswer(connection, await connection.imap.status('INBOX', { messages: true }));
};

/** In the folder that is open. */
export const searchUids = async (connection: Connection, query: SearchObject): Promise<UidSet> => {
  const found = requireAnswer(
    connection,
    await connection.imap.search(query, { uid: true, returnOptions: ['COUNT', 'ALL'] }),
  );
  if (Array.isArray(found)) return found.length === 0 ? noUids : fromSequence(found.join(','));
  const uids = fromSequence(found.all ?? '');
  if (found.count === undefined || found.count !== sizeOf(uids)) throw unreadableAnswer('a search');
  return uids;
};

/** Rows of the folder that is open, by UID. A message that is gone has none. */
export const fetchRows = async (
  { imap }: Connection,
  uids: UidSet,
  query: FetchQueryObject,
): Promise<ReadonlyMap<number, FetchMessageObject>> => {
  if (uids.length === 0) return new Map();
  const rows = await imap.fetchAll(toSequence(uids), { uid: true, ...query }, { uid: true });
  return new Map(rows.flatMap((row) => (row.uid === undefined ? [] : [[row.uid, row] as const])));
};

export type FlagChange = {
  readonly uids: UidSet;
  readonly name: string;
  readonly on: boolean;
  /** Gmail's labels in place of flags. */
  readonly asLabel: boolean;
};

/** Opens the folder to write. Gives false where it keeps no such flag. */
export const store = async (
  connection: Connection,
  path: string,
  { uids, name, on, asLabel }: FlagChange,
): Promise<boolean> => {
  const { imap } = connection;
  const folder = await imap.mailboxOpen(path);
  if (folder.readOnly === true || (!asLabel && !keepsKeyword(folder, name))) return false;
  const options = { uid: true, ...(asLabel ? { useLabels: true } : {}) };
  const range = toSequence(uids);
  requireAnswer(
    connection,
    await (on
      ? imap.messageFlagsAdd(range, [name], options)
      : imap.messageFlagsRemove(range, [name], options)),
  );
  return true;
};

/**
 * Opens the folder to write, and moves one message of it. Throws: not-found; provider-refused where the folder is read-only, or
 * where the server can take away no message alone: without UIDPLUS, EXPUNGE ends whatever others marked as deleted too.
 */
export const move = async (connection: Connection, at: CopyAt, toPath: string): Promise<void> => {
  const { imap } = connection;
  if (!imap.capabilities.has('MOVE') && !imap.capabilities.has('UIDPLUS'))
    throw new Failure('provider-refused', 'The server can move no message alone');
  const folder = await imap.mailboxOpen(at.path);
  const uids = fromUids([at.uid]);
  if (
    folder.uidValidity.toString() !== at.uidValidity ||
    !(await fetchRows(connection, uids, {})).has(at.uid)
  )
    throw new Failure('not-found', 'The mailbox has nothing there');
  if (folder.readOnly === true) throw new Failure('provider-refused', 'The folder is read-only');
  requireAnswer(connection, await imap.messageMove(toSequence(uids), toPath, { uid: true }));
};

/** Puts a message there as its person would have: read, and dated as it says. */
export const append = async (
  connection: Connection,
  path: string,
  raw: Buffer,
  date: number,
): Promise<void> => {
  requireAnswer(connection, await connection.imap.append(path, raw, ['\\Seen'], new Date(date)));
};

/** Copies messages of a folder, which keeps them. Throws: not-found when it is another by now. */
export const copyTo = async (
  connection: Connection,
  { path, uidValidity }: Omit<CopyAt, 'uid'>,
  uids: UidSet,
  toPath: string,
): Promise<void> => {
  const folder = await examine(connection, path);
  if (folder.uidValidity.toString() !== uidValidity) throw isAnother();
  requireAnswer(connection, await connection.imap.messageCopy(toSequence(uids), toPath, { uid: true }));
};

/** Ends messages for good, those alone: only for a server with UIDPLUS. Throws: not-found when the folder is another by now. */
export const expunge = async (
  connection: Connection,
  { path, uidValidity }: Omit<CopyAt, 'uid'>,
  uids: UidSet,
): Promise<void> => {
  const { imap } = connection;
  if (!imap.capabilities.has('UIDPLUS'))
    throw new Error('Without UIDPLUS an EXPUNGE ends more than it is asked to');
  const folder = await imap.mailboxOpen(path);
  if (folder.uidValidity.toString() !== uidValidity) throw isAnother();
  if (folder.readOnly === true) throw new Failure('provider-refused', 'The folder is read-only');
  requireAnswer(connection, await imap.messageDelete(toSequence(uids), { uid: true }));
};

const isAnother = () => new Failure('not-found', 'The folder was made anew');

/** Of a folder that is open to write; one that is read-only keeps nothing. */
export const keepsKeyword = ({ permanentFlags }: MailboxObject, keyword: string): boolean =>
  permanentFlags !== undefined && (permanentFlags.has('\\*') || hasFlag(permanentFlags, keyword));

/** Keywords differ by more than case in no server. Source: RFC 9051 sec. 2.3.2 */
export const hasFlag = (flags: ReadonlySet<string> | undefined, flag: string): boolean =>
  [...(flags ?? [])].some((each) => each.toLowerCase() === flag.toLowerCase());

const requireAnswer = <T>({ lastError }: Connection, answer: T | false | undefined): T => {
  if (answer !== false && answer !== undefined) return answer;
  const error = lastError();
  throw error instanceof Error ? error : new CommandLost('A command was not carried out');
};
