/* Just enough of RFC 5322 and MIME for Gmail's answers; apart from the server's own parser, so that each can catch the other. */

export type Header = { readonly name: string; readonly value: string };

export type Part = {
  readonly partId: string;
  readonly mimeType: string;
  readonly filename: string;
  readonly headers: readonly Header[];
  readonly content: Buffer;
  readonly parts: readonly Part[];
};

/** Header lines unfolded: the line break goes, its white space stays, as Gmail gives them. */
export const readHeaderLines = (raw: Buffer): Header[] => {
  const { head } = splitMessage(raw);
  const headers: Header[] = [];
  let line = '';
  const finish = () => {
    const colon = line.indexOf(':');
    if (colon > 0)
      headers.push({ name: line.slice(0, colon).trimEnd(), value: line.slice(colon + 1).trim() });
  };
  for (const next of decodeText(head).split(/\r?\n/)) {
    if (/^[ \t]/.test(next)) line += next;
    else {
      finish();
      line = next;
    }
  }
  finish();
  return headers;
};

export const headerValue = (headers: readonly Header[], name: string): string | undefined =>
  headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;

/** Addresses of all headers of one name, in lower case. */
export const addressesIn = (headers: readonly Header[], name: string): string[] =>
  headers
    .filter((header) => header.name.toLowerCase() === name)
    .flatMap((header) => header.value.match(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g) ?? [])
    .map((address) => address.toLowerCase());

export const messageIdsIn = (value: string | undefined): string[] => value?.match(/<[^<>\s]+>/g) ?? [];

/** Subject without reply and forward marks, for Gmail's rule that a reply keeps its subject. */
export const subjectKey = (subject: string | undefined): string =>
  (subject ?? '')
    .replace(/^(\s*(re|fwd?|aw|sv|wg)(\[\d+\])?\s*:)+/i, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();

/** Raw without the named header, for the copies of people who must not see it. */
export const withoutHeader = (raw: Buffer, name: string): Buffer => {
  const { head, rest } = splitMessage(raw);
  const pattern = new RegExp(`(^|\\r?\\n)${name}:[^\\r\\n]*(\\r?\\n[ \\t][^\\r\\n]*)*`, 'gi');
  return Buffer.concat([
    Buffer.from(
      head
        .toString('latin1')
        .replace(pattern, '')
        .replace(/^\r?\n/, ''),
      'latin1',
    ),
    rest,
  ]);
};

export const parseParts = (raw: Buffer, partId = ''): Part => {
  const headers = readHeaderLines(raw);
  const { body } = splitMessage(raw);
  const contentType = headerValue(headers, 'Content-Type') ?? 'text/plain';
  const mimeType = contentType.split(';')[0]?.trim().toLowerCase() || 'text/plain';
  const filename =
    parameter(headerValue(headers, 'Content-Disposition') ?? '', 'filename') ??
    parameter(contentType, 'name') ??
    '';
  const boundary = mimeType.startsWith('multipart/') ? parameter(contentType, 'boundary') : undefined;
  const parts =
    boundary === undefined
      ? []
      : splitParts(body, boundary).map((part, index) =>
          parseParts(part, partId === '' ? String(index) : `${partId}.${index}`),
        );
  const content =
    boundary === undefined
      ? decodeBody(body, headerValue(headers, 'Content-Transfer-Encoding'))
      : Buffer.alloc(0);
  return { partId, mimeType, filename, headers, content, parts };
};

/** First words of the plain text, as Gmail shows them in a list. */
export const snippetOf = (part: Part): string => {
  if (part.mimeType === 'text/plain' && part.filename === '')
    return decodeText(part.content).replace(/\s+/g, ' ').trim().slice(0, 200);
  for (const child of part.parts) {
    const found = snippetOf(child);
    if (found !== '') return found;
  }
  return '';
};

const splitMessage = (raw: Buffer): { head: Buffer; rest: Buffer; body: Buffer } => {
  const ends = [
    { at: raw.indexOf('\r\n\r\n'), length: 4 },
    { at: raw.indexOf('\n\n'), length: 2 },
  ].filter((end) => end.at >= 0);
  ends.sort((a, b) => a.at - b.at);
  const end = ends[0];
  if (end === undefined) return { head: raw, rest: Buffer.alloc(0), body: Buffer.alloc(0) };
  return {
    head: raw.subarray(0, end.at),
    rest: raw.subarray(end.at),
    body: raw.subarray(end.at + end.length),
  };
};

const decodeText = (bytes: Buffer): string => {
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? bytes.toString('latin1') : text;
};

const parameter = (value: string, name: string): string | undefined => {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(value);
  return match?.[1] ?? match?.[2];
};

const splitParts = (body: Buffer, boundary: string): Buffer[] =>
  body
    .toString('latin1')
    .split(
      new RegExp(
        `(?:^|\\r?\\n)--${boundary.replace(/[.*+?^$()|[\]{}\\/]/g, '\\$&')}(?:--)?[ \\t]*(?:\\r?\\n|$)`,
      ),
    )
    .slice(1, -1)
    .map((part) => Buffer.from(part, 'latin1'));

const decodeBody = (body: Buffer, encoding: string | undefined): Buffer => {
  switch (encoding?.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64');
    case 'quoted-printable':
      return Buffer.from(
        body
          .toString('latin1')
          .replace(/=\r?\n/g, '')
          .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      );
    default:
      return body;
  }
};
