/** The wait a Retry-After header asks for, ms: seconds or an HTTP date. Undefined when it says nothing. Source: RFC 9110 sec. 10.2.3 */
export const readRetryAfter = (header: string | undefined, now: number): number | undefined => {
  const value = header?.trim();
  if (value === undefined || value === '') return undefined;
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), longestWaitMs) : undefined;
};

/** No Retry-After makes a mailbox wait longer: it is asked again after that. */
const longestWaitMs = 3_600_000;
