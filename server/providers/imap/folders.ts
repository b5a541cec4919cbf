/* The folders of a mailbox: which there are, what each is for, and whether anything in it changed. */
import type { ListResponse, MailboxObject } from 'imapflow';
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import type { PasswordSecret } from '../consent.ts';
import { hasFlag } from './commands.ts';
import type { Connection } from './dial.ts';
import { isShutFolder } from './failures.ts';
import { type FolderUse, useOf } from './folder-use.ts';

export type Folder = {
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  readonly use: FolderUse;
  /** As it is now, where the server tells without a look into the folder. */
  readonly stamp?: FolderStamp;
};

/**
 * Equal for two looks between which nothing in the folder changed, flags included. There is none where the server counts
 * no changes (CONDSTORE, RFC 7162).
 */
export type FolderStamp = string;

/** Folders the person named for a use, where neither the server nor the name tells. */
export type FolderChoice = Exclude<PasswordSecret['folders'], undefined>;

/** Gmail with its extensions: labels show as folders there, and every message lies in one folder besides. */
export const isGmail = ({ imap }: Connection): boolean => imap.capabilities.has('X-GM-EXT-1');

export type Folders = {
  /** As they are now, each with its stamp. */
  readonly list: (connection: Connection) => Promise<readonly Folder[]>;
  /** As they were a short while ago, for what a folder is used for; with the one at `path`, if it is there. */
  readonly recent: (connection: Connection, path?: string) => Promise<readonly Folder[]>;
};

/** A folder that is made, renamed or given another use shows after this time at the latest. */
const freshForMs = 60_000;

export const mailboxFolders = (clock: Clock, choice: FolderChoice): Folders => {
  let known: { readonly folders: readonly Folder[]; readonly at: number } | undefined;
  const list = async (connection: Connection): Promise<readonly Folder[]> => {
    const folders = await listFolders(connection, choice);
    known = { folders, at: clock.now() };
    return folders;
  };
  return {
    list,
    recent: async (connection, path) => {
      const isKnown =
        known !== undefined &&
        clock.now() - known.at < freshForMs &&
        (path === undefined || known.folders.some((folder) => folder.path === path));
      return isKnown && known !== undefined ? known.folders : list(connection);
    },
  };
};

/** Those that hold messages, of this person alone; of Gmail those three that hold each message once. */
const listFolders = async (connection: Connection, choice: FolderChoice): Promise<readonly Folder[]> => {
  const { imap } = connection;
  const { spam, ...others } = choice;
  const listed = await imap.list({
    statusQuery: { messages: true, uidNext: true, uidValidity: true, highestModseq: true },
    specialUseHints: { ...others, ...(spam === undefined ? {} : { junk: spam }) },
  });
  const notOwn = [imap.namespaces?.other, imap.namespaces?.shared].flatMap((places) => places || []);
  const folders = listed
    .filter(({ flags }) => !hasFlag(flags, '\\Noselect') && !hasFlag(flags, '\\NonExistent'))
    .filter(({ path }) => !notOwn.some(({ prefix }) => prefix !== '' && path.startsWith(prefix)))
    .map((entry) => toFolder(connection, entry, useOf(entry, listed)));
  const hasAll = folders.some(({ use }) => use === 'all');
  return isGmail(connection) && hasAll
    ? folders.filter(({ use }) => use === 'all' || use === 'trash' || use === 'spam')
    : folders;
};

/**
 * What a look into the folder gives, or 'shut' where its person may list it and not read it. The inbox is not passed over: a
 * mailbox without it is none.
 */
export const unlessShut = async <T>(
  { imap }: Connection,
  path: string,
  look: () => Promise<T>,
): Promise<T | 'shut'> => {
  try {
    return await look();
  } catch (thrown) {
    if (imap.usable && isShutFolder(thrown) && path.toUpperCase() !== 'INBOX') return 'shut';
    throw thrown;
  }
};

/** Of a folder that was just opened. */
export const stampOf = ({ uidValidity, uidNext, exists, highestModseq, noModseq }: MailboxObject) =>
  noModseq === true ? undefined : toStamp({ uidValidity, uidNext, messages: exists, highestModseq });

const toFolder = ({ imap }: Connection, { path, name, status }: ListResponse, use: FolderUse): Folder => {
  const known = Status.safeParse(status).data;
  // Of the folder that is open, servers may tell what was true when it was opened (RFC 9051 sec. 6.3.11).
  const isOpen = imap.mailbox !== false && imap.mailbox.path === path;
  const stamp = known === undefined || isOpen ? undefined : toStamp(known);
  return { path, name, use, ...(stamp === undefined ? {} : { stamp }) };
};

const toStamp = ({ uidValidity, uidNext, messages, highestModseq }: Status): FolderStamp | undefined =>
  highestModseq === undefined || highestModseq === 0n
    ? undefined
    : [uidValidity, uidNext, messages, highestModseq].join('.');

const Status = z.object({
  uidValidity: z.bigint(),
  uidNext: z.number(),
  messages: z.number(),
  highestModseq: z.bigint().optional(),
});
type Status = z.infer<typeof Status>;
