/*
 * Where a mailbox held a message that lies in a file now: in its drafts, spam or trash nothing is kept. Told by the folder of a
 * Maildir and its flags, and by the lines that mail programs put on top of a message they write into an mbox. A sender may
 * write such lines too, so none of them can ever be a reason to keep a message.
 */
import type { CopyPlace } from '../../lib/domain/message.ts';
import { unkeptFolder } from '../providers/folder-names.ts';
import { decodeText, type HeaderLine } from '../providers/mime.ts';

export type FilePlace = { readonly folder?: string | undefined; readonly flags: string };

export const placeInFile = ({ folder, flags }: FilePlace, headers: readonly HeaderLine[]): CopyPlace => {
  // The first line of a name is the program's; one the sender wrote comes below it.
  const first = (name: string): string =>
    headers.find((line) => line.name.toLowerCase() === name)?.value ?? '';
  const names = [
    ...(folder ?? '').split('.').slice(-1),
    // Source: Google Takeout's mbox, as seen in exports; names are in the person's language, some of them encoded words.
    ...decodeText(first('x-gmail-labels')).split(','),
  ];
  const uses = new Set(names.map((name) => unkeptFolder(name.trim().replace(/^"|"$/g, ''))));
  // D deleted, T draft. Source: UW imapd, docs/internal.txt, "X-Status"
  const status = first('x-status');
  // Bit 3: deleted, and not yet taken out of the file. Source: Mozilla nsMsgMessageFlags.idl, "Expunged"
  const mozilla = Number.parseInt(first('x-mozilla-status'), 16) || 0;
  return {
    isDraft: uses.has('drafts') || flags.includes('D') || status.includes('T'),
    isSpam: uses.has('spam'),
    isTrash: uses.has('trash') || flags.includes('T') || status.includes('D') || (mozilla & 0x8) !== 0,
    isLabelled: false,
  };
};
