import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOfQuoted, unfold, withoutComments } from '../../lib/domain/header-text.ts';

test.each([
  ['a comment', 'a (b) c', 'a   c'],
  ['a comment in a comment', 'a(b(c)d)e', 'a e'],
  ['an escaped parenthesis', 'a(b\\)c)d', 'a d'],
  ['two comments', '(a)b(c)', ' b '],
  ['a quoted parenthesis', '"a(b" (c) "d)e"', '"a(b"   "d)e"'],
  ['an escape at the very end', 'a\\', 'a\\'],
  ['quotes inside a comment', '(")")b', ' ")b'],
  ['no comment', 'a b', 'a b'],
])('%s is taken out and nothing else', (_, value, text) => {
  expect(withoutComments(value)).toBe(text);
});

test.each([
  ['a comment', '(a) (b <c'],
  ['a comment in a comment', '(a) (b (c) <d'],
])('%s that never closes is left with all that follows', (_, value) => {
  expect(withoutComments(value)).toBe(` ${value.slice(3)}`);
});

test('a quote that never closes hides no comment', () => {
  expect(withoutComments('"a (b) c')).toBe('"a   c');
});

test('line breaks go only where white space follows them', () => {
  expect(unfold('a\r\n b\n\tc\r\nd\ne')).toBe('a b\tc\r\nd\ne');
});

test('a quoted string ends at the first quote that is not escaped', () => {
  expect(endOfQuoted('"a\\"b" c', 0)).toBe(6);
  expect(endOfQuoted('"a\\"b', 0)).toBeUndefined();
});

test('text without parentheses comes back as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const plain = text.replace(/[()]/g, '');
      expect(withoutComments(plain)).toBe(plain);
    }),
  );
});
