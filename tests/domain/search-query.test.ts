import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excerptOf, findTerms, joinMarks, readQuery, type Term } from '../../lib/domain/search-query.ts';
import { readWords } from '../../lib/domain/search-words.ts';

const termsOf = (text: string): readonly Term[] => {
  const query = readQuery(text);
  if (query.state !== 'asked') throw new Error(`Nothing is asked: ${query.state}.`);
  return query.terms;
};
const foundIn = (text: string, query: string): string[][] =>
  findTerms(text, termsOf(query)).map((marks) => marks.map(({ start, end }) => text.slice(start, end)));

test.each([
  ['words', 'offer  letter', [['offer'], ['letter']]],
  ['a phrase', '"on-site interview" jane', [['on', 'site', 'interview'], ['jane']]],
  ['quotes of another language', '„bis bald“', [['bis', 'bald']]],
  ['a quote that never closes', 'a "bc d', [['a'], ['bc', 'd']]],
  ['an address', 'ana@acme.test', [['ana', 'acme', 'test']]],
  ['marks alone', 'a?? !! offer', [['a'], ['offer']]],
])('%s are terms', (_, text, terms) => {
  expect(termsOf(text)).toEqual(terms);
});

test.each([[''], ['  '], ['a'], ['a b 1'], ['?!'], ['"'], ['\u200b'], ['李']])('%j is too short', (text) => {
  expect(readQuery(text)).toEqual({ state: 'too-short' });
});

test.each([['x'.repeat(201)], ['ab '.repeat(21)]])(
  'more than two hundred letters or twenty words are too long',
  (text) => {
    expect(readQuery(text)).toEqual({ state: 'too-long' });
  },
);

test('a phrase stands as it is asked for, over line ends and marks, and nowhere else', () => {
  expect(foundIn('The on-site\ninterview. No interview on site.', '"on site interview"')).toEqual([
    ['on-site\ninterview'],
  ]);
});

test('words are found in any order, in any spelling of them', () => {
  expect(foundIn('Sofía HERRERA, sofia', 'herrera sofia')).toEqual([['HERRERA'], ['Sofía', 'sofia']]);
});

test('what starts with the word is not the word', () => {
  expect(foundIn('offers', 'offer')).toEqual([[]]);
});

test('a word without spaces around it is found within a longer one', () => {
  expect(foundIn('私は東京都に行く', '東京都')).toEqual([['東京都']]);
});

test('any word of a text is found in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(), (text, at) => {
      const words = [...readWords(text)];
      const word = words[at % Math.max(1, words.length)];
      if (word === undefined) return;
      expect(findTerms(text, [[word.word]])[0]).toContainEqual({ start: word.start, end: word.end });
    }),
    { numRuns: 1_000 },
  );
});

test('marks that touch are one', () => {
  expect(
    joinMarks([
      { start: 5, end: 8 },
      { start: 0, end: 2 },
      { start: 2, end: 4 },
      { start: 6, end: 7 },
    ]),
  ).toEqual([
    { start: 0, end: 4 },
    { start: 5, end: 8 },
  ]);
});

test('an excerpt holds what was found, on one line, and says where it was cut', () => {
  const text = `${'before '.repeat(40)}the\n\tneedle${' after'.repeat(40)}`;
  const excerpt = excerptOf(text, findTerms(text, [['needle']]).flat(), 100);
  expect(excerpt.text).toMatch(/^…before .*the {2}needle after.*…$/);
  expect(excerpt.marks.map(({ start, end }) => excerpt.text.slice(start, end))).toEqual(['needle']);
});

test('an excerpt of any text is bounded, and its marks lie within it', () => {
  const texts = fc.array(
    fc.constantFrom('needle', ' ', '\n', 'é', '\ud83d\ude00', '\ud800', '\u202e', 'word'),
    {
      maxLength: 80,
    },
  );
  fc.assert(
    fc.property(texts, fc.integer({ min: 10, max: 60 }), (parts, length) => {
      const text = parts.join('');
      const { text: shown, marks } = excerptOf(text, findTerms(text, [['needle']]).flat(), length);
      expect(shown.length).toBeLessThanOrEqual(length + 2);
      expect(shown.isWellFormed()).toBe(true);
      expect(shown).not.toMatch(/[\n\u202e]/);
      let last = 0;
      for (const { start, end } of marks) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(shown.length);
        expect('needle'.startsWith(shown.slice(start, end))).toBe(true);
        last = end;
      }
    }),
    { numRuns: 1_000 },
  );
});
