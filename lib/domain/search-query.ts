/* What somebody looks for: terms that must all be found, each a word, or several that stand beside each other. */
import { readWords, type Word } from './search-words.ts';

/** Words in their order. Several: a phrase in quotes, an address, or a word of a script without spaces. */
export type Term = readonly string[];

/** In UTF-16 units of the text, in their order, none touching another. */
export type Mark = { readonly start: number; readonly end: number };

export type Query =
  | { readonly state: 'asked'; readonly terms: readonly Term[] }
  | { readonly state: 'too-short' }
  | { readonly state: 'too-long' };

export const mostQueryLength = 200;
const mostQueryWords = 20;

export const readQuery = (text: string): Query => {
  if (text.length > mostQueryLength) return { state: 'too-long' };
  const terms = [...text.matchAll(termsIn)]
    .map(([term]) => [...readWords(term)].map(({ word }) => word))
    .filter((words) => words.length > 0);
  const words = terms.flat();
  if (words.length > mostQueryWords) return { state: 'too-long' };
  // One letter is in nearly everything.
  return words.some((word) => [...word].length > 1) ? { state: 'asked', terms } : { state: 'too-short' };
};

/** Quotes of any language; one that never closes reaches to the end. */
const termsIn = /["“”„«»][^"“”„«»]*(?:["“”„«»]|$)|[^\s"“”„«»]+/gu;

/** Where each of the terms stands in the text. */
export const findTerms = (text: string, terms: readonly Term[]): readonly (readonly Mark[])[] => {
  const words = [...readWords(text)];
  const places = new Map<string, number[]>();
  const sought = new Set(terms.map(([first]) => first));
  words.forEach(({ word }, at) => {
    if (!sought.has(word)) return;
    const known = places.get(word);
    if (known === undefined) places.set(word, [at]);
    else known.push(at);
  });
  return terms.map((term) =>
    (places.get(term[0] ?? '') ?? [])
      .filter((at) => term.every((word, next) => words[at + next]?.word === word))
      .map((at) => toMark(words, at, at + term.length - 1)),
  );
};

const toMark = (words: readonly Word[], first: number, last: number): Mark => ({
  start: words[first]?.start ?? 0,
  end: words[last]?.end ?? 0,
});

/** In their order, those that touch or lie over each other as one. */
export const joinMarks = (marks: readonly Mark[]): readonly Mark[] => {
  const joined: Mark[] = [];
  for (const mark of marks.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = joined.at(-1);
    if (last === undefined || mark.start > last.end) joined.push(mark);
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, mark.end) };
  }
  return joined;
};

export type Excerpt = { readonly text: string; readonly marks: readonly Mark[] };

/**
 * About so much of the text around the first mark, on one line, with the marks as they stand in it. What turns the direction of
 * other text is a space in it.
 */
export const excerptOf = (text: string, marks: readonly Mark[], length: number): Excerpt => {
  const joined = joinMarks(marks);
  const first = joined[0]?.start ?? 0;
  const from = wordStart(text, Math.max(0, Math.min(first - leadLength, text.length - length)), first);
  const to = Math.min(text.length, from + length);
  const isCutHere = (at: number) => at > 0 && at < text.length;
  const before = isCutHere(from) ? '…' : '';
  const shift = before.length - from;
  return {
    text: `${before}${text.slice(from, to).replace(unshown, ' ').toWellFormed()}${isCutHere(to) ? '…' : ''}`,
    marks: joined.flatMap(({ start, end }) =>
      start >= from && start < to ? [{ start: start + shift, end: Math.min(end, to) + shift }] : [],
    ),
  };
};

/** Read before the first mark. */
const leadLength = 40;
const unshown = /[\s\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The next place after white space, where there is one before `until`. */
const wordStart = (text: string, at: number, until: number): number => {
  if (at === 0) return 0;
  const space = text.slice(at, until).search(/\s/u);
  return space < 0 ? at : at + space + 1;
};
