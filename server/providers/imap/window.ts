/* Dates as IMAP searches them: whole days, in a zone only the server knows. */

/** A day from which SINCE finds everything that came at `from` or later, wherever the server is. */
export const dayBefore = (from: number): Date => new Date(Math.max(0, from - 2 * dayMs));

/** A day up to which BEFORE finds everything that came at `until` or earlier. */
export const dayAfter = (until: number): Date => new Date(until + 2 * dayMs);

const dayMs = 86_400_000;
