/*
 * E-mail addresses: what counts as one, when two are the same, and whose domain they are at. Display names and lists of
 * addresses are not read here. Domains are never converted to or from IDNA: what the message says is what is compared.
 */
import { endOfQuoted, unfold, withoutComments } from './header-text.ts';

/** An e-mail address as `local@domain`, domain in lower-case, made only by `parseAddress`. Compare folded. */
export type Address = string & { readonly __brand: 'Address' };

/** Source: RFC 5321 sec. 4.5.3.1.2 (octets) */
export const maxDomainBytes = 255;
/**
 * The longest local part and domain with the sign between them. The 64 octets for a local part are what every server must
 * take, not a ceiling: reply addresses with a token in them are often longer, so only the sum is capped.
 * Source: RFC 5321 sec. 4.5.3.1.1 and 4.5.3.1.2 (octets)
 */
export const maxAddressBytes = 64 + 1 + maxDomainBytes;
/** Source: RFC 1035 sec. 2.3.4. Counted in characters: in its ASCII form a label is never shorter than that. */
export const maxLabelLength = 63;
/** Room for comments around an address; a longer text is not one address. */
const maxTextLength = 2000;

/**
 * The one address the text spells, or undefined. Comments, folding white space, angle brackets and an obsolete source route
 * are stripped; quotes stay only where the local part needs them. Dots the grammar forbids (`a..b`, `a.`) come back quoted,
 * since old mailboxes of mobile carriers have them. UTF-8 on both sides, in NFC; domain literals are accepted.
 * A domain that shows one name and resolves as another (full-width letters, ideographic full stop) is refused.
 * Source: RFC 5322 sec. 3.4.1 and 4.4, RFC 6532 sec. 3
 */
export const parseAddress = (text: string): Address | undefined => {
  if (text.length > maxTextLength || !text.isWellFormed()) return undefined;
  const tokens = tokenise(withoutComments(unfold(text.normalize('NFC'))));
  const spec = tokens && withoutRoute(withoutAngles(tokens));
  if (spec === undefined) return undefined;
  const at = spec.findIndex((token) => token.kind === '@');
  if (at < 1) return undefined;
  const local = readLocal(spec.slice(0, at));
  const domain = readDomain(spec.slice(at + 1));
  if (local === undefined || domain === undefined) return undefined;
  const address = `${local}@${domain}`;
  return utf8Bytes(domain) <= maxDomainBytes && utf8Bytes(address) <= maxAddressBytes
    ? (address as Address)
    : undefined;
};

/**
 * The form two addresses are compared in. Case is ignored in the local part too, as every large provider does; lower-casing
 * alone, because upper-casing would make distinct letters one (dotless i and i, sharp s and ss). No dots or "+tags" are
 * taken out: that is one provider's habit, and elsewhere it would make two people one.
 */
export const foldAddress = (address: Address): string => address.toLowerCase().normalize('NFC');

/** The part after the last "@": an "@" in a quoted local part is not the one that parts them. */
export const domainOf = (address: Address): string => domainOfText(address);

/**
 * Whether the address is at a listed domain or a sub-domain of one. Sub-domains count because teams and systems live on
 * them, and a rule that keeps internal mail out must rather take too much for internal than too little.
 * `ownDomains` are in lower case.
 */
export const isOwnDomain = (address: Address, ownDomains: ReadonlySet<string>): boolean =>
  domainAndParents(domainOf(address)).some((domain) => ownDomains.has(domain));

/**
 * The entry of a block list that covers the folded address: itself, or "@domain" for its domain or a parent of that domain;
 * undefined when none does. Entries are folded.
 */
export const blockEntryFor = (folded: string, blocked: ReadonlySet<string>): string | undefined =>
  coveringEntries(folded).find((entry) => blocked.has(entry));

/** Every entry of a block list that would cover the folded address, the narrowest first. */
export const coveringEntries = (folded: string): readonly string[] => [
  folded,
  ...domainAndParents(domainOfText(folded)).map((domain) => `@${domain}`),
];

/**
 * The entry of a block list the text spells: a folded address, or "@domain" for a domain given with or without its sign.
 * Undefined for anything else, and for a domain of one label: "com" would cover half the world.
 */
export const parseBlockEntry = (text: string): string | undefined => {
  const bare = text.trim();
  const isDomain = bare.lastIndexOf('@') <= 0;
  const address = parseAddress(isDomain ? `x@${bare.replace(/^@/, '')}` : bare);
  if (address === undefined) return undefined;
  if (!isDomain) return foldAddress(address);
  const domain = domainOf(address);
  return domain.includes('.') ? `@${domain}` : undefined;
};

export const isBlocked = (folded: string, blocked: ReadonlySet<string>): boolean =>
  blockEntryFor(folded, blocked) !== undefined;

const domainOfText = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

const domainAndParents = (domain: string): readonly string[] => {
  const labels = domain.split('.');
  return labels.map((_, from) => labels.slice(from).join('.'));
};

type Token = { readonly kind: 'word' | 'quoted' | 'literal' | Special; readonly text: string };
type Special = '.' | '@' | '<' | '>' | ',' | ':';
const specials: ReadonlySet<string> = new Set<Special>(['.', '@', '<', '>', ',', ':']);
const isSpecial = (char: string): char is Special => specials.has(char);

/* Bidirectional controls are out because they make an address read as another one. */
const letter = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-]|[^\\p{ASCII}\\p{Cc}\\p{Z}\\p{Bidi_Control}]";
const word = new RegExp(`(?:${letter})+`, 'uy');
const dotAtom = new RegExp(`^(?:${letter})+(?:\\.(?:${letter})+)*$`, 'u');
const literal = /\[[!-Z^-~ \t]*\]/y;

const tokenise = (text: string): readonly Token[] | undefined => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    const end = tokenEnd(text, at);
    if (end === undefined) return undefined;
    const piece = text.slice(at, end);
    if (isSpecial(char)) tokens.push({ kind: char, text: piece });
    else if (char === '"') tokens.push({ kind: 'quoted', text: piece });
    else if (char === '[') tokens.push({ kind: 'literal', text: piece });
    else if (char !== ' ' && char !== '\t') tokens.push({ kind: 'word', text: piece });
    at = end;
  }
  return tokens;
};

const tokenEnd = (text: string, at: number): number | undefined => {
  const char = text.charAt(at);
  if (char === ' ' || char === '\t' || isSpecial(char)) return at + 1;
  if (char === '"') return endOfQuoted(text, at);
  const pattern = char === '[' ? literal : word;
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
};

const withoutAngles = (tokens: readonly Token[]): readonly Token[] =>
  tokens[0]?.kind === '<' && tokens.at(-1)?.kind === '>' ? tokens.slice(1, -1) : tokens;

/** `@relay,@relay:local@domain` without its relays. Source: RFC 5322 sec. 4.4 (obs-route), RFC 5321 App. C */
const withoutRoute = (tokens: readonly Token[]): readonly Token[] => {
  if (tokens[0]?.kind !== '@') return tokens;
  const colon = tokens.findIndex((token) => token.kind === ':');
  return colon < 0 ? tokens : tokens.slice(colon + 1);
};

const readLocal = (tokens: readonly Token[]): string | undefined => {
  const isJoined = tokens.every((token, i) =>
    token.kind === '.' ? true : isWord(token) && (i === 0 || tokens[i - 1]?.kind === '.'),
  );
  if (!isJoined || !tokens.some(isWord)) return undefined;
  const content = tokens
    .map((token) => (token.kind === 'quoted' ? unquote(token.text) : token.text))
    .join('')
    .normalize('NFC');
  if (content === '' || unprintable.test(content)) return undefined;
  return dotAtom.test(content) ? content : `"${content.replace(/["\\]/g, '\\$&')}"`;
};

const isWord = (token: Token): boolean => token.kind === 'word' || token.kind === 'quoted';
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const unquote = (quoted: string): string => quoted.slice(1, -1).replace(/\\(.)/gsu, '$1');
const readDomain = (tokens: readonly Token[]): string | undefined => {
  const [first] = tokens;
  if (first?.kind === 'literal')
    return tokens.length === 1 && /[^\s[\]]/.test(first.text)
      ? first.text.replace(/[ \t]/g, '').toLowerCase()
      : undefined;
  const isAlternating = tokens.every((token, i) => token.kind === (i % 2 === 0 ? 'word' : '.'));
  if (!isAlternating || tokens.length % 2 === 0) return undefined;
  const labels = tokens.filter((token) => token.kind === 'word').map(readLabel);
  return labels.every((label) => label !== undefined) ? labels.join('.') : undefined;
};

const readLabel = ({ text }: Token): string | undefined => {
  const label = text.toLowerCase().normalize('NFC');
  const isName = /^(?!-)(?:[a-z0-9_-]|[^\p{ASCII}\u3002])+(?<!-)$/u.test(label);
  const showsItself = label.normalize('NFKC') === label;
  return isName && showsItself && Array.from(label).length <= maxLabelLength ? label : undefined;
};

const utf8Bytes = (text: string): number => {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};
