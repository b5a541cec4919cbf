/*
 * Gmail's history -> Delta. A cursor is a history id, and while a walk over several pages is under way the page too: the id
 * stays the old one until the last page, so that a walk that breaks is begun again and nothing is passed over. A history that
 * Gmail no longer has ends in a bounded list of the window, taken from an id that was fetched before the list was begun.
 */
import { z } from 'zod';
import { Failure, failureReason } from '../../base/failure.ts';
import type { CopyRef, Delta } from '../provider.ts';
import {
  HistoryId,
  type HistoryPage,
  HistoryPage as HistoryPageShape,
  MessagePage,
  type MessageRef,
  ProfileAnswer,
} from './answers.ts';
import type { GmailHttp } from './http.ts';
import type { MailboxLabels } from './labels.ts';

/** The cursor that stands for "what happens after this history id". */
export const historyCursor = (historyId: string): string =>
  write({ v: 1, walk: 'history', after: historyId });

/** Throws: bad-input for a cursor that is none of ours; otherwise as GmailHttp.call. */
export const pullDelta = async (
  http: GmailHttp,
  labels: MailboxLabels,
  cursorText: string,
  window: { readonly from?: number },
  signal: AbortSignal,
): Promise<Delta> => {
  const cursor = read(cursorText);
  if (cursor.walk === 'list') return listPage(http, cursor, signal);
  const page = await historyPage(http, cursor, signal);
  if (page === 'lost')
    return { ...(await listPage(http, await beginList(http, window, signal), signal)), lost: true };
  const isPlace = await placeLabels(labels, page, signal);
  const next: Cursor =
    page.nextPageToken === undefined
      ? { v: 1, walk: 'history', after: page.historyId }
      : { v: 1, walk: 'history', after: cursor.after, page: page.nextPageToken };
  return {
    ...readChanges(page, isPlace),
    next: write(next),
    more: page.nextPageToken !== undefined,
    reset: false,
    lost: false,
  };
};

const HistoryWalk = z.strictObject({
  v: z.literal(1),
  walk: z.literal('history'),
  after: HistoryId,
  page: z.string().min(1).optional(),
});
const ListWalk = z.strictObject({
  v: z.literal(1),
  walk: z.literal('list'),
  /** Where history goes on once the list is through. */
  after: HistoryId,
  /** Epoch ms. */
  from: z.int().optional(),
  page: z.string().min(1).optional(),
});
const Cursor = z.discriminatedUnion('walk', [HistoryWalk, ListWalk]);
type HistoryWalk = z.infer<typeof HistoryWalk>;
type ListWalk = z.infer<typeof ListWalk>;
type Cursor = HistoryWalk | ListWalk;

const write = (cursor: Cursor): string => JSON.stringify(cursor);

const read = (text: string): Cursor => {
  try {
    return Cursor.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('bad-input', 'The cursor is none that Gmail was given', { cause });
  }
};

/** Source: Gmail API reference, history.list and messages.list, `maxResults`, read 2026-11. */
const largestPage = 500;

const historyPage = async (
  http: GmailHttp,
  { after, page }: HistoryWalk,
  signal: AbortSignal,
): Promise<HistoryPage | 'lost'> => {
  try {
    return await http.call(
      'users.history.list',
      HistoryPageShape,
      (users, options) =>
        users.history.list(
          {
            userId: 'me',
            startHistoryId: after,
            maxResults: largestPage,
            ...(page === undefined ? {} : { pageToken: page }),
          },
          options,
        ),
      signal,
    );
  } catch (thrown) {
    const reason = failureReason(thrown);
    // A page token that has grown old: the id it belongs to still stands, so the walk begins again.
    if (reason === 'bad-input' && page !== undefined)
      return historyPage(http, { v: 1, walk: 'history', after }, signal);
    // Without a page only the id can be what Gmail does not take. Thrown, it would stop the mailbox for good.
    if (reason === 'not-found' || reason === 'bad-input') return 'lost';
    throw thrown;
  }
};

const beginList = async (
  http: GmailHttp,
  window: { readonly from?: number },
  signal: AbortSignal,
): Promise<ListWalk> => {
  const { historyId } = await http.call(
    'users.getProfile',
    ProfileAnswer,
    (users, options) => users.getProfile({ userId: 'me' }, options),
    signal,
  );
  return {
    v: 1,
    walk: 'list',
    after: historyId,
    ...(window.from === undefined ? {} : { from: Math.floor(window.from) }),
  };
};

const listPage = async (http: GmailHttp, walk: ListWalk, signal: AbortSignal): Promise<Delta> => {
  const { messages, nextPageToken } = await windowPage(http, walk, signal);
  const next: Cursor =
    nextPageToken === undefined
      ? { v: 1, walk: 'history', after: walk.after }
      : { ...walk, page: nextPageToken };
  return {
    upserts: messages.map(toRef),
    deletions: [],
    next: write(next),
    more: nextPageToken !== undefined,
    reset: true,
    lost: false,
  };
};

const windowPage = async (
  http: GmailHttp,
  { page, ...walk }: ListWalk,
  signal: AbortSignal,
): Promise<z.infer<typeof MessagePage>> => {
  try {
    return await http.call(
      'users.messages.list',
      MessagePage,
      (users, options) =>
        users.messages.list(
          {
            userId: 'me',
            maxResults: largestPage,
            ...(walk.from === undefined ? {} : { q: afterQuery(walk.from) }),
            ...(page === undefined ? {} : { pageToken: page }),
          },
          options,
        ),
      signal,
    );
  } catch (thrown) {
    if (failureReason(thrown) !== 'bad-input' || page === undefined) throw thrown;
    return windowPage(http, walk, signal);
  }
};

/** Gmail counts in whole seconds and does not say whether the one named is in: one earlier loses nothing. */
export const afterQuery = (from: number): string => `after:${Math.max(0, Math.floor(from / 1_000) - 1)}`;

/** Read marks, stars and archiving say nothing of what may be kept: a message is looked at anew only when its place changes. */
const alwaysPlace = new Set(['SPAM', 'TRASH', 'DRAFT']);
const placeLabels = async (
  labels: MailboxLabels,
  { history }: HistoryPage,
  signal: AbortSignal,
): Promise<(labelId: string) => boolean> => {
  const isPlain = (labelId: string) => !alwaysPlace.has(labelId);
  const hasOther = history.some(({ labelsAdded, labelsRemoved }) =>
    [...labelsAdded, ...labelsRemoved].some(({ labelIds }) => labelIds.some(isPlain)),
  );
  const candidateLabel = hasOther ? await labels.candidateLabelId(signal) : undefined;
  return (labelId) => alwaysPlace.has(labelId) || labelId === candidateLabel;
};

/** Each message once; a deletion wins over whatever else the page says of it. */
const readChanges = (
  { history }: HistoryPage,
  isPlace: (labelId: string) => boolean,
): { upserts: CopyRef[]; deletions: string[] } => {
  const upserts = new Map<string, CopyRef>();
  const deletions = new Set<string>();
  for (const { messagesAdded, messagesDeleted, labelsAdded, labelsRemoved } of history) {
    const moved = [...labelsAdded, ...labelsRemoved].filter(({ labelIds }) => labelIds.some(isPlace));
    for (const { message } of [...messagesAdded, ...moved]) upserts.set(message.id, toRef(message));
    for (const { message } of messagesDeleted) deletions.add(message.id);
  }
  for (const id of deletions) upserts.delete(id);
  return { upserts: [...upserts.values()], deletions: [...deletions] };
};

export const toRef = ({ id, threadId }: MessageRef): CopyRef => ({
  providerMessageId: id,
  providerThreadId: threadId,
});
