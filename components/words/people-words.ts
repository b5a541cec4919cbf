import type { PersonRef, Role } from '../../lib/contract/person.ts';
import type { KeptThread } from '../../lib/contract/thread.ts';

export const roleWords: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  admin: 'Admin',
  recruiter: 'Recruiter',
  'hiring-manager': 'Hiring manager',
  interviewer: 'Interviewer',
};

/** "1 message", "4 messages". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** "Ana", "Ana and Tom", "Ana, Tom and 3 others". At most `most` names. */
export const listed = (names: readonly string[], most = 3): string => {
  const shown = names.length > most + 1 ? names.slice(0, most) : names;
  const rest = names.length - shown.length;
  const last = rest > 0 ? `${rest} others` : shown[shown.length - 1];
  const before = rest > 0 ? shown : shown.slice(0, -1);
  if (last === undefined) return '';
  return before.length === 0 ? last : `${before.join(', ')} and ${last}`;
};

/** First name where it points to one person among `among`, else the whole name. */
export const shortName = (person: PersonRef, among: readonly PersonRef[]): string => {
  const first = firstWord(person.name);
  const isShared = among.some(
    (other) => other.personId !== person.personId && firstWord(other.name) === first,
  );
  return isShared ? person.name : first;
};

/** The person, as the one reading calls them. */
export const calledName = (person: PersonRef, among: readonly PersonRef[] = []): string =>
  person.isYou ? 'you' : shortName(person, among);

/** "You, Ana and Tom can read this. Hidden from 14." With few readers, each with the reason. */
export const readersSentence = ({
  readers,
  hiddenFromCount,
}: Pick<KeptThread, 'readers' | 'hiddenFromCount'>): string => {
  const people = readers.map(({ person }) => person);
  const hidden = hiddenFromCount === 0 ? '' : ` Hidden from ${hiddenFromCount}.`;
  if (readers.length === 0) return `Nobody on your team can read this.${hidden}`;
  const isFew = readers.length <= 2 && hiddenFromCount > 0;
  const names = youFirst(readers).map(({ person, because }) =>
    person.isYou || !isFew ? calledName(person, people) : `${calledName(person, people)} (${because})`,
  );
  return capitalised(`${isFew ? 'only ' : ''}${listed(names)} can read this.${hidden}`);
};

export const youFirst = <R extends { readonly person: PersonRef }>(readers: readonly R[]): R[] =>
  [...readers].sort((a, b) => Number(b.person.isYou) - Number(a.person.isYou));

export const capitalised = (sentence: string): string =>
  sentence.slice(0, 1).toLocaleUpperCase() + sentence.slice(1);

const firstWord = (name: string): string => name.trim().split(/\s+/u)[0] ?? name;
