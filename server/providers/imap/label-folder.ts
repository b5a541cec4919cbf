/*
 * The label as a folder of its name, in a mailbox that keeps no keywords: copies of the thread's messages lie there, and the
 * messages themselves stay where they are. A person files messages there by hand too. Taken off, the label takes such copies
 * away again, and only those of messages that lie elsewhere as well: what a person moved there is never deleted.
 */
import { Failure } from '../../base/failure.ts';
import type { CopyHeaders } from '../provider.ts';
import { copyTo, expunge } from './commands.ts';
import type { Connection } from './dial.ts';
import type { Folder, Folders } from './folders.ts';
import { idsIn } from './header-block.ts';
import { type CopyAt, readMessageName } from './ids.ts';
import { fromUids } from './uid-set.ts';

/** Without UIDPLUS a copy could not be taken away again: EXPUNGE ends whatever others marked as deleted too. */
export const canFileCopies = ({ imap }: Connection): boolean => imap.capabilities.has('UIDPLUS');

export const isLabelFolder = ({ name }: Pick<Folder, 'name'>, labelName: string): boolean =>
  [labelName, folderNameFor(labelName)].some((each) => each.toLowerCase() === name.toLowerCase());

/** Makes the folder when it is missing. Each message is filed once. Throws: provider-refused where it could not be undone. */
export const fileCopies = async (
  connection: Connection,
  folders: Folders,
  copies: readonly CopyHeaders[],
  labelName: string,
): Promise<void> => {
  if (!canFileCopies(connection)) throw new Failure('provider-refused', 'This mailbox keeps no labels');
  const path =
    (await labelFolder(connection, folders, labelName)) ?? (await makeFolder(connection, folders, labelName));
  const filed = new Set(copies.filter((copy) => pathOf(copy) === path).map(messageOf));
  const missing = new Map<string, CopyAt>();
  for (const copy of copies)
    if (!copy.place.isTrash && !copy.place.isDraft && !filed.has(messageOf(copy)))
      missing.set(messageOf(copy), readMessageName(copy.providerMessageId));
  for (const [at, uids] of byFolder([...missing.values()]))
    await copyTo(connection, at, fromUids(uids), path);
};

/** Throws: provider-refused where a message lies in that folder alone, which is its person's to move. */
export const unfileCopies = async (
  connection: Connection,
  folders: Folders,
  copies: readonly CopyHeaders[],
  labelName: string,
): Promise<void> => {
  const path = await labelFolder(connection, folders, labelName);
  const elsewhere = new Set(
    copies.filter((copy) => pathOf(copy) !== path && !copy.place.isTrash).map(messageOf),
  );
  const filed = copies.filter((copy) => pathOf(copy) === path);
  if (filed.length > 0 && !canFileCopies(connection))
    throw new Failure('provider-refused', 'The server takes away no message alone');
  const ours = filed.filter((copy) => elsewhere.has(messageOf(copy)));
  for (const [at, uids] of byFolder(ours.map((copy) => readMessageName(copy.providerMessageId))))
    await expunge(connection, at, fromUids(uids));
  if (ours.length < filed.length)
    throw new Failure('provider-refused', 'A message lies in the folder of the label alone');
};

const labelFolder = async (
  connection: Connection,
  folders: Folders,
  labelName: string,
): Promise<string | undefined> =>
  (await folders.recent(connection)).find((folder) => isLabelFolder(folder, labelName))?.path;

const makeFolder = async (connection: Connection, folders: Folders, labelName: string): Promise<string> => {
  const { path } = await connection.imap.mailboxCreate(folderNameFor(labelName));
  await folders.list(connection);
  return path;
};

/** Signs that part folders, or that LIST takes for a pattern, mean something else in a folder's name. */
const folderNameFor = (labelName: string): string => labelName.replace(/[/.\\%*"\p{Cc}]/gu, '-');

const pathOf = ({ providerMessageId }: CopyHeaders): string => readMessageName(providerMessageId).path;

/** The same for every copy of one message: a copy keeps its bytes, and its date. Others may bear the same id. */
const messageOf = ({ headers, receivedAt, sizeBytes }: CopyHeaders): string =>
  `${idsIn(headers).messageId ?? receivedAt} ${sizeBytes}`;

const byFolder = (places: readonly CopyAt[]): ReadonlyMap<Omit<CopyAt, 'uid'>, readonly number[]> => {
  const folders = new Map<string, { readonly at: Omit<CopyAt, 'uid'>; readonly uids: number[] }>();
  for (const { uid, ...at } of places) {
    const folder = folders.get(at.path) ?? { at, uids: [] };
    folder.uids.push(uid);
    folders.set(at.path, folder);
  }
  return new Map([...folders.values()].map(({ at, uids }) => [at, uids]));
};
