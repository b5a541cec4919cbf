/*
 * The MIME library as we call it. It keeps a body that is not encoded as one piece a line, and puts the pieces together
 * through a Blob, at which Node takes its time with each: seven seconds for seven megabytes of text, in which a worker does
 * nothing else. So the pieces are put together as they come.
 */
import PostalMime, { type Email } from 'postal-mime';

/** Throws where the library gives a message up: nested too deep, headers too large. */
export const parseWithLimits = (
  raw: Uint8Array,
  limits: { readonly deepestPart: number; readonly mostHeaderBytes: number },
): Promise<Email> => {
  const parser = new PostalMime({
    maxNestingDepth: limits.deepestPart,
    maxHeadersSize: limits.mostHeaderBytes,
    // What another person wrote elsewhere must not read as if the sender said it.
    forceRfc822Attachments: true,
  });
  joinPieces(parser);
  return parser.parse(withLineFeeds(raw));
};

/** The library's inside, as far as it is touched. Were it another one day, nothing would be put together, and all be slower. */
type Inside = {
  currentNode?: { contentDecoder?: { chunks?: (Uint8Array | string | ArrayBuffer)[] } | null };
  processLine?: (line: Uint8Array, isFinal: boolean) => Promise<void>;
};

const mostPieces = 2_048;

const joinPieces = (parser: PostalMime): void => {
  const inside = parser as unknown as Inside;
  const processLine = inside.processLine?.bind(parser);
  if (processLine === undefined) return;
  let current: unknown;
  let joined = 0;
  inside.processLine = (line, isFinal) => {
    const pieces = inside.currentNode?.contentDecoder?.chunks;
    if (pieces !== current) {
      current = pieces;
      joined = 0;
    }
    if (pieces !== undefined && pieces.length - joined > mostPieces) {
      pieces.push(Buffer.concat(pieces.splice(joined).map(toBytes)));
      joined += 1;
    }
    return processLine(line, isFinal);
  };
};

const toBytes = (piece: Uint8Array | string | ArrayBuffer): Uint8Array =>
  typeof piece === 'string' ? Buffer.from(piece) : new Uint8Array(piece);

/** Lines of old Macs end in a carriage return alone, and would all be one line. */
const withLineFeeds = (raw: Uint8Array): Uint8Array => {
  if (raw.includes(lineFeed) || !raw.includes(carriageReturn)) return raw;
  return raw.map((byte) => (byte === carriageReturn ? lineFeed : byte));
};
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
