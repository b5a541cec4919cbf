/* Messages and conversations as copies: their headers, where they lie, and their source. */
import { readMessageIds } from '../../../lib/domain/message-id.ts';
import { Failure } from '../../base/failure.ts';
import type { CopyHeaders, RawMessage } from '../provider.ts';
import { HeadersPage, MessageHeaders, MessageRef } from './answers.ts';
import type { Folders, MailboxFolders } from './folders.ts';
import { headerLines, headerProperties, headerSelect, sizeOf, sizeProperty } from './header-lines.ts';
import type { GraphHttp } from './http.ts';
import { idMayBeUnknown, inPath, ofConversation } from './ids.ts';
import type { MailboxLabels } from './labels.ts';
import { readAll } from './pages.ts';

/** Oldest first. Graph sorts no list that is chosen by conversation. Throws: not-found where there is no message of it. */
export const readThread = async (
  http: GraphHttp,
  folders: MailboxFolders,
  labels: MailboxLabels,
  providerThreadId: string,
  signal: AbortSignal,
): Promise<readonly CopyHeaders[]> => {
  const conversation = idMayBeUnknown(() =>
    readAll(
      http,
      'messages/of-conversation',
      `/me/messages?$filter=${ofConversation(providerThreadId)}` +
        `&$select=${headerSelect}&$expand=${encodeURIComponent(headerProperties)}&$top=50`,
      HeadersPage,
      signal,
    ),
  );
  // Somebody waits: where folders lie is asked for at the same time.
  const [messages, known] = await Promise.all([conversation, folders.recent(signal)]);
  if (messages.length === 0) throw new Failure('not-found', 'Graph knows no such conversation');
  const isLabelled = messages.some(({ categories }) => labels.isAmong(categories));
  return messages
    .map((message) => toCopy(message, isLabelled, known))
    .sort((a, b) => a.receivedAt - b.receivedAt);
};

export const readOne = async (
  http: GraphHttp,
  folders: MailboxFolders,
  labels: MailboxLabels,
  providerMessageId: string,
  signal: AbortSignal,
): Promise<CopyHeaders> => {
  const message = await idMayBeUnknown(() =>
    http.call(
      'messages/get',
      {
        path: `/me/messages/${inPath(providerMessageId)}?$select=${headerSelect}&$expand=${encodeURIComponent(headerProperties)}`,
      },
      MessageHeaders,
      signal,
    ),
  );
  const known = await folders.recent(signal);
  if (known.isRecoverable(message.parentFolderId))
    throw new Failure('not-found', 'The message was deleted for good');
  const isLabelled =
    labels.isAmong(message.categories) ||
    (namesEarlier(headerLines(message)) && (await labels.isOnThread(message.conversationId, signal)));
  return toCopy(message, isLabelled, known);
};

/** What is far too large is not downloaded; the rest is counted while it comes, and what is over the limit is cut off. */
export const fetchRaw = async (
  http: GraphHttp,
  providerMessageId: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<RawMessage> => {
  const path = `/me/messages/${inPath(providerMessageId)}`;
  const message = await idMayBeUnknown(() =>
    http.call(
      'messages/get',
      { path: `${path}?$select=id,conversationId&$expand=${encodeURIComponent(sizeProperty)}` },
      SizedMessage,
      signal,
    ),
  );
  const sizeBytes = sizeOf(message);
  if (sizeBytes > maxBytes * mostTextOverhead + mostPropertyBytes)
    throw new Failure('too-large', `A message has about ${sizeBytes} bytes, more than ${maxBytes}`);
  const raw = await http.download('messages/value', `${path}/$value`, maxBytes, signal);
  return { providerMessageId: message.id, providerThreadId: message.conversationId, raw };
};

/** A mailbox keeps text in two bytes a letter, so that it counts up to twice what the source has. */
const mostTextOverhead = 2;
/** And keeps properties beside it that the source has not. */
const mostPropertyBytes = 65_536;

const SizedMessage = MessageRef.extend({
  singleValueExtendedProperties: MessageHeaders.shape.singleValueExtendedProperties,
});

/** Outlook puts unrelated mail of one subject together too: only what names an earlier message takes over the label of others. */
const namesEarlier = (headers: CopyHeaders['headers']): boolean =>
  headers.some(
    ({ name, value }) => /^(in-reply-to|references)$/i.test(name) && readMessageIds(value).length > 0,
  );

const toCopy = (message: MessageHeaders, isLabelled: boolean, folders: Folders): CopyHeaders => {
  const folder = folders.find(message.parentFolderId);
  return {
    providerMessageId: message.id,
    providerThreadId: message.conversationId,
    place: {
      isDraft: message.isDraft ?? false,
      isSpam: folder?.place === 'spam',
      isTrash: folder?.place === 'trash' || folders.isRecoverable(message.parentFolderId),
      isLabelled,
    },
    labels: [...(folder === undefined ? [] : [folder.name]), ...(message.categories ?? [])],
    headers: headerLines(message),
    receivedAt: message.receivedDateTime,
    sizeBytes: sizeOf(message),
  };
};
