/* What the lab answers, in Google's field names; each answer is held against a strict schema, so that the lab cannot drift. */
import { z } from 'zod';
import type { HistoryRecord, Mailbox, StoredMessage } from './mailbox.ts';
import type { Part } from './rfc822.ts';

export type MessageFormat = 'minimal' | 'metadata' | 'full' | 'raw';

/** `headerNames`: the only headers of a metadata answer; none given means all. */
export const messageAnswer = (
  message: StoredMessage,
  format: MessageFormat,
  headerNames: readonly string[] = [],
) => ({
  id: message.id,
  threadId: message.threadId,
  ...(message.labelIds.size === 0 ? {} : { labelIds: [...message.labelIds] }),
  snippet: message.snippet,
  historyId: String(message.historyId),
  internalDate: String(message.internalDate),
  sizeEstimate: message.raw.length,
  ...(format === 'raw' ? { raw: message.raw.toString('base64url') } : {}),
  ...(format === 'full' ? { payload: partAnswer(message.payload) } : {}),
  ...(format === 'metadata'
    ? { payload: { mimeType: message.payload.mimeType, headers: chosenHeaders(message, headerNames) } }
    : {}),
});

export const threadAnswer = (
  messages: readonly StoredMessage[],
  format: MessageFormat,
  headerNames: readonly string[],
) => ({
  id: messages[0]?.threadId ?? '',
  historyId: String(latest(messages)),
  messages: messages.map((message) => messageAnswer(message, format, headerNames)),
});

const latest = (messages: readonly StoredMessage[]): bigint =>
  messages.map((message) => message.historyId).sort((a, b) => (a < b ? 1 : -1))[0] ?? 0n;

export const historyAnswer = (
  records: readonly HistoryRecord[],
  mailbox: Mailbox,
  nextPageToken: string | undefined,
) => ({
  ...(records.length === 0 ? {} : { history: records.map(recordAnswer) }),
  ...(nextPageToken === undefined ? {} : { nextPageToken }),
  historyId: String(mailbox.historyId()),
});

const recordAnswer = ({ id, kind, message, labelIds }: HistoryRecord) => {
  const { id: messageId, threadId } = message;
  const base = { id: String(id), messages: [{ id: messageId, threadId }] };
  switch (kind) {
    case 'messageAdded':
      return { ...base, messagesAdded: [{ message }] };
    case 'messageDeleted':
      return { ...base, messagesDeleted: [{ message }] };
    case 'labelAdded':
      return { ...base, labelsAdded: [{ message, labelIds }] };
    case 'labelRemoved':
      return { ...base, labelsRemoved: [{ message, labelIds }] };
  }
};

const chosenHeaders = (message: StoredMessage, names: readonly string[]) => {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return message.headers.filter((header) => wanted.size === 0 || wanted.has(header.name.toLowerCase()));
};

type PartAnswer = z.infer<typeof PartShape>;
const partAnswer = (part: Part): PartAnswer => ({
  partId: part.partId,
  mimeType: part.mimeType,
  filename: part.filename,
  headers: [...part.headers],
  body:
    part.parts.length > 0
      ? { size: 0 }
      : part.filename === ''
        ? { size: part.content.length, data: part.content.toString('base64url') }
        : { size: part.content.length, attachmentId: attachmentId(part) },
  ...(part.parts.length === 0 ? {} : { parts: part.parts.map(partAnswer) }),
});

export const attachmentId = (part: Part): string => `ANGjdJ-${part.partId}`;

const Id = z.string().regex(/^[0-9a-f]{16}$/);
const Digits = z.string().regex(/^\d+$/);
const HeaderShape = z.strictObject({ name: z.string().min(1), value: z.string() });
const PartShape = z.strictObject({
  partId: z.string(),
  mimeType: z.string(),
  filename: z.string(),
  headers: z.array(HeaderShape),
  body: z.strictObject({
    size: z.int().nonnegative(),
    data: z.string().optional(),
    attachmentId: z.string().optional(),
  }),
  get parts() {
    return z.array(PartShape).optional();
  },
});
const MessageRef = z.strictObject({ id: Id, threadId: Id });
const MessageShape = z.strictObject({
  ...MessageRef.shape,
  labelIds: z.array(z.string()).min(1).optional(),
  snippet: z.string(),
  historyId: Digits,
  internalDate: Digits,
  sizeEstimate: z.int().nonnegative(),
  raw: z
    .string()
    .regex(/^[A-Za-z0-9_-]*$/)
    .optional(),
  payload: PartShape.or(z.strictObject({ mimeType: z.string(), headers: z.array(HeaderShape) })).optional(),
});
const Changed = z.strictObject({ ...MessageRef.shape, labelIds: z.array(z.string()) });
const Placed = z.array(z.strictObject({ message: Changed })).optional();
const Relabelled = z
  .array(z.strictObject({ message: Changed, labelIds: z.array(z.string()).min(1) }))
  .optional();
const LabelShape = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.enum(['system', 'user']),
  messageListVisibility: z.enum(['show', 'hide']).optional(),
  labelListVisibility: z.enum(['labelShow', 'labelShowIfUnread', 'labelHide']).optional(),
  color: z.strictObject({ textColor: z.string(), backgroundColor: z.string() }).optional(),
});
const Counted = {
  messagesTotal: z.int(),
  messagesUnread: z.int(),
  threadsTotal: z.int(),
  threadsUnread: z.int(),
};
const Page = { nextPageToken: z.string().min(1).optional() };
const Nothing = z.undefined();
const Written = z.strictObject({ ...MessageRef.shape, labelIds: z.array(z.string()).optional() });

/** Source: the Schema$ types of @googleapis/gmail 22.0.1. */
export const answerShapes: Readonly<Record<string, z.ZodType>> = {
  'users.getProfile': z.strictObject({
    emailAddress: z.email(),
    messagesTotal: z.int(),
    threadsTotal: z.int(),
    historyId: Digits,
  }),
  'users.watch': z.strictObject({ historyId: Digits, expiration: Digits }),
  'users.stop': Nothing,
  'users.history.list': z.strictObject({
    ...Page,
    historyId: Digits,
    history: z
      .array(
        z.strictObject({
          id: Digits,
          messages: z.array(MessageRef),
          messagesAdded: Placed,
          messagesDeleted: Placed,
          labelsAdded: Relabelled,
          labelsRemoved: Relabelled,
        }),
      )
      .min(1)
      .optional(),
  }),
  'users.labels.create': LabelShape,
  'users.labels.delete': Nothing,
  'users.labels.get': z.strictObject({ ...LabelShape.shape, ...Counted }),
  'users.labels.list': z.strictObject({ labels: z.array(LabelShape.omit({ color: true })) }),
  'users.labels.patch': LabelShape,
  'users.messages.attachments.get': z.strictObject({ size: z.int(), data: z.string() }),
  'users.messages.batchModify': Nothing,
  'users.messages.delete': Nothing,
  'users.messages.get': MessageShape,
  'users.messages.import': Written,
  'users.messages.insert': Written,
  'users.messages.list': z.strictObject({
    ...Page,
    messages: z.array(MessageRef).min(1).optional(),
    resultSizeEstimate: z.int(),
  }),
  'users.messages.modify': Written,
  'users.messages.send': Written,
  'users.messages.trash': Written,
  'users.messages.untrash': Written,
  'users.threads.get': z.strictObject({ id: Id, historyId: Digits, messages: z.array(MessageShape).min(1) }),
  'users.threads.list': z.strictObject({
    ...Page,
    threads: z
      .array(z.strictObject({ id: Id, snippet: z.string(), historyId: Digits }))
      .min(1)
      .optional(),
    resultSizeEstimate: z.int(),
  }),
  'users.threads.modify': z.strictObject({
    id: Id,
    historyId: Digits,
    messages: z.array(Written),
  }),
};
