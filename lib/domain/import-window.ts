/* How far back an import of old mail may reach: the person's choice, inside the company's maximum. */
import { monthsFrom } from './months.ts';

/** From the narrowest to the widest. `none`: no old mail is looked for. `from-now`: nor is mail that came before this moment. */
export const importWindows = ['none', 'from-now', '3-months', '6-months', '12-months', 'all'] as const;
export type ImportWindow = (typeof importWindows)[number];

/** Windows that bring old mail. */
export type OldMailWindow = Exclude<ImportWindow, 'none' | 'from-now'>;

export type WindowDecision =
  /** `from`: epoch ms, in whole seconds as mail is dated; absent means everything. */
  | { readonly allowed: true; readonly from?: number }
  | { readonly allowed: false; readonly because: 'wider-than-company-allows' };

/** The moment from which on old mail may be kept, as seen at `now`. */
export const decideWindow = (
  wanted: OldMailWindow,
  companyMaximum: ImportWindow,
  now: number,
): WindowDecision => {
  if (!isWithin(wanted, companyMaximum)) return { allowed: false, because: 'wider-than-company-allows' };
  return wanted === 'all'
    ? { allowed: true }
    : { allowed: true, from: monthsFrom(wholeSecond(now), -monthsOf[wanted]) };
};

export type FileWindowFacts = {
  /** Epoch ms, as all times here: how far back the mailbox's own person lets old mail reach; absent means everything. */
  readonly own?: number | undefined;
  readonly companyMaximum: ImportWindow;
  readonly connectedAt: number;
  /** What whoever imports the file asks for. */
  readonly wanted?: number | undefined;
};

export type FileWindowDecision =
  | { readonly allowed: true; readonly from?: number }
  | {
      readonly allowed: false;
      readonly because: 'wider-than-person-chose' | 'wider-than-company-allows';
      readonly from: number;
    };

/**
 * From which moment on mail in a file may be kept: what the mailbox's own person chose, inside the company's maximum as seen
 * at `now`. Whoever imports the file can narrow that and never widen it.
 */
export const decideFileWindow = (facts: FileWindowFacts, now: number): FileWindowDecision => {
  const { own, wanted } = facts;
  const company = companyLimit(facts, now);
  const limits = [own, company].filter((limit) => limit !== undefined);
  if (limits.length === 0) return wanted === undefined ? { allowed: true } : { allowed: true, from: wanted };
  const limit = Math.max(...limits);
  if (wanted === undefined || wanted >= limit) return { allowed: true, from: wanted ?? limit };
  const because = limit === own ? 'wider-than-person-chose' : 'wider-than-company-allows';
  return { allowed: false, because, from: limit };
};

/** Where the company allows no old mail, a mailbox reaches back to when it was connected. */
const companyLimit = ({ companyMaximum, connectedAt }: FileWindowFacts, now: number): number | undefined => {
  if (!bringsOldMail(companyMaximum)) return wholeSecond(connectedAt);
  return companyMaximum === 'all' ? undefined : monthsFrom(wholeSecond(now), -monthsOf[companyMaximum]);
};

export const isWithin = (wanted: ImportWindow, companyMaximum: ImportWindow): boolean =>
  importWindows.indexOf(wanted) <= importWindows.indexOf(companyMaximum);

/** Whether the person lets Candor look through old mail: what a back-search for a new address asks. */
export const bringsOldMail = (window: ImportWindow): window is OldMailWindow =>
  window !== 'none' && window !== 'from-now';

/** Mail is dated in whole seconds: a moment inside one would leave out mail of that second. */
export const wholeSecond = (at: number): number => Math.floor(at / 1_000) * 1_000;

const monthsOf = { '3-months': 3, '6-months': 6, '12-months': 12 } as const;
