/*
 * Whether the record of a mailbox is complete: what the mailbox holds by policy against what is stored. A number is told only
 * where it is known; of a mailbox that cannot be asked, or whose old mail is still on its way in, it would be false.
 */
import { behindAfterMs } from './mailbox-health.ts';

/** 'count': count what is missing. 'mend': bring it in, and count then. */
export const checkKinds = ['count', 'mend'] as const;
export type CheckKind = (typeof checkKinds)[number];

/**
 * 'reconnect': the provider does not let us in. 'not-on': its person paused it or turned it off. 'importing': old mail is on
 * its way in. 'not-yet': nobody counted so far. 'failed': the last count ended early.
 */
export const untoldReasons = ['reconnect', 'not-on', 'importing', 'not-yet', 'failed'] as const;
export type UntoldReason = (typeof untoldReasons)[number];

/** Times are epoch ms. */
export type Count = {
  readonly storedCount: number;
  readonly missingCount: number;
  /** When the oldest of what is missing came into the mailbox. */
  readonly missingSince: number | undefined;
  /** False when there was more to look through than fits one go: at least so many are missing. */
  readonly isWhole: boolean;
  readonly countedAt: number;
};

export type CompletenessFacts = {
  readonly mailbox: 'connected' | 'needs-reconnect' | 'paused' | 'off';
  readonly isImporting: boolean;
  readonly hasFailed: boolean;
  readonly count: Count | undefined;
};

export type Completeness =
  | { readonly state: 'untold'; readonly because: UntoldReason }
  | ({ readonly state: 'told' } & Count);

export const decideCompleteness = ({
  mailbox,
  isImporting,
  hasFailed,
  count,
}: CompletenessFacts): Completeness => {
  if (mailbox === 'needs-reconnect') return { state: 'untold', because: 'reconnect' };
  if (mailbox !== 'connected') return { state: 'untold', because: 'not-on' };
  if (isImporting) return { state: 'untold', because: 'importing' };
  if (hasFailed) return { state: 'untold', because: 'failed' };
  return count === undefined ? { state: 'untold', because: 'not-yet' } : { state: 'told', ...count };
};

/** Two clocks never agree to the second. */
const clocksDifferMs = 60_000;

/**
 * Whether a message that should be on record and is not is missing, or only on its way: what came since the last look is
 * brought by the next, unless looks have failed for so long that nobody can count on that.
 */
export const isMissing = (
  receivedAt: number,
  { lastPulledAt }: { readonly lastPulledAt: number | undefined },
  now: number,
): boolean =>
  receivedAt < now - behindAfterMs ||
  (lastPulledAt !== undefined && receivedAt < lastPulledAt - clocksDifferMs);
