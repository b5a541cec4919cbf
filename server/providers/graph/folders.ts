/*
 * The folders of one mailbox, and what lying in one of them means. A folder that was thrown away lies in Deleted Items with
 * everything in it, and no message of it is told of as moved.
 */
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { FolderId, FolderPage } from './answers.ts';
import type { GraphHttp } from './http.ts';
import { readAll } from './pages.ts';

export const FolderPlace = z.enum(['mail', 'trash', 'spam']);
export type FolderPlace = z.infer<typeof FolderPlace>;
export type Folder = { readonly id: string; readonly name: string; readonly place: FolderPlace };

export type Folders = {
  /** Every folder at every depth, in Graph's order. */
  readonly all: readonly Folder[];
  /** What is deleted for good by a person lies there for a while and can still be read by its id. */
  readonly isRecoverable: (folderId: string) => boolean;
  readonly find: (folderId: string) => Folder | undefined;
};

export type MailboxFolders = {
  readonly read: (signal: AbortSignal) => Promise<Folders>;
  readonly recent: (signal: AbortSignal) => Promise<Folders>;
};

/** A folder that is made, renamed or thrown away shows here after this time at the latest. */
const freshForMs = 60_000;

export const mailboxFolders = (http: GraphHttp, clock: Clock): MailboxFolders => {
  let known: { readonly folders: Folders; readonly at: number } | undefined;
  const read = async (signal: AbortSignal): Promise<Folders> => {
    const folders = await readFolders(http, signal);
    known = { folders, at: clock.now() };
    return folders;
  };
  return {
    read,
    recent: (signal) =>
      known !== undefined && clock.now() - known.at < freshForMs
        ? Promise.resolve(known.folders)
        : read(signal),
  };
};

/** Source: Microsoft Graph, mailFolder resource, "well-known folder names", read 2026-11. Display names are in the person's language. */
const wellKnown = ['deleteditems', 'junkemail', 'recoverableitemsdeletions'] as const;

const readFolders = async (http: GraphHttp, signal: AbortSignal): Promise<Folders> => {
  const marks = await http.batch(
    'mailFolders/well-known',
    wellKnown.map((name) => ({ path: `/me/mailFolders/${name}?$select=id` })),
    FolderId,
    signal,
  );
  const [trashId, spamId, recoverableId] = marks.map((outcome) => {
    if ('value' in outcome) return outcome.value.id;
    // A mailbox need not have each of them.
    if (outcome.failure.reason === 'not-found') return undefined;
    throw outcome.failure;
  });
  // Without a link to go on from, a list of changes is the one flat list of folders at every depth.
  const listed = await readAll(
    http,
    'mailFolders/delta',
    '/me/mailFolders/delta?$select=id,parentFolderId,displayName',
    FolderPage,
    signal,
    folderPageSize,
  );
  const raw = new Map(listed.filter((one) => one['@removed'] === undefined).map((one) => [one.id, one]));
  const placeOf = (folderId: string): FolderPlace => {
    let at: string | null | undefined = folderId;
    for (let depth = 0; at !== undefined && at !== null && depth < deepestFolder; depth += 1) {
      if (at === trashId) return 'trash';
      if (at === spamId) return 'spam';
      at = raw.get(at)?.parentFolderId;
    }
    return 'mail';
  };
  const all = [...raw.values()]
    // What a search folder shows lies in another one.
    .filter((one) => one.id !== recoverableId && one['@odata.type'] !== '#microsoft.graph.mailSearchFolder')
    .map(({ id, displayName }) => ({ id, name: displayName ?? id, place: placeOf(id) }));
  if (all.length > mostFolders) throw new Failure('provider-refused', 'The mailbox has too many folders');
  const byId = new Map(all.map((folder) => [folder.id, folder]));
  return {
    all,
    isRecoverable: (folderId) => folderId === recoverableId,
    find: (folderId) => byId.get(folderId),
  };
};

const folderPageSize = 200;
/** Source: Exchange Online limits, "folder hierarchy depth" and "folders per mailbox", read 2026-11. */
const deepestFolder = 300;
export const mostFolders = 10_000;
