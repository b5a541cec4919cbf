/*
 * Who wrote to whom, and what is labelled, by the server's own search; what it finds too much is told by the headers. The
 * folders are searched once: what is found and not shown yet goes on in the page token, as UIDs.
 */
import type { SearchObject } from 'imapflow';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { readHeaders } from '../mime.ts';
import type { CopyRef, Sought } from '../provider.ts';
import { examine, fetchRows, searchUids } from './commands.ts';
import type { Connection } from './dial.ts';
import { type Folder, type Folders, isGmail, unlessShut } from './folders.ts';
import { readHeaderBlock } from './header-block.ts';
import { type CopyAt, toRef } from './ids.ts';
import { isLabelFolder } from './label-folder.ts';
import { receivedAtOf } from './rows.ts';
import { labelledIn } from './scan.ts';
import { type Position, readPage, writePage } from './search-page.ts';
import { fromUids, noUids, type UidSet, union } from './uid-set.ts';
import { dayAfter, dayBefore } from './window.ts';

export type SearchPage = { readonly found: readonly CopyRef[]; readonly nextPage?: string };

/** Trash and spam are not searched. Throws: bad-input for a page that was never given out. */
export const searchPage = async (
  { folders, labelName }: { readonly folders: Folders; readonly labelName: string },
  connection: Connection,
  sought: Sought,
  window: { readonly from?: number },
  page: string | undefined,
): Promise<SearchPage> => {
  let { left, after } = page === undefined ? { left: [] } : readPage(page);
  if (left.length === 0) {
    const hits: Hit[] = [];
    for (const folder of await folders.recent(connection))
      if (folder.use !== 'trash' && folder.use !== 'spam') {
        const found = await unlessShut(connection, folder.path, () =>
          hitsIn(connection, folder, labelName, sought, { ...window, after }),
        );
        if (found !== 'shut') hits.push(...found);
      }
    hits.sort(newestFirst);
    left = hits.slice(0, mostRemembered);
    after = hits.length > mostRemembered ? hits[mostRemembered - 1] : undefined;
  }
  const found = await verified(connection, left.slice(0, hitsPerPage), sought);
  const next = { left: left.slice(hitsPerPage), ...(after === undefined ? {} : { after }) };
  const isMore = next.left.length > 0 || after !== undefined;
  return { found, ...(isMore ? { nextPage: writePage(next) } : {}) };
};

const hitsPerPage = 100;
/** So many are found again at the price of one search; a token of them takes some 20 kB. */
const mostRemembered = 2_000;

type Hit = Position & CopyAt;

const newestFirst = (a: Position, b: Position): number =>
  b.receivedAt - a.receivedAt || (a.path < b.path ? -1 : a.path > b.path ? 1 : b.uid - a.uid);

const hitsIn = async (
  connection: Connection,
  folder: Folder,
  labelName: string,
  sought: Sought,
  { from, after }: { readonly from?: number; readonly after: Position | undefined },
): Promise<Hit[]> => {
  const { path } = folder;
  const { uidValidity, exists, flags } = await examine(connection, path);
  if (exists === 0) return [];
  const search = (query: SearchObject) =>
    searchUids(connection, {
      ...query,
      ...(from === undefined ? {} : { since: dayBefore(from) }),
      ...(after === undefined ? {} : { before: dayAfter(after.receivedAt) }),
    });
  const uids =
    sought.by === 'addresses'
      ? await searchTogether(queriesFor(connection, sought.addresses), search)
      : isLabelFolder(folder, labelName)
        ? await search({ all: true })
        : await labelledIn(connection, flags, labelName, search);
  const rows = await fetchRows(connection, uids, { internalDate: true });
  return [...rows]
    .map(([uid, row]) => ({
      path,
      uidValidity: uidValidity.toString(),
      uid,
      receivedAt: receivedAtOf(row),
    }))
    .filter((hit) => from === undefined || hit.receivedAt >= from)
    .filter((hit) => after === undefined || newestFirst(after, hit) < 0);
};

const searchTogether = async (
  queries: readonly SearchObject[],
  search: (query: SearchObject) => Promise<UidSet>,
): Promise<UidSet> => {
  let uids = noUids;
  for (const query of queries) uids = union(uids, await search(query));
  return uids;
};

/** Characters of addresses in one command. Servers need not take lines over 8,192 octets. Source: RFC 7162 sec. 4 */
const longestQuery = 1_200;

const queriesFor = (connection: Connection, addresses: readonly Address[]): readonly SearchObject[] => {
  const groups: Address[][] = [];
  let room = 0;
  for (const address of addresses) {
    room -= address.length;
    if (room >= 0) groups.at(-1)?.push(address);
    else {
      groups.push([address]);
      room = longestQuery - address.length;
    }
  }
  return groups.map((group) =>
    isGmail(connection) && group.every(isSpelt)
      ? { gmailRaw: `{${group.flatMap(inAnyRoleAtGmail).join(' ')}}` }
      : { or: group.flatMap(inAnyRole) },
  );
};

const inAnyRole = (address: Address): SearchObject[] => [
  { from: address },
  { to: address },
  { cc: address },
  { bcc: address },
];

/** Gmail's own search goes by an index, IMAP's reads every message. Source: "IMAP extensions", developers.google.com, read 2026-11 */
const inAnyRoleAtGmail = (address: Address): readonly string[] =>
  ['from', 'to', 'cc', 'bcc'].map((role) => `${role}:"${address}"`);

/** What Gmail's search language cannot spell is searched for as anywhere else. */
const isSpelt = (address: Address): boolean => !/["\\(){}\s]/.test(address);

/** Servers search for parts of addresses: jane@a.test is found in jane@a.test.evil.test too. */
const verified = async (
  connection: Connection,
  hits: readonly CopyAt[],
  sought: Sought,
): Promise<readonly CopyRef[]> => {
  const folded = sought.by === 'label' ? undefined : new Set(sought.addresses.map(foldAddress));
  const refs = new Map<CopyAt, CopyRef>();
  for (const path of new Set(hits.map((hit) => hit.path))) {
    const here = hits.filter((hit) => hit.path === path);
    const { uidValidity } = await examine(connection, path);
    const rows = await fetchRows(connection, fromUids(here.map(({ uid }) => uid)), {
      threadId: true,
      headers: ['from', 'to', 'cc', 'bcc', 'message-id', 'in-reply-to', 'references'],
    });
    for (const hit of here) {
      const row = rows.get(hit.uid);
      if (row?.headers === undefined || uidValidity.toString() !== hit.uidValidity) continue;
      const headers = readHeaders(readHeaderBlock(row.headers), 0);
      if (folded === undefined || headers.participants.some((one) => folded.has(foldAddress(one.address))))
        refs.set(hit, toRef(hit, headers, row.threadId));
    }
  }
  return hits.flatMap((hit) => refs.get(hit) ?? []);
};
