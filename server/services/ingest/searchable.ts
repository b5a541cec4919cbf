/*
 * What of a message it is found by: the same texts are hashed word by word when it is stored, and looked through once it was
 * found. Bcc is left out, as wherever a message is shown; so is what a message quotes, which stands in the message it is from.
 */
import { htmlToWords } from '../../../lib/domain/html-words.ts';
import type { Body, Head } from './mail-content.ts';

export type Searchable = {
  readonly in: 'subject' | 'from' | 'to' | 'cc' | 'attachment' | 'body';
  readonly text: string;
};

/** The body last: of a very long message its end is not found. */
export const toSearchable = (
  head: Head,
  body: Body | undefined,
  attachmentNames: readonly string[],
): readonly Searchable[] => [
  { in: 'subject', text: head.subject },
  ...head.participants.flatMap(({ role, name, address }): Searchable[] =>
    role === 'bcc' ? [] : [{ in: role, text: name === undefined ? address : `${name} <${address}>` }],
  ),
  ...attachmentNames.map((text): Searchable => ({ in: 'attachment', text })),
  { in: 'body', text: ownText(body) },
];

const ownText = (body: Body | undefined): string => {
  const text = body?.text ?? (body?.html === undefined ? '' : htmlToWords(body.html));
  const below = text.search(originalBelow);
  return (below < 0 ? text : text.slice(0, below)).replace(quotedLines, '');
};

// Told more closely for a reader (providers/reply-parts.ts), which takes ten times as long as all the rest of this.
const quotedLines = /^[ \t]*>.*$/gm;
const originalBelow = /^(?:-{3,} ?Original Message ?-{3,}|_{20,}\s{1,8}From: )/m;
