/* One look into a folder: every UID there is, and which of them are marked. */
import type { SearchObject } from 'imapflow';
import { examine, hasFlag, searchUids } from './commands.ts';
import type { Marks } from './cursor.ts';
import type { Connection } from './dial.ts';
import { unreadableAnswer } from './failures.ts';
import { type FolderStamp, isGmail, stampOf } from './folders.ts';
import { keywordFor } from './keyword.ts';
import { noUids, sizeOf, type UidSet } from './uid-set.ts';

export type Scan = {
  readonly uidValidity: string;
  readonly uids: UidSet;
  readonly marks: Marks;
  /** As it was when the look began: what changes during it makes the next look differ. */
  readonly stamp: FolderStamp | undefined;
};

/** Leaves the folder open. Gives 'unchanged' without a look when the folder still has that stamp. */
export const scanFolder = async (
  connection: Connection,
  path: string,
  labelName: string,
  knownStamp?: FolderStamp,
): Promise<Scan | 'unchanged'> => {
  const folder = await examine(connection, path);
  const stamp = stampOf(folder);
  if (stamp !== undefined && stamp === knownStamp) return 'unchanged';
  const uids = await searchUids(connection, { all: true });
  // A server that answers an empty list for a full folder would make every message of it look deleted.
  if (uids.length === 0 && folder.exists > 0 && sizeOf(await searchUids(connection, { all: true })) === 0)
    if ((await examine(connection, path)).exists > 0) throw unreadableAnswer('a search for all messages');
  const search = (query: SearchObject) => (uids.length === 0 ? noUids : searchUids(connection, query));
  return {
    uidValidity: folder.uidValidity.toString(),
    uids,
    marks: {
      labelled: await labelledIn(connection, folder.flags, labelName, search),
      drafts: await search({ draft: true }),
      deleted: await search({ deleted: true }),
    },
    stamp,
  };
};

/** `flags`: those the folder that is open has in use. */
export const labelledIn = async (
  connection: Connection,
  flags: ReadonlySet<string> | undefined,
  labelName: string,
  search: (query: SearchObject) => Promise<UidSet> | UidSet,
): Promise<UidSet> => {
  if (isGmail(connection)) return search({ labels: { has: [labelName] } });
  const keyword = keywordFor(labelName);
  return hasFlag(flags, keyword) ? search({ keyword }) : noUids;
};
