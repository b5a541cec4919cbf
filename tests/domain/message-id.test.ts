import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  maxIdHeaderLength,
  maxMessageIdLength,
  normaliseMessageId,
  readAnsweredIds,
  readMessageIdHeader,
  readMessageIds,
} from '../../lib/domain/message-id.ts';

describe('normaliseMessageId', () => {
  test.each([
    ['brackets go', '<3@x.test>', '3@x.test'],
    ['no brackets is fine', '3@x.test', '3@x.test'],
    ['the domain is lowered, the rest keeps its case', '<CAbC@Mail.Example.COM>', 'CAbC@mail.example.com'],
    ['the last sign parts them', '<a@B@C>', 'a@B@c'],
    ['folding damage is mended', '<abc\r\n def@x.test>', 'abcdef@x.test'],
    ['a bracket too few', '<3@x.test', '3@x.test'],
    ['a literal for a domain', '<3@[192.0.2.1]>', '3@[192.0.2.1]'],
    ['quotes stay', '<"a b"@x.test>', '"ab"@x.test'],
    ['a long one without a sign', '<20261103.184402.12345>', '20261103.184402.12345'],
    ['a name from the prototype', '<__proto__@constructor>', '__proto__@constructor'],
  ])('%s', (_, text, id) => {
    expect(normaliseMessageId(text)).toBe(id);
  });

  test.each([
    ['nothing', ''],
    ['empty brackets', '<>'],
    ['a sign alone', '<@>'],
    ['signs and dots', '<.@.>'],
    ['nothing before the sign', '<@x.test>'],
    ['nothing after the sign', '<3@>'],
    ['a counter that many senders share', '<1>'],
    ['the word null', '<null>'],
    ['the word undefined', 'undefined'],
    ['a NUL', '<a\0b@x.test>'],
    ['half a surrogate pair', '<a\ud800b@x.test>'],
    ['two ids', '<a@x.test><b@x.test>'],
    ['a line too long', `<${'a'.repeat(maxMessageIdLength)}@x.test>`],
    ['a megabyte', `<${'a'.repeat(1_000_000)}@x.test>`],
  ])('%s is no id', (_, text) => {
    expect(normaliseMessageId(text)).toBeUndefined();
  });

  test('what is an id is its own normal form', () => {
    fc.assert(
      fc.property(idLikeText, (text) => {
        const id = normaliseMessageId(text);
        if (id === undefined) return;
        expect(normaliseMessageId(id)).toBe(id);
        expect(normaliseMessageId(`<${id}>`)).toBe(id);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('readMessageIds', () => {
  test.each([
    ['one id', '<3@x.test>', ['3@x.test']],
    [
      'several, in their order',
      '<1@x.test> <2@x.test>\r\n\t<3@x.test>',
      ['1@x.test', '2@x.test', '3@x.test'],
    ],
    ['no space between', '<1@x.test><2@x.test>', ['1@x.test', '2@x.test']],
    ['commas between', '<1@x.test>, <2@x.test>', ['1@x.test', '2@x.test']],
    ['each only once', '<1@x.test> <2@x.test> <1@X.TEST>', ['1@x.test', '2@x.test']],
    ['a quoted phrase before it', '"Bob" <3@x.test> (comment)', ['3@x.test']],
    ['a quoted phrase that looks like one', '"Bob <no@x.test>" <3@x.test>', ['3@x.test']],
    ['a comment that looks like one', '(re: <no@x.test>) <3@x.test>', ['3@x.test']],
    ['a phrase in plain words', 'Your message of Mon, 2 Nov 2026 <3@x.test>', ['3@x.test']],
    ['an address before it', 'bob@x.test <3@x.test>', ['3@x.test']],
    ['the whole id in quotes', '"<3@x.test>"', ['3@x.test']],
    ['quotes out of step', 'Bob" <3@x.test> "again', ['3@x.test']],
    ['a comment that never closes', '(oops <3@x.test>', ['3@x.test']],
    ['quotes that never close', '"oops <3@x.test>', ['3@x.test']],
    ['an id broken by folding', '<abc\r\n def@x.test> <2@x.test>', ['abcdef@x.test', '2@x.test']],
    ['an id with a space in it', '<abc def@x.test>', ['abcdef@x.test']],
    ['no brackets', '3@x.test', ['3@x.test']],
    ['several without brackets', '1@x.test 2@x.test,3@x.test', ['1@x.test', '2@x.test', '3@x.test']],
    ['no brackets and a comment', '3@x.test (Bob)', ['3@x.test']],
    ['the closing bracket is missing', '<1@x.test> <2@x.test', ['1@x.test', '2@x.test']],
    ['a closing bracket is missing between', '<1@x.test <2@x.test>', ['1@x.test', '2@x.test']],
    ['brackets doubled', '<<3@x.test>>', ['3@x.test']],
    ['an unusable one beside a usable', '<> <null> <3@x.test>', ['3@x.test']],
  ])('%s: the ids are found', (_, value, ids) => {
    expect(readMessageIds(value)).toEqual(ids);
  });

  test.each([
    ['nothing', ''],
    ['words that name a person', 'your message to bob@example.com'],
    ['a person in quotes', '"bob@example.com"'],
    ['one word', 'none'],
    ['empty brackets', '<>'],
    ['a cut-off id without a sign', '<2026110318440212345'],
    ['an id in a comment alone', '(<3@x.test>)'],
  ])('%s: no id is found', (_, value) => {
    expect(readMessageIds(value)).toEqual([]);
  });

  test('of a header too long to read, the first and the last ids are kept', () => {
    const ids = Array.from({ length: 40_000 }, (_, i) => `${i}@mail.example.test`);
    const found = readMessageIds(ids.map((id) => `<${id}>`).join('\r\n '));
    expect(found[0]).toBe(ids[0]);
    expect(found.at(-1)).toBe(ids.at(-1));
    expect(found.every((id) => ids.includes(id))).toBe(true);
    expect(found.join('').length).toBeLessThan(maxIdHeaderLength);
  });

  test.each([
    ['open brackets', '<'.repeat(1_000_000)],
    ['closing brackets', '>'.repeat(1_000_000)],
    ['open comments', '('.repeat(1_000_000)],
    ['nested comments', `${'('.repeat(500_000)}${')'.repeat(500_000)}`],
    ['quotes and escapes', '"\\'.repeat(500_000)],
    ['signs', '@'.repeat(1_000_000)],
    ['white space', ' \r\n\t'.repeat(250_000)],
    ['NULs', '\0'.repeat(1_000_000)],
  ])('a megabyte of %s holds no id', (_, value) => {
    expect(readMessageIds(value)).toEqual([]);
  });

  test('any text is read without a throw, each id once and in normal form', () => {
    fc.assert(
      fc.property(fc.array(idLikeText, { maxLength: 6 }), (texts) => {
        const ids = readMessageIds(texts.join(' '));
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(normaliseMessageId(id)).toBe(id);
      }),
      { numRuns: 2000 },
    );
  });

  test('whatever stands between ids, each is found in its order', () => {
    const between = fc.constantFrom(
      ' ',
      '\r\n ',
      ',',
      ' (and (so) on) ',
      ' "a phrase" ',
      '\t',
      ' in reply to ',
    );
    const id = fc.stringMatching(/^[A-Za-z0-9.$+-]{1,20}$/).map((local) => `a${local}@x.test`);
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 8 }), between, (ids, gap) => {
        expect(readMessageIds(ids.map((each) => `<${each}>`).join(gap))).toEqual(ids);
      }),
    );
  });
});

describe('readMessageIdHeader', () => {
  test.each([
    ['of two headers the first', ['<1@x.test>', '<2@x.test>'], '1@x.test'],
    ['the first that can be used', ['<>', 'garbage here', '<2@x.test>'], '2@x.test'],
    ['of two ids in one header the first', ['<1@x.test> <2@x.test>'], '1@x.test'],
    ['without brackets', ['1@x.test'], '1@x.test'],
    ['none of none', [], undefined],
    ['none where none can be used', ['', '<null>'], undefined],
  ])('%s wins', (_, values, id) => {
    expect(readMessageIdHeader(values)).toBe(id);
  });
});

const idLikeText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '@',
        '"',
        '\\',
        '(',
        ')',
        ' ',
        '\r\n ',
        'a',
        'B.c',
        'X.TEST',
        'İ',
        '1234567890123456',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 10 },
  )
  .map((pieces) => pieces.join(''));

describe('readAnsweredIds', () => {
  test.each([
    ['Message from Ana <ana@acme.test> of "Thu, 29 Aug 2002 03:58:03 EDT." <1@x.test>', ['1@x.test']],
    ['Message from "Ana B." <ana@acme.test>\r\n   of Thu, 29 Aug 2002 03:58:03 EDT', []],
    ['<1@x.test>; from ana@acme.test on Thu, Aug 29, 2002', ['1@x.test']],
    ['<1@x.test> (message from Ana <ana@acme.test> on Thu)', ['1@x.test']],
    ['<1@x.test> from Ana <ana@acme.test>', ['1@x.test']],
    ['Message from ana@acme.test of "Mon, 26 Aug 2002 14:22:46 EDT." <1@x.test>', ['1@x.test']],
    [
      'Message from ana@acme.test of Fri, 26 Jul 2002 10:06:41 EDT <1@x.test> <2@x.test>',
      ['1@x.test', '2@x.test'],
    ],
    ['Message from "ana@acme.test" <ana@acme.test> of Friday <1@x.test>', ['1@x.test']],
    ['<from@x.test> <2@x.test>', ['from@x.test', '2@x.test']],
    ['<1@x.test>', ['1@x.test']],
  ])('the address of a person in it is no id: %s', (value, ids) => {
    expect(readAnsweredIds(value)).toEqual(ids);
  });

  test.each(['from ', 'from <', 'from '.repeat(3)])('a megabyte of it is read: %j', (unit) => {
    expect(readAnsweredIds(unit.repeat(1_000_000 / unit.length))).toEqual([]);
  });
});
