/* Messages in files, joined into threads by the rules the server joins by. Only ids are held, never messages. */
import { open, opendir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { joinThreads, type ThreadingIds } from '../../lib/domain/thread.ts';
import { isMaildir, readMaildir } from '../providers/maildir.ts';
import { readMbox } from '../providers/mbox.ts';
import { parseHead, readHeaders } from '../providers/mime.ts';
import { hasHeader, Unreadable, why } from './read-file.ts';

/** Threads as lists of Message-IDs; what has no id of its own stands by its place. An id that occurs twice is one message. */
export const showThreads = async (path: string): Promise<readonly (readonly string[])[]> => {
  const messages: NamedIds[] = [];
  try {
    for await (const message of readIds(path)) messages.push(message);
  } catch (thrown) {
    throw thrown instanceof Unreadable
      ? thrown
      : new Unreadable(`${path} can't be read: ${why(thrown)}.`, thrown);
  }
  if (messages.length === 0) throw new Unreadable(`${path} holds no message.`);
  return joinThreads(messages).map((thread) => [...new Set(thread.map(({ name }) => name))]);
};

type NamedIds = ThreadingIds & { readonly name: string };

async function* readIds(path: string): AsyncGenerator<NamedIds> {
  if (!(await stat(path)).isDirectory()) {
    for await (const { raw, offsetBytes } of readMbox(path)) yield* toIds(raw, `mbox:${offsetBytes}`);
    return;
  }
  for await (const file of (await isMaildir(path)) ? maildirPaths(path) : filesUnder(path))
    yield* toIds(await readBeginning(file), `file:${relative(path, file)}`);
}

async function* maildirPaths(folder: string): AsyncGenerator<string> {
  for await (const file of readMaildir(folder)) yield file.path;
}

/** In the order of their names, so that the same folder always gives the same list. */
async function* filesUnder(folder: string): AsyncGenerator<string> {
  const entries = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

/** More than the headers of any message. */
const mostHeadBytes = 2 * 1024 * 1024;
const firstBytes = 64 * 1024;

const readBeginning = async (path: string): Promise<Uint8Array> => {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = await read(file, Math.min(size, firstBytes));
    return size <= firstBytes || /\n\r?\n/.test(Buffer.from(head).toString('latin1'))
      ? head
      : await read(file, Math.min(size, mostHeadBytes));
  } finally {
    await file.close();
  }
};

const read = async (file: Awaited<ReturnType<typeof open>>, bytes: number): Promise<Uint8Array> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
};

/** Nothing where it is no message: a folder of mail may hold other files. */
async function* toIds(raw: Uint8Array, place: string): AsyncGenerator<NamedIds> {
  const head = await parseHead(raw);
  if (!hasHeader(head)) return;
  const { messageId, inReplyTo, references } = readHeaders(head, 0);
  yield { name: messageId ?? place, messageId, inReplyTo, references };
}
