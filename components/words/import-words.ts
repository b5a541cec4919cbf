/* Imports of old mail in words: what each choice brings, how far one is, and what came of it. */
import type { ImportRow, LeftCounts } from '../../lib/contract/import.ts';
import type { ImportWindow } from '../../lib/domain/import-window.ts';
import { counted } from './people-words.ts';

/** Each choice, and one sentence on what follows from it. */
export const windowWords: Readonly<
  Record<ImportWindow, { readonly name: string; readonly follows: string }>
> = {
  none: {
    name: 'No old mail',
    follows: 'Only mail from the day you connected this mailbox is kept.',
  },
  'from-now': {
    name: 'From now on',
    follows: 'Only mail that comes after this moment is kept. What is kept already stays.',
  },
  '3-months': {
    name: 'The last 3 months',
    follows: 'Mail with candidates from the last 3 months is brought in.',
  },
  '6-months': {
    name: 'The last 6 months',
    follows: 'Mail with candidates from the last 6 months is brought in.',
  },
  '12-months': {
    name: 'The last 12 months',
    follows: 'Mail with candidates from the last 12 months is brought in.',
  },
  all: {
    name: 'All of it',
    follows: 'All mail with candidates is brought in, however old. This looks at the most and takes longest.',
  },
};

/** "412 messages in 98 conversations, about 20 MB. Bringing them in takes about 6 minutes." */
export const estimateWords = ({ foundMessages, foundThreads, estimate }: ImportRow): string =>
  foundMessages === 0
    ? 'There is no mail with a candidate in that time.'
    : `${counted(foundMessages, 'message')} in ${counted(foundThreads, 'conversation')}${
        estimate === undefined ? '' : `, about ${sizeWords(estimate.sizeBytes)}`
      }. Bringing ${foundMessages === 1 ? 'it' : 'them'} in takes ${durationWords(estimate?.durationMs ?? 0)}.`;

/** "41 % · 40 of 98 conversations · 80 messages a minute · about 4 minutes left" */
export const progressWords = (row: ImportRow): string =>
  [
    `${row.percent} %`,
    `${Math.min(row.lookedThreads, row.foundThreads)} of ${counted(row.foundThreads, 'conversation')}`,
    row.messagesPerMinute === undefined ? undefined : `${counted(row.messagesPerMinute, 'message')} a minute`,
    row.leftMs === undefined ? undefined : `${durationWords(row.leftMs)} left`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');

/** "12 messages in 3 conversations came in. 2 are not kept because only colleagues are on them." */
export const resultWords = (row: ImportRow): string =>
  [broughtWords(row), ...leftWords(row.leftCounts)].join(' ');

/** What is missing is most often mail with another address of theirs. */
export const syncResultWords = (row: ImportRow): string =>
  row.foundMessages === 0
    ? 'No mail with them is in this mailbox. If some is missing, check the candidate’s address.'
    : resultWords(row);

const broughtWords = ({ keptMessages, keptThreads }: ImportRow): string =>
  keptMessages === 0
    ? 'Nothing new came in.'
    : `${counted(keptMessages, 'message')} in ${counted(keptThreads, 'conversation')} came in.`;

const leftWords = (counts: LeftCounts): readonly string[] =>
  Object.entries(counts).map(([rule, count]) => {
    const [one, many] = leftBecause[rule] ?? [
      'no rule of your company keeps it',
      'no rule of your company keeps them',
    ];
    return count === 1 ? `1 is not kept because ${one}.` : `${count} are not kept because ${many}.`;
  });

/** By rule of interest; of one message, and of several. */
const leftBecause: Readonly<Record<string, readonly [string, string]>> = {
  draft: ['it is a draft', 'they are drafts'],
  spam: ['it is in spam', 'they are in spam'],
  trash: ['it is in the bin', 'they are in the bin'],
  'own-domains-only': ['only colleagues are on it', 'only colleagues are on them'],
  blocked: ['somebody on it is on a block list', 'somebody on them is on a block list'],
  'outside-window': ['it is older than you chose', 'they are older than you chose'],
  automatic: ['a machine sent it', 'a machine sent them'],
  'no-participants': ['it names nobody', 'they name nobody'],
  'colleague-is-candidate': ['its only candidate is a colleague', 'their only candidate is a colleague'],
  'shared-address': ['a shared box is among its recipients', 'a shared box is among their recipients'],
  unreadable: ['it could not be read', 'they could not be read'],
};

const kiloBytes = 1_000;
const sizeWords = (sizeBytes: number): string => {
  if (sizeBytes < kiloBytes ** 2) return `${Math.max(1, Math.round(sizeBytes / kiloBytes))} kB`;
  const megaBytes = sizeBytes / kiloBytes ** 2;
  return megaBytes < kiloBytes ? `${Math.round(megaBytes)} MB` : `${(megaBytes / kiloBytes).toFixed(1)} GB`;
};

const minuteMs = 60_000;
const durationWords = (ms: number): string => {
  const minutes = Math.round(ms / minuteMs);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 90) return `about ${counted(minutes, 'minute')}`;
  return `about ${counted(Math.round(minutes / 60), 'hour')}`;
};
