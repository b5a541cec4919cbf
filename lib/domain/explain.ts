/*
 * Decisions in words, for the person they concern. Pure and the same everywhere: days are given in UTC. No word for a
 * hidden thread names its subject, its participants or its time.
 */
import type { DropReason, HoldReason, KeepEvidence, KeepRule } from './interest.ts';
import { keepsAlone, type Matching, matchClause } from './matching.ts';
import type { AutomaticKind, ParticipantRole } from './message.ts';
import type { CandidateAccessReason, ReaderChange, Refusal, Right, Stance } from './readable.ts';
import type { Drift } from './withheld.ts';

/** The name people know a person by. */
export type NameOf<P extends string = string> = (personId: P) => string;

/** "was on Cc", "granted by Ana on 3 May 2026": begins in lower case, no full stop, no pronoun for the reader. */
export const explainRight = <P extends string>(right: Right<P>, nameOf: NameOf<P>): string => {
  switch (right.right) {
    case 'copy':
      return 'has it in their own mailbox';
    case 'participant':
      return wordsForRole[right.role];
    case 'grant': {
      const until = right.endsAt === undefined ? '' : `, until ${formatDay(right.endsAt)}`;
      return `granted by ${nameOf(right.ownerId)} on ${formatDay(right.grantedAt)}${until}`;
    }
    case 'team':
      return explainAccess(right.access);
    case 'override':
      return `used the company’s override on ${formatDay(right.usedAt)}`;
  }
};

/** The same, said to the person whose right it is: "it is in your own mailbox", "you were on Cc". */
export const explainOwnRight = <P extends string>(right: Right<P>, nameOf: NameOf<P>): string => {
  if (right.right === 'copy') return 'it is in your own mailbox';
  if (right.right === 'participant') return `you ${wordsForRole[right.role].replace(/^was/, 'were')}`;
  if (right.right === 'override') return `you ${explainRight(right, nameOf)}`;
  return explainRight(right, nameOf);
};

/**
 * Why a thread cannot be read and what would change it, in whole sentences. Give `nameOf` only where the company lets it be
 * told whose thread it is: without it nobody is named.
 */
export const explainRefusal = <P extends string>(refusal: Refusal<P>, nameOf?: NameOf<P>): string => {
  switch (refusal.refusal) {
    case 'private': {
      if (nameOf === undefined) return 'This thread is private. Whoever holds it can let you read it.';
      const names = listNames(refusal.ownerIds.map(nameOf));
      return `This thread is private to ${names}, who can let you read it.`;
    }
    case 'withheld':
      return nameOf === undefined
        ? 'Whoever shared this thread left this out.'
        : `${listNames(refusal.ownerIds.map(nameOf))} shared this thread and left this out.`;
    case 'owner-only':
      return 'Only people who were on this thread can read it. It opens to the team when one of them shares it.';
    case 'no-candidate-access':
      return 'You do not work with this candidate. Joining the hiring team of one of their jobs would change that.';
  }
};

/** Why a share stands still, in whole sentences. `newcomer`: whoever joined, where they can be named. */
export const explainPause = ({
  cause,
  newcomer,
  at,
}: {
  readonly cause: Drift['cause'];
  readonly newcomer?: string | undefined;
  /** Epoch ms. */
  readonly at: number;
}): string =>
  cause === 'subject'
    ? `The thread has another subject since ${formatDay(at)}.`
    : `${newcomer ?? 'Somebody outside your company'} was not on this thread before ${formatDay(at)}.`;

/** From how many colleagues something is hidden, and why, as one sentence; the reason that keeps it from most of them first. */
export const explainHidden = <P extends string>(
  refusals: readonly Refusal<P>[],
  nameOf: NameOf<P>,
): string | undefined => {
  if (refusals.length === 0) return undefined;
  const groups = [...Map.groupBy(refusals, (refusal) => hiddenReason(refusal, nameOf))]
    .map(([why, each]) => ({ why, count: each.length }))
    .sort((a, b) => b.count - a.count);
  const people = refusals.length === 1 ? '1 person' : `${refusals.length} people`;
  const [only] = groups;
  if (groups.length === 1 && only !== undefined) return `Hidden from ${people}, because ${only.why}.`;
  return `Hidden from ${people}: ${groups.map(({ why, count }) => `${count} because ${why}`).join('; ')}.`;
};

const hiddenReason = <P extends string>(refusal: Refusal<P>, nameOf: NameOf<P>): string => {
  switch (refusal.refusal) {
    case 'private':
      return `it is private to ${listNames(refusal.ownerIds.map(nameOf))}`;
    case 'withheld':
      return `${listNames(refusal.ownerIds.map(nameOf))} left it out of what is shared`;
    case 'owner-only':
      return 'nobody who holds it shared it with the team';
    case 'no-candidate-access':
      return 'they do not work with the candidate';
  }
};

/** What a colleague reads of a thread: by which right, and why not the rest of it. */
export type Sight<P extends string = string> = {
  readonly name: string;
  readonly readCount: number;
  readonly totalCount: number;
  /** The right that opens most of what they read. */
  readonly right?: Right<P> | undefined;
  /** Why they do not read the first of the others. */
  readonly refusal?: Refusal<P> | undefined;
};

/** "Could Tom read this?", answered in whole sentences to somebody who reads all of it themself. */
export const explainSight = <P extends string>(sight: Sight<P>, nameOf: NameOf<P>): string => {
  const { name, readCount, totalCount, right, refusal } = sight;
  const why = refusal === undefined ? '' : refusalOf(name, refusal, nameOf);
  if (right === undefined) return `${name} cannot read this. ${why}`;
  const all = totalCount === 1 ? 'the one message' : `all ${totalCount} messages`;
  const what = readCount === totalCount ? all : `${readCount} of ${totalCount} messages`;
  return `${name} can read ${what}: ${explainRight(right, nameOf)}.${why === '' ? '' : ` Not the rest: ${uncapitalised(why)}`}`;
};

const refusalOf = <P extends string>(name: string, refusal: Refusal<P>, nameOf: NameOf<P>): string => {
  switch (refusal.refusal) {
    case 'private': {
      const owners = listNames(refusal.ownerIds.map(nameOf));
      return `It is private to ${owners}.`;
    }
    case 'withheld': {
      const owners = listNames(refusal.ownerIds.map(nameOf));
      return `It was left out of what ${owners} shared.`;
    }
    case 'owner-only':
      return `Nobody who holds it shared it with the team, and ${name} was not on it.`;
    case 'no-candidate-access':
      return `${name} does not work with this candidate, and was not on it.`;
  }
};

const uncapitalised = (sentence: string): string =>
  /^(It|Nobody) /.test(sentence) ? `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;

/** Why a message is kept, as one whole sentence. */
export const explainKeep = (evidence: KeepEvidence): string => {
  if (evidence.rule !== 'candidate-address' && evidence.rule !== 'verified-address')
    return explainKeptBy(evidence.rule);
  const { addresses, rule } = evidence;
  const where = addresses.length === 1 ? 'is on a candidate’s record' : 'are on candidates’ records';
  const how = rule === 'verified-address' ? ', verified and with consent' : '';
  return `${listNames(addresses)} ${where}${how}.`;
};

/** The same where only the rule was recorded. */
export const explainKeptBy = (rule: KeepRule): string => wordsForKeepRule[rule];

/** Why a message waits for an answer, in whole sentences. */
export const explainHold = (reason: HoldReason): string => {
  switch (reason.rule) {
    case 'colleague-is-candidate':
      return `${reason.address} is a colleague’s address and is on a candidate’s record. Nothing is kept until you say so.`;
    case 'shared-address':
      return `${reason.address} is a shared address, so others read it too. Nothing is kept until you say so.`;
  }
};

/** Why a message is not kept and what would change that, in whole sentences. */
export const explainDrop = (
  reason: DropReason,
  { labelName, matching }: { readonly labelName: string; readonly matching: Matching },
): string => {
  const byHand = keepsAlone(matching, 'label')
    ? `Log the thread, or label it “${labelName}”, to keep it.`
    : 'Log the thread to keep it.';
  switch (reason.rule) {
    case 'draft':
      return 'This is a draft, and drafts are never kept. Candor looks again once it is sent.';
    case 'spam':
      return 'This message is in spam, where nothing is kept. Move it out of spam and Candor looks again.';
    case 'trash':
      return 'This message is in the trash, where nothing is kept. Take it out of the trash and Candor looks again.';
    case 'no-participants':
      return 'Candor could not read who sent this message or who it went to, so it is not kept. It stays in your mailbox.';
    case 'own-domains-only':
      return 'Everybody on this message is at your company, so it is never kept. That changes when somebody outside joins the thread.';
    case 'blocked':
      return `The block list has ${reason.entry}, so nothing with it is kept. Taking it off the list would change that.`;
    case 'removed':
      return 'You removed this message from Candor, so it is not kept. Log the thread to keep it again.';
    case 'left-out':
      return 'You left this conversation out when you looked at what would be kept of your old mail, so neither it nor new mail of it is kept. Log the thread to keep it.';
    case 'retired':
      return 'Candor erased this message when your company’s time for keeping mail with this candidate was over. Log the thread to keep it again.';
    case 'erased':
      return 'Candor erased this message when your company was asked to erase the candidate it was with. Log the thread to keep it again.';
    case 'person-erased':
      return 'Your company was asked to erase somebody on this message, so nothing with them is kept. Create them as a candidate anew, or add their address to one, to keep mail with them from now on. What was erased stays erased.';
    case 'outside-window':
      return `This message is older than ${formatDay(reason.windowFrom)}, where the import of this mailbox begins. ${byHand}`;
    case 'automatic':
      return `This is ${wordsForAutomatic[reason.kind]}, which is kept out of threads. Log the thread to keep it all the same.`;
    case 'no-rule':
      return keepsAlone(matching, 'candidate-address')
        ? `Nobody on this message is on a candidate’s record. Add one of the addresses to a candidate. ${byHand}`
        : `Your company keeps ${matchClause(matching) === undefined ? 'no mail by itself' : `mail only ${matchClause(matching)}`}. ${byHand}`;
  }
};

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

/** Why a thread is filed on a candidate: begins in lower case, no full stop. */
export const explainFiling = (filing: Filing): string => {
  if (filing.because === 'candidate-address')
    return filing.address === undefined
      ? 'an address on it is on the record'
      : `${filing.address} is on the record`;
  if (filing.because === 'asked') return 'it came with “Sync e-mails”';
  return `${wordsForFiling[filing.because]} by ${filing.by ?? 'a former colleague'} on ${formatDay(filing.at)}`;
};

export type Filing =
  | { readonly because: 'candidate-address'; readonly address?: string | undefined }
  | { readonly because: 'asked' }
  | {
      readonly because: 'logged' | 'label' | 'moved';
      readonly by: string | undefined;
      /** Epoch ms. */
      readonly at: number;
    };

/** "3 May 2026", the day in UTC. */
export const formatDay = (epochMs: number): string => {
  const date = new Date(epochMs);
  const month = months[date.getUTCMonth()];
  return month === undefined ? 'an unknown day' : `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
};

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const wordsForKeepRule: Readonly<Record<KeepRule, string>> = {
  ancestry: 'It answers a message that Candor sent or already keeps.',
  'candidate-address': 'An address on it is on a candidate’s record.',
  'verified-address': 'A verified address on it is on a candidate’s record, with the candidate’s consent.',
  label: 'The thread has the candidate label in the mailbox.',
  logged: 'The thread was logged by hand.',
  asked: 'It came with “Sync e-mails” for this candidate.',
};

const wordsForFiling = { logged: 'logged', label: 'labelled', moved: 'moved here' } as const;

/** Others see these words in the list of readers, so they do not say who was on Bcc. */
const wordsForRole: Readonly<Record<ParticipantRole, string>> = {
  from: 'sent it',
  to: 'was on To',
  cc: 'was on Cc',
  bcc: 'received it',
};

const wordsForAutomatic: Readonly<Record<AutomaticKind, string>> = {
  'auto-reply': 'an automatic reply',
  'auto-generated': 'an automatic message',
  bounce: 'a notice about a message that could not be delivered',
  bulk: 'bulk mail',
};

const explainAccess = (access: CandidateAccessReason): string => {
  switch (access.by) {
    case 'hiring-team':
      return `hiring team of ${access.jobTitle}`;
    case 'candidate-owner':
      return 'looks after the candidate';
    case 'role':
      return 'recruiter, with access to every candidate';
  }
};

/** "Ana", "Ana and Tom", "Ana and 2 others". */
const someNames = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(' and ') : `${names[0]} and ${names.length - 1} others`;

/** "Ana", "Ana and Tom", "Ana, Tom and Bo". */
export const listNames = (names: readonly string[]): string =>
  names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

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
