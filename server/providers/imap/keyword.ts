/* The company's label as an IMAP keyword. */
import { createHash } from 'node:crypto';

/**
 * A keyword is an atom: ASCII without spaces and signs. What the name has besides is written as its UTF-8 in hex after "=",
 * but a space as "_"; a name that gets too long is cut and told apart by a hash. Source: RFC 9051 sec. 9, flag-keyword.
 */
export const keywordFor = (labelName: string): string => {
  const atom = [...Buffer.from(labelName, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      if (char === ' ') return '_';
      return /[A-Za-z0-9.-]/.test(char) ? char : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
  if (atom.length <= longestKeyword) return atom;
  const hash = createHash('sha256').update(labelName, 'utf8').digest('hex').slice(0, 12);
  return `${atom.slice(0, longestKeyword - hash.length - 1).replace(/=.?$/, '')}-${hash}`;
};

/** Source: Dovecot's mail_max_keyword_length, the lowest known. */
const longestKeyword = 50;
