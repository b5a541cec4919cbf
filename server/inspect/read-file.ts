/* Files as the inspector takes them. What can't be read ends it with one sentence, whatever the reason. */
import { readFile, stat } from 'node:fs/promises';
import { systemClock } from '../base/clock.ts';
import { type HeaderLine, type ParsedMime, parseMime, readHeaders } from '../providers/mime.ts';

/** One sentence for whoever runs the inspector. */
export class Unreadable extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'Unreadable';
  }
}

const mostFileBytes = 256 * 1024 * 1024;

/** Throws: Unreadable. */
export const readWhole = async (path: string): Promise<Uint8Array> => {
  try {
    const { size } = await stat(path);
    if (size > mostFileBytes) throw new Unreadable(`${path} is larger than a message can be.`);
    return await readFile(path);
  } catch (thrown) {
    throw thrown instanceof Unreadable
      ? thrown
      : new Unreadable(`${path} can't be read: ${why(thrown)}.`, thrown);
  }
};

/** The file as a message. Throws: Unreadable when no header line is in it. */
export const readMessage = async (
  path: string,
): Promise<{
  readonly mail: ParsedMime;
  readonly headers: ReturnType<typeof readHeaders>;
  readonly now: number;
}> => {
  const mail = await parseMime(await readWhole(path));
  if (!hasHeader(mail.headers)) throw new Unreadable(`${path} is not a message: it has no header.`);
  const now = systemClock.now();
  return { mail, headers: readHeaders(mail.headers, now), now };
};

/** Whether any line has the form of a header: what has none is not mail at all. Source: RFC 5322 sec. 2.2 */
export const hasHeader = (lines: readonly HeaderLine[]): boolean =>
  lines.some(({ name, value }) => /^[!-9;-~]+$/.test(name) && value !== '');

export const why = (thrown: unknown): string => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return reasons[code] ?? (thrown instanceof Error ? thrown.message : 'for no reason that is known');
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it is not yours to read',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is a file',
};
