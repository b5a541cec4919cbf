/*
 * How long a candidate stays on record, by the stage they stand in: for good, unless the company gave the stage a time. Who
 * may take it back is asked for a week before anything goes. Nothing here touches a mailbox.
 */
import { monthsFrom } from './months.ts';

/** How long people can say that a candidate stays, counted from when it was first told that they go. */
export const retireGraceMs = 7 * 24 * 60 * 60 * 1000;

/** A candidate goes so many months after they came to stand in this stage. Upper and lower case count as one. */
export type RetentionRule = { readonly stage: string; readonly months: number };

/** Facts of one candidate. Times are epoch ms. */
export type RetentionFacts = {
  readonly applications: readonly { readonly stage: string; readonly stageSince: number }[];
  readonly rules: readonly RetentionRule[];
  /** A legal hold stands on them. */
  readonly isOnHold?: boolean | undefined;
  /** When somebody said that they stay. */
  readonly keptAt?: number | undefined;
  /** When they go, once that was told. */
  readonly retireAt?: number | undefined;
};

export type RetentionDecision =
  | { readonly retire: false; readonly because: 'legal-hold' | 'no-application' | 'no-rule' | 'kept' }
  /** `isDue`: the time of the stage is over, and the grace runs. `at`: when they go, at the earliest. */
  | { readonly retire: true; readonly isDue: boolean; readonly at: number };

/**
 * A candidate stays while one of their applications stands in a stage without a time, and until the latest of the times is
 * over. A word that they stay holds until one of the stages changes. The grace is whole also where the time was over long ago.
 * Under a legal hold nobody goes.
 */
export const decideRetention = (facts: RetentionFacts, now: number): RetentionDecision => {
  const { applications, keptAt, retireAt } = facts;
  if (facts.isOnHold === true) return { retire: false, because: 'legal-hold' };
  if (applications.length === 0) return { retire: false, because: 'no-application' };
  const ends: number[] = [];
  for (const { stage, stageSince } of applications) {
    const rule = facts.rules.find((each) => foldStage(each.stage) === foldStage(stage));
    if (rule === undefined) return { retire: false, because: 'no-rule' };
    ends.push(monthsFrom(stageSince, rule.months));
  }
  if (keptAt !== undefined && applications.every(({ stageSince }) => stageSince <= keptAt))
    return { retire: false, because: 'kept' };
  const dueAt = Math.max(...ends);
  if (dueAt > now) return { retire: true, isDue: false, at: dueAt + retireGraceMs };
  return { retire: true, isDue: true, at: retireAt ?? now + retireGraceMs };
};

export const foldStage = (stage: string): string => stage.trim().toLowerCase();

/** What the rules do, in whole sentences. */
export const explainRetention = (rules: readonly RetentionRule[]): string => {
  if (rules.length === 0) return 'Candidates and mail with them stay in Candor for good.';
  const each = rules.map(
    ({ stage, months }) => `“${stage}” for ${months === 1 ? '1 month' : `${months} months`}`,
  );
  return `Candidates who stand in ${each.join(', or in ')} are erased from Candor, with the mail with them: after a week in which anybody who works with them can say that they stay. Mailboxes keep the mail. All others stay for good.`;
};
