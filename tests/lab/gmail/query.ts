/*
 * Gmail's search language as far as we speak it. An operator the lab does not know is refused loudly: Gmail itself would
 * search for the words, find nothing, and say nothing.
 */
import { invalid } from './errors.ts';
import type { StoredMessage } from './mailbox.ts';
import { addressesIn, headerValue, messageIdsIn } from './rfc822.ts';

export type QueryWorld = { readonly now: number; readonly labelNames: ReadonlyMap<string, string> };
export type Query = {
  readonly matches: (message: StoredMessage) => boolean;
  /** in:spam, in:trash and in:anywhere open what lists otherwise leave out. */
  readonly opensSpamAndTrash: boolean;
};

/** Throws: 400 for an operator the lab does not know, or brackets that do not close. */
export const parseQuery = (text: string, world: QueryWorld): Query => {
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at];

  const parseSequence = (end: string | undefined, field: string | undefined, any: boolean): Test => {
    const alternatives: Test[][] = [[]];
    for (;;) {
      const token = peek();
      if (token === end) {
        if (end !== undefined) at += 1;
        break;
      }
      if (token === undefined) throw invalid(`The query does not close ${end}`);
      if (token === 'OR' || token === '|') {
        at += 1;
        alternatives.push([]);
      } else if (token === 'AND') at += 1;
      else {
        const test = parseTerm(field);
        if (any) alternatives.push([test]);
        else alternatives.at(-1)?.push(test);
      }
    }
    // In Gmail OR binds the terms next to it, not the whole sides; braces join all of theirs.
    if (any) {
      const tests = alternatives.flat();
      return (message) => tests.some((test) => test(message));
    }
    return joinByNeighbours(alternatives);
  };

  const parseTerm = (field: string | undefined): Test => {
    const token = tokens[at];
    at += 1;
    if (token === undefined) throw invalid('The query ends too early');
    if (token === '-') {
      const negated = parseTerm(field);
      return (message) => !negated(message);
    }
    if (token === '(') return parseSequence(')', field, false);
    if (token === '{') return parseSequence('}', field, true);
    if (token.endsWith(':') && !token.startsWith('"')) return parseTerm(token.slice(0, -1).toLowerCase());
    return leaf(field, token.replace(/^"|"$/g, ''), world);
  };

  const matches = parseSequence(undefined, undefined, false);
  return { matches, opensSpamAndTrash: /\bin:(anywhere|spam|trash)\b/i.test(text) };
};

type Test = (message: StoredMessage) => boolean;

const tokenize = (text: string): string[] => {
  const tokens = text.match(/"[^"]*"|-(?=[^\s])|[(){}|]|[A-Za-z][A-Za-z0-9_]*:(?=\S)|[^\s(){}"]+/g) ?? [];
  return tokens.filter((token) => token !== '""');
};

const joinByNeighbours = (alternatives: Test[][]): Test => {
  const groups: Test[] = [];
  let either: Test[] = [];
  alternatives.forEach((terms, index) => {
    const isLast = index === alternatives.length - 1;
    terms.forEach((test, position) => {
      const touchesLeft = index > 0 && position === 0;
      const touchesRight = !isLast && position === terms.length - 1;
      if (touchesLeft) either.push(test);
      else if (touchesRight) either = [test];
      else groups.push(test);
      if (touchesLeft && !touchesRight) {
        const tests = either;
        groups.push((message) => tests.some((one) => one(message)));
        either = [];
      }
    });
  });
  return (message) => groups.every((test) => test(message));
};

const leaf = (field: string | undefined, value: string, world: QueryWorld): Test => {
  const wanted = value.toLowerCase();
  switch (field) {
    case undefined:
      return (message) => message.searchText.includes(wanted);
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      return (message) => matchesPerson(message, field, wanted);
    case 'subject':
      return (message) => (headerValue(message.headers, 'Subject') ?? '').toLowerCase().includes(wanted);
    case 'rfc822msgid': {
      const id = value.startsWith('<') ? value : `<${value}>`;
      return (message) => messageIdsIn(headerValue(message.headers, 'Message-ID')).includes(id);
    }
    case 'after':
    case 'newer': {
      const moment = parseMoment(value);
      return (message) => message.internalDate >= moment;
    }
    case 'before':
    case 'older': {
      const moment = parseMoment(value);
      return (message) => message.internalDate < moment;
    }
    case 'newer_than': {
      const moment = world.now - parseSpan(value);
      return (message) => message.internalDate >= moment;
    }
    case 'older_than': {
      const moment = world.now - parseSpan(value);
      return (message) => message.internalDate < moment;
    }
    case 'label':
      return (message) =>
        [...message.labelIds].some((id) => labelSlug(world.labelNames.get(id) ?? id) === labelSlug(value));
    case 'in':
      return inPlace(wanted);
    case 'is':
      return isState(wanted);
    case 'has':
      if (wanted !== 'attachment') throw invalid(`The lab does not know has:${value}`);
      return (message) => message.hasAttachment;
    default:
      throw invalid(`The lab does not know the operator ${field}:`);
  }
};

const matchesPerson = (message: StoredMessage, field: string, wanted: string): boolean => {
  const addresses = addressesIn(message.headers, field);
  if (wanted.startsWith('@')) return addresses.some((address) => address.endsWith(wanted));
  if (wanted.includes('@')) return addresses.includes(wanted);
  const words = message.headers
    .filter((header) => header.name.toLowerCase() === field)
    .flatMap((header) => header.value.toLowerCase().split(/[^\p{L}\p{N}.-]+/u));
  return words.includes(wanted);
};

const parseMoment = (value: string): number => {
  if (/^\d{5,}$/.test(value)) return Number(value) * 1_000;
  const day = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(value);
  if (day === null) throw invalid(`Not a date: ${value}`);
  return Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
};

const parseSpan = (value: string): number => {
  const span = /^(\d+)([dmy])$/.exec(value);
  if (span === null) throw invalid(`Not a span of time: ${value}`);
  const days = { d: 1, m: 30, y: 365 }[span[2] as 'd' | 'm' | 'y'];
  return Number(span[1]) * days * 86_400_000;
};

const labelSlug = (name: string): string => name.toLowerCase().replace(/[\s/&]+/g, '-');

const inPlace = (place: string): Test => {
  if (place === 'anywhere') return () => true;
  const label = {
    inbox: 'INBOX',
    sent: 'SENT',
    spam: 'SPAM',
    trash: 'TRASH',
    draft: 'DRAFT',
    drafts: 'DRAFT',
  }[place];
  if (label === undefined) throw invalid(`The lab does not know in:${place}`);
  return (message) => message.labelIds.has(label);
};

const isState = (state: string): Test => {
  if (state === 'read') return (message) => !message.labelIds.has('UNREAD');
  const label = { unread: 'UNREAD', starred: 'STARRED', important: 'IMPORTANT' }[state];
  if (label === undefined) throw invalid(`The lab does not know is:${state}`);
  return (message) => message.labelIds.has(label);
};
