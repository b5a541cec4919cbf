/* What Graph shows of a message: the properties asked for, under the id the request prefers. */
import type { Message, Recipient } from '@microsoft/microsoft-graph-types';
import { addressesIn, type Header, headerValue } from '../gmail/rfc822.ts';
import { plainId } from './ids.ts';
import type { StoredMessage } from './mailbox.ts';

const known: readonly (keyof Message)[] = [
  'id',
  'conversationId',
  'parentFolderId',
  'isDraft',
  'isRead',
  'categories',
  'receivedDateTime',
  'sentDateTime',
  'subject',
  'from',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'internetMessageId',
  'internetMessageHeaders',
];
export const messageProperties: ReadonlySet<string> = new Set(known);

export const showId = (message: StoredMessage, isImmutable: boolean): string =>
  isImmutable ? message.id : plainId(message.seed, message.folderId);

/** Without a choice Graph gives all but the internet headers. The id always comes. */
export const showMessage = (
  message: StoredMessage,
  select: readonly string[] | undefined,
  expand: readonly string[],
  isImmutable: boolean,
): Message & { '@odata.etag': string } => {
  const all: Message = {
    id: showId(message, isImmutable),
    conversationId: message.conversationId,
    parentFolderId: message.folderId,
    isDraft: message.isDraft,
    isRead: message.isRead,
    categories: [...message.categories],
    receivedDateTime: isoSeconds(message.receivedAt),
    sentDateTime: isoSeconds(message.sentAt),
    subject: headerValue(message.headers, 'Subject') ?? '',
    ...(headerValue(message.headers, 'From') === undefined
      ? {}
      : { from: recipients(message.headers, 'from')[0] ?? null }),
    toRecipients: recipients(message.headers, 'to'),
    ccRecipients: recipients(message.headers, 'cc'),
    bccRecipients: recipients(message.headers, 'bcc'),
    internetMessageId: headerValue(message.headers, 'Message-ID') ?? `<${message.seed}@outlook.lab>`,
    ...(message.isOwn || !(select?.includes('internetMessageHeaders') ?? false)
      ? {}
      : { internetMessageHeaders: message.headers.map(({ name, value }) => ({ name, value })) }),
  };
  const chosen = Object.fromEntries(
    Object.entries(all).filter(([name]) => name === 'id' || (select?.includes(name) ?? true)),
  );
  const properties = expand.flatMap((id) => extended(message, id));
  return {
    '@odata.etag': `W/"${message.seed.length}"`,
    ...chosen,
    ...(properties.length === 0 ? {} : { singleValueExtendedProperties: properties }),
  };
};

/** Graph gives the number back in small letters and without its leading noughts. */
const extended = (message: StoredMessage, id: string): { id: string; value: string }[] => {
  const [kind = '', number = ''] = id.split(' ');
  const tag = Number(number);
  const value =
    tag === 0x0e08
      ? // A mailbox keeps more of a message than its source has.
        String(message.raw.length + 300)
      : tag === 0x1042
        ? headerValue(message.headers, 'In-Reply-To')
        : tag === 0x1039
          ? headerValue(message.headers, 'References')
          : tag === 0x1035
            ? headerValue(message.headers, 'Message-ID')
            : undefined;
  return value === undefined ? [] : [{ id: `${kind} 0x${tag.toString(16)}`, value }];
};

const recipients = (headers: readonly Header[], role: string): Recipient[] =>
  addressesIn(headers, role).map((address) => ({
    emailAddress: { address, name: nameOf(headerValue(headers, role) ?? '', address) },
  }));

/** Crude, but apart from the server's own parser. */
const nameOf = (header: string, address: string): string =>
  /"?([^"<,]*?)"?\s*$/.exec(header.slice(0, header.toLowerCase().indexOf(`<${address}>`)))?.[1]?.trim() ||
  address;

const isoSeconds = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
