/* Who wrote to whom, and what is labelled, by the server's own search; what it finds too much is told by the headers. */
import type { SearchObject } from 'imapflow';
import { z } from 'zod';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import { readHeaders } from '../mime.ts';
import type { CopyRef, Sought } from '../provider.ts';
import { examine, fetchRows, searchUids } from './commands.ts';
import type { Connection } from './dial.ts';
import type { Folder, Folders } from './folders.ts';
import { readHeaderBlock } from './header-block.ts';
import { type CopyAt, toRef, Uid } from './ids.ts';
import { isLabelFolder } from './labels.ts';
import { receivedAtOf } from './rows.ts';
import { labelledIn } from './scan.ts';
import { fromUids } from './uid-set.ts';
import { dayBefore } from './window.ts';

export type SearchPage = { readonly found: readonly CopyRef[]; readonly nextPage?: string };

/** Trash and spam are not searched. Throws: bad-input for a page that was never given out. */
export const searchPage = async (
  { folders, labelName }: { readonly folders: Folders; readonly labelName: string },
  connection: Connection,
  sought: Sought,
  window: { readonly from?: number },
  page: string | undefined,
): Promise<SearchPage> => {
  const after = page === undefined ? undefined : readPage(page);
  const hits: Hit[] = [];
  for (const folder of await folders.recent(connection))
    if (folder.use !== 'trash' && folder.use !== 'spam')
      hits.push(...(await hitsIn(connection, folder, labelName, sought, window)));
  hits.sort(newestFirst);
  const left = after === undefined ? hits : hits.filter((hit) => newestFirst(after, hit) < 0);
  const shown = left.slice(0, hitsPerPage);
  const last = left.length > shown.length ? shown.at(-1) : undefined;
  const found = await verified(connection, shown, sought);
  return { found, ...(last === undefined ? {} : { nextPage: writePage(last) }) };
};

const hitsPerPage = 100;

type Position = { readonly receivedAt: number; readonly path: string; readonly uid: number };
type Hit = Position & CopyAt;

const newestFirst = (a: Position, b: Position): number =>
  b.receivedAt - a.receivedAt || (a.path < b.path ? -1 : a.path > b.path ? 1 : b.uid - a.uid);

const hitsIn = async (
  connection: Connection,
  folder: Folder,
  labelName: string,
  sought: Sought,
  { from }: { readonly from?: number },
): Promise<Hit[]> => {
  const { path } = folder;
  const { uidValidity, exists, flags } = await examine(connection, path);
  if (exists === 0) return [];
  const search = (query: SearchObject) =>
    searchUids(connection, { ...query, ...(from === undefined ? {} : { since: dayBefore(from) }) });
  const uids =
    sought.by === 'addresses'
      ? await search({ or: sought.addresses.flatMap(inAnyRole) })
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
    .filter(({ receivedAt }) => from === undefined || receivedAt >= from);
};

const inAnyRole = (address: Address): SearchObject[] => [
  { from: address },
  { to: address },
  { cc: address },
  { bcc: address },
];

/** Servers search for parts of addresses: jane@a.test is found in jane@a.test.evil.test too. */
const verified = async (
  connection: Connection,
  hits: readonly Hit[],
  sought: Sought,
): Promise<readonly CopyRef[]> => {
  const folded = sought.by === 'label' ? undefined : new Set(sought.addresses.map(foldAddress));
  const refs = new Map<Hit, CopyRef>();
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

const writePage = ({ receivedAt, path, uid }: Position): string => JSON.stringify([receivedAt, path, uid]);

const readPage = (text: string): Position => {
  try {
    const [receivedAt, path, uid] = z.tuple([z.int(), z.string().min(1), Uid]).parse(JSON.parse(text));
    return { receivedAt, path, uid };
  } catch (cause) {
    throw new Failure('bad-input', 'The page is none that a search was given', { cause });
  }
};
