/* Page tokens as Gmail's: opaque, and good only for the very list they were given for. */
import { invalid } from './errors.ts';

export type Pages = {
  readonly given: Map<string, { readonly list: string; readonly after: string }>;
  /** The lab gives no more at once, however many are asked for. */
  readonly largest: number;
};

/** Throws: 400 for a token that was never given out, or for another list. */
export const pageOf = <Item>(
  items: readonly Item[],
  query: URLSearchParams,
  pages: Pages,
  list: { readonly id: (item: Item) => string },
): { readonly items: readonly Item[]; readonly nextPageToken: string | undefined } => {
  const asked = new URLSearchParams(query);
  asked.delete('pageToken');
  const listKey = asked.toString();
  const token = query.get('pageToken');
  const size = Math.min(Number(query.get('maxResults') ?? usualPage), pages.largest);
  if (!Number.isInteger(size) || size < 1) throw invalid("Invalid value at 'max_results' (TYPE_UINT32)");
  let from = 0;
  if (token !== null) {
    const page = pages.given.get(token);
    if (page === undefined || page.list !== listKey) throw invalid('Invalid pageToken');
    from = items.findIndex((item) => list.id(item) === page.after) + 1;
  }
  const shown = items.slice(from, from + size);
  const last = shown.at(-1);
  if (last === undefined || from + size >= items.length) return { items: shown, nextPageToken: undefined };
  const nextPageToken = String(1_000_000_007 * (pages.given.size + 1)).padStart(20, '0');
  pages.given.set(nextPageToken, { list: listKey, after: list.id(last) });
  return { items: shown, nextPageToken };
};

/** Source: Gmail API reference, messages.list and history.list, `maxResults`, read 2026-11. */
const usualPage = 100;
export const largestPage = 500;
