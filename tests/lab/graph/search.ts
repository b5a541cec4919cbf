/* Outlook's word search as far as it is asked for: participants, received, sent. It finds what begins alike, in names too. */
import { addressesIn, headerValue } from '../gmail/rfc822.ts';
import { badRequest } from './errors.ts';
import type { StoredMessage } from './mailbox.ts';

/** `search` as it stands in `$search`, quotes and all. Throws: 400 for words it does not know. */
export const readSearch = (search: string): ((message: StoredMessage) => boolean) => {
  const text = /^"(.+)"$/s.exec(search)?.[1];
  if (text === undefined) throw badRequest('Syntax error: a $search stands in double quotes.');
  const conditions = text.split(' AND ').map((part) => {
    const any = part
      .replace(/^\((.*)\)$/, '$1')
      .split(' OR ')
      .map(readWord);
    return (message: StoredMessage) => any.some((holds) => holds(message));
  });
  return (message) => conditions.every((holds) => holds(message));
};

const readWord = (word: string): ((message: StoredMessage) => boolean) => {
  const person = /^participants:([^\s"()<>:*]+)$/.exec(word)?.[1]?.toLowerCase();
  if (person !== undefined)
    return ({ headers }) =>
      ['from', 'to', 'cc', 'bcc'].some(
        (role) =>
          addressesIn(headers, role).some((address) => address.startsWith(person)) ||
          (headerValue(headers, role) ?? '').toLowerCase().includes(` ${person}`),
      );
  const bound = /^(received|sent)(>=|<=)(\d{4}-\d\d-\d\d)$/.exec(word);
  if (bound === null) throw badRequest(`Syntax error near '${word}'.`);
  const at = Date.parse(`${bound[3]}T00:00:00Z`);
  const moment = ({ receivedAt, sentAt }: StoredMessage) => (bound[1] === 'sent' ? sentAt : receivedAt);
  return bound[2] === '>='
    ? (message) => moment(message) >= at
    : (message) => moment(message) < at + 86_400_000;
};
