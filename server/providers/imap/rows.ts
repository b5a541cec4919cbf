/* Names of the messages on a page, by their ids. One that cannot be read costs nothing but itself. */
import type { FetchMessageObject } from 'imapflow';
import type { CopyRef } from '../provider.ts';
import { examine, fetchRows, searchUids } from './commands.ts';
import type { Connection } from './dial.ts';
import { isRefusedCommand, unreadableAnswer } from './failures.ts';
import { idsIn, readHeaderBlock } from './header-block.ts';
import { noIds, toRef } from './ids.ts';
import { fromUids } from './uid-set.ts';

export type RowReader = {
  /** Call it when the work begins anew on another connection: what was being read may be what broke the one before. */
  readonly beginTry: () => void;
  /** Whether since the last time it was asked another message was found that breaks the connection. */
  readonly hasLearnt: () => boolean;
  /** In the order of `uids`, without those that are gone and those that came before `from`. */
  readonly read: (
    connection: Connection,
    path: string,
    uidValidity: string,
    uids: readonly number[],
    from: number | undefined,
  ) => Promise<readonly CopyRef[]>;
};

export const rowReader = (): RowReader => {
  let tries = 0;
  let beingRead: string | undefined;
  const breaking = new Set<string>();
  let asked = 0;
  const note = () => {
    if (beingRead !== undefined) breaking.add(beingRead);
    beingRead = undefined;
  };

  return {
    beginTry: () => {
      tries += 1;
      note();
    },
    hasLearnt: () => {
      note();
      const isMore = breaking.size > asked;
      asked = breaking.size;
      return isMore;
    },
    read: async (connection, path, uidValidity, uids, from) => {
      if (uids.length === 0) return [];
      const opened = await examine(connection, path);
      if (opened.uidValidity.toString() !== uidValidity) throw unreadableAnswer('a folder that changed');
      const rows = tries > 1 ? new Map<number, FetchMessageObject>() : await readTogether(connection, uids);
      const refs: CopyRef[] = [];
      for (const uid of uids) {
        const at = { path, uidValidity, uid };
        const name = `${uid} ${path}`;
        let row = rows.get(uid);
        if (row === undefined && !breaking.has(name)) {
          beingRead = name;
          row = await readAlone(connection, uid);
          beingRead = undefined;
        }
        if (row === undefined) {
          // It is told of all the same: whoever takes the page finds out that it cannot be read, or that it is gone.
          const isThere = (await searchUids(connection, { uid: `${uid}` })).length > 0;
          if (isThere) refs.push(toRef(at, noIds));
        } else if (from === undefined || receivedAtOf(row) >= from) {
          refs.push(toRef(at, idsIn(readHeaderBlock(row.headers ?? new Uint8Array())), row.threadId));
        }
      }
      return refs;
    },
  };
};

/** Epoch ms. Throws: provider-refused where the server gives no date. */
export const receivedAtOf = ({ internalDate }: FetchMessageObject): number => {
  const at = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
  if (Number.isNaN(at)) throw unreadableAnswer('a message without a date');
  return at;
};

const query = {
  internalDate: true,
  threadId: true,
  headers: ['message-id', 'in-reply-to', 'references'],
};

const readTogether = async (
  connection: Connection,
  uids: readonly number[],
): Promise<ReadonlyMap<number, FetchMessageObject>> => {
  try {
    return await fetchRows(connection, fromUids(uids), query);
  } catch (thrown) {
    if (!isRefusedCommand(thrown) || !connection.imap.usable) throw thrown;
    return new Map();
  }
};

const readAlone = async (connection: Connection, uid: number): Promise<FetchMessageObject | undefined> =>
  (await readTogether(connection, [uid])).get(uid);
