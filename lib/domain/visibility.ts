/*
 * What a company lets its people see by default, as named choices, and how such a choice is changed: tried out first, seen by a
 * second admin where it opens much, and in effect only after a while.
 */
import type { DefaultVisibility } from './readable.ts';

/**
 * What people who may open a candidate see of conversations they may not read: nothing, how many there are, or also which
 * colleagues are in contact. Never a subject, a participant outside or a time.
 */
export const hiddenTiers = ['nothing', 'count', 'contact'] as const;
export type HiddenTier = (typeof hiddenTiers)[number];

/** What is kept and who sees it, as the company decides for everybody. */
export type Visibility = {
  /** Who reads a thread that its owners said nothing about. */
  readonly defaultVisibility: DefaultVisibility;
  readonly hiddenTier: HiddenTier;
  /** `headers`: of mail that comes from then on, no body and no attachment. */
  readonly keeps: 'whole' | 'headers';
  /** Whether people may connect mailboxes to be read; else only to send from. */
  readonly isReadingAllowed: boolean;
};

export const presetNames = ['private-first', 'open-team', 'headers-only', 'send-only'] as const;
export type PresetName = (typeof presetNames)[number];

export const presets: Readonly<Record<PresetName, Visibility>> = {
  'private-first': {
    defaultVisibility: 'owner-only',
    hiddenTier: 'contact',
    keeps: 'whole',
    isReadingAllowed: true,
  },
  'open-team': {
    defaultVisibility: 'record-access',
    hiddenTier: 'contact',
    keeps: 'whole',
    isReadingAllowed: true,
  },
  'headers-only': {
    defaultVisibility: 'record-access',
    hiddenTier: 'contact',
    keeps: 'headers',
    isReadingAllowed: true,
  },
  'send-only': {
    defaultVisibility: 'owner-only',
    hiddenTier: 'count',
    keeps: 'whole',
    isReadingAllowed: false,
  },
};

/** The preset that says the same in every point. */
export const presetOf = (visibility: Visibility): PresetName | undefined =>
  presetNames.find((name) => isSameVisibility(presets[name], visibility));

/** A preset in one sentence each, as it stands beside its name. */
export const presetWords: Readonly<Record<PresetName, { readonly name: string; readonly means: string }>> = {
  'private-first': {
    name: 'Private first',
    means:
      'Only people who were on a conversation read it until one of them shares it; the team sees that there is contact, and with whom of them.',
  },
  'open-team': {
    name: 'Open team',
    means:
      'Everybody who works with a candidate reads the conversations with them, but for those that somebody makes private.',
  },
  'headers-only': {
    name: 'Headers only',
    means:
      'Everybody who works with a candidate sees who wrote to whom, when and about what; what the mail says is not kept.',
  },
  'send-only': {
    name: 'Send only',
    means: 'Candor reads nobody’s mailbox: people send from it, and only what they send stands on record.',
  },
};

export const isSameVisibility = (one: Visibility, other: Visibility): boolean =>
  one.defaultVisibility === other.defaultVisibility &&
  one.hiddenTier === other.hiddenTier &&
  one.keeps === other.keeps &&
  one.isReadingAllowed === other.isReadingAllowed;

/** So many threads, each counted once for everybody who gains sight of some of it, may be opened by one admin alone. */
export const mostOpenedAlone = 50;

/** Time to think again, and for colleagues to object. */
export const changeDelayMs = 10 * 60_000;
/** Where a second admin should agree and the company has none. */
export const soleAdminDelayMs = 3 * 24 * 60 * 60_000;
/** How long after it took effect a change is taken back by one click. */
export const changeUndoMs = 24 * 60 * 60_000;

/** How a change comes into effect. */
export type ChangeTerms = {
  /** Another admin must agree before the wait begins. */
  readonly needsSecond: boolean;
  readonly waitMs: number;
};

/** `openedCount`: sights gained, a thread counted once for each person. `adminCount`: who may change it, the proposer among them. */
export const changeTerms = (openedCount: number, adminCount: number): ChangeTerms => {
  if (openedCount <= mostOpenedAlone) return { needsSecond: false, waitMs: changeDelayMs };
  return adminCount > 1
    ? { needsSecond: true, waitMs: changeDelayMs }
    : { needsSecond: false, waitMs: soleAdminDelayMs };
};

/** How many threads, and how many people for whom something of one is different. */
export type SightCount = { readonly threadCount: number; readonly personCount: number };

/** "214 threads become visible to 31 people. 12 are no longer visible to 4 people.", in whole sentences. */
export const explainSightChange = (opened: SightCount, closed: SightCount): string => {
  const sentences = [
    ...(opened.threadCount === 0
      ? []
      : [
          `${threads(opened.threadCount, 'becomes', 'become')} visible to ${people(opened.personCount)} who ${opened.personCount === 1 ? 'does' : 'do'} not read ${opened.threadCount === 1 ? 'it' : 'them'} now.`,
        ]),
    ...(closed.threadCount === 0
      ? []
      : [
          `${threads(closed.threadCount, 'is', 'are')} no longer visible to ${people(closed.personCount)} who ${closed.personCount === 1 ? 'reads' : 'read'} ${closed.threadCount === 1 ? 'it' : 'them'} now.`,
        ]),
  ];
  return sentences.length === 0
    ? 'Nobody gains or loses sight of any conversation on record.'
    : sentences.join(' ');
};

const threads = (count: number, one: string, many: string): string =>
  count === 1 ? `1 conversation ${one}` : `${count} conversations ${many}`;
const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);
