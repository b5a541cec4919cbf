/* What stands in the files of a data folder, read as bytes by somebody who has neither key nor right. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The text as it could stand in a file: in each encoding, and in base64 at each of three places. */
export const disguises = (text: string): readonly Buffer[] => {
  const inBase64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(' '.repeat(shift) + text)
      .toString('base64')
      .replace(/=+$/, '');
    return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return [
    Buffer.from(text, 'utf8'),
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
    Buffer.from(Buffer.from(text).toString('hex')),
    Buffer.from(encodeURIComponent(text)),
    ...inBase64.flatMap((each) => [
      Buffer.from(each),
      Buffer.from(each.replaceAll('+', '-').replaceAll('/', '_')),
    ]),
  ];
};

export const readDataFolder = async (
  dataFolder: string,
): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> => {
  const entries = await readdir(dataFolder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('/programs-'));
  return Promise.all(
    files.map(async (entry) => ({
      name: entry.name,
      bytes: await readFile(join(entry.parentPath, entry.name)),
    })),
  );
};
