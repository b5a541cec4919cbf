/* The folders of a mailbox: which there are, what each is for, and whether anything in it changed. */
import { z } from 'zod';
import type { ListResponse } from 'imapflow';
import type { Connection } from './session.ts';

export type FolderUse = 'drafts' | 'spam' | 'trash' | 'all' | 'other';

export type Folder = {
  readonly path: string;
  readonly use: FolderUse;
  /** Undefined where the server did not tell. */
  readonly uidValidity?: string;
  /**
   * Equal for two looks between which nothing in the folder changed, flags included; undefined where the server counts no
   * changes, so that only a look into the folder tells.
   */
  readonly stamp?: string;
};

/** Folders the person named for a use, where neither the server nor the name tells. */
export type FolderChoice = { readonly drafts?: string; readonly spam?: string; readonly trash?: string };

/** Gmail with its extensions: labels show as folders there, and every message lies in one folder besides. */
export const isGmail = ({ imap }: Connection): boolean => imap.capabilities.has('X-GM-EXT-1');

/** Those that hold messages, of this person alone; of Gmail those three that hold each message once. */
export const listFolders = async (
  connection: Connection,
  choice: FolderChoice,
): Promise<readonly Folder[]> => {
  const { imap } = connection;
  const { spam, ...others } = choice;
  const listed = await imap.list({
    statusQuery: { messages: true, uidNext: true, uidValidity: true, highestModseq: true },
    specialUseHints: { ...others, ...(spam === undefined ? {} : { junk: spam }) },
  });
  const notOwn = [imap.namespaces?.other, imap.namespaces?.shared].flatMap((places) => places || []);
  const folders = listed
    .filter(({ flags }) => !flags.has('\\Noselect') && !flags.has('\\NonExistent'))
    .filter(({ path }) => !notOwn.some(({ prefix }) => prefix !== '' && path.startsWith(prefix)))
    .map((entry) => toFolder(connection, entry));
  const hasAll = folders.some(({ use }) => use === 'all');
  return isGmail(connection) && hasAll
    ? folders.filter(({ use }) => use === 'all' || use === 'trash' || use === 'spam')
    : folders;
};

const toFolder = ({ imap }: Connection, { path, specialUse, status }: ListResponse): Folder => {
  const known = Status.safeParse(status).data;
  // Of the folder that is open, servers may tell what was true when it was opened (RFC 9051 sec. 6.3.11).
  const isOpen = imap.mailbox !== false && imap.mailbox.path === path;
  return {
    path,
    use: uses[specialUse ?? ''] ?? 'other',
    ...(known === undefined ? {} : { uidValidity: known.uidValidity.toString() }),
    ...(known?.highestModseq === undefined || known.highestModseq === 0n || isOpen
      ? {}
      : { stamp: `${known.uidNext}.${known.messages}.${known.highestModseq}` }),
  };
};

const Status = z.object({
  uidValidity: z.bigint(),
  uidNext: z.number(),
  messages: z.number(),
  highestModseq: z.bigint().optional(),
});

/** Source: RFC 6154 sec. 2 */
const uses: Readonly<Partial<Record<string, FolderUse>>> = {
  '\\Drafts': 'drafts',
  '\\Junk': 'spam',
  '\\Trash': 'trash',
  '\\All': 'all',
};
