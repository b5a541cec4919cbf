/* Messages of an mbox file, one after the other, however large the file is. Reads mboxrd, and mboxo as far as that can be read. */
import { createReadStream } from 'node:fs';

export type MboxMessage = {
  /** The message's own source, without the line that stands before it in the file. */
  readonly raw: Uint8Array;
  /** Where in the file that line begins. */
  readonly offsetBytes: number;
  /** Longer than `mostMessageBytes`: `raw` is its beginning. */
  readonly isCut: boolean;
};

/** A message longer than that is not held in memory whole. */
export const mostMessageBytes = 64 * 1024 * 1024;

/**
 * Messages in the order of the file; none when it does not begin as an mbox does. A message begins at a line "From …" at the
 * file's beginning, or after an empty line where it also tells a time, since "From here on" begins many a sentence.
 * Source: RFC 4155 app. A; mboxrd's ">From " quoting as qmail's mbox(5) describes it
 */
export async function* readMbox(path: string, signal?: AbortSignal): AsyncGenerator<MboxMessage> {
  const lines = readLines(createReadStream(path, signal === undefined ? {} : { signal }));
  let message: OpenMessage | undefined;
  let isAfterEmpty = true;
  for await (const { bytes, offsetBytes, isWhole } of lines) {
    if (isAfterEmpty && beginsMessage(bytes, offsetBytes)) {
      if (message !== undefined) yield close(message);
      message = { offsetBytes, lines: [], sizeBytes: 0, isCut: false };
    } else if (message === undefined) return;
    else add(message, unquoted(bytes));
    isAfterEmpty = isWhole && isEmptyLine(bytes);
  }
  if (message !== undefined) yield close(message);
}

type OpenMessage = {
  readonly offsetBytes: number;
  lines: Uint8Array[];
  sizeBytes: number;
  isCut: boolean;
};

const add = (message: OpenMessage, line: Uint8Array): void => {
  if (message.sizeBytes + line.length > mostMessageBytes) message.isCut = true;
  if (message.isCut) return;
  message.lines.push(line);
  message.sizeBytes += line.length;
};

/** The empty line before the next message belongs to the file and not to the message. */
const close = ({ offsetBytes, lines, isCut }: OpenMessage): MboxMessage => {
  const own = lines.length > 1 && isEmptyLine(lines.at(-1) ?? empty) ? lines.slice(0, -1) : lines;
  return { raw: Buffer.concat(own), offsetBytes, isCut };
};

const empty = new Uint8Array();
const isEmptyLine = (line: Uint8Array): boolean =>
  (line.length === 1 && line[0] === lineFeed) ||
  (line.length === 2 && line[0] === 0x0d && line[1] === lineFeed);

const beginsMessage = (line: Uint8Array, offsetBytes: number): boolean => {
  if (line[0] !== 0x46 || line[4] !== 0x20) return false;
  const text = Buffer.from(line.subarray(0, 300)).toString('latin1');
  return offsetBytes === 0
    ? /^From /.test(text)
    : /^From .*\b\d{1,2}:\d{2}\b.*\d{4}|^From .*\d{4}.*\b\d{1,2}:\d{2}\b/.test(text);
};

/** ">From " with one bracket fewer, as it stood before the message was put into the file. */
const unquoted = (line: Uint8Array): Uint8Array =>
  line[0] === quote && /^>+From /.test(Buffer.from(line.subarray(0, 100)).toString('latin1'))
    ? line.subarray(1)
    : line;
const quote = 0x3e;
const lineFeed = 0x0a;

/** With their ends. `isWhole`: the line ends here; one that is very long comes in several. */
type Line = { readonly bytes: Uint8Array; readonly offsetBytes: number; readonly isWhole: boolean };

const mostLineBytes = 1024 * 1024;

async function* readLines(stream: AsyncIterable<unknown>): AsyncGenerator<Line> {
  let rest: Uint8Array = empty;
  let offsetBytes = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new Error('a file gave text instead of bytes');
    const bytes: Uint8Array = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      yield { bytes: bytes.subarray(from, end + 1), offsetBytes: offsetBytes + from, isWhole: true };
      from = end + 1;
    }
    rest = bytes.subarray(from);
    offsetBytes += from;
    if (rest.length > mostLineBytes) {
      yield { bytes: rest, offsetBytes, isWhole: false };
      offsetBytes += rest.length;
      rest = empty;
    }
  }
  if (rest.length > 0) yield { bytes: rest, offsetBytes, isWhole: true };
}
