/*
 * One reader for Message-ID, In-Reply-To and References. A message is known by its id in the whole company, so a text that
 * different messages share by accident must never pass for an id; a text that is damaged in transit should still match.
 */
import { endOfQuoted, withoutComments } from './header-text.ts';

/** A Message-ID without its brackets, domain part in lower case, made only by `normaliseMessageId`. */
export type NormalisedMessageId = string & { readonly __brand: 'NormalisedMessageId' };

/** No id can be longer than one line. Source: RFC 5322 sec. 2.1.1 (characters without CRLF) */
export const maxMessageIdLength = 998;
/** More of one header value is not read: of a longer one the first and the last half of this, where root and parent stand. */
export const maxIdHeaderLength = 65_536;
/** Ids without "@" break the standard and are mostly counters or "<null>", which many messages share; long ones are unique. */
const minLengthWithoutAt = 12;

/**
 * The id the text spells, with or without its brackets, or undefined. White space inside is damage from folding and goes.
 * The part before the "@" keeps its case, as the standard says.
 * Source: RFC 5322 sec. 3.6.4 and 4.5.4
 */
export const normaliseMessageId = (text: string): NormalisedMessageId | undefined => {
  if (text.length > 2 * maxMessageIdLength || !text.isWellFormed()) return undefined;
  const bare = withoutBrackets(text.replace(/\s/g, ''));
  const at = bare.lastIndexOf('@');
  const id = at < 0 ? bare : bare.slice(0, at) + bare.slice(at).toLowerCase();
  if (id.length > maxMessageIdLength || /[\p{Cc}<>]/u.test(id) || !/[\p{L}\p{N}]/u.test(id)) return undefined;
  return hasBothSides(id) || id.length >= minLengthWithoutAt ? (id as NormalisedMessageId) : undefined;
};

/**
 * Every id one header value holds, each once, in its order. Comments and quoted phrases are passed over; ids broken by
 * folding are mended; ids without brackets are taken only from a value that holds nothing else, since "your message to
 * bob@example.com" names a person and not a message.
 * Source: RFC 5322 sec. 3.6.4 and 4.5.4, RFC 5256 sec. 2.1
 */
export const readMessageIds = (headerValue: string): NormalisedMessageId[] => {
  const text = withoutComments(withinLimit(headerValue));
  for (const read of [idsInBrackets, idsInQuotedBrackets, bareIds]) {
    const ids = read(text);
    if (ids.length > 0) return [...new Set(ids)];
  }
  return [];
};

/**
 * The ids of the messages that an In-Reply-To value answers. Old software wrote a sentence there, "Message from Ana
 * <ana@acme.test> of Monday <1@acme.test>": the address after "from" is a person's, and would join all that is ever
 * answered to them. Where that address stands without brackets, what the next brackets hold is the id.
 * Source: RFC 5322 sec. 4.5.4 (obs-in-reply-to), RFC 5256 sec. 3 (step 1, its note)
 */
export const readAnsweredIds = (headerValue: string): NormalisedMessageId[] =>
  readMessageIds(withinLimit(headerValue).replace(personsAddress, ' '));

const personsAddress = /\bfrom\b(?:[^<>@]{0,300}<[^<>]{0,320}>|[^<>]{0,300}<[^<>]{0,320}>(?=\s+of\b))/gi;

/** The message's own id from the values of its Message-ID headers: of several, the first usable one wins. */
export const readMessageIdHeader = (values: readonly string[]): NormalisedMessageId | undefined => {
  for (const value of values) {
    const [id] = readMessageIds(value);
    if (id !== undefined) return id;
  }
  return undefined;
};

const withoutBrackets = (id: string): string =>
  id.slice(id.startsWith('<') ? 1 : 0, id.endsWith('>') ? -1 : undefined);

const hasBothSides = (id: string): boolean => /^[^@].*@.+$/su.test(id);

const withinLimit = (value: string): string => {
  if (value.length <= maxIdHeaderLength) return value;
  const head = value.slice(0, maxIdHeaderLength / 2);
  const tail = value.slice(-maxIdHeaderLength / 2);
  const firstWhole = tail.indexOf('<');
  return head.slice(0, head.lastIndexOf('>') + 1) + (firstWhole < 0 ? '' : tail.slice(firstWhole));
};

const idsInBrackets = (text: string): NormalisedMessageId[] => scanBrackets(text, true);
/** For values whose quotes are out of step, or whose id itself was put in quotes. */
const idsInQuotedBrackets = (text: string): NormalisedMessageId[] => scanBrackets(text, false);

const scanBrackets = (text: string, passQuoted: boolean): NormalisedMessageId[] => {
  const ids: NormalisedMessageId[] = [];
  let at = 0;
  while (at < text.length) {
    if (passQuoted && text[at] === '"') at = endOfQuoted(text, at) ?? at + 1;
    else if (text[at] === '<') {
      const end = nextBracket(text, at + 1);
      const id =
        text[end] === '>' ? normaliseMessageId(text.slice(at + 1, end)) : cutOffId(text.slice(at + 1, end));
      if (id !== undefined) ids.push(id);
      at = text[end] === '>' ? end + 1 : end;
    } else at += 1;
  }
  return ids;
};

const nextBracket = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && text[at] !== '<' && text[at] !== '>') at += 1;
  return at;
};

/** Without its closing bracket an id ends at the first white space, and must at least have both sides. */
const cutOffId = (text: string): NormalisedMessageId | undefined => {
  const [first = ''] = text
    .slice(0, 2 * maxMessageIdLength)
    .trim()
    .split(/\s/, 1);
  return hasBothSides(first) ? normaliseMessageId(first) : undefined;
};

const bareIds = (text: string): NormalisedMessageId[] => {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const ids = words.map((word) =>
    hasBothSides(word) && !word.includes('"') ? normaliseMessageId(word) : undefined,
  );
  return ids.every((id) => id !== undefined) ? ids : [];
};
