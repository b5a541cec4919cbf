/* The copy at a place: the folder opened read-only, and one row of it. */
import type { FetchMessageObject, FetchQueryObject, MailboxObject } from 'imapflow';
import { Failure } from '../../base/failure.ts';
import { examine, fetchRows } from './commands.ts';
import type { Connection } from './dial.ts';
import type { CopyAt } from './ids.ts';
import { fromUids } from './uid-set.ts';

/**
 * In the folder as it is open, which saves a command for each of many messages of one folder; opened anew where it shows no
 * such message, for it may have come since.
 */
export const fetchAt = async (
  connection: Connection,
  at: CopyAt,
  query: FetchQueryObject,
): Promise<FetchMessageObject> => {
  const uids = fromUids([at.uid]);
  if (isOpenAt(connection, at)) {
    const row = (await fetchRows(connection, uids, query)).get(at.uid);
    if (row !== undefined) return row;
  }
  await openAt(connection, at);
  const row = (await fetchRows(connection, uids, query)).get(at.uid);
  if (row === undefined) throw notThere();
  return row;
};

const isOpenAt = ({ imap: { mailbox } }: Connection, { path, uidValidity }: CopyAt): boolean =>
  mailbox !== false &&
  mailbox.path === path &&
  mailbox.readOnly === true &&
  mailbox.uidValidity.toString() === uidValidity;

/** Throws: not-found when the folder is not the one the name was given out for. */
export const openAt = async (connection: Connection, at: CopyAt): Promise<MailboxObject> => {
  const folder = await openIfThere(connection, at.path);
  if (folder === undefined || folder.uidValidity.toString() !== at.uidValidity) throw notThere();
  return folder;
};

/** Undefined where there is no such folder. Throws what the server says of one that is there and not to be opened. */
export const openIfThere = async (
  connection: Connection,
  path: string,
): Promise<MailboxObject | undefined> => {
  try {
    return await examine(connection, path);
  } catch (thrown) {
    if (!connection.imap.usable) throw thrown;
    const isListed = (await connection.imap.list()).some((folder) => folder.path === path);
    if (isListed) throw thrown;
    return undefined;
  }
};

/** More of a header block is not read; what follows is cut off at a whole line. */
export const mostHeaderBytes = 262_144;
export const headerQuery = {
  flags: true,
  labels: true,
  internalDate: true,
  size: true,
  threadId: true,
  bodyParts: [{ key: 'HEADER', maxLength: mostHeaderBytes }],
};

export const notThere = () => new Failure('not-found', 'The mailbox has nothing there');
