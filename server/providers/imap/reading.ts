/* Messages and threads as they lie in the mailbox. Nothing is read but by PEEK, in a folder opened read-only. */
import type { FetchMessageObject, SearchObject } from 'imapflow';
import { Failure } from '../../base/failure.ts';
import type { CopyHeaders, RawMessage } from '../provider.ts';
import { fetchRows, hasFlag, searchUids } from './commands.ts';
import type { Connection } from './dial.ts';
import { unreadableAnswer } from './failures.ts';
import { type Folder, type Folders, unlessShut } from './folders.ts';
import { type HeaderLine, idsIn, readHeaderBlock } from './header-block.ts';
import {
  type CopyAt,
  type Ids,
  readMessageName,
  readThreadName,
  type ThreadAt,
  threadOf,
  toRef,
} from './ids.ts';
import { keywordFor } from './keyword.ts';
import { isLabelFolder } from './label-folder.ts';
import type { ImapLabels } from './labels.ts';
import type { ReadAhead } from './read-ahead.ts';
import { receivedAtOf } from './rows.ts';
import { fetchAt, headerQuery, mostHeaderBytes, notThere, openAt, openIfThere } from './rows-at.ts';
import { allOf, fromUids, lowest, minus, noUids, type UidSet, union } from './uid-set.ts';

export type ReadingOptions = {
  readonly folders: Folders;
  readonly labels: ImapLabels;
  readonly ahead: ReadAhead;
  readonly labelName: string;
};

export const readCopy = async (
  options: ReadingOptions,
  connection: Connection,
  at: CopyAt,
): Promise<CopyHeaders> => {
  const copy = readRow(at, await options.ahead.row(connection, at));
  const folders = await options.folders.recent(connection, at.path);
  const isOwn = isMarked(copy, folders, options.labelName);
  const isLabelled = isOwn || (await options.labels.isOnThread(connection, copy.thread, copy.ids));
  return toCopyHeaders(copy, folders, options.labelName, isLabelled);
};

/** Oldest first. */
export const readThreadCopies = async (
  options: ReadingOptions,
  connection: Connection,
  providerThreadId: string,
): Promise<readonly CopyHeaders[]> => {
  const thread = readThreadName(providerThreadId);
  const folders = await options.folders.recent(connection);
  const copies = await findThread(connection, folders, thread);
  if (copies.length === 0) throw notThere();
  const isLabelled = copies.some((copy) => isMarked(copy, folders, options.labelName));
  return copies
    .map((copy) => toCopyHeaders(copy, folders, options.labelName, isLabelled))
    .sort((a, b) => a.receivedAt - b.receivedAt);
};

/**
 * Most messages come whole with the first command. Of a longer one the size is known then: what is too large is never
 * downloaded. What servers say is not always so, so it is measured too.
 */
export const fetchMessage = async (
  connection: Connection,
  providerMessageId: string,
  maxBytes: number,
): Promise<RawMessage> => {
  const at = readMessageName(providerMessageId);
  const firstBytes = Math.min(usualBytes, maxBytes + 1);
  const row = await fetchAt(connection, at, {
    size: true,
    threadId: true,
    source: { maxLength: firstBytes },
  });
  let { source } = row;
  if (source !== undefined && source.length >= firstBytes) {
    if (row.size === undefined || row.size > maxBytes) throw tooLarge(row.size ?? 0, maxBytes);
    source = (await fetchAt(connection, at, { source: { maxLength: maxBytes + 1 } })).source;
  }
  if (source === undefined) throw unreadableAnswer('a message without content');
  if (source.length > maxBytes) throw tooLarge(source.length, maxBytes);
  const ids = idsIn(readHeaderBlock(source));
  return { ...toRef(at, ids, row.threadId), raw: new Uint8Array(source) };
};

/** Nine in ten messages are smaller. */
const usualBytes = 128 * 1024;

/** A copy as it was read. */
type Copy = {
  readonly at: CopyAt;
  readonly row: FetchMessageObject;
  readonly lines: readonly HeaderLine[];
  readonly ids: Ids;
  readonly thread: ThreadAt;
};

const readRow = (at: CopyAt, row: FetchMessageObject): Copy => {
  const block = row.headers;
  if (block === undefined) throw unreadableAnswer('a message without headers');
  const isCut = block.length >= mostHeaderBytes;
  const lines = readHeaderBlock(isCut ? block.subarray(0, block.lastIndexOf(0x0a)) : block);
  const ids = idsIn(lines);
  return { at, row, lines, ids, thread: threadOf(at, ids, row.threadId) };
};

const isMarked = ({ at, row }: Copy, folders: readonly Folder[], labelName: string): boolean =>
  hasFlag(row.flags, keywordFor(labelName)) ||
  hasFlag(row.labels, labelName) ||
  folders.some((folder) => folder.path === at.path && isLabelFolder(folder, labelName));

const toCopyHeaders = (
  { at, row, lines, ids }: Copy,
  folders: readonly Folder[],
  labelName: string,
  isLabelled: boolean,
): CopyHeaders => {
  const use = folders.find(({ path }) => path === at.path)?.use;
  const keyword = keywordFor(labelName).toLowerCase();
  const keywords = [...(row.flags ?? [])].filter((flag) => !flag.startsWith('\\'));
  return {
    ...toRef(at, ids, row.threadId),
    place: {
      isDraft: use === 'drafts' || hasFlag(row.flags, '\\Draft') || hasFlag(row.labels, '\\Draft'),
      isSpam: use === 'spam',
      isTrash: use === 'trash' || hasFlag(row.flags, '\\Deleted'),
      isLabelled,
    },
    labels: [
      at.path,
      ...keywords.map((flag) => (flag.toLowerCase() === keyword ? labelName : flag)),
      ...(row.labels ?? []),
    ],
    headers: lines,
    receivedAt: receivedAtOf(row),
    sizeBytes: row.size ?? 0,
  };
};

/** Threads wider than this are cut: a search for each of their ids would take a mailbox's whole time. */
const mostRounds = 6;
const mostCopies = 1_000;
const idsPerSearch = 20;

/** Every copy that an id leads to, from the root on or from any message found on the way. */
const findThread = async (
  connection: Connection,
  folders: readonly Folder[],
  thread: ThreadAt,
): Promise<readonly Copy[]> => {
  if (thread.by === 'copy') {
    await openAt(connection, thread.copy);
    return readFound(connection, thread.copy, fromUids([thread.copy.uid]));
  }
  const found = new Map<string, { uids: UidSet; copies: Copy[] }>();
  const asked = new Set<string>();
  let queries = thread.by === 'server' ? [{ threadId: thread.threadId }] : queriesFor([thread.messageId]);
  if (thread.by === 'root') asked.add(thread.messageId);
  for (let round = 0; round < mostRounds && queries.length > 0; round += 1) {
    const fresh: Copy[] = [];
    for (const { path } of folders) {
      const folder = await unlessShut(connection, path, () => openIfThere(connection, path));
      if (folder === undefined || folder === 'shut' || folder.exists === 0) continue;
      const known = found.get(path) ?? { uids: noUids, copies: [] };
      let hits: UidSet = noUids;
      for (const query of queries) hits = union(hits, await searchUids(connection, query));
      const untold = fromUids(lowest(minus(hits, known.uids), mostCopies));
      const at = { path, uidValidity: folder.uidValidity.toString() };
      // Servers search for parts of ids.
      const joined = (await readFound(connection, at, untold)).filter(
        ({ ids }) => thread.by === 'server' || mentioned(ids).some((id) => asked.has(id)),
      );
      fresh.push(...joined);
      found.set(path, {
        uids: union(known.uids, fromUids(joined.map((copy) => copy.at.uid))),
        copies: [...known.copies, ...joined],
      });
    }
    if (thread.by === 'server') break;
    const next = [...new Set(fresh.flatMap(({ ids }) => mentioned(ids)))].filter((id) => !asked.has(id));
    for (const id of next) asked.add(id);
    queries = queriesFor(next);
    if ([...found.values()].reduce((sum, { copies }) => sum + copies.length, 0) >= mostCopies) break;
  }
  return [...found.values()].flatMap(({ copies }) => copies);
};

const mentioned = ({ messageId, inReplyTo, references }: Ids): readonly string[] => [
  ...(messageId === undefined ? [] : [messageId]),
  ...inReplyTo,
  ...references,
];

const queriesFor = (ids: readonly string[]): SearchObject[] => {
  const queries: SearchObject[] = [];
  for (let from = 0; from < ids.length; from += idsPerSearch)
    queries.push({
      or: ids
        .slice(from, from + idsPerSearch)
        .flatMap((id) => [
          { header: { 'message-id': id } },
          { header: { references: id } },
          { header: { 'in-reply-to': id } },
        ]),
    });
  return queries;
};

const readFound = async (
  connection: Connection,
  { path, uidValidity }: Omit<CopyAt, 'uid'>,
  uids: UidSet,
): Promise<Copy[]> => {
  const rows = await fetchRows(connection, uids, headerQuery);
  return allOf(uids).flatMap((uid) => {
    const row = rows.get(uid);
    return row === undefined ? [] : [readRow({ path, uidValidity, uid }, row)];
  });
};

const tooLarge = (sizeBytes: number, maxBytes: number) =>
  new Failure('too-large', `A message has ${sizeBytes} bytes, more than ${maxBytes}`);
