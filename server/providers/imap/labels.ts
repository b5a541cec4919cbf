/*
 * The company's label: a keyword on messages, or Gmail's own label; and by hand also a folder of the label's name, which its
 * owner makes and fills. We never file copies there ourselves: to take the label off again they would have to be deleted, and
 * nothing is ever deleted from a mailbox. A mailbox that keeps no keywords is labelled by its owner alone.
 */
import type { SearchObject } from 'imapflow';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { examine, fetchRows, keepsKeyword, searchUids, store } from './commands.ts';
import type { Connection } from './dial.ts';
import { type Folder, type Folders, isGmail } from './folders.ts';
import { idsIn, readHeaderBlock } from './header-block.ts';
import { type Ids, readMessageName, type ThreadAt, threadOf, toThreadName } from './ids.ts';
import { keywordFor } from './keyword.ts';
import { labelledIn } from './scan.ts';
import { fromUids } from './uid-set.ts';

export type ImapLabels = {
  /** Whether the label stands on any message of the thread. */
  readonly isOnThread: (connection: Connection, thread: ThreadAt, ids: Ids) => Promise<boolean>;
  readonly set: (
    connection: Connection,
    providerMessageIds: readonly string[],
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
    for (const folder of await folders.recent(connection))
      for (const name of await namesIn(connection, folder, candidateLabelName)) names.add(name);
    remembered = { names, at: clock.now() };
    return names;
  };

  return {
    isOnThread: async (connection, thread, ids) => {
      const names = await labelledNames(connection);
      return names.size > 0 && namesOf(thread, ids).some((name) => names.has(name));
    },
    set: async (connection, providerMessageIds, labelName, on) => {
      remembered = undefined;
      const asLabel = isGmail(connection);
      const name = asLabel ? labelName : keywordFor(labelName);
      let kept = 0;
      for (const [path, uids] of byFolder(providerMessageIds))
        if (await store(connection, path, { uids: fromUids(uids), name, on, asLabel })) kept += 1;
      if (on && kept === 0) throw new Failure('provider-refused', 'This mailbox keeps no labels');
    },
    forget: () => {
      remembered = undefined;
    },
  };
};

/** Whether the mailbox keeps a label that is put on a message. */
export const canLabel = async (connection: Connection, labelName: string): Promise<boolean> =>
  isGmail(connection) || keepsKeyword(await connection.imap.mailboxOpen('INBOX'), keywordFor(labelName));

export const isLabelFolder = ({ name }: Folder, labelName: string): boolean =>
  name.toLowerCase() === labelName.toLowerCase();

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

const byFolder = (providerMessageIds: readonly string[]): ReadonlyMap<string, readonly number[]> => {
  const folders = new Map<string, number[]>();
  for (const { path, uid } of providerMessageIds.map(readMessageName))
    folders.set(path, [...(folders.get(path) ?? []), uid]);
  return folders;
};
