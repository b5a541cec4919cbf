import type { WhyUnanswered } from '../../lib/client/live.ts';
import { bugWords, type FailureWords, failureWords } from '../../lib/contract/failure.ts';

/** The words for anything a view asked and did not get. */
export const whyWords = (why: WhyUnanswered): FailureWords =>
  why === 'bug' || why === 'offline' || why === 'server-unreachable'
    ? unreachedWords[why]
    : failureWords[why];

const unreachedWords: Readonly<Record<'bug' | 'offline' | 'server-unreachable', FailureWords>> = {
  bug: bugWords,
  offline: {
    happened: 'You are offline.',
    safe: 'Nothing was changed, and what you did before is kept in this browser.',
    next: 'Try again when you are back online.',
  },
  'server-unreachable': {
    happened: 'Your Candor server does not answer.',
    safe: 'Nothing is lost: what you do is kept in this browser until it answers.',
    next: 'Candor keeps trying. If it stays, tell whoever runs the server.',
  },
};
