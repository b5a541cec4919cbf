/*
 * What of a message's plain text the sender said now, what is their signature, and what they quote from before. Told apart
 * for folding only: the three parts put together are the text, letter by letter, and in doubt all of it was said now.
 */
import EmailReplyParser from 'email-reply-parser';

export type ReplyParts = {
  readonly said: string;
  readonly signature?: string;
  /** From the line that introduces it to the end. */
  readonly quoted?: string;
};

export const splitReply = (text: string): ReplyParts => {
  const fragments = readFragments(text);
  const tail = fragments.findLastIndex((fragment) => fragment.kind === 'said') + 1;
  const firstQuoted = fragments.findIndex((fragment, at) => at >= tail && fragment.kind === 'quoted');
  const quotedFrom = firstQuoted < 0 ? fragments.length : firstQuoted;
  const lettersOf = (from: number, to: number) =>
    fragments.slice(from, to).reduce((sum, fragment) => sum + fragment.letters, 0);
  const saidEnd = offsetAfter(text, lettersOf(0, tail));
  const signatureEnd = offsetAfter(text, lettersOf(0, quotedFrom));
  const signature = text.slice(saidEnd, signatureEnd);
  const quoted = quotedFrom < fragments.length ? text.slice(signatureEnd) : '';
  return {
    said: text.slice(0, saidEnd) + (quoted === '' && signature === '' ? text.slice(saidEnd) : ''),
    ...(signature === '' ? {} : { signature: signature + (quoted === '' ? text.slice(signatureEnd) : '') }),
    ...(quoted === '' ? {} : { quoted }),
  };
};

type Fragment = { readonly kind: 'said' | 'signature' | 'quoted'; readonly letters: number };

/**
 * The library's patterns take a time that grows with the third power of the text, the line, and the white space. So it sees
 * lines cut short, no long runs of white space, and of a long text the beginning: what is quoted to the end of that is
 * quoted to the end of the whole. None of this changes a character that is not white space, and only those are counted.
 */
const mostLookedAt = 6_000;
const longestLine = 200;
/** Words of those patterns that reach over lines. No letter has many of them in its first lines. */
const reachingWords = /schreef|pisze|napisał|写道/g;
const mostReachingWords = 8;

const readFragments = (text: string): readonly Fragment[] => {
  const squeezed = text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n(?: ?\n){2,}/g, '\n\n')
    .slice(0, mostLookedAt)
    .replace(new RegExp(`[^\\n]{${longestLine}}(?=[^\\n])`, 'g'), '$&\n');
  if ((squeezed.match(reachingWords)?.length ?? 0) > mostReachingWords) return [];
  const fragments = new EmailReplyParser()
    .read(squeezed)
    .getFragments()
    .map((fragment): Fragment => {
      const letters = countLetters(fragment.getContent());
      const kind = fragment.isQuoted() ? 'quoted' : fragment.isSignature() ? 'signature' : 'said';
      return { kind: letters === 0 ? 'quoted' : kind, letters };
    })
    .filter(({ letters }) => letters > 0);
  const letters = fragments.reduce((sum, fragment) => sum + fragment.letters, 0);
  // Where it changed more than white space, its fragments do not tell where the text is to be cut.
  return letters === countLetters(squeezed) ? fragments : [];
};

const countLetters = (text: string): number => text.replace(/\s+/g, '').length;

/** Just after so many characters that are not white space, and after the white space that follows them. */
const offsetAfter = (text: string, letters: number): number => {
  let left = letters;
  let at = 0;
  for (; at < text.length; at += 1) {
    if (/\s/.test(text.charAt(at))) continue;
    if (left === 0) break;
    left -= 1;
  }
  return at;
};
