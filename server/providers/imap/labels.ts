/*
 * The company's label: a keyword on messages, or Gmail's own label; where neither is kept, and by hand everywhere, a folder of
 * the label's name.
 */
import type { SearchObject } from 'imapflow';
import type { Clock } from '../../base/clock.ts';
import type { CopyHeaders } from '../provider.ts';
import { examine, fetchRows, keepsKeyword, searchUids, store } from './commands.ts';
import type { Connection } from './dial.ts';
import { type Folder, type Folders, isGmail, unlessShut } from './folders.ts';
import { idsIn, readHeaderBlock } from './header-block.ts';
import { type Ids, readMessageName, type ThreadAt, threadOf, toThreadName } from './ids.ts';
import { keywordFor } from './keyword.ts';
import { canFileCopies, fileCopies, isLabelFolder, unfileCopies } from './label-folder.ts';
import { labelledIn } from './scan.ts';
import { fromUids } from './uid-set.ts';

export type ImapLabels = {
  /** Whether the label stands on any message of the thread. */
  readonly isOnThread: (connection: Connection, thread: ThreadAt, ids: Ids) => Promise<boolean>;
  readonly set: (
    connection: Connection,
    copies: readonly CopyHeaders[],
    labelName: string,
    on: boolean,
  ) => Promise<void>;
  /** Labels may have changed: what is remembered of them is dropped. */
  readonly forget: () => void;
};

/** A label put on by hand shows on later messages of its thread after this time at the latest. */
const freshForMs = 60_000;

export const imapLabels = (clock: Clock, folders: Folders, candidateLabelName: string): ImapLabels => {
  let remembered: { readonly names: ReadonlySet<string>; readonly at: number } | undefined;

  const labelledNames = async (connection: Connection): Promise<ReadonlySet<string>> => {
    if (remembered !== undefined && clock.now() - remembered.at < freshForMs) return remembered.names;
    const names = new Set<string>();
    for (const folder of await folders.recent(connection)) {
      const here = await unlessShut(connection, folder.path, () =>
        namesIn(connection, folder, candidateLabelName),
      );
      if (here !== 'shut') for (const name of here) names.add(name);
    }
    remembered = { names, at: clock.now() };
    return names;
  };

  return {
    isOnThread: async (connection, thread, ids) => {
      const names = await labelledNames(connection);
      return names.size > 0 && namesOf(thread, ids).some((name) => names.has(name));
    },
    set: async (connection, copies, labelName, on) => {
      remembered = undefined;
      const asLabel = isGmail(connection);
      const name = asLabel ? labelName : keywordFor(labelName);
      let kept = 0;
      for (const [path, uids] of byFolder(copies))
        if (await store(connection, path, { uids: fromUids(uids), name, on, asLabel })) kept += 1;
      if (kept > 0) return;
      if (on) await fileCopies(connection, folders, copies, labelName);
      else await unfileCopies(connection, folders, copies, labelName);
    },
    forget: () => {
      remembered = undefined;
    },
  };
};

/** Whether the mailbox keeps a label that is put on a message. */
export const canLabel = async (connection: Connection, labelName: string): Promise<boolean> =>
  isGmail(connection) ||
  canFileCopies(connection) ||
  keepsKeyword(await connection.imap.mailboxOpen('INBOX'), keywordFor(labelName));

/** Every name a thread goes by, so that two messages of one that were given different roots still meet. */
const namesOf = (thread: ThreadAt, { messageId, inReplyTo, references }: Ids): readonly string[] => [
  toThreadName(thread),
  ...(messageId === undefined ? [] : [messageId]),
  ...inReplyTo,
  ...references,
];

const namesIn = async (
  connection: Connection,
  folder: Folder,
  labelName: string,
): Promise<readonly string[]> => {
  const { path } = folder;
  const { flags, uidValidity, exists } = await examine(connection, path);
  if (exists === 0) return [];
  const search = (query: SearchObject) => searchUids(connection, query);
  const labelled = isLabelFolder(folder, labelName)
    ? await search({ all: true })
    : await labelledIn(connection, flags, labelName, search);
  const rows = await fetchRows(connection, labelled, {
    threadId: true,
    headers: ['message-id', 'in-reply-to', 'references'],
  });
  return [...rows].flatMap(([uid, row]) => {
    const ids = idsIn(readHeaderBlock(row.headers ?? new Uint8Array()));
    const at = { path, uidValidity: uidValidity.toString(), uid };
    return namesOf(threadOf(at, ids, row.threadId), ids);
  });
};

const byFolder = (copies: readonly CopyHeaders[]): ReadonlyMap<string, readonly number[]> => {
  const folders = new Map<string, number[]>();
  for (const { path, uid } of copies.map(({ providerMessageId }) => readMessageName(providerMessageId)))
    folders.set(path, [...(folders.get(path) ?? []), uid]);
  return folders;
};
