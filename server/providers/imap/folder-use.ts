/*
 * What a folder is for: what the person said, or else the server (SPECIAL-USE, RFC 6154, or XLIST before it), or else its name
 * in one of many languages: imapflow keeps the list of names.
 */
import type { ListResponse } from 'imapflow';

export type FolderUse = 'sent' | 'drafts' | 'spam' | 'trash' | 'all' | 'other';

/** `entries`: all there are, of which each use but 'other' goes to those with the best claim. */
export const useOf = (entry: ListResponse, entries: readonly ListResponse[]): FolderUse => {
  const taken = takenUse(entry) ?? 'other';
  if (entry.specialUseSource === 'user') return taken;
  const isChosen = (use: FolderUse) =>
    entries.some((other) => other.specialUseSource === 'user' && takenUse(other) === use);
  const said = saidUse(entry);
  if (said !== undefined) return isChosen(said) ? 'other' : said;
  return isChosen(taken) || entries.some((other) => saidUse(other) === taken) ? 'other' : taken;
};

const takenUse = ({ specialUse }: ListResponse): FolderUse | undefined =>
  uses[specialUse?.toLowerCase() ?? ''];

/** imapflow knows what servers say as RFC 6154 writes it, but case means nothing there, and Cyrus writes it small. */
const saidUse = ({ flags }: ListResponse): FolderUse | undefined =>
  [...flags].map((flag) => uses[flag.toLowerCase()]).find((use) => use !== undefined);

/** Source: RFC 6154 sec. 2, and of XLIST those that are called otherwise. */
const uses: Readonly<Partial<Record<string, FolderUse>>> = {
  '\\sent': 'sent',
  '\\drafts': 'drafts',
  '\\junk': 'spam',
  '\\spam': 'spam',
  '\\trash': 'trash',
  '\\all': 'all',
  '\\allmail': 'all',
};
