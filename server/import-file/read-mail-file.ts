/* An mbox file or a Maildir as messages to import, one after the other. What can't be read ends it with one sentence. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Unreadable, why } from '../inspect/read-file.ts';
import { isMaildir, type MaildirFile, readMaildir } from '../providers/maildir.ts';
import { mostMessageBytes, readMbox } from '../providers/mbox.ts';
import type { FileMessage } from '../services/import/take-file-page.ts';
import { placeInFile } from './file-place.ts';

export type MailFile = {
  readonly kind: 'mbox' | 'maildir';
  /** From the beginning, each time it is called. Throws: Unreadable. */
  readonly read: () => AsyncIterable<FileMessage>;
};

/** Throws: Unreadable when it is neither. */
export const openMailFile = async (path: string, signal: AbortSignal): Promise<MailFile> => {
  const info = await orUnreadable(path, () => stat(path));
  if (!info.isDirectory()) {
    const mbox = { path, sizeBytes: info.size, changedAt: Math.floor(info.mtimeMs) };
    return { kind: 'mbox', read: () => mboxMessages(mbox, signal) };
  }
  if (!(await orUnreadable(path, () => isMaildir(path))))
    throw new Unreadable(`${path} is a folder but no Maildir: it has no cur and new in it.`);
  return { kind: 'maildir', read: () => maildirMessages(path, signal) };
};

type Mbox = { readonly path: string; readonly sizeBytes: number; readonly changedAt: number };

async function* mboxMessages(
  { path, sizeBytes, changedAt }: Mbox,
  signal: AbortSignal,
): AsyncGenerator<FileMessage> {
  let isEmpty = true;
  for await (const { raw, offsetBytes, isCut } of readable(path, readMbox(path, signal))) {
    isEmpty = false;
    yield {
      raw,
      isCut,
      toPlace: (headers) => placeInFile({ flags: '' }, headers),
      fileAt: changedAt,
      readShare: Math.min(1, (offsetBytes + raw.length + 1) / sizeBytes),
    };
  }
  if (isEmpty) throw new Unreadable(`${path} is no mbox: it does not begin with a line "From …".`);
}

async function* maildirMessages(path: string, signal: AbortSignal): AsyncGenerator<FileMessage> {
  let total = 0;
  for await (const _ of readable(path, readMaildir(path, signal))) total += 1;
  let nth = 0;
  for await (const file of readable(path, readMaildir(path, signal))) {
    nth += 1;
    yield await readOne(file, Math.min(1, nth / total));
  }
}

const readOne = (file: MaildirFile, readShare: number): Promise<FileMessage> =>
  orUnreadable(file.path, async () => {
    const { size, mtimeMs } = await stat(file.path);
    const isCut = size > mostMessageBytes;
    const raw = isCut ? await readBeginning(file.path) : await readFile(file.path);
    return {
      raw,
      isCut,
      toPlace: (headers) => placeInFile(file, headers),
      fileAt: Math.floor(mtimeMs),
      readShare,
    };
  });

/** More than the headers of any message, which are all that is kept of one so large. */
const beginningBytes = 2 * 1024 * 1024;

const readBeginning = async (path: string): Promise<Uint8Array> =>
  Buffer.concat(await createReadStream(path, { end: beginningBytes - 1 }).toArray());

async function* readable<T>(path: string, messages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (thrown) {
    throw toUnreadable(path, thrown);
  }
}

const orUnreadable = async <T>(path: string, read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (thrown) {
    throw toUnreadable(path, thrown);
  }
};

const toUnreadable = (path: string, thrown: unknown): unknown =>
  thrown instanceof Error &&
  'code' in thrown &&
  typeof thrown.code === 'string' &&
  thrown.name !== 'AbortError'
    ? new Unreadable(`${path} can't be read: ${why(thrown)}.`, thrown)
    : thrown;
