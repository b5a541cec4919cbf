/* The header block of a message, as bytes -> lines by name. Names and values keep their order; nothing is decoded but bytes. */
import { readHeaders } from '../mime.ts';
import type { Ids } from './ids.ts';

export type HeaderLine = { readonly name: string; readonly value: string };

/** Folded lines are joined. What is no header line is left out; the block ends at the first empty line. */
export const readHeaderBlock = (bytes: Uint8Array): readonly HeaderLine[] => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  return text
    .slice(0, end)
    .replace(/\r?\n(?=[ \t])/g, '')
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(colon, 0)).trimEnd();
      return /^[!-9;-~]+$/.test(name) ? [{ name, value: decode(line.slice(colon + 1)).trim() }] : [];
    });
};

export const idsIn = (lines: readonly HeaderLine[]): Ids => readHeaders(lines, 0);

/** Headers are ASCII, or UTF-8 (RFC 6532); what is neither comes from programs that wrote in their own code page. */
const decode = (binary: string): string => {
  const bytes = Buffer.from(binary, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
};
