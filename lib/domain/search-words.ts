/*
 * Words as they are searched by: of what a message says, and of what somebody looks for, by the same rule. Case, accents, widths
 * and what is not seen (soft hyphens, zero-width and direction marks) make no difference. Scripts written without spaces between
 * words give every two neighbouring characters instead. Nothing a stranger writes makes more of them than the bounds here.
 */

/** `start`, `end`: where it stands in the text, in UTF-16 units. */
export type Word = { readonly word: string; readonly start: number; readonly end: number };

/** Of one message. What comes after is not found; the list has the subject and the people first. */
export const mostWordsOfMessage = 2_000;

/** In their order, the beginning of a very long text alone. */
export function* readWords(text: string): Generator<Word> {
  for (const run of text.slice(0, mostLookedAt).matchAll(runs)) {
    // Most words are like this, and folding is what takes the time.
    if (isPlain(run[0])) {
      yield { word: cut(run[0].toLowerCase()), start: run.index, end: run.index + run[0].length };
      continue;
    }
    let from = 0;
    for (const unspaced of run[0].matchAll(unspacedRuns)) {
      yield* wordsOf(run[0].slice(from, unspaced.index), run.index + from);
      yield* pairsOf(unspaced[0], run.index + unspaced.index);
      from = unspaced.index + unspaced[0].length;
    }
    yield* wordsOf(run[0].slice(from), run.index + from);
  }
}

/** Each once, in the order of the texts, at most `mostWordsOfMessage`. */
export const distinctWords = (texts: Iterable<string>): ReadonlySet<string> => {
  const words = new Set<string>();
  for (const text of texts)
    for (const { word } of readWords(text)) {
      words.add(word);
      if (words.size === mostWordsOfMessage) return words;
    }
  return words;
};

const mostLookedAt = 200_000;
const longestWord = 64;
/** Of what is folded to a word, for marks on it may go. */
const longestRun = 4 * longestWord;

const isPlain = (run: string): boolean => /^[\da-z]+$/i.test(run);
/** What is not seen stands within a word, and neither begins nor ends one. */
const runs = /[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}\p{DI}]*[\p{L}\p{N}\p{M}])?/gu;
/** A character of a script without spaces, with what is written on it; of Hangul taken apart, a syllable. */
const unspaced =
  '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}ーｰ][\\p{M}\\p{DI}ﾞﾟ\\u1160-\\u11ff]*';
const unspacedRuns = new RegExp(`(?:${unspaced})+`, 'gu');
const unspacedUnits = new RegExp(unspaced, 'gu');
const foldedWords = /[\p{L}\p{N}\p{M}]+/gu;

/** Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, and what is not seen at all. Vowels that are marks stay. */
const unwritten =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]|\p{DI}/gu;
/** Letters with a stroke, and joined ones, which Unicode does not take apart. */
const plainLetters: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
};

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(unwritten, '')
    // In this order ß becomes ss and a dotless i an i.
    .toUpperCase()
    .toLowerCase()
    .replace(/[øłđðħŧæœς]/g, (letter) => plainLetters[letter] ?? letter)
    // Again: the letters of the other case may come apart.
    .normalize('NFKD')
    .replace(unwritten, '')
    .normalize('NFC');

function* wordsOf(run: string, at: number): Generator<Word> {
  if (run === '') return;
  for (const [folded] of fold(run.slice(0, longestRun)).matchAll(foldedWords))
    yield { word: cut(folded), start: at, end: at + run.length };
}

/** Every two neighbours; one that stands alone is a word itself. */
function* pairsOf(run: string, at: number): Generator<Word> {
  let before: Word | undefined;
  let isAlone = true;
  for (const unit of run.matchAll(unspacedUnits)) {
    const word = cut(fold(unit[0].slice(0, longestRun)));
    const here = { word, start: at + unit.index, end: at + unit.index + unit[0].length };
    if (before !== undefined) {
      isAlone = false;
      yield { word: `${before.word}${word}`.normalize('NFC'), start: before.start, end: here.end };
    }
    before = here;
  }
  if (before !== undefined && isAlone && before.word !== '') yield before;
}

const cut = (word: string): string =>
  word.length <= longestWord ? word : [...word.slice(0, 2 * longestWord)].slice(0, longestWord).join('');
