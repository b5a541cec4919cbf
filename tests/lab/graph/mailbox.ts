/* One Outlook mailbox in memory: folders, messages, conversations, categories, and what changed in each folder. */
import { type Header, headerValue, messageIdsIn, readHeaderLines } from '../gmail/rfc822.ts';
import { badRequest, GraphRefusal, malformedId, notFound } from './errors.ts';
import { conversationIdOf, folderIdOf, immutableId, isIdShaped, plainId } from './ids.ts';

export type StoredFolder = {
  readonly id: string;
  readonly wellKnownName: string | undefined;
  /** It shows what lies elsewhere, and holds nothing. */
  readonly isSearch: boolean;
  displayName: string;
  parentFolderId: string;
};

export type StoredMessage = {
  readonly seed: string;
  readonly id: string;
  readonly conversationId: string;
  readonly raw: Buffer;
  readonly headers: readonly Header[];
  readonly receivedAt: number;
  readonly sentAt: number;
  /** Sent or drafted here: Outlook keeps no internet headers of it. */
  readonly isOwn: boolean;
  isDraft: boolean;
  isRead: boolean;
  categories: readonly string[];
  folderId: string;
};

/** What happened to one message in one folder; the last of each counts. */
export type FolderChange = {
  readonly nr: number;
  readonly folderId: string;
  readonly seed: string;
  readonly kind: 'created' | 'updated' | 'read' | 'removed';
};

export type Arrival = {
  readonly raw: Buffer;
  readonly folder?: string;
  readonly at: number;
  readonly isOwn?: boolean;
  readonly isDraft?: boolean;
  /** Put together with this one, as Outlook does with unrelated mail of one subject. */
  readonly beside?: StoredMessage;
};

export type GraphMailbox = {
  readonly address: string;
  readonly categories: { displayName: string; color: string }[];
  readonly rootId: string;
  readonly folders: () => readonly StoredFolder[];
  /** By id or well-known name. Throws: 404, or 400 for what is no id. */
  readonly folder: (idOrName: string) => StoredFolder;
  readonly makeFolder: (displayName: string, parent?: string) => StoredFolder;
  readonly makeSearchFolder: (displayName: string) => StoredFolder;
  /** Puts a folder under another, as a person throws it away or brings it back: no message in it is told of. */
  readonly moveFolder: (id: string, parent: string) => void;
  /** For good, with everything in it. */
  readonly removeFolder: (id: string) => void;
  readonly add: (arrival: Arrival) => StoredMessage;
  readonly move: (message: StoredMessage, folder: string) => void;
  /** As a person deletes for good: it lies among the recoverable items, where no list shows it. */
  readonly remove: (message: StoredMessage) => void;
  /** Once the recoverable time is over. */
  readonly purge: (message: StoredMessage) => void;
  readonly markRead: (message: StoredMessage) => void;
  readonly categorise: (message: StoredMessage, categories: readonly string[]) => void;
  /** By immutable id, or by the id it has in its folder. Throws: 404, or 400 for what is no id. */
  readonly message: (id: string) => StoredMessage;
  /** Every message a list shows, newest first. */
  readonly messages: () => readonly StoredMessage[];
  /** Those too that no list shows. */
  readonly all: () => readonly StoredMessage[];
  readonly changes: () => readonly FolderChange[];
  readonly changeNr: () => number;
  readonly onChange: (
    tell: (kind: 'created' | 'updated' | 'deleted', message: StoredMessage) => void,
  ) => void;
};

const wellKnownFolders = {
  inbox: 'Posteingang',
  sentitems: 'Gesendete Elemente',
  drafts: 'Entwürfe',
  deleteditems: 'Gelöschte Elemente',
  junkemail: 'Junk-E-Mail',
  archive: 'Archiv',
  outbox: 'Postausgang',
} as const;
const recoverable = 'recoverableitemsdeletions';

export const createMailbox = (address: string): GraphMailbox => {
  const folders = new Map<string, StoredFolder>();
  const bySeed = new Map<string, StoredMessage>();
  const changes: FolderChange[] = [];
  const listeners: Parameters<GraphMailbox['onChange']>[0][] = [];
  const rootId = folderIdOf(`${address}/msgfolderroot`);
  let serial = 0;

  const putFolder = (
    displayName: string,
    parentFolderId: string,
    wellKnownName?: string,
    isSearch = false,
  ): StoredFolder => {
    serial += 1;
    const id = folderIdOf(`${address}/${wellKnownName ?? `folder-${serial}`}`);
    const folder = { id, wellKnownName, displayName, parentFolderId, isSearch };
    folders.set(id, folder);
    return folder;
  };
  for (const [name, displayName] of Object.entries(wellKnownFolders)) putFolder(displayName, rootId, name);
  putFolder('Deletions', folderIdOf(`${address}/dumpster`), recoverable);

  const folder: GraphMailbox['folder'] = (idOrName) => {
    const named = [...folders.values()].find(({ wellKnownName }) => wellKnownName === idOrName.toLowerCase());
    if (named !== undefined) return named;
    if (!isIdShaped(idOrName)) throw malformedId();
    const found = folders.get(idOrName);
    if (found === undefined) throw notFound();
    return found;
  };
  const isListed = ({ folderId }: StoredMessage) => folderId !== folder(recoverable).id;

  const record = (message: StoredMessage, kind: FolderChange['kind']) => {
    changes.push({ nr: changes.length + 1, folderId: message.folderId, seed: message.seed, kind });
    const told = kind === 'removed' ? 'deleted' : kind === 'created' ? 'created' : 'updated';
    for (const tell of listeners) tell(told, message);
  };

  const move: GraphMailbox['move'] = (message, to) => {
    const target = folder(to).id;
    if (target === message.folderId) return;
    record(message, 'removed');
    message.folderId = target;
    if (isListed(message)) record(message, 'created');
  };

  return {
    address,
    categories: [],
    rootId,
    folders: () => [...folders.values()].filter(({ wellKnownName }) => wellKnownName !== recoverable),
    folder,
    makeFolder: (displayName, parent) =>
      putFolder(displayName, parent === undefined ? rootId : folder(parent).id),
    makeSearchFolder: (displayName) => putFolder(displayName, rootId, undefined, true),
    moveFolder: (id, parent) => {
      folder(id).parentFolderId = folder(parent).id;
    },
    removeFolder: (id) => {
      for (const message of bySeed.values()) if (message.folderId === id) bySeed.delete(message.seed);
      folders.delete(id);
    },
    add: ({ raw, folder: into = 'inbox', at, isOwn = false, isDraft = false, beside }) => {
      serial += 1;
      const seed = `${address}/${serial}`;
      const headers = readHeaderLines(raw);
      const parent = beside ?? parentOf(headers, [...bySeed.values()]);
      const message: StoredMessage = {
        seed,
        id: immutableId(seed),
        conversationId: parent?.conversationId ?? conversationIdOf(seed),
        raw,
        headers,
        // Outlook keeps whole seconds.
        receivedAt: Math.floor(at / 1_000) * 1_000,
        sentAt: Date.parse(headerValue(headers, 'Date') ?? '') || at,
        isOwn,
        isDraft,
        isRead: isOwn,
        categories: [],
        folderId: folder(into).id,
      };
      bySeed.set(seed, message);
      record(message, 'created');
      return message;
    },
    move,
    remove: (message) => move(message, recoverable),
    purge: (message) => {
      if (isListed(message)) record(message, 'removed');
      bySeed.delete(message.seed);
    },
    markRead: (message) => {
      message.isRead = !message.isRead;
      record(message, 'read');
    },
    categorise: (message, categories) => {
      if (categories.some((name) => name.includes(','))) throw badRequest('A category has no comma.');
      message.categories = [...new Set(categories)];
      record(message, 'updated');
    },
    message: (id) => {
      if (!isIdShaped(id)) throw malformedId();
      const found = [...bySeed.values()].find(
        (one) => one.id === id || plainId(one.seed, one.folderId) === id,
      );
      if (found === undefined) throw notFound();
      return found;
    },
    messages: () =>
      [...bySeed.values()].filter(isListed).sort((a, b) => b.receivedAt - a.receivedAt || later(b, a)),
    all: () => [...bySeed.values()],
    changes: () => changes,
    changeNr: () => changes.length,
    onChange: (tell) => {
      listeners.push(tell);
    },
  };
};

/** Throws: 409 for a category that is there already, whatever its case. */
export const addCategory = (
  mailbox: GraphMailbox,
  { displayName, color }: { readonly displayName: string; readonly color: string },
) => {
  if (mailbox.categories.some((one) => one.displayName.toLowerCase() === displayName.toLowerCase()))
    throw new GraphRefusal(409, 'CategoryNameDuplicate', 'A category with this name exists.');
  const category = { displayName, color };
  mailbox.categories.push(category);
  return category;
};

const later = (a: StoredMessage, b: StoredMessage): number =>
  Number(a.seed.slice(a.seed.lastIndexOf('/') + 1)) - Number(b.seed.slice(b.seed.lastIndexOf('/') + 1));

/** Outlook joins by the ids a message names, whatever its subject. */
const parentOf = (
  headers: readonly Header[],
  messages: readonly StoredMessage[],
): StoredMessage | undefined => {
  const ancestors = new Set(
    ['References', 'In-Reply-To'].flatMap((name) => messageIdsIn(headerValue(headers, name))),
  );
  return messages.find((message) =>
    messageIdsIn(headerValue(message.headers, 'Message-ID')).some((id) => ancestors.has(id)),
  );
};
