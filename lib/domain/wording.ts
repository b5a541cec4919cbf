/* Days and lists of names, as every sentence has them. */

/** "3 May 2026", the day in UTC. */
export const formatDay = (epochMs: number): string => {
  const date = new Date(epochMs);
  const month = months[date.getUTCMonth()];
  return month === undefined ? 'an unknown day' : `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
};

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** "Ana", "Ana and Tom", "Ana, Tom and Bo". */
export const listNames = (names: readonly string[]): string =>
  names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
