/*
 * How a mailbox is doing, in one word and with the reason. What it is told by is when a look last went through: a mailbox
 * that says it is connected and brings nothing is the failure that nobody notices by themselves.
 */
import type { AccessLevel } from './access-level.ts';

export const healthStates = ['connected', 'behind', 'needs-you', 'paused', 'off'] as const;
export type HealthState = (typeof healthStates)[number];

/**
 * 'reconnect': the provider does not let us in. 'refused': its last look failed. 'silent': no look went through for long.
 * 'given-up': a look failed again and again by a fault of ours.
 */
export const healthReasons = ['reconnect', 'refused', 'silent', 'given-up'] as const;
export type HealthReason = (typeof healthReasons)[number];

export type MailboxHealthFacts = {
  readonly state: 'connected' | 'needs-reconnect' | 'paused' | 'off';
  /** Nothing is looked at where its person lets Candor send only. */
  readonly access: AccessLevel;
  /** Epoch ms, as all times here. */
  readonly stateSince: number;
  /** The last look that went through. */
  readonly lastPulledAt?: number | undefined;
  /** The last look that was refused. */
  readonly lastFailureAt?: number | undefined;
  /** When a look was last given up. */
  readonly buriedAt?: number | undefined;
  /** How long there may be between two looks that go well, where the company chose so. */
  readonly lookEveryMs?: number | undefined;
};

export type MailboxHealth = {
  readonly state: HealthState;
  readonly because?: HealthReason;
  readonly since: number;
};

/** Several looks by the clock were missed by then. */
export const behindAfterMs = 15 * 60_000;
/** What lasts as long does not pass by itself: its owner is asked to see to it. */
export const needsYouAfterMs = 6 * 3_600_000;

export const decideMailboxHealth = (facts: MailboxHealthFacts, now: number): MailboxHealth => {
  const { state, stateSince } = facts;
  if (state === 'needs-reconnect') return { state: 'needs-you', because: 'reconnect', since: stateSince };
  if (state !== 'connected') return { state, since: stateSince };
  if (facts.access === 'send-only') return { state: 'connected', since: stateSince };
  // A mailbox that was off for a week and is on again has not been silent for a week.
  const goodSince = Math.max(stateSince, facts.lastPulledAt ?? stateSince);
  const isAfterGood = (at: number | undefined) => at !== undefined && at > goodSince;
  if (isAfterGood(facts.buriedAt)) return { state: 'needs-you', because: 'given-up', since: goodSince };
  const silentMs = now - goodSince - (facts.lookEveryMs ?? 0);
  if (silentMs >= needsYouAfterMs) return { state: 'needs-you', because: 'silent', since: goodSince };
  if (isAfterGood(facts.lastFailureAt)) return { state: 'behind', because: 'refused', since: goodSince };
  if (silentMs >= behindAfterMs) return { state: 'behind', because: 'silent', since: goodSince };
  return { state: 'connected', since: stateSince };
};
