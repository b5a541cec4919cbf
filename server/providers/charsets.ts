/*
 * Letters of all times, for a parser that knows those of the Web: what a part or a header is written in that it does not
 * know, or that its sender forgot to name, is turned into UTF-8 before it is parsed. Nothing here throws. What nobody can
 * name is left for the parser to read as it can.
 */
import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** The same bytes where the parser can read them; else the same message with those parts and headers in UTF-8. */
export const withReadableCharsets = (raw: Uint8Array): Uint8Array => {
  const source = latin1(raw);
  if (!highByte.test(source) && !namesForeignCharset(source)) return raw;
  const pieces = cutAtBoundaries(source);
  return Buffer.from(pieces.map(settlePiece).join(''), 'latin1');
};

/** RFC 2047 words that the parser would misread, as words in UTF-8: of charsets it does not know, or with raw letters in them. */
export const withReadableWords = (header: string): string =>
  header.replace(
    /=\?([^?\s*]{1,40})(\*[^?\s]*)?\?([BQ])\?([^?]*)\?=/gi,
    (word, label: string, _language, encoding: string, text: string) => {
      const isBase64 = encoding.toUpperCase() === 'B';
      const isRaw = !isBase64 && /\P{ASCII}/u.test(text);
      if (!isForeign(label) && !isRaw) return word;
      const said = isBase64 ? decode(Buffer.from(text, 'base64'), label) : decodeQuoted(text, label, isRaw);
      return `=?utf-8?B?${Buffer.from(said).toString('base64')}?=`;
    },
  );

/** `isRaw`: its letters are read already, and only what is escaped is in the charset. */
const decodeQuoted = (text: string, label: string, isRaw: boolean): string => {
  const spaced = text.replaceAll('_', ' ');
  return isRaw
    ? spaced.replace(/(?:=[0-9a-f]{2})+/gi, (escaped) => decode(fromQuotedPrintable(escaped), label))
    : decode(fromQuotedPrintable(spaced), label);
};

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
const highByte = /[\x80-\xff]/;
const anyCharset = /charset\*?\s*=\s*["']?([^\s"';?]{1,40})/gi;

const namesForeignCharset = (source: string): boolean => {
  for (const [, label = ''] of source.matchAll(anyCharset)) if (isForeign(label)) return true;
  return false;
};

/** Names of ways to write bytes, which iconv-lite takes for charsets too. */
const noCharsets = new Set(['base64', 'hex', 'binary']);

/** Known to iconv-lite and not to the parser, which knows what the Web knows. */
const isForeign = (label: string): boolean =>
  !isOfTheWeb(label) && !noCharsets.has(label.toLowerCase()) && iconv.encodingExists(label);

const isOfTheWeb = (label: string): boolean => {
  try {
    return new TextDecoder(label) !== undefined;
  } catch {
    return false;
  }
};

/** Head up to and with the empty line, and what follows. */
type Piece = { readonly head: string; readonly body: string };

/** The source at every line that is a boundary somewhere in it; each boundary line ends the piece it stands after. */
const cutAtBoundaries = (source: string): readonly Piece[] => {
  const boundaries = new Set<string>();
  for (const [, quoted, bare] of source.matchAll(/boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s";]{1,200}))/gi))
    boundaries.add(quoted ?? bare ?? '');
  const pieces: Piece[] = [];
  let from = 0;
  for (const line of boundaries.size === 0 ? [] : source.matchAll(boundaryLine)) {
    if (!boundaries.has(line[1] ?? '')) continue;
    pieces.push(toPiece(source.slice(from, line.index + line[0].length)));
    from = line.index + line[0].length;
  }
  pieces.push(toPiece(source.slice(from)));
  return pieces;
};

const boundaryLine = /(?<=^|\n)--([^\r\n]{1,200}?)(?:--)?[ \t]*\r?\n/g;

const toPiece = (text: string): Piece => {
  const end = /(?:^|\n)\r?\n/.exec(text);
  const bodyAt = end === null ? text.length : end.index + end[0].length;
  return { head: text.slice(0, bodyAt), body: text.slice(bodyAt) };
};

const settlePiece = ({ head, body }: Piece): string => {
  const type = headerValue(head, 'content-type');
  const label = /;\s*charset\*?\s*=\s*["']?([^\s"';]{1,40})/i.exec(type)?.[1];
  // The boundary line that ends the piece is not part of its text.
  const boundary = /(?<=^|\n)--[^\r\n]*\r?\n$/.exec(body)?.[0] ?? '';
  const text = body.slice(0, body.length - boundary.length);
  const settled = isText(head, type) ? settleText(text, label, type, head) : undefined;
  if (settled === undefined) return settleHead(head, label) + body;
  return settleHead(inUtf8(head, type, settled.transferEncoding), label) + settled.body + boundary;
};

const headerValue = (head: string, name: string): string =>
  new RegExp(`^${name}[ \\t]*:((?:[^\\r\\n]|\\r?\\n(?=[ \\t]))*)`, 'im').exec(head)?.[1]?.trim() ?? '';

/** A part of text, by its word or because it says nothing. What is not a part at all has no head. */
const isText = (head: string, type: string): boolean =>
  /^[\w-]+[ \t]*:/.test(head) && (type === '' || /^text\//i.test(type));

type Settled = { readonly body: string; readonly transferEncoding?: 'base64' };

/** The text in UTF-8, or undefined where the parser reads it as well as it can be read. */
const settleText = (
  text: string,
  label: string | undefined,
  type: string,
  head: string,
): Settled | undefined => {
  const transfer = headerValue(head, 'content-transfer-encoding').toLowerCase();
  if (label !== undefined && isForeign(label)) {
    const inBase64 = Buffer.from(iconv.decode(toBytes(text.replace(/\r?\n$/, ''), transfer), label)).toString(
      'base64',
    );
    return { body: `${inBase64.replace(/.{76}/g, '$&\r\n')}\r\n`, transferEncoding: 'base64' };
  }
  if (/base64|quoted-printable/.test(transfer) || !highByte.test(text)) return undefined;
  const bytes = Buffer.from(text, 'latin1');
  if (isUtf8(bytes)) return isAscii(label) ? { body: text } : undefined;
  if (label !== undefined && !isUtf8Label(label)) return undefined;
  const inItself = /text\/html/i.test(type) ? metaCharset(text) : undefined;
  return { body: toUtf8(bytes, inItself ?? fallbackCharset) };
};

const toBytes = (text: string, transferEncoding: string): Buffer => {
  if (transferEncoding.includes('base64')) return Buffer.from(text, 'base64');
  return transferEncoding.includes('quoted-printable')
    ? fromQuotedPrintable(text)
    : Buffer.from(text, 'latin1');
};

/** What old mail without a name for its letters was mostly written in. */
const fallbackCharset = 'windows-1252';
const isUtf8Label = (label: string): boolean => /^utf-?8$/i.test(label);
const isAscii = (label: string | undefined): boolean => /^(?:us-)?ascii$/i.test(label ?? '');

const metaCharset = (html: string): string | undefined => {
  const label = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})/i.exec(html.slice(0, 4_096))?.[1];
  return label !== undefined && !isUtf8Label(label) && (isOfTheWeb(label) || isForeign(label))
    ? label
    : undefined;
};

/** UTF-8 bytes, one a character. */
const toUtf8 = (bytes: Buffer, label: string): string => Buffer.from(decode(bytes, label)).toString('latin1');

const decode = (bytes: Buffer, label: string): string => {
  if (isOfTheWeb(label)) return new TextDecoder(label).decode(bytes);
  return isForeign(label) ? iconv.decode(bytes, label) : new TextDecoder(fallbackCharset).decode(bytes);
};

/** Letters in a header that stand there raw and are not UTF-8 are taken for those of the part itself, line by line. */
const settleHead = (head: string, label: string | undefined): string => {
  if (!highByte.test(head)) return head;
  const isNamed = label !== undefined && !isUtf8Label(label) && (isOfTheWeb(label) || isForeign(label));
  return head.replace(/[^\n]*[\x80-\xff][^\n]*/g, (line) => {
    const bytes = Buffer.from(line, 'latin1');
    return isUtf8(bytes) ? line : toUtf8(bytes, isNamed ? label : fallbackCharset);
  });
};

/** The head as it must read for a body that is now UTF-8. */
const inUtf8 = (head: string, type: string, transferEncoding: 'base64' | undefined): string => {
  const lineEnd = head.includes('\r\n') ? '\r\n' : '\n';
  const named = type === '' ? 'text/plain' : type.replace(/;\s*charset\*?\s*=\s*(?:"[^"]*"|[^\s;]*)/gi, '');
  const lines = [
    `Content-Type: ${named}; charset=utf-8`,
    ...(transferEncoding === undefined ? [] : [`Content-Transfer-Encoding: ${transferEncoding}`]),
  ];
  const dropped = transferEncoding === undefined ? 'content-type' : 'content-(?:type|transfer-encoding)';
  const others = head.replace(
    new RegExp(`^${dropped}[ \\t]*:(?:[^\\r\\n]|\\r?\\n(?=[ \\t]))*\\r?\\n`, 'gim'),
    '',
  );
  return `${lines.join(lineEnd)}${lineEnd}${others}`;
};

const fromQuotedPrintable = (text: string): Buffer =>
  Buffer.from(
    text
      .replace(/[ \t]+(?=\r?\n)/g, '')
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
