/*
 * The header block of a message as lines. Graph gives it for what was received, and hides it for what was sent or drafted here:
 * there it is put together from what Graph does tell, so that no body has to be read for it.
 */
import type { CopyHeaders } from '../provider.ts';
import type { MessageHeaders, Recipient } from './answers.ts';

/** Source: MS-OXPROPS: PidTagMessageSize, PidTagInReplyToId, PidTagInternetReferences. */
const sizeTag = 0x0e08;
const inReplyToTag = 0x1042;
const referencesTag = 0x1039;

export const sizeProperty = "singleValueExtendedProperties($filter=id eq 'Integer 0x0E08')";
export const headerProperties =
  "singleValueExtendedProperties($filter=id eq 'Integer 0x0E08' or id eq 'String 0x1042' or id eq 'String 0x1039')";
export const headerSelect =
  'id,conversationId,parentFolderId,isDraft,categories,receivedDateTime,sentDateTime,' +
  'subject,from,toRecipients,ccRecipients,bccRecipients,internetMessageId,internetMessageHeaders';

export const headerLines = (message: MessageHeaders): CopyHeaders['headers'] => {
  const given = message.internetMessageHeaders ?? [];
  if (given.length > 0) return given.map(({ name, value }) => ({ name, value: value ?? '' }));
  return [
    { name: 'From', value: addressList(message.from == null ? [] : [message.from]) },
    { name: 'To', value: addressList(message.toRecipients) },
    { name: 'Cc', value: addressList(message.ccRecipients) },
    { name: 'Bcc', value: addressList(message.bccRecipients) },
    { name: 'Subject', value: message.subject ?? '' },
    { name: 'Date', value: message.sentDateTime == null ? '' : new Date(message.sentDateTime).toUTCString() },
    { name: 'Message-ID', value: message.internetMessageId ?? '' },
    { name: 'In-Reply-To', value: property(message, inReplyToTag) ?? '' },
    { name: 'References', value: property(message, referencesTag) ?? '' },
  ].flatMap(({ name, value }) => {
    const line = value.replace(/[\r\n]+\s*/g, ' ').trim();
    return line === '' ? [] : [{ name, value: line }];
  });
};

/** As the mailbox counts it: near what the source has, not the same. */
export const sizeOf = (message: Pick<MessageHeaders, 'singleValueExtendedProperties'>): number => {
  const size = Number(property(message, sizeTag) ?? '0');
  return Number.isSafeInteger(size) && size >= 0 ? size : 0;
};

/** Graph writes a property's number in another case than it was asked for, and without its leading noughts. */
const property = (
  { singleValueExtendedProperties }: Pick<MessageHeaders, 'singleValueExtendedProperties'>,
  tag: number,
): string | undefined =>
  singleValueExtendedProperties?.find(({ id }) => Number(id.split(' ').at(-1)) === tag)?.value;

const addressList = (recipients: readonly Recipient[] | null | undefined): string =>
  (recipients ?? [])
    .flatMap(({ emailAddress: { name, address } }) => {
      if (address == null || address === '') return [];
      if (name == null || name === '' || name === address) return [address];
      return [`"${name.replace(/["\\]/g, '\\$&')}" <${address}>`];
    })
    .join(', ');
