import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  blockEntryFor,
  domainOf,
  foldAddress,
  isBlocked,
  isOwnDomain,
  maxAddressBytes,
  maxLabelLength,
  parseAddress,
  parseBlockEntry,
} from '../../lib/domain/address.ts';
import { anAddress } from '../build/a-message.ts';

describe('parseAddress', () => {
  test.each([
    ['a plain address', 'jane@example.com', 'jane@example.com'],
    ['case kept before the sign, lowered after', 'Jane.Doe@Example.COM', 'Jane.Doe@example.com'],
    ['every sign the standard allows', "a!#$%&'*+/=?^_`{|}~-z@x.test", "a!#$%&'*+/=?^_`{|}~-z@x.test"],
    ['angle brackets', '<jane@example.com>', 'jane@example.com'],
    ['comments on both sides', '(hi) jane (the (one)) @ (here) example.com (bye)', 'jane@example.com'],
    ['a comment that holds a sign', 'jane(@evil.test)@example.com', 'jane@example.com'],
    ['folding white space', ' jane\r\n @example.com ', 'jane@example.com'],
    ['white space around dots, as old mail has it', 'jane . doe @ example . com', 'jane.doe@example.com'],
    ['quotes that are needed', '"jane doe"@example.com', '"jane doe"@example.com'],
    ['quotes that are not needed', '"jane.doe"@example.com', 'jane.doe@example.com'],
    ['escapes in quotes', '"a\\"b\\\\c\\d"@example.com', '"a\\"b\\\\cd"@example.com'],
    ['letters an escape kept apart', '"zoe\\\u0308"@example.com', 'zo\u00eb@example.com'],
    ['a sign in quotes', '"a@b"@example.com', '"a@b"@example.com'],
    ['a parenthesis in quotes', '"a(b"@example.com', '"a(b"@example.com'],
    ['a quoted word beside a plain one', 'jane."d o e"@example.com', '"jane.d o e"@example.com'],
    ['dots the grammar forbids', 'a..b.@docomo.test', '"a..b."@docomo.test'],
    ['an obsolete source route', '<@relay.test,@other.test:jane@example.com>', 'jane@example.com'],
    ['a domain literal', 'jane@[192.0.2.1]', 'jane@[192.0.2.1]'],
    ['a literal of IPv6', 'jane@[IPv6:2001:DB8::1]', 'jane@[ipv6:2001:db8::1]'],
    ['UTF-8 on both sides', 'Ἰωάννης@παράδειγμα.test', 'Ἰωάννης@παράδειγμα.test'],
    ['decomposed letters, composed', 'zoe\u0308@mu\u0308ller.test', 'zo\u00eb@m\u00fcller.test'],
    ['capitals that compose only when lowered', 'a@H\u0331.test', 'a@\u1e96.test'],
    ['an ASCII form of a domain as it is', 'a@xn--mller-kva.test', 'a@xn--mller-kva.test'],
    ['a domain of one label', 'root@localhost', 'root@localhost'],
    ['an underscore in the domain', 'a@my_host.test', 'a@my_host.test'],
    [
      'a reply address with a long token',
      `reply+${'x'.repeat(120)}@app.test`,
      `reply+${'x'.repeat(120)}@app.test`,
    ],
    ['a name from the prototype', '__proto__@constructor', '__proto__@constructor'],
  ])('%s is read', (_, text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  test.each([
    ['nothing', ''],
    ['white space', ' \t '],
    ['no sign', 'jane'],
    ['no local part', '@example.com'],
    ['no domain', 'jane@'],
    ['an empty local part in quotes', '""@example.com'],
    ['dots alone', '..@example.com'],
    ['two signs', 'jane@doe@example.com'],
    ['two addresses', 'a@example.com, b@example.com'],
    ['a display name', 'Jane <jane@example.com>'],
    ['two words before the sign', 'jane doe@example.com'],
    ['words glued by a comment', 'jane(x)doe@example.com'],
    ['a group', 'team: a@example.com;'],
    ['an open quote', '"jane@example.com'],
    ['an open comment', '(jane@example.com'],
    ['an open angle', '<jane@example.com'],
    ['an open literal', 'jane@[192.0.2.1'],
    ['an empty literal', 'jane@[]'],
    ['something after a literal', 'jane@[192.0.2.1].com'],
    ['a trailing dot', 'jane@example.com.'],
    ['a leading dot', 'jane@.example.com'],
    ['two dots in the domain', 'jane@example..com'],
    ['a hyphen that begins a label', 'jane@-example.com'],
    ['a hyphen that ends a label', 'jane@example-.com'],
    ['quotes in the domain', 'jane@"example".com'],
    ['a slash in the domain', 'jane@exa/mple.com'],
    ['a NUL', 'ja\0ne@example.com'],
    ['a NUL in quotes', '"ja\0ne"@example.com'],
    ['a line break that folds nothing', 'jane@example.com\r\nBcc: x@evil.test'],
    ['half a surrogate pair', 'jane\ud800@example.com'],
    ['letters that turn the reading direction', 'jane\u202emoc@example.com'],
    ['the same in the domain', 'jane@example\u202emoc.com'],
    ['full-width letters in the domain', 'jane@\uff45xample.com'],
    ['an ideographic full stop in the domain', 'jane@acme\u3002com'],
    ['a no-break space', 'jane\u00a0doe@example.com'],
    ['a label that is too long', `a@${'x'.repeat(maxLabelLength + 1)}.test`],
    ['an address that is too long', `${'a'.repeat(maxAddressBytes)}@x.test`],
    ['a domain that is too long', `a@${'x.'.repeat(130)}test`],
    ['letters whose bytes are too many', `${'\u00e9'.repeat(160)}@x.test`],
    ['a route that leads nowhere', '<@relay.test:>'],
  ])('%s is not an address', (_, text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each([
    ['open comments', '('.repeat(1_000_000)],
    ['nested comments', `${'('.repeat(500_000)}${')'.repeat(500_000)}a@x.test`],
    ['open quotes', '"\\'.repeat(500_000)],
    ['signs', '@'.repeat(1_000_000)],
    ['dots', `a@${'.'.repeat(1_000_000)}`],
    ['combining marks', `a${'\u0301'.repeat(1_000_000)}@x.test`],
  ])('a megabyte of %s is refused', (_, text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('comments nested as deep as fits are stripped', () => {
    expect(parseAddress(`${'('.repeat(900)}${')'.repeat(900)}a@x.test`)).toBe('a@x.test');
  });

  test('any text is read without a throw, and what is read reads as itself', () => {
    fc.assert(
      fc.property(addressLikeText, (text) => {
        const address = parseAddress(text);
        if (address === undefined) return;
        expect(parseAddress(address)).toBe(address);
        expect(address.normalize('NFC')).toBe(address);
        expect(address).not.toMatch(/[\r\n\0]/);
      }),
      { numRuns: 3000 },
    );
  });

  test('comments, white space and brackets around an address change nothing', () => {
    const padding = fc.constantFrom('', ' ', '(c)', '\t(a (nested) c) ', '\r\n ');
    fc.assert(
      fc.property(
        simpleAddress,
        padding,
        padding,
        padding,
        padding,
        fc.boolean(),
        (text, a, b, c, d, inAngles) => {
          const [local, domain] = text.split('@');
          const spec = `${a}${local}${b}@${c}${domain}${d}`;
          expect(parseAddress(inAngles ? `<${spec}>` : spec)).toBe(parseAddress(text));
        },
      ),
    );
  });
});

describe('foldAddress', () => {
  test.each([
    ['case in the local part', 'Jane@example.com', 'jane@example.com'],
    ['case beyond ASCII', 'ÉLISE@example.com', 'élise@example.com'],
    ['composed and decomposed letters', 'zoe\u0308@example.com', 'zo\u00eb@example.com'],
    ['letters that compose only when lowered', 'H\u0331@example.com', '\u1e96@example.com'],
    ['needless quotes', '"jane"@example.com', 'jane@example.com'],
  ])('%s makes no difference', (_, one, other) => {
    expect(foldAddress(anAddress(one))).toBe(foldAddress(anAddress(other)));
  });

  test.each([
    ['dots', 'jane.doe@gmail.com', 'janedoe@gmail.com'],
    ['a tag', 'jane+jobs@gmail.com', 'jane@gmail.com'],
    ['a dotless i', 'ına@example.com', 'ina@example.com'],
    ['a sharp s', 'strauß@example.com', 'strauss@example.com'],
    ['look-alike letters of another script', 'jаne@example.com', 'jane@example.com'],
    ['sub-domains', 'jane@mail.example.com', 'jane@example.com'],
  ])('%s keeps two addresses apart', (_, one, other) => {
    expect(foldAddress(anAddress(one))).not.toBe(foldAddress(anAddress(other)));
  });

  test('folding twice is folding once, and a folded address is still one', () => {
    fc.assert(
      fc.property(addressLikeText, (text) => {
        const address = parseAddress(text);
        if (address === undefined) return;
        const folded = foldAddress(address);
        expect(foldAddress(folded as Address)).toBe(folded);
        expect(folded.slice(folded.lastIndexOf('@'))).toBe(`@${domainOf(address)}`);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('domains', () => {
  test('the domain is what follows the last sign', () => {
    expect(domainOf(anAddress('"a@evil.test"@Example.com'))).toBe('example.com');
  });

  test.each([
    ['ana@acme.test', true],
    ['ana@ACME.test', true],
    ['ana@mail.eu.acme.test', true],
    ['ana@notacme.test', false],
    ['ana@acme.test.evil.test', false],
    ['ana@test', false],
    ['"x@acme.test"@evil.test', false],
    ['ana@[192.0.2.1]', false],
    ['ana@constructor', false],
  ])('%s is at the own domain acme.test: %s', (text, isOwn) => {
    expect(isOwnDomain(anAddress(text), new Set(['acme.test', '192.0.2.1']))).toBe(isOwn);
  });

  test('without own domains no address is at one', () => {
    expect(isOwnDomain(anAddress('ana@acme.test'), new Set())).toBe(false);
  });

  test.each([
    ['jane@example.com', 'jane@example.com'],
    ['Jane@example.com', 'jane@example.com'],
    ['anyone@rival.test', '@rival.test'],
    ['anyone@hr.rival.test', '@rival.test'],
    ['anyone@example.com', undefined],
    ['rival.test@example.com', undefined],
    ['a@norival.test', undefined],
  ])('%s is blocked by the entry %s', (text, entry) => {
    const blocked = new Set(['jane@example.com', '@rival.test']);
    const folded = foldAddress(anAddress(text));
    expect(blockEntryFor(folded, blocked)).toBe(entry);
    expect(isBlocked(folded, blocked)).toBe(entry !== undefined);
  });
});

const simpleAddress = fc
  .tuple(
    fc.stringMatching(/^[a-zA-Z0-9+_-]{1,8}(\.[a-zA-Z0-9]{1,8}){0,2}$/),
    fc.stringMatching(/^[a-z0-9]{1,8}(\.[a-z]{1,5}){0,3}$/),
  )
  .map(([local, domain]) => `${local}@${domain}`);

/** Text made of what addresses are made of, so that much of it is one. */
const addressLikeText = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom('a', 'B', '.', '@', 'x.test', '-', 'é', 'ß', 'İ', 'Σ', '\u0301', 'K'),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom('"', '\\', '(', ')', '<', '>', ' ', '\r\n ', '[', ']', ':', ',', '\u0338'),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''));

describe('an entry of a block list', () => {
  test.each([
    ['Jane@Example.com', 'jane@example.com'],
    ['example.com', '@example.com'],
    [' @Mail.Example.com ', '@mail.example.com'],
    ['com', undefined],
    ['@', undefined],
    ['', undefined],
    ['a b', undefined],
  ])('%j is %j', (text, entry) => {
    expect(parseBlockEntry(text)).toBe(entry);
  });
});
