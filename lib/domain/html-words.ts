/* The words of HTML mail, for searching alone: nothing of this is ever shown as HTML, and it takes a time that grows with the length. */

/** Text with a space wherever a tag was. Styles, scripts and comments say nothing. The beginning of a very long one alone. */
export const htmlToWords = (html: string): string => {
  const kept: string[] = [];
  const text = html.slice(0, mostLookedAt);
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    if (open < 0) {
      kept.push(text.slice(at));
      break;
    }
    kept.push(text.slice(at, open), isInline(text, open) ? '' : ' ');
    at = endOfTag(text, open);
  }
  return kept.join('').replace(entity, (whole, name: string) => toCharacter(name) ?? whole);
};

const mostLookedAt = 500_000;
const silent = ['style', 'script', 'head', 'title'];

/** Tags that stand within a word. */
const isInline = (text: string, open: number): boolean =>
  /^<\/?(?:b|i|u|em|strong|span|font|a|wbr|mark|small|sub|sup|o:p)\b/i.test(text.slice(open, open + 10));

/** After the tag, or after all it holds where that says nothing; the end of the text when it never closes. */
const endOfTag = (text: string, open: number): number => {
  if (text.startsWith('<!--', open)) return after(text, '-->', open);
  const name = /^<([a-z]+)/i.exec(text.slice(open, open + 10))?.[1]?.toLowerCase();
  if (name !== undefined && silent.includes(name)) {
    const closing = new RegExp(`</${name}`, 'gi');
    closing.lastIndex = open;
    const close = closing.exec(text);
    return close === null ? text.length : after(text, '>', close.index);
  }
  return after(text, '>', open);
};

const after = (text: string, mark: string, from: number): number => {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
};

const entity = /&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});/gi;
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '\u00ad',
  szlig: 'ß',
};
/** é, ñ, ç and the like: the letter, and the mark that is put on it. */
const accents: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  ring: '\u030a',
  cedil: '\u0327',
};

const toCharacter = (name: string): string | undefined => {
  if (name.startsWith('#')) {
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
  }
  const accent = accents[name.slice(1).toLowerCase()];
  return accent === undefined ? named[name.toLowerCase()] : `${name[0] ?? ''}${accent}`.normalize('NFC');
};
