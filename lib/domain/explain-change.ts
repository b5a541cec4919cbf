/* What an act would do to who reads what, told before the click: whole sentences, people by name. */
import type { NameOf } from './explain.ts';
import type { ReaderChange, Right, Stance } from './readable.ts';
import { listNames } from './wording.ts';

/** What a change of stance does, before the click: "Tom and 3 others will no longer see 4 messages." */
export const explainStancePreview = <P extends string>(
  gains: readonly ReaderChange<P>[],
  loses: readonly ReaderChange<P>[],
  nameOf: NameOf<P>,
): string => {
  const sentences = [
    ...changeSentence(loses, 'will no longer see', '', nameOf),
    ...changeSentence(gains, 'will see', ' they cannot read now', nameOf),
    ...keepSentences(loses, nameOf),
  ];
  return sentences.length === 0 ? 'This changes nothing about who can read the thread.' : sentences.join(' ');
};

/** The same for filing on other candidates: who would see more is told first, and each by name. */
export const explainFilingPreview = <P extends string>(
  gains: readonly ReaderChange<P>[],
  loses: readonly ReaderChange<P>[],
  nameOf: NameOf<P>,
): string => {
  const sentences = [
    ...changeSentence(gains, 'will see', ' they cannot read now', nameOf, listNames),
    ...changeSentence(loses, 'will no longer see', '', nameOf),
    ...keepSentences(loses, nameOf),
  ];
  return sentences.length === 0 ? 'This changes nothing about who can read it.' : sentences.join(' ');
};

/** What one stance on many threads does, before the click: counts of threads, and the people by name. */
export const explainStanceAll = (
  stance: Stance,
  threadCount: number,
  gains: readonly SightChange[],
  loses: readonly SightChange[],
): string => {
  if (threadCount === 0) return 'All of them are so already. Nothing would change.';
  const told = (changes: readonly SightChange[], verb: string): readonly string[] =>
    changes.length === 0
      ? []
      : [
          `${listNames(changes.map(({ person }) => person.name))} ${verb} ${countUpTo(changes.map(({ threadCount: each }) => each))}.`,
        ];
  const changes = [...told(loses, 'will see less of'), ...told(gains, 'will see more of')];
  const nobody = 'This changes nothing about who can read them.';
  return [
    `${them(threadCount)} ${willBe[stance](threadCount === 1)}.`,
    ...(changes.length === 0 ? [nobody] : changes),
  ].join(' ');
};

type SightChange = { readonly person: { readonly name: string }; readonly threadCount: number };

const countUpTo = (counts: readonly number[]): string => {
  const most = Math.max(...counts);
  return `${counts.every((count) => count === most) ? '' : 'up to '}${most} ${most === 1 ? 'conversation' : 'conversations'}`;
};

const them = (threadCount: number): string =>
  threadCount === 1 ? '1 conversation' : `${threadCount} conversations`;

const willBe: Readonly<Record<Stance, (isOne: boolean) => string>> = {
  private: (isOne) => (isOne ? 'becomes private' : 'become private'),
  shared: (isOne) => (isOne ? 'opens to the team' : 'open to the team'),
  default: (isOne) => (isOne ? 'follows the company’s default' : 'follow the company’s default'),
};

/** "12 conversations are private." */
export const stanceAllWords = (stance: Stance, threadCount: number): string => {
  const isOne = threadCount === 1;
  const is: Readonly<Record<Stance, string>> = {
    private: isOne ? 'is private' : 'are private',
    shared: isOne ? 'is open to the team' : 'are open to the team',
    default: willBe.default(isOne),
  };
  return `${them(threadCount)} ${is[stance]}.`;
};

/** "Ana", "Ana and Tom", "Ana and 2 others". */
const someNames = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(' and ') : `${names[0]} and ${names.length - 1} others`;

const countMessages = (changes: readonly ReaderChange[]): string => {
  const counts = changes.map((change) => change.messageCount);
  const most = Math.max(...counts);
  const upTo = counts.every((count) => count === most) ? '' : 'up to ';
  return `${upTo}${most} ${most === 1 ? 'message' : 'messages'}`;
};

const changeSentence = <P extends string>(
  changes: readonly ReaderChange<P>[],
  verb: string,
  ending: string,
  nameOf: NameOf<P>,
  list = someNames,
): readonly string[] =>
  changes.length === 0
    ? []
    : [
        `${list(changes.map(({ personId }) => nameOf(personId)))} ${verb} ${countMessages(changes)}${ending}.`,
      ];

/** More people than this who go on reading something are told as a number. */
const maxKeepSentences = 3;

const keepSentences = <P extends string>(
  loses: readonly ReaderChange<P>[],
  nameOf: NameOf<P>,
): readonly string[] => {
  const keepers = loses.flatMap(({ personId, keepsCount, keepsBy }) =>
    keepsBy === undefined ? [] : [`${nameOf(personId)} keeps ${keepsCount} ${wordsForKeeping(keepsBy)}.`],
  );
  return keepers.length <= maxKeepSentences
    ? keepers
    : [`${keepers.length} of them keep messages they could read anyway.`];
};

const wordsForKeeping = (right: Right): string => {
  switch (right.right) {
    case 'copy':
    case 'participant':
      return 'that they sent or received';
    case 'grant':
      return 'by a grant';
    case 'team':
      return 'that others share';
    case 'override':
      return 'by the company’s override';
  }
};
