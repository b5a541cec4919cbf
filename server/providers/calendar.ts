/* What an invitation in a message says, as far as a person who reads the thread needs it. Unreadable ones say nothing. */
import ICAL from 'ical.js';
import { type Address, parseAddress } from '../../lib/domain/address.ts';

export type CalendarEvent = {
  /** As the calendar says it, in upper case: REQUEST, REPLY, CANCEL. Source: RFC 5546 sec. 1.4 */
  readonly method?: string;
  readonly uid?: string;
  readonly summary?: string;
  readonly startsAt?: EventTime;
  readonly endsAt?: EventTime;
  readonly organiser?: Address;
};

/** A moment, a whole day, or a time on a clock whose zone the calendar does not tell. */
export type EventTime =
  | { readonly kind: 'moment' /** Epoch ms. */; readonly at: number }
  | { readonly kind: 'day' /** YYYY-MM-DD. */; readonly day: string }
  | { readonly kind: 'local' /** YYYY-MM-DDTHH:MM:SS. */; readonly time: string };

/** The calendar's first event, or undefined. Repetitions are not worked out. */
export const readCalendar = (content: Uint8Array): CalendarEvent | undefined => {
  if (content.length > mostCalendarBytes) return undefined;
  try {
    return toEvent(new ICAL.Component(ICAL.parse(new TextDecoder().decode(content))));
  } catch {
    return undefined;
  }
};

/** More than any invitation; what is larger is somebody's whole calendar. */
const mostCalendarBytes = 256 * 1024;
const longestText = 1_000;

const toEvent = (calendar: ICAL.Component): CalendarEvent | undefined => {
  const event = calendar.getFirstSubcomponent('vevent');
  if (event === null) return undefined;
  const method = textOf(calendar, 'method')?.toUpperCase();
  const uid = textOf(event, 'uid');
  const summary = textOf(event, 'summary');
  const startsAt = timeOf(calendar, event, 'dtstart');
  const endsAt = timeOf(calendar, event, 'dtend');
  const organiser = parseAddress(textOf(event, 'organizer')?.replace(/^mailto:/i, '') ?? '');
  return {
    ...(method === undefined ? {} : { method }),
    ...(uid === undefined ? {} : { uid }),
    ...(summary === undefined ? {} : { summary }),
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(organiser === undefined ? {} : { organiser }),
  };
};

const textOf = (component: ICAL.Component, name: string): string | undefined => {
  const value = component.getFirstPropertyValue(name);
  if (typeof value !== 'string') return undefined;
  const text = value
    .slice(0, longestText)
    .replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .trim();
  return text === '' ? undefined : text.toWellFormed();
};

const timeOf = (calendar: ICAL.Component, event: ICAL.Component, name: string): EventTime | undefined => {
  const property = event.getFirstProperty(name);
  const value = property?.getFirstValue();
  if (!(value instanceof ICAL.Time)) return undefined;
  if (value.isDate) return { kind: 'day', day: value.toString() };
  const zoneName = property?.getFirstParameter('tzid');
  if (value.zone === ICAL.Timezone.utcTimezone) return { kind: 'moment', at: value.toJSDate().getTime() };
  const rules = calendar
    .getAllSubcomponents('vtimezone')
    .find((each) => each.getFirstPropertyValue('tzid') === zoneName);
  if (rules === undefined) return { kind: 'local', time: value.toString() };
  value.zone = new ICAL.Timezone(rules);
  return { kind: 'moment', at: value.toUnixTime() * 1_000 };
};
