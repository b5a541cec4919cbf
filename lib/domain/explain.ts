/*
 * Who reads what and why, in words, for the person it concerns. Pure and the same everywhere: days are given in UTC. No word for
 * a hidden thread names its subject, its participants or its time.
 */
import type { ParticipantRole } from './message.ts';
import type { CandidateAccessReason, Refusal, Right } from './readable.ts';
import type { Drift } from './withheld.ts';
import { formatDay, listNames } from './wording.ts';

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

/** Others see these words in the list of readers, so they do not say who was on Bcc. */
const wordsForRole: Readonly<Record<ParticipantRole, string>> = {
  from: 'sent it',
  to: 'was on To',
  cc: 'was on Cc',
  bcc: 'received it',
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
