import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitReply } from '../../server/providers/reply-parts.ts';

test.each([
  ['Hello\n\nOn Mon, Apr 2, 2012 at 6:26 PM, Megan <m@x.test> wrote:\n\n> Hi\n', 'Hello\n\n'],
  ['Hello\n\nLe 2 avril 2012 à 18:26, Megan <m@x.test> a écrit :\n\n> Salut\n', 'Hello\n\n'],
  ['Hello\n\n-----Original Message-----\nFrom: a\nSent: b\nTo: c\nSubject: d\n\nold words\n', 'Hello\n\n'],
])('what is quoted below a reply is told apart, from the line that introduces it: %#', (text, said) => {
  const parts = splitReply(text);
  expect(parts.said).toBe(said);
  expect(parts.quoted).toBe(text.slice(said.length));
});

test('a signature stands between what is said and what is quoted', () => {
  expect(splitReply('Hello\n\n-- \nAna\n\nOn x y wrote:\n> Hi\n')).toEqual({
    said: 'Hello\n\n',
    signature: '-- \nAna\n\n',
    quoted: 'On x y wrote:\n> Hi\n',
  });
});

test.each([
  'just words\n',
  '> quoted\n\nand the answer below\n',
  'On the other hand, she wrote:\n\nnothing.\n',
  '',
])('where something is said below, all is what the sender said: %j', (text) => {
  expect(splitReply(text)).toEqual({ said: text });
});

test('of a very long text only the beginning is looked at, and what is quoted there goes on to the end', () => {
  const quoted = `On x y wrote:\n${'> old words\n'.repeat(5_000)}`;
  expect(splitReply(`Hello\n\n${quoted}`)).toEqual({ said: 'Hello\n\n', quoted });
});

test('the parts put together are the text, whatever it is', () => {
  const piece = fc.constantFrom(
    ...[
      'On a b wrote:',
      '> x',
      '\n',
      '\r\n',
      '\n\n',
      ' ',
      '\t',
      '--',
      '-- \n',
      'From: a',
      'Sent: x',
      '$& $1',
    ],
    ...['Op schreef :', '在写道：', 'Sent from my iPhone', 'hello', '\u00a0', '\u2028'],
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(piece, { maxLength: 40 }), fc.array(fc.string())), (pieces) => {
      const text = pieces.join('');
      const { said, signature = '', quoted = '' } = splitReply(text);
      expect(said + signature + quoted).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test.each(['Op schreef\n', 'x on at wrote', 'On ', '\n', '> ', '在写道：\n', 'W dniu pisze\n'])(
  'what the patterns were slow on is seen short: %j',
  (unit) => {
    const text = unit.repeat(Math.ceil(200_000 / unit.length));
    const { said, signature = '', quoted = '' } = splitReply(text);
    expect(said + signature + quoted).toBe(text);
  },
);
