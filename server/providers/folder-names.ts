/* What a folder is for, told by its name alone, in one of many languages: imapflow keeps the list. */
import { specialUse } from 'imapflow/lib/special-use.js';

/** Where `interest` would keep nothing; undefined for any other folder. */
export const unkeptFolder = (name: string): 'drafts' | 'spam' | 'trash' | undefined =>
  uses[specialUse(false, { flags: new Set(), name }).flag ?? ''];

const uses: Readonly<Partial<Record<string, 'drafts' | 'spam' | 'trash'>>> = {
  '\\Drafts': 'drafts',
  '\\Junk': 'spam',
  '\\Trash': 'trash',
};
