import fc from 'fast-check';
import { expect, test } from 'vitest';
import { htmlToWords } from '../../lib/domain/html-words.ts';
import { distinctWords, mostWordsOfMessage, readWords } from '../../lib/domain/search-words.ts';

const wordsIn = (text: string): string[] => [...readWords(text)].map(({ word }) => word);
const anyText = fc.string({ unit: 'binary', maxLength: 60 });

test.each([
  ['case', 'Offer OFFER oFFer', ['offer', 'offer', 'offer']],
  ['accents', 'Sofía Łódź Øre naïve', ['sofia', 'lodz', 'ore', 'naive']],
  ['a sharp s', 'Straße STRASSE', ['strasse', 'strasse']],
  ['a final sigma', 'ΣΑΣ σας', ['σασ', 'σασ']],
  ['Turkish i', 'İzmir ısı', ['izmir', 'isi']],
  ['width', 'Ｗｉｄｅ ﬁnd', ['wide', 'find']],
  [
    'what is not seen',
    'soft\u00adhyphen zero\u200bwidth \u202eright\u202c',
    ['softhyphen', 'zerowidth', 'right'],
  ],
  ['points of Arabic and Hebrew', 'مُحَمَّد שָׁלוֹם', ['محمد', 'שלום']],
])('%s makes no difference', (_, text, words) => {
  expect(wordsIn(text)).toEqual(words);
});

test('an address is the words it is made of', () => {
  expect(wordsIn('Ana <ana.lopez+jobs@acme.example>')).toEqual([
    'ana',
    'ana',
    'lopez',
    'jobs',
    'acme',
    'example',
  ]);
});

test.each([
  ['Japanese', '東京都', ['東京', '京都']],
  ['Korean', '김민수님', ['김민', '민수', '수님']],
  ['Thai, its vowels with their consonants', 'สวัสดี', ['สวั', 'วัส', 'สดี']],
  ['one character alone', '李 x', ['李', 'x']],
  ['beside Latin letters', 'Candorは', ['candor', 'は']],
])('%s, written without spaces, gives every two neighbours', (_, text, words) => {
  expect(wordsIn(text)).toEqual(words);
});

test('vowels that are marks are no accents', () => {
  expect(wordsIn('किताब')).not.toEqual(wordsIn('कतब'));
});

test('every word stands where it says, and is found there by itself', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const { word, start, end } of readWords(text)) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(word).not.toBe('');
        expect([...word].length).toBeLessThanOrEqual(2 * 64);
        expect(wordsIn(text.slice(start, end))).toContain(word);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('how its letters are composed never changes what words a text has', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(wordsIn(text.normalize('NFD'))).toEqual(wordsIn(text.normalize('NFC')));
    }),
    { numRuns: 2_000 },
  );
});

test('a text has the words of its parts', () => {
  fc.assert(
    fc.property(anyText, anyText, (one, other) => {
      expect(wordsIn(`${one}\n${other}`)).toEqual([...wordsIn(one), ...wordsIn(other)]);
    }),
  );
});

test('what a stranger writes is bounded: a word of a megabyte, a hundred thousand words, halves of characters', () => {
  expect(wordsIn('x'.repeat(1_000_000))).toEqual(['x'.repeat(64)]);
  expect(wordsIn('é'.repeat(1_000_000))[0]).toBe('e'.repeat(64));
  const many = Array.from({ length: 100_000 }, (_, at) => `w${at}`).join(' ');
  expect(distinctWords([many]).size).toBe(mostWordsOfMessage);
  expect(distinctWords(['漢字'.repeat(500_000)]).size).toBe(2);
  expect(wordsIn('\ud800 a \udc00\ud800b')).toEqual(['a', 'b']);
  expect(wordsIn('\u0301'.repeat(100_000))).toEqual([]);
  expect(wordsIn('\u200b'.repeat(100_000))).toEqual([]);
});

test('words come once, those of the first text first', () => {
  expect([...distinctWords(['b a b', 'c a'])]).toEqual(['b', 'a', 'c']);
});

test.each([
  ['a tag between words', '<p>one</p><p>two</p>', ['one', 'two']],
  ['a tag within a word', 'so<b>me</b>body', ['somebody']],
  ['entities', 'H&eacute;rrera&nbsp;&#76;uca &#x4d;ia &amp; &szlig; &shy;', ['herrera', 'luca', 'mia', 'ss']],
  [
    'styles, scripts and comments',
    '<style>no</style><script>no()</script><!-- no --><title>no</title>yes',
    ['yes'],
  ],
  ['an attribute', '<a href="https://no.example" title="no">yes</a>', ['yes']],
  ['a tag that never closes', 'yes <a no', ['yes']],
  ['an entity there is not', '&nosuch; &#99999999;', ['nosuch', '99999999']],
])('of HTML with %s the words are those that are seen', (_, html, words) => {
  expect(wordsIn(htmlToWords(html))).toEqual(words);
});

test.each([
  ['<'.repeat(300_000)],
  ['<style>'.repeat(60_000)],
  ['<!--'.repeat(100_000)],
  [`&${'a'.repeat(400_000)}`],
  ['<script'.repeat(60_000)],
])('HTML that never closes what it opens is read to its end', (html) => {
  expect(htmlToWords(html).length).toBeLessThanOrEqual(html.length);
});
