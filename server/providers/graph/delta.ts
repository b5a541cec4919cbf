/*
 * Graph's changes per folder -> Delta. Graph follows folders one by one and from their beginning only, so a cursor holds a link
 * for each. Folders are listed at every pull: a new one is begun, and one that was thrown away or brought back is read again.
 * Where a link is lost, that folder is begun again, and what lies there is told of anew; of a folder that is gone nothing tells
 * what lay in it. Both are a reset: what was deleted meanwhile is told by nobody.
 * Graph tells of a message as removed when it left the folder, and, moved out and back again, when it did not: so each is
 * looked for before it counts as deleted.
 */
import type { CopyRef, Delta } from '../provider.ts';
import { type Change, ChangePage, changeSelect, MessagePlace } from './answers.ts';
import { type Cursor, type FolderStand, readCursor, writeCursor } from './cursor.ts';
import type { Refusal } from './failures.ts';
import type { Folder, Folders, MailboxFolders } from './folders.ts';
import type { GraphHttp, GraphRequest, Outcome } from './http.ts';
import { inPath } from './ids.ts';

/** A cursor for "from now on": every folder is read to its end, and nothing told of it. Throws: as GraphHttp.batch. */
export const startCursor = async (
  http: GraphHttp,
  folders: MailboxFolders,
  signal: AbortSignal,
): Promise<string> => {
  const stands = new Map<string, FolderStand>();
  for (const folder of (await folders.read(signal)).all) stands.set(folder.id, begun(folder));
  for (;;) {
    const open = [...stands.values()].filter(({ at }) => at !== 'settled').slice(0, foldersAtOnce);
    if (open.length === 0) break;
    const outcomes = await http.batch('messages/delta', open.map(toRequest), ChangePage, signal);
    for (const [nth, stand] of open.entries()) {
      const outcome = outcomes[nth];
      if (outcome === undefined) continue;
      if ('value' in outcome) stands.set(stand.id, stepped(http, stand, outcome.value));
      else if (isGone(outcome)) stands.delete(stand.id);
      else throw outcome.failure;
    }
  }
  return writeCursor({ v: 1, walk: 'changes', folders: [...stands.values()] });
};

/** Throws: bad-input for a cursor that is none of ours; otherwise as GraphHttp.batch. */
export const pullDelta = async (
  http: GraphHttp,
  mailbox: MailboxFolders,
  cursorText: string,
  window: { readonly from?: number },
  signal: AbortSignal,
): Promise<Delta> => {
  const known = readCursor(cursorText);
  const folders = await mailbox.read(signal);
  const compared = compare(known, folders, window);
  const delta = await pullFrom(http, compared.cursor, folders, signal);
  return { ...delta, lost: delta.lost || compared.isFolderGone };
};

/** Changes taken in one pull: as many as fit one page, and whatever else the last page brought. */
const pageSize = 500;
/** As many as go into one request. */
const foldersAtOnce = 20;

const begun = ({ id, place }: Folder): FolderStand => ({ id, place, at: 'list' });

/** The cursor's folders as they are now. */
const compare = (
  { folders: known, ...cursor }: Cursor,
  folders: Folders,
  window: { readonly from?: number },
): { readonly cursor: Cursor; readonly isFolderGone: boolean } => {
  const stands = new Map(known.map((stand) => [stand.id, stand]));
  const isTold = ({ at, link }: FolderStand) => at !== 'list' || link !== undefined;
  const isFolderGone = known.some((stand) => isTold(stand) && folders.find(stand.id) === undefined);
  const from = cursor.walk === 'list' ? cursor.from : window.from;
  return {
    isFolderGone,
    cursor: {
      v: 1,
      walk: isFolderGone ? 'list' : cursor.walk,
      ...(from === undefined ? {} : { from: Math.floor(from) }),
      folders: folders.all.map((folder) => {
        const stand = stands.get(folder.id);
        return stand === undefined || stand.place !== folder.place ? begun(folder) : stand;
      }),
    },
  };
};

const pullFrom = async (
  http: GraphHttp,
  cursor: Cursor,
  folders: Folders,
  signal: AbortSignal,
): Promise<Delta> => {
  const stands = new Map(cursor.folders.map((stand) => [stand.id, stand]));
  const taken: Change[] = [];
  const gone = new Set<string>();
  let isFull = false;
  let isBegunAgain = false;
  let lost = false;
  for (let from = 0; from < cursor.folders.length && !isFull; from += foldersAtOnce) {
    const asked = cursor.folders.slice(from, from + foldersAtOnce);
    const outcomes = await http.batch('messages/delta', asked.map(toRequest), ChangePage, signal);
    for (const [nth, stand] of asked.entries()) {
      if (taken.length >= pageSize) isFull = true;
      if (isFull) break;
      const outcome = outcomes[nth];
      if (outcome === undefined) continue;
      if ('value' in outcome) {
        taken.push(...outcome.value.value.filter((change) => isTold(change, stand, cursor.from)));
        stands.set(stand.id, stepped(http, stand, outcome.value));
        // The rest of its round comes first, in its order.
        if (outcome.value['@odata.nextLink'] !== undefined) isFull = true;
      } else if (outcome.isSyncLost && stand.link !== undefined) {
        stands.set(stand.id, { id: stand.id, place: stand.place, at: 'list' });
        // Of a folder that was still being listed nothing is lost with its link.
        lost ||= stand.at !== 'list';
        isBegunAgain = true;
      } else if (isGone(outcome)) gone.add(stand.id);
      // What was heard before a refusal is not asked for again.
      else if (taken.length > 0) isFull = true;
      else throw outcome.failure;
    }
  }
  const rest = [...stands.values()];
  const walk = lost ? 'list' : cursor.walk;
  const next = { ...cursor, walk, folders: rest };
  if (isBegunAgain && taken.length === 0) {
    const begunAgain = await pullFrom(http, next, folders, signal);
    return { ...begunAgain, lost: lost || begunAgain.lost };
  }
  const more = isFull || rest.some(({ id, at }) => at !== 'settled' && !gone.has(id));
  const { from: _, ...settled } = next;
  return {
    ...(await verified(http, folders, taken, signal)),
    next: writeCursor(more && walk === 'list' ? next : { ...settled, walk: 'changes' }),
    more,
    reset: walk === 'list',
    lost,
  };
};

/** A folder that went while it was asked for: the next pull sees that it is not there. */
const isGone = (refusal: Refusal): boolean => refusal.failure.reason === 'not-found';

const toRequest = ({ id, link }: FolderStand): GraphRequest => ({
  path: link ?? `/me/mailFolders/${encodeURIComponent(id)}/messages/delta?$select=${changeSelect}`,
  pageSize,
});

const stepped = (http: GraphHttp, { id, place, at }: FolderStand, page: ChangePage): FolderStand => {
  const { '@odata.nextLink': next, '@odata.deltaLink': delta } = page;
  if (next !== undefined) return { id, place, link: http.pathOf(next), at: at === 'list' ? 'list' : 'round' };
  // An end without a link to go on from leaves the folder to be begun again.
  return delta === undefined
    ? { id, place, at: 'list' }
    : { id, place, link: http.pathOf(delta), at: 'settled' };
};

const isTold = (change: Change, stand: FolderStand, from: number | undefined): boolean => {
  if (change['@removed'] !== undefined) return true;
  // All that Graph tells of a read mark, whatever was asked for: it says nothing of what may be kept.
  if (change.conversationId === undefined && change.isRead !== undefined) return false;
  const isOld =
    from !== undefined && typeof change.receivedDateTime === 'number' && change.receivedDateTime < from;
  return stand.at !== 'list' || !isOld;
};

/** Each message once; what is not there any more is a deletion, whatever else was told of it. */
const verified = async (
  http: GraphHttp,
  folders: Folders,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<{ readonly upserts: readonly CopyRef[]; readonly deletions: readonly string[] }> => {
  const upserts = new Map<string, CopyRef>();
  const unsure = new Set<string>();
  for (const { id, conversationId, '@removed': removed } of changes) {
    if (removed !== undefined || conversationId === undefined) unsure.add(id);
    else upserts.set(id, { providerMessageId: id, providerThreadId: conversationId });
  }
  const deletions: string[] = [];
  const ids = [...unsure];
  const outcomes = await http.batch(
    'messages/get',
    ids.map((id) => ({ path: `/me/messages/${inPath(id)}?$select=id,conversationId,parentFolderId` })),
    MessagePlace,
    signal,
  );
  for (const [nth, id] of ids.entries()) {
    const there = stillThere(outcomes[nth], folders);
    if (there === undefined) {
      upserts.delete(id);
      deletions.push(id);
    } else if (!upserts.has(id)) upserts.set(id, there);
  }
  return { upserts: [...upserts.values()], deletions };
};

const stillThere = (
  outcome: Outcome<{ id: string; conversationId: string; parentFolderId: string }> | undefined,
  folders: Folders,
): CopyRef | undefined => {
  if (outcome === undefined) return undefined;
  if ('value' in outcome) {
    const { id, conversationId, parentFolderId } = outcome.value;
    return folders.isRecoverable(parentFolderId)
      ? undefined
      : { providerMessageId: id, providerThreadId: conversationId };
  }
  if (outcome.failure.reason === 'not-found') return undefined;
  throw outcome.failure;
};
