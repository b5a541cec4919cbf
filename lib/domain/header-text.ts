/* How free text in a header value is cut up before its meaning is read: folding, comments, quoted strings (RFC 5322 sec. 3.2). */

/** The value as one line: line breaks that only fold it are gone, the white space after them stays. */
export const unfold = (value: string): string => value.replace(/\r?\n(?=[ \t])/g, '');

/**
 * The value with each comment replaced by one space. Comments nest; inside a quoted string there are none. A comment that
 * never closes is left as it stands, so that what follows it is not lost.
 * Source: RFC 5322 sec. 3.2.2
 */
export const withoutComments = (value: string): string => {
  const kept: string[] = [];
  let keptFrom = 0;
  let at = 0;
  while (at < value.length) {
    const char = value[at];
    if (char === '"') at = endOfQuoted(value, at) ?? at + 1;
    else if (char === '(') {
      const end = endOfComment(value, at);
      if (end === undefined) break;
      kept.push(value.slice(keptFrom, at), ' ');
      keptFrom = end;
      at = end;
    } else at += char === '\\' ? 2 : 1;
  }
  kept.push(value.slice(keptFrom));
  return kept.join('');
};

/** Where the quoted string that opens at `at` ends, just past its closing quote; undefined when it never closes. */
export const endOfQuoted = (value: string, at: number): number | undefined => {
  for (let next = at + 1; next < value.length; next += 1) {
    if (value[next] === '\\') next += 1;
    else if (value[next] === '"') return next + 1;
  }
  return undefined;
};

const endOfComment = (value: string, at: number): number | undefined => {
  let depth = 0;
  for (let next = at; next < value.length; next += 1) {
    const char = value[next];
    if (char === '\\') next += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return next + 1;
    }
  }
  return undefined;
};
