/* One Gmail mailbox in memory: messages, threads, labels and the history of what happened to them. */
import { invalid, notFound } from './errors.ts';
import { createLabels, type Labels } from './labels.ts';
import {
  type Header,
  headerValue,
  messageIdsIn,
  type Part,
  parseParts,
  snippetOf,
  subjectKey,
} from './rfc822.ts';

export type StoredMessage = {
  readonly id: string;
  readonly threadId: string;
  readonly raw: Buffer;
  readonly labelIds: Set<string>;
  readonly internalDate: number;
  historyId: bigint;
  readonly payload: Part;
  readonly headers: readonly Header[];
  readonly snippet: string;
  readonly searchText: string;
  readonly hasAttachment: boolean;
};

export type HistoryKind = 'messageAdded' | 'messageDeleted' | 'labelAdded' | 'labelRemoved';
export type HistoryRecord = {
  readonly id: bigint;
  readonly kind: HistoryKind;
  readonly message: { readonly id: string; readonly threadId: string; readonly labelIds: readonly string[] };
  /** Labels that were added or removed; empty for messages added and deleted. */
  readonly labelIds: readonly string[];
};

export type Arrival = {
  readonly raw: Buffer;
  readonly labelIds: readonly string[];
  readonly threadId?: string | undefined;
  readonly internalDate: number;
};

export type Mailbox = {
  readonly address: string;
  readonly labels: Labels;
  readonly historyId: () => bigint;
  readonly add: (arrival: Arrival) => StoredMessage;
  readonly remove: (id: string) => void;
  /** Throws: 400 for labels that are unknown or may not be set by hand, 404 for an unknown message. */
  readonly modify: (ids: readonly string[], add: readonly string[], remove: readonly string[]) => void;
  /** As Gmail's own doing, without its checks of what a client may set. */
  readonly relabel: (message: StoredMessage, add: readonly string[], remove: readonly string[]) => void;
  readonly removeLabel: (labelId: string) => void;
  /** Throws: 400 for what is no id at all, 404 for an unknown one. */
  readonly message: (id: string) => StoredMessage;
  readonly thread: (id: string) => readonly StoredMessage[];
  /** Newest first. */
  readonly messages: () => readonly StoredMessage[];
  /** Records after `start`, oldest first. Throws: 404 when it is older than what is kept, or was never given out. */
  readonly historyAfter: (start: bigint) => readonly HistoryRecord[];
  readonly expireHistory: () => void;
};

/** Above 2^53, so that whoever reads a history id as a number loses its last digits and is found out. */
const firstHistoryId = 9_007_199_254_741_000n;

/** `onRecord`: told of each thing that happens in it. */
export const createMailbox = (
  address: string,
  onRecord: (mailbox: Mailbox, record: HistoryRecord) => void = () => undefined,
): Mailbox => {
  const byId = new Map<string, StoredMessage>();
  const history: HistoryRecord[] = [];
  const labels = createLabels();
  let historyId = firstHistoryId;
  let oldestKept = firstHistoryId;
  let serial = 0;

  const nextHistoryId = () => {
    // Ids rise with gaps, as Gmail's do.
    historyId += BigInt(1 + ((history.length * 7) % 13));
    return historyId;
  };

  const record = (kind: HistoryKind, message: StoredMessage, labelIds: readonly string[]) => {
    const id = nextHistoryId();
    message.historyId = id;
    const { id: messageId, threadId } = message;
    const recorded = {
      id,
      kind,
      message: { id: messageId, threadId, labelIds: [...message.labelIds] },
      labelIds,
    };
    history.push(recorded);
    onRecord(mailbox, recorded);
  };

  const nextMessageId = (internalDate: number): string => {
    serial += 1;
    const id = ((BigInt(Math.max(internalDate, earliestIdTime)) << 20n) + BigInt(serial)).toString(16);
    return id.padStart(16, '0');
  };

  const relabel: Mailbox['relabel'] = (message, add, remove) => {
    const added = add.filter((label) => !message.labelIds.has(label));
    const removed = remove.filter((label) => message.labelIds.has(label));
    for (const label of added) message.labelIds.add(label);
    if (added.length > 0) record('labelAdded', message, added);
    for (const label of removed) message.labelIds.delete(label);
    if (removed.length > 0) record('labelRemoved', message, removed);
  };

  const requireMessage: Mailbox['message'] = (id) => {
    if (!/^[0-9a-f]{1,16}$/.test(id)) throw invalid('Invalid id value');
    const message = byId.get(id);
    if (message === undefined) throw notFound();
    return message;
  };

  const threadOf = (id: string) =>
    [...byId.values()]
      .filter((message) => message.threadId === id)
      .sort((a, b) => a.internalDate - b.internalDate || (a.id < b.id ? -1 : 1));

  const mailbox: Mailbox = {
    address,
    labels,
    historyId: () => historyId,
    add: ({ raw, labelIds, threadId, internalDate }) => {
      for (const label of labelIds) labels.require(label);
      if (threadId !== undefined && threadOf(threadId).length === 0) throw notFound();
      const payload = parseParts(raw);
      const id = nextMessageId(internalDate);
      const message: StoredMessage = {
        id,
        threadId: joinedThread(payload.headers, [...byId.values()], threadId) ?? id,
        raw,
        labelIds: new Set(labelIds),
        internalDate,
        historyId: 0n,
        payload,
        headers: payload.headers,
        snippet: snippetOf(payload),
        searchText:
          `${payload.headers.map((header) => header.value).join('\n')}\n${raw.toString('utf8')}`.toLowerCase(),
        hasAttachment: hasNamedPart(payload),
      };
      byId.set(id, message);
      record('messageAdded', message, []);
      return message;
    },
    remove: (id) => {
      const message = requireMessage(id);
      byId.delete(id);
      record('messageDeleted', message, []);
    },
    modify: (ids, add, remove) => {
      for (const label of [...add, ...remove]) labels.requireSettable(label);
      for (const message of ids.map(requireMessage)) relabel(message, add, remove);
    },
    relabel,
    removeLabel: (labelId) => {
      labels.remove(labelId);
      for (const message of byId.values()) relabel(message, [], [labelId]);
    },
    message: requireMessage,
    thread: (id) => {
      if (!/^[0-9a-f]{1,16}$/.test(id)) throw invalid('Invalid id value');
      const messages = threadOf(id);
      if (messages.length === 0) throw notFound();
      return messages;
    },
    messages: () =>
      [...byId.values()].sort((a, b) => b.internalDate - a.internalDate || (a.id < b.id ? 1 : -1)),
    historyAfter: (start) => {
      if (start < oldestKept || start > historyId) throw notFound();
      return history.filter((entry) => entry.id > start);
    },
    expireHistory: () => {
      historyId += 1_000n;
      oldestKept = historyId;
      history.length = 0;
    },
  };
  return mailbox;
};

/** Keeps ids at sixteen hex digits, whatever date a message carries. */
const earliestIdTime = 1_100_000_000_000;

/**
 * Gmail's rule: References or In-Reply-To name a message that is here, and the subject is the same. A thread that is asked
 * for is taken only when it fits that rule.
 * Source: Schema$Message.threadId in @googleapis/gmail 22.0.1.
 */
const joinedThread = (
  headers: readonly Header[],
  messages: readonly StoredMessage[],
  asked: string | undefined,
): string | undefined => {
  const ancestors = new Set(
    ['References', 'In-Reply-To'].flatMap((name) => messageIdsIn(headerValue(headers, name))),
  );
  const subject = subjectKey(headerValue(headers, 'Subject'));
  const parents = messages.filter(
    (message) =>
      messageIdsIn(headerValue(message.headers, 'Message-ID')).some((id) => ancestors.has(id)) &&
      subjectKey(headerValue(message.headers, 'Subject')) === subject,
  );
  return (
    parents.find((parent) => parent.threadId === asked) ?? (asked === undefined ? parents[0] : undefined)
  )?.threadId;
};

const hasNamedPart = (part: Part): boolean => part.filename !== '' || part.parts.some(hasNamedPart);
