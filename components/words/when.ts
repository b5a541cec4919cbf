/* Times as a person says them, in the browser's own time zone. */

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });

const longWeekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });

const justNowMs = 10_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** "10:42" today, "Tue" within six days, "3 Nov" this year, "3 Nov 2024" before. */
export const whenWords = (iso: string, now: number): string => {
  const at = new Date(iso);
  const today = new Date(now);
  if (at.toDateString() === today.toDateString()) return clock.format(at);
  if (now - at.getTime() < 6 * dayMs && at.getTime() <= now) return weekday.format(at);
  return dayWords(iso, now);
};

/** "3 Nov" this year, "3 Nov 2024" before. */
export const dayWords = (iso: string, now: number): string => {
  const at = new Date(iso);
  return (at.getFullYear() === new Date(now).getFullYear() ? day : dayAndYear).format(at);
};

/** "just now", "12 s ago", "4 min ago", then as `whenWords`. */
export const agoWords = (iso: string, now: number): string => {
  const agoMs = now - Date.parse(iso);
  if (agoMs < justNowMs) return 'just now';
  if (agoMs < minuteMs) return `${Math.floor(agoMs / 1_000)} s ago`;
  if (agoMs < 60 * minuteMs) return `${Math.floor(agoMs / minuteMs)} min ago`;
  return whenWords(iso, now);
};

/** "10:42" today; otherwise with its day. */
export const clockWords = (iso: string, now: number): string => {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date(now).toDateString();
  return isToday ? clock.format(at) : `${dayWords(iso, now)}, ${clock.format(at)}`;
};

/** "10:42" today, "Tuesday 09:10" within six days; otherwise with its date. */
export const sinceWords = (iso: string, now: number): string => {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date(now).toDateString();
  return !isToday && now - at.getTime() < 6 * dayMs && at.getTime() <= now
    ? `${longWeekday.format(at)} ${clock.format(at)}`
    : clockWords(iso, now);
};

/** "Tuesday 3 November 2026 at 10:42": for tooltips. */
export const fullWords = (iso: string): string => full.format(new Date(iso));
