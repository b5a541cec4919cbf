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
  currentNode?: { contentDecoder?: Decoder | null };
  processLine?: (line: Uint8Array, isFinal: boolean) => Promise<void>;
};
type Piece = Uint8Array | string | ArrayBuffer;
type Decoder = { chunks?: Piece[]; finalize?: () => Promise<ArrayBuffer> };

const mostPieces = 2_048;

const joinPieces = (parser: PostalMime): void => {
  const inside = parser as unknown as Inside;
  const processLine = inside.processLine?.bind(parser);
  if (processLine === undefined) return;
  let current: Decoder | undefined;
  let joined = 0;
  inside.processLine = (line, isFinal) => {
    const decoder = inside.currentNode?.contentDecoder ?? undefined;
    if (decoder !== current) {
      current = decoder;
      joined = 0;
      if (decoder !== undefined) joinWhatIsLeft(decoder);
    }
    const pieces = decoder?.chunks;
    if (pieces !== undefined && pieces.length - joined > mostPieces) {
      pieces.push(toOne(pieces.splice(joined)));
      joined += 1;
    }
    return processLine(line, isFinal);
  };
};

const joinWhatIsLeft = (decoder: Decoder): void => {
  const finalize = decoder.finalize?.bind(decoder);
  if (finalize === undefined) return;
  decoder.finalize = () => {
    const pieces = decoder.chunks;
    if (pieces !== undefined && pieces.length > 1) pieces.push(toOne(pieces.splice(0)));
    return finalize();
  };
};

const toOne = (pieces: readonly Piece[]): Uint8Array => Buffer.concat(pieces.map(toBytes));

const toBytes = (piece: Piece): Uint8Array =>
  typeof piece === 'string' ? Buffer.from(piece) : new Uint8Array(piece);

/** Lines of old Macs end in a carriage return alone, and would all be one line. */
const withLineFeeds = (raw: Uint8Array): Uint8Array => {
  if (raw.includes(lineFeed) || !raw.includes(carriageReturn)) return raw;
  return raw.map((byte) => (byte === carriageReturn ? lineFeed : byte));
};
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
