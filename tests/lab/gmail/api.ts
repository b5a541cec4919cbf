/* The Gmail API v1 methods the official client calls, one handler each. */
import { z } from 'zod';
import { attachmentId, historyAnswer, type MessageFormat, messageAnswer, threadAnswer } from './answers.ts';
import { forbidden, invalid, notFound } from './errors.ts';
import type { LabelChange } from './labels.ts';
import type { HistoryKind, Mailbox, StoredMessage } from './mailbox.ts';
import { type Pages, pageOf } from './paging.ts';
import { parseQuery } from './query.ts';
import { longestBatch } from './quota.ts';
import type { Part } from './rfc822.ts';
import { seesOnlyMetadata } from './scopes.ts';
import type { Watches } from './watch.ts';

export type ApiCall = {
  readonly mailbox: Mailbox;
  readonly ids: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly scopes: ReadonlySet<string>;
  readonly now: number;
  readonly pages: Pages;
  readonly watches: Watches;
  /** Hands a sent message to Gmail: the sender's copy comes back. */
  readonly post: (mailbox: Mailbox, raw: Buffer, threadId: string | undefined) => StoredMessage;
};
export type Route = {
  readonly apiMethod: string;
  readonly verb: string;
  readonly path: RegExp;
  /** Answers the JSON body, or undefined for 204. */
  readonly answer: (call: ApiCall) => unknown;
};

export const routes: readonly Route[] = [
  route('GET', '/profile', 'users.getProfile', ({ mailbox }) => ({
    emailAddress: mailbox.address,
    messagesTotal: mailbox.messages().length,
    threadsTotal: new Set(mailbox.messages().map((message) => message.threadId)).size,
    historyId: String(mailbox.historyId()),
  })),
  route('POST', '/watch', 'users.watch', ({ mailbox, body, watches }) => watches.watch(mailbox, body)),
  route('POST', '/stop', 'users.stop', ({ mailbox, watches }) => watches.stop(mailbox)),
  route('GET', '/history', 'users.history.list', listHistory),
  route('GET', '/labels', 'users.labels.list', ({ mailbox }) => ({
    labels: mailbox.labels.list().map(({ color: _, ...label }) => label),
  })),
  route('POST', '/labels', 'users.labels.create', ({ mailbox, body }) =>
    mailbox.labels.create(labelChange(body)),
  ),
  route('GET', '/labels/{id}', 'users.labels.get', ({ mailbox, ids }) => countLabel(mailbox, ids.id ?? '')),
  route('PATCH', '/labels/{id}', 'users.labels.patch', ({ mailbox, ids, body }) =>
    mailbox.labels.patch(ids.id ?? '', labelChange(body)),
  ),
  route('DELETE', '/labels/{id}', 'users.labels.delete', ({ mailbox, ids }) =>
    mailbox.removeLabel(ids.id ?? ''),
  ),
  route('GET', '/messages', 'users.messages.list', listMessages),
  route('POST', '/messages', 'users.messages.insert', (call) => writeMessage(call, 'receivedTime')),
  route('POST', '/messages/import', 'users.messages.import', (call) => writeMessage(call, 'dateHeader')),
  route('POST', '/messages/send', 'users.messages.send', ({ mailbox, body, post }) => {
    const { raw, threadId } = Written.parse(body);
    return written(post(mailbox, Buffer.from(raw, 'base64url'), threadId));
  }),
  route('POST', '/messages/batchModify', 'users.messages.batchModify', ({ mailbox, body }) => {
    const { ids, addLabelIds, removeLabelIds } = Batch.parse(body);
    if (ids.length > longestBatch) throw invalid('Too many ids');
    mailbox.modify(ids, addLabelIds, removeLabelIds);
  }),
  route('GET', '/messages/{id}', 'users.messages.get', (call) => {
    const message = call.mailbox.message(call.ids.id ?? '');
    return messageAnswer(message, readFormat(call), call.query.getAll('metadataHeaders'));
  }),
  route('DELETE', '/messages/{id}', 'users.messages.delete', ({ mailbox, ids }) =>
    mailbox.remove(ids.id ?? ''),
  ),
  route('POST', '/messages/{id}/modify', 'users.messages.modify', ({ mailbox, ids, body }) => {
    const { addLabelIds, removeLabelIds } = Modification.parse(body);
    mailbox.modify([ids.id ?? ''], addLabelIds, removeLabelIds);
    return written(mailbox.message(ids.id ?? ''));
  }),
  route('POST', '/messages/{id}/trash', 'users.messages.trash', ({ mailbox, ids }) => {
    const message = mailbox.message(ids.id ?? '');
    mailbox.relabel(message, ['TRASH'], ['INBOX']);
    return written(message);
  }),
  route('POST', '/messages/{id}/untrash', 'users.messages.untrash', ({ mailbox, ids }) => {
    const message = mailbox.message(ids.id ?? '');
    mailbox.relabel(message, [], ['TRASH']);
    return written(message);
  }),
  route(
    'GET',
    '/messages/{messageId}/attachments/{id}',
    'users.messages.attachments.get',
    ({ mailbox, ids }) => {
      const message = mailbox.message(ids.messageId ?? '');
      const part = findPart(message.payload, (one) => attachmentId(one) === ids.id);
      if (part === undefined) throw notFound();
      return { size: part.content.length, data: part.content.toString('base64url') };
    },
  ),
  route('GET', '/threads', 'users.threads.list', listThreads),
  route('GET', '/threads/{id}', 'users.threads.get', (call) => {
    const format = readFormat(call);
    if (format === 'raw') throw invalid('Format RAW is not supported for threads');
    return threadAnswer(call.mailbox.thread(call.ids.id ?? ''), format, call.query.getAll('metadataHeaders'));
  }),
  route('POST', '/threads/{id}/modify', 'users.threads.modify', ({ mailbox, ids, body }) => {
    const { addLabelIds, removeLabelIds } = Modification.parse(body);
    const messages = mailbox.thread(ids.id ?? '');
    mailbox.modify(
      messages.map((message) => message.id),
      addLabelIds,
      removeLabelIds,
    );
    const { id, historyId } = threadAnswer(messages, 'minimal', []);
    return { id, historyId, messages: messages.map(written) };
  }),
];

function route(verb: string, shape: string, apiMethod: string, answer: Route['answer']): Route {
  const pattern = shape.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { verb, apiMethod, answer, path: new RegExp(`^/gmail/v1/users/(?<userId>[^/]+)${pattern}$`) };
}

function listHistory({ mailbox, query, pages }: ApiCall) {
  const start = query.get('startHistoryId') ?? '';
  if (!/^\d+$/.test(start)) throw invalid("Invalid value at 'start_history_id' (TYPE_UINT64)");
  const kinds = query.getAll('historyTypes');
  const labelId = query.get('labelId');
  for (const kind of kinds) if (!historyKinds.has(kind)) throw invalid(`Invalid history type: ${kind}`);
  const { items, nextPageToken } = pageOf(mailbox.historyAfter(BigInt(start)), query, pages, {
    id: (record) => String(record.id),
  });
  // A page is cut before it is filtered: that is how Gmail comes to answer pages that go on and hold nothing.
  const shown = items.filter(
    (record) =>
      (kinds.length === 0 || kinds.includes(record.kind)) &&
      (labelId === null || record.message.labelIds.includes(labelId)),
  );
  return historyAnswer(shown, mailbox, nextPageToken);
}

const historyKinds = new Set<string>([
  'messageAdded',
  'messageDeleted',
  'labelAdded',
  'labelRemoved',
] satisfies HistoryKind[]);

function findMessages({ mailbox, query, now, scopes }: ApiCall): StoredMessage[] {
  const text = query.get('q') ?? '';
  if (text !== '' && seesOnlyMetadata(scopes))
    throw forbidden("Metadata scope does not support 'q' parameter");
  const labelNames = new Map(mailbox.labels.list().map((label) => [label.id, label.name]));
  const { matches, opensSpamAndTrash } = parseQuery(text, { now, labelNames });
  const labelIds = query.getAll('labelIds');
  for (const id of labelIds) mailbox.labels.require(id);
  const opens =
    opensSpamAndTrash ||
    query.get('includeSpamTrash') === 'true' ||
    labelIds.some((id) => id === 'SPAM' || id === 'TRASH');
  return mailbox
    .messages()
    .filter(
      (message) =>
        (opens || !(message.labelIds.has('SPAM') || message.labelIds.has('TRASH'))) &&
        labelIds.every((id) => message.labelIds.has(id)) &&
        matches(message),
    );
}

function listMessages(call: ApiCall) {
  const found = findMessages(call);
  const { items, nextPageToken } = pageOf(found, call.query, call.pages, {
    id: (one) => one.id,
  });
  return {
    ...(items.length === 0 ? {} : { messages: items.map(({ id, threadId }) => ({ id, threadId })) }),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    resultSizeEstimate: found.length,
  };
}

function listThreads(call: ApiCall) {
  const newest = new Map<string, StoredMessage>();
  for (const message of findMessages(call))
    if (!newest.has(message.threadId)) newest.set(message.threadId, message);
  const found = [...newest.values()];
  const { items, nextPageToken } = pageOf(found, call.query, call.pages, {
    id: (one) => one.threadId,
  });
  const threads = items.map(({ threadId, snippet, historyId }) => ({
    id: threadId,
    snippet,
    historyId: String(historyId),
  }));
  return {
    ...(threads.length === 0 ? {} : { threads }),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    resultSizeEstimate: found.length,
  };
}

function writeMessage({ mailbox, body, query, now }: ApiCall, usualDate: 'receivedTime' | 'dateHeader') {
  const { raw, threadId, labelIds } = Written.parse(body);
  const bytes = Buffer.from(raw, 'base64url');
  const dated = (query.get('internalDateSource') ?? usualDate) === 'dateHeader';
  const date = Date.parse(/^date:(.*)$/im.exec(bytes.toString('latin1'))?.[1] ?? '');
  const internalDate = dated && !Number.isNaN(date) ? date : now;
  return written(mailbox.add({ raw: bytes, labelIds: labelIds ?? [], threadId, internalDate }));
}

function countLabel(mailbox: Mailbox, labelId: string) {
  const label = mailbox.labels.find(labelId);
  const messages = mailbox.messages().filter((message) => message.labelIds.has(labelId));
  const unread = messages.filter((message) => message.labelIds.has('UNREAD'));
  const threads = (some: readonly StoredMessage[]) => new Set(some.map((message) => message.threadId)).size;
  return {
    ...label,
    messagesTotal: messages.length,
    messagesUnread: unread.length,
    threadsTotal: threads(messages),
    threadsUnread: threads(unread),
  };
}

function readFormat({ query, scopes }: ApiCall): MessageFormat {
  const format = (query.get('format') ?? 'full').toLowerCase();
  if (format !== 'minimal' && format !== 'metadata' && format !== 'full' && format !== 'raw')
    throw invalid(`Invalid value at 'format': ${format}`);
  if (seesOnlyMetadata(scopes) && (format === 'full' || format === 'raw'))
    throw forbidden(`Metadata scope doesn't allow format ${format.toUpperCase()}`);
  return format;
}

const written = ({ id, threadId, labelIds }: StoredMessage) => ({
  id,
  threadId,
  ...(labelIds.size === 0 ? {} : { labelIds: [...labelIds] }),
});

const findPart = (part: Part, is: (part: Part) => boolean): Part | undefined =>
  is(part) ? part : part.parts.map((child) => findPart(child, is)).find((found) => found !== undefined);

const LabelIds = z.array(z.string()).max(100).default([]);
const Modification = z.strictObject({ addLabelIds: LabelIds, removeLabelIds: LabelIds });
const Batch = z.strictObject({ ...Modification.shape, ids: z.array(z.string()).min(1) });
const Written = z.strictObject({
  raw: z.string().regex(/^[A-Za-z0-9_=-]+$/),
  threadId: z.string().optional(),
  labelIds: z.array(z.string()).optional(),
});
const LabelBody = z.strictObject({
  name: z.string().optional(),
  messageListVisibility: z.enum(['show', 'hide']).optional(),
  labelListVisibility: z.enum(['labelShow', 'labelShowIfUnread', 'labelHide']).optional(),
  color: z.strictObject({ textColor: z.string(), backgroundColor: z.string() }).optional(),
});
const labelChange = (body: unknown): LabelChange =>
  Object.fromEntries(Object.entries(LabelBody.parse(body)).filter(([, value]) => value !== undefined));
