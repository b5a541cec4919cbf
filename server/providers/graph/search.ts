/*
 * Searching a mailbox. Outlook's search takes words, not addresses: it finds whatever begins alike, so each message it finds is
 * looked at again here. It ends after a thousand messages without saying so, and counts by whole days: what is left is asked
 * for from the day on where it ended.
 */
import { z } from 'zod';
import { type Address, foldAddress } from '../../../lib/domain/address.ts';
import { Failure } from '../../base/failure.ts';
import type { CopyRef, Sought } from '../provider.ts';
import { type Found, FoundPage, type Recipient } from './answers.ts';
import type { GraphHttp } from './http.ts';
import { quoted } from './ids.ts';

export type SearchAnswer = { readonly found: readonly CopyRef[]; readonly nextPage?: string };

/** Throws: bad-input for what Outlook's search cannot spell, and for a page that is none of ours. */
export const searchPage = async (
  http: GraphHttp,
  sought: Sought,
  labelName: string,
  window: { readonly from?: number },
  pageText: string | undefined,
  signal: AbortSignal,
): Promise<SearchAnswer> => {
  if (sought.by === 'label') return labelPage(http, labelName, window, pageText, signal);
  const page: Page = pageText === undefined ? { v: 1, count: 0, edge: [] } : readPage(pageText);
  const path = page.link ?? addressQuery(sought.addresses, window, page.until);
  const answer = await http.call('messages/search', { path }, FoundPage, signal);
  const asked = new Set(sought.addresses.map(foldAddress));
  const fresh = answer.value.filter(
    (message) =>
      page.until === undefined || (sentAt(message) <= page.until && !page.edge.includes(message.id)),
  );
  const found = fresh.filter(
    (message) =>
      message.receivedDateTime >= (window.from ?? 0) &&
      addressesOf(message).some((address) => asked.has(foldAddress(address as Address))),
  );
  const next = nextPage(http, page, answer);
  return { found: found.map(toRef), ...(next === undefined ? {} : { nextPage: JSON.stringify(next) }) };
};

/** Source: Microsoft Graph "Use the $search query parameter", read 2026-11. */
const mostFound = 1_000;
const pageSize = 100;

const Page = z.strictObject({
  v: z.literal(1),
  link: z.string().startsWith('/').max(16_384).optional(),
  /** Sent later was found already, epoch ms; and of what was sent just then, these. */
  until: z.int().optional(),
  edge: z.array(z.string()).max(mostFound),
  /** Found since `until` was set, and the earliest of it. */
  count: z.int().nonnegative(),
  last: z.strictObject({ sentAt: z.int(), ids: z.array(z.string()).max(mostFound) }).optional(),
});
type Page = z.infer<typeof Page>;

const readPage = (text: string): Page => {
  try {
    return Page.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('bad-input', 'The page is none that this mailbox was given', { cause });
  }
};

const nextPage = (http: GraphHttp, page: Page, answer: z.infer<typeof FoundPage>): Page | undefined => {
  const count = page.count + answer.value.length;
  const last = answer.value.reduce<Page['last']>((least, message) => {
    const at = sentAt(message);
    if (least === undefined || at < least.sentAt) return { sentAt: at, ids: [message.id] };
    return at === least.sentAt ? { sentAt: at, ids: [...least.ids, message.id] } : least;
  }, page.last);
  const link = answer['@odata.nextLink'];
  if (link !== undefined)
    return { ...page, link: http.pathOf(link), count, ...(last === undefined ? {} : { last }) };
  if (count < mostFound || last === undefined) return undefined;
  const edge = last.sentAt === page.until ? [...new Set([...page.edge, ...last.ids])] : last.ids;
  if (last.sentAt === page.until && edge.length === page.edge.length)
    throw new Failure('provider-refused', `More than ${mostFound} messages of one moment were found`);
  return { v: 1, until: last.sentAt, edge, count: 0 };
};

/** Sent is what Outlook sorts by. */
const sentAt = ({ sentDateTime, receivedDateTime }: Found): number => sentDateTime ?? receivedDateTime;

const addressQuery = (
  addresses: readonly Address[],
  window: { readonly from?: number },
  until: number | undefined,
): string => {
  const anyOf = addresses.map((address) => `participants:${requireSpelt(address)}`).join(' OR ');
  const terms = [
    `(${anyOf})`,
    // A day more on either side: whose day Outlook means is not said.
    ...(window.from === undefined ? [] : [`received>=${day(window.from - dayMs)}`]),
    ...(until === undefined ? [] : [`sent<=${day(until + dayMs)}`]),
  ];
  return `/me/messages?$search=${encodeURIComponent(`"${terms.join(' AND ')}"`)}&$select=${foundSelect}&$top=${pageSize}`;
};

const foundSelect =
  'id,conversationId,receivedDateTime,sentDateTime,from,toRecipients,ccRecipients,bccRecipients';
const dayMs = 86_400_000;
const day = (at: number): string => new Date(Math.max(0, at)).toISOString().slice(0, 10);

const requireSpelt = (address: Address): string => {
  if (!/^[\p{L}\p{N}._%+'@-]+$/u.test(address))
    throw new Failure('bad-input', 'Outlook cannot search for such an address');
  return address;
};

const addressesOf = ({ from, toRecipients, ccRecipients, bccRecipients }: Found): string[] =>
  [from, toRecipients, ccRecipients, bccRecipients]
    .flatMap((one): (Recipient | null | undefined)[] => (Array.isArray(one) ? one : [one]))
    .flatMap((one) => one?.emailAddress.address ?? []);

/** What a list is sorted by must be chosen by first, or Outlook refuses it as too dear. */
const labelPage = async (
  http: GraphHttp,
  labelName: string,
  window: { readonly from?: number },
  pageText: string | undefined,
  signal: AbortSignal,
): Promise<SearchAnswer> => {
  const filter =
    `receivedDateTime ge ${new Date(Math.max(0, window.from ?? 0)).toISOString()}` +
    ` and categories/any(name:name eq ${quoted(labelName)})`;
  const path =
    (pageText === undefined ? undefined : readPage(pageText).link) ??
    `/me/messages?$filter=${encodeURIComponent(filter)}&$orderby=${encodeURIComponent('receivedDateTime desc')}` +
      `&$select=${foundSelect}&$top=${pageSize}`;
  const answer = await http.call('messages/list', { path }, FoundPage, signal);
  const link = answer['@odata.nextLink'];
  const next: Page | undefined =
    link === undefined ? undefined : { v: 1, link: http.pathOf(link), count: 0, edge: [] };
  return {
    found: answer.value.map(toRef),
    ...(next === undefined ? {} : { nextPage: JSON.stringify(next) }),
  };
};

const toRef = ({ id, conversationId }: Found): CopyRef => ({
  providerMessageId: id,
  providerThreadId: conversationId,
});
