/* What a search says of what it found. */
import type { SearchAnswer, SearchHit } from '../../lib/contract/search.ts';
import { counted } from './people-words.ts';

/** "1 message", "At least 200 messages". */
export const totalWords = ({ count, isMore }: SearchAnswer['total']): string => {
  if (!isMore) return counted(count, 'message');
  return count === 0
    ? 'None among the newest messages. Looking at older ones…'
    : `At least ${counted(count, 'message')}`;
};

export const alsoWords: Readonly<Record<SearchHit['also'][number]['in'], string>> = {
  to: 'To',
  cc: 'Cc',
  attachment: 'Attachment',
};

export const howItSearches =
  'All the words must be there, whole; letters’ case and accents make no difference. Put "quotes" around words that stand together.';

export const nothingFound =
  'Nothing you may read holds all of this. Whole words are looked for: “offer” doesn’t find “offers”. What a message quotes from earlier ones isn’t looked through.';

export const noOlder = 'No older ones.';
