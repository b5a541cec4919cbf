const firstWaitMs = 2_000;
const longestWaitMs = 5 * 60_000;

/** How long to wait after the nth failure in a row (from 1): doubling, spread so that a server coming back is not met by all at once. */
export const backOffMs = (failureCount: number): number => {
  const waitMs = Math.min(firstWaitMs * 2 ** (failureCount - 1), longestWaitMs);
  return waitMs * (0.8 + Math.random() * 0.4);
};
