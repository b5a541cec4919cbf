/*
 * MIME source -> its parts, and header lines -> the domain's MessageHeaders. Nothing a stranger writes makes this throw: what
 * cannot be read is left out and said so. Ids, addresses and automatic marks are read by lib/domain alone.
 */
import { fileTypeFromBuffer } from 'file-type';
import { type Attachment, addressParser, decodeWords, type Email } from 'postal-mime';
import { foldAddress, parseAddress } from '../../lib/domain/address.ts';
import { classifyAutomatic } from '../../lib/domain/automatic.ts';
import type { MessageHeaders, Participant, ParticipantRole } from '../../lib/domain/message.ts';
import {
  type NormalisedMessageId,
  readAnsweredIds,
  readMessageIdHeader,
  readMessageIds,
} from '../../lib/domain/message-id.ts';
import { type CalendarEvent, readCalendar } from './calendar.ts';
import { withReadableCharsets, withReadableWords } from './charsets.ts';
import { parseWithLimits } from './mime-parser.ts';

export type HeaderLine = { readonly name: string; readonly value: string };

export type MimeAttachment = {
  /** Absent where the part has no name; a message within the message is named by its subject. */
  readonly name?: string;
  /** As the sender says it, in lower case, without parameters. */
  readonly mediaType: string;
  /** What its own first bytes show it to be, where that is not what the sender says. */
  readonly sniffedType?: string;
  readonly sizeBytes: number;
  readonly content: Uint8Array;
  /** The HTML shows it in its place, by this Content-ID without brackets. */
  readonly contentId?: string;
};

export type ParsedMime = {
  /** In the order of the message, unfolded. */
  readonly headers: readonly HeaderLine[];
  /** Decoded; absent where the message has none. */
  readonly text?: string;
  /** As it came, not to be shown before it is cleaned. */
  readonly html?: string;
  /** Messages within the message are among them, whole. */
  readonly attachments: readonly MimeAttachment[];
  /** The first invitation that can be read. */
  readonly calendar?: CalendarEvent;
  /** Why the body is missing or short; absent when all of it was read. */
  readonly trouble?: 'unreadable' | 'too-many-parts';
};

export const parseMime = async (raw: Uint8Array): Promise<ParsedMime> => {
  if (countPartMarks(raw) > mostPartMarks) return { ...headersOnly(raw), trouble: 'too-many-parts' };
  let email: Email;
  try {
    email = await parseWithLimits(withReadableCharsets(raw), { deepestPart, mostHeaderBytes });
  } catch {
    return { ...headersOnly(raw), trouble: 'unreadable' };
  }
  const attachments = await Promise.all(email.attachments.slice(0, mostAttachments).map(toAttachment));
  const calendar = attachments
    .filter(({ mediaType }) => calendarTypes.has(mediaType))
    .map(({ content }) => readCalendar(content))
    .find((event) => event !== undefined);
  return {
    headers: email.headers
      .slice(0, mostHeaders)
      .map(({ originalKey, value }) => ({ name: originalKey, value })),
    ...(email.text === undefined ? {} : { text: email.text }),
    ...(email.html === undefined ? {} : { html: email.html }),
    attachments,
    ...(calendar === undefined ? {} : { calendar }),
    ...(email.attachments.length > mostAttachments ? { trouble: 'too-many-parts' } : {}),
  };
};

/** `receivedAt` (epoch ms) stands in for a Date that is missing, cannot be read, or lies in the mailbox's future. */
export const readHeaders = (headers: readonly HeaderLine[], receivedAt: number): MessageHeaders => {
  const lines = headers.slice(0, mostHeaders);
  const values = (name: string) =>
    lines.filter((line) => line.name.toLowerCase() === name).map((line) => line.value);
  const messageId = readMessageIdHeader(values('message-id'));
  const automatic = classifyAutomatic(lines);
  const participants = roles.flatMap((role) => readParticipants(role, values(role)));
  // A person's address among the ids would join whatever was ever written to them.
  const addresses = new Set(participants.map(({ address }) => foldAddress(address)));
  const isOfMessage = (id: NormalisedMessageId) => !addresses.has(id.toLowerCase());
  return {
    ...(messageId === undefined ? {} : { messageId }),
    inReplyTo: unique(values('in-reply-to').flatMap(readAnsweredIds)).filter(isOfMessage),
    // Exchange redirects a message under a new id and names the one it was. Source: imapsync issue 542, read 2026-11.
    references: unique(
      [...values('references'), ...values('x-ms-exchange-parent-message-id')].flatMap(readMessageIds),
    ).filter(isOfMessage),
    participants,
    subject: decodeText(values('subject')[0] ?? ''),
    sentAt: readDate(values('date')[0], receivedAt),
    ...(automatic === undefined ? {} : { automatic }),
  };
};

/** The head of a message alone: what `parseMime` gives as its headers. */
export const parseHead = async (raw: Uint8Array): Promise<readonly HeaderLine[]> =>
  (await parseMime(raw.subarray(0, endOfHead(raw)))).headers;

/** More than any honest message has; the rest is left out. */
const mostHeaders = 1_000;
const mostHeaderBytes = 2 * 1024 * 1024;
const mostAttachments = 500;
const mostPartMarks = 10_000;
const deepestPart = 100;
/** Recipients of one role; a list that is longer is cut. */
const mostAddresses = 5_000;
/** Characters of one role together: five thousand addresses, and no more than a second for the most twisted of lists. */
const longestAddressList = 262_144;
const longestText = 10_000;

const roles = ['from', 'to', 'cc', 'bcc'] as const satisfies readonly ParticipantRole[];

const readParticipants = (role: ParticipantRole, values: readonly string[]): Participant[] => {
  const people = new Map<string, Participant>();
  let unread = longestAddressList;
  for (const value of values) {
    for (const { address: text, name } of readAddressList(value.slice(0, unread))) {
      const address = parseAddress(text);
      if (address === undefined || people.has(address) || people.size >= mostAddresses) continue;
      const shownName = name.trim();
      people.set(address, { address, ...(shownName === '' ? {} : { name: shownName }), role });
    }
    unread = Math.max(0, unread - value.length);
  }
  return [...people.values()];
};

const readAddressList = (value: string): { readonly address: string; readonly name: string }[] => {
  try {
    return addressParser(value, { flatten: true })
      .slice(0, mostAddresses)
      .flatMap(({ address, name }) => (address === undefined ? [] : [{ address, name: decodeText(name) }]));
  } catch {
    return [];
  }
};

/** RFC 2047 words decoded; control characters go, since they only serve to deceive whoever reads the line. */
export const decodeText = (value: string): string => {
  const text = value.slice(0, longestText);
  return decodeSafely(text)
    .replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .toWellFormed();
};

const decodeSafely = (text: string): string => {
  try {
    return decodeWords(withReadableWords(text));
  } catch {
    return text;
  }
};

const readDate = (value: string | undefined, receivedAt: number): number => {
  const withoutComment = value?.replace(/\([^()]*\)/g, ' ').trim() ?? '';
  const sentAt = withoutComment.length > longestDate ? Number.NaN : Date.parse(withoutComment);
  return Number.isNaN(sentAt) || sentAt < earliestDate || sentAt > receivedAt + mostClockError
    ? receivedAt
    : sentAt;
};

const longestDate = 100;
/** Before there was mail; what claims so has a broken clock. */
const earliestDate = Date.UTC(1971, 0, 1);
const mostClockError = 24 * 3_600_000;

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

const calendarTypes = new Set(['text/calendar', 'application/ics']);
const messageType = 'message/rfc822';

const toAttachment = async ({
  filename,
  mimeType,
  content,
  contentId,
}: Attachment): Promise<MimeAttachment> => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  const name = decodeText(filename ?? (mimeType === messageType ? subjectOf(bytes) : ''));
  const sniffedType = await sniff(bytes);
  return {
    ...(name === '' ? {} : { name }),
    mediaType: mimeType,
    ...(sniffedType === undefined || isSameType(mimeType, sniffedType) ? {} : { sniffedType }),
    sizeBytes: bytes.length,
    content: bytes,
    ...(contentId === undefined ? {} : { contentId: contentId.replace(/^<|>$/g, '') }),
  };
};

const subjectOf = (message: Uint8Array): string =>
  headersOnly(message).headers.find(({ name }) => name.toLowerCase() === 'subject')?.value ?? '';

/** Enough to know a file by, and too little for a bomb to go off in. */
const mostSniffedBytes = 64 * 1024;

const sniff = async (bytes: Uint8Array): Promise<string | undefined> => {
  try {
    return (await fileTypeFromBuffer(bytes.subarray(0, mostSniffedBytes)))?.mime;
  } catch {
    return undefined;
  }
};

/** The same, or a name for the container that such files are kept in. */
const isSameType = (said: string, sniffed: string): boolean =>
  plainType(said) === plainType(sniffed) || (containers[sniffed]?.test(said) ?? false);

const plainType = (type: string): string => type.replace('/x-', '/').replace('image/jpg', 'image/jpeg');

const containers: Readonly<Record<string, RegExp>> = {
  'application/zip':
    /zip|officedocument|opendocument|epub|java-archive|vnd\.apple|ms-(?:excel|word|powerpoint)/,
  'application/x-cfb': /msword|ms-(?:excel|word|powerpoint|outlook|office)|visio|x-msi/,
  'application/xml': /xml|html|^text\//,
  'application/rtf': /rtf|msword/,
  'text/rtf': /rtf|msword/,
};

/** Lines that begin with two dashes: no message has more parts than those. */
const countPartMarks = (raw: Uint8Array): number => {
  let marks = 0;
  for (let at = raw.indexOf(dash); at >= 0 && marks <= mostPartMarks; at = raw.indexOf(dash, at + 1))
    if (raw[at + 1] === dash && (at === 0 || raw[at - 1] === lineFeed)) marks += 1;
  return marks;
};
const dash = 0x2d;
const lineFeed = 0x0a;

const endOfHead = (raw: Uint8Array): number => {
  for (let at = raw.indexOf(lineFeed); at >= 0; at = raw.indexOf(lineFeed, at + 1)) {
    if (raw[at + 1] === lineFeed) return at + 1;
    if (raw[at + 1] === carriageReturn && raw[at + 2] === lineFeed) return at + 1;
  }
  return raw.length;
};
const carriageReturn = 0x0d;

/** For a message whose body is beyond reading: its header lines still say who wrote to whom. */
const headersOnly = (raw: Uint8Array): { headers: readonly HeaderLine[]; attachments: readonly [] } => {
  const text = new TextDecoder('latin1').decode(raw.subarray(0, mostHeaderBytes));
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const lines = text
    .slice(0, end)
    .replace(/\r?\n(?=[ \t])/g, '')
    .split(/\r?\n/, mostHeaders);
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0 ? [{ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }] : [];
  });
  return { headers, attachments: [] };
};
