/* Ids as Outlook's: long, padded, in the REST alphabet, and telling of what kind they are. */
import { createHash } from 'node:crypto';

const idOf = (prefix: string, length: number, seed: string): string => {
  let text = prefix;
  for (let round = 0; text.length < length; round += 1)
    text += createHash('sha256').update(`${seed}#${round}`).digest('base64url');
  return `${text.slice(0, length)}=`;
};

export const immutableId = (seed: string): string => idOf('AAkALgAAAAAAHYQDEapmEc2byACq', 103, seed);
/** Of a message in one folder: another one after a move. */
export const plainId = (seed: string, folderId: string): string =>
  idOf('AAMkAGI2', 151, `${seed}@${folderId}`);
export const conversationIdOf = (seed: string): string => idOf('AAQkAGI2', 79, seed);
export const folderIdOf = (seed: string): string => idOf('AQMkAGI2', 119, seed);

export const isIdShaped = (id: string): boolean =>
  /^A[AQ](MkA|kALg|QkA)[0-9A-Za-z_-]+=*$/.test(id) && id.length % 4 === 0;
