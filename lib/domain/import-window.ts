/* How far back an import of old mail may reach: the person's choice, inside the company's maximum. */

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
  return wanted === 'all' ? { allowed: true } : { allowed: true, from: monthsBefore(now, monthsOf[wanted]) };
};

export const isWithin = (wanted: ImportWindow, companyMaximum: ImportWindow): boolean =>
  importWindows.indexOf(wanted) <= importWindows.indexOf(companyMaximum);

/** Whether the person lets Candor look through old mail: what a back-search for a new address asks. */
export const bringsOldMail = (window: ImportWindow): window is OldMailWindow =>
  window !== 'none' && window !== 'from-now';

/** Mail is dated in whole seconds: a moment inside one would leave out mail of that second. */
export const wholeSecond = (at: number): number => Math.floor(at / 1_000) * 1_000;

const monthsOf = { '3-months': 3, '6-months': 6, '12-months': 12 } as const;

/** The same day of the month so long ago, or the last day of a shorter month. In UTC. */
const monthsBefore = (now: number, months: number): number => {
  const before = new Date(wholeSecond(now));
  const day = before.getUTCDate();
  before.setUTCDate(1);
  before.setUTCMonth(before.getUTCMonth() - months);
  const lastDay = new Date(Date.UTC(before.getUTCFullYear(), before.getUTCMonth() + 1, 0)).getUTCDate();
  before.setUTCDate(Math.min(day, lastDay));
  return before.getTime();
};
