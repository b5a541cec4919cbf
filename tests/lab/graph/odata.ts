/* The part of OData that is asked for. Whatever else stands in a query is refused, as Graph refuses what it does not know. */
import { headerValue } from '../gmail/rfc822.ts';
import { badRequest, tooDear } from './errors.ts';
import type { StoredMessage } from './mailbox.ts';

type Condition = (message: StoredMessage) => boolean;

/** Throws: 400 for a condition that is unknown, or that goes with no such order. */
export const readFilter = (filter: string | null, orderBy: string | null): Condition => {
  if (orderBy !== null && orderBy !== 'receivedDateTime desc') throw badRequest('Unsupported $orderby.');
  if (filter === null) return () => true;
  const terms = filter.split(' and ');
  // What a list is sorted by has to be what it is chosen by first.
  if (orderBy !== null && !terms[0]?.startsWith('receivedDateTime ')) throw tooDear();
  const conditions = terms.map(readTerm);
  return (message) => conditions.every((holds) => holds(message));
};

const readTerm = (term: string): Condition => {
  const since = /^receivedDateTime (ge|gt) (\d{4}-\d\d-\d\dT[\d:.]+Z)$/.exec(term);
  if (since !== null) {
    const at = Date.parse(since[2] ?? '');
    return ({ receivedAt }) => (since[1] === 'ge' ? receivedAt >= at : receivedAt > at);
  }
  const conversation = /^conversationId eq '((?:[^']|'')*)'$/.exec(term)?.[1];
  if (conversation !== undefined)
    return ({ conversationId }) => conversationId === conversation.replaceAll("''", "'");
  const messageId = /^internetMessageId eq '((?:[^']|'')*)'$/.exec(term)?.[1];
  if (messageId !== undefined)
    return ({ headers }) => headerValue(headers, 'Message-ID') === messageId.replaceAll("''", "'");
  const category = /^categories\/any\((\w+):\1 eq '((?:[^']|'')*)'\)$/.exec(term)?.[2];
  if (category !== undefined) {
    const name = category.replaceAll("''", "'").toLowerCase();
    return ({ categories }) => categories.some((one) => one.toLowerCase() === name);
  }
  throw badRequest(`Invalid filter clause: ${term}`);
};

/** Comma-separated, not inside brackets. Throws: 400 for a name that is none. */
export const readSelect = (
  select: string | null,
  known: ReadonlySet<string>,
): readonly string[] | undefined => {
  if (select === null) return undefined;
  const names = select.split(',');
  for (const name of names)
    if (!known.has(name)) throw badRequest(`Could not find a property named '${name}'.`);
  return names;
};

/** Ids of the extended properties asked for: "Integer 0x0E08". */
export const readExpand = (expand: string | null): readonly string[] => {
  if (expand === null) return [];
  const inner = /^singleValueExtendedProperties\(\$filter=(.+)\)$/.exec(expand)?.[1];
  if (inner === undefined) throw badRequest('Unsupported $expand.');
  return inner.split(' or ').map((term) => {
    const id = /^id eq '((?:Integer|String) 0x[0-9A-Fa-f]+)'$/.exec(term)?.[1];
    if (id === undefined) throw badRequest('Unsupported extended property.');
    return id;
  });
};

/** Every option is known and stands once. */
export const requireOptions = (query: URLSearchParams, known: readonly string[]): void => {
  for (const name of query.keys()) {
    if (!known.includes(name)) throw badRequest(`The query option '${name}' is not supported here.`);
    if (query.getAll(name).length > 1) throw badRequest(`The query option '${name}' stands twice.`);
  }
};
